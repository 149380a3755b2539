"""The drill waits for a set of all that it is about."""

from __future__ import annotations

import json
from typing import Any

import pytest

from haat.ops.drills.database_damaged import has_gateway

SHOP, GATEWAY = {"positions": {"haat.db": "1"}}, {"positions": {"haat.db": "1", "sandbox.db": "2"}}


@pytest.mark.parametrize(
    ("sets", "is_there"), [([], False), ([SHOP], False), ([GATEWAY, SHOP], True), ([SHOP, GATEWAY], False)]
)
def test_the_newest_set_has_the_gateway_or_there_is_none_yet(sets: list[dict[str, Any]], is_there: bool) -> None:
    assert has_gateway(json.dumps({"sets": sets, "unreadable": 0})) == is_there
