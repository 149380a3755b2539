"""The guide in docs/api speaks of endpoints and codes that are there."""

from __future__ import annotations

import re
from pathlib import Path

from haat.market.accounts.tokens import SCOPES
from haat.web.api.routes import ENDPOINTS

GUIDE = (Path(__file__).parents[3] / "docs" / "api" / "README.md").read_text()


def test_every_address_in_the_guide_leads_to_an_endpoint() -> None:
    named = re.findall(r"(?:\$HAAT|GET |POST |DELETE )(/[a-z][\w/-]*)", GUIDE)
    ways = [re.compile(re.sub(r"{[^}]+}", "[^/]+", endpoint.path)) for endpoint in ENDPOINTS]
    assert len(named) > 15
    assert [path for path in named if not any(way.fullmatch(path) for way in ways)] == []


def test_the_guide_tells_every_scope() -> None:
    assert set(re.findall(r"`([a-z]+:[a-z]+)`", GUIDE)) == SCOPES.keys()
