"""An operator who signs in to the console, with a browser and the keys that the command line gave."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qs, urlsplit

from haat.kernel import clock
from haat.ops.operators.codes import code_of


def fields_of(keys: Mapping[str, Any], name: str) -> dict[str, str]:
    """What `haat operators add --json` said, as the fields of the form; the code is the one of now."""
    [secret] = parse_qs(urlsplit(keys["second_factor"]).query)["secret"]
    factor = base64.b32decode(secret + "=" * (-len(secret) % 8))
    return {"name": name, "password": keys["password"], "code": code_of(factor, clock.now() // 30_000)}
