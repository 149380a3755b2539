"""What `CHECK TABLE` finds in the tables of a server and their indexes."""

from __future__ import annotations

import re

from haat.config.address import Address
from haat.ops.backups.engine import Finding
from haat.ops.backups.mariadb.tools import Failed, login, run

_WRONG = re.compile(r"^(error|warning) *:|Needs upgrade$", re.IGNORECASE)
_MOST_TOLD = 600  # characters of what is wrong


def checked(address: Address, *which: str) -> Finding:
    """Of all databases (`--all-databases`), or of one and some of its tables. Raises Unavailable."""
    with login(address) as options:
        try:
            said = run("mariadb-check", f"--defaults-file={options}", *which)
        except Failed as error:
            return Finding(False, error.why)
    return found_in(said)


def found_in(said: str) -> Finding:
    """What mariadb-check has found, by what it said: a line for every table, and one for each thing that is wrong with it or to be noted."""
    lines = said.splitlines()
    told = [line for line in lines if not line.endswith("OK")]
    if any(_WRONG.search(line) for line in told):
        return Finding(False, "; ".join(told)[:_MOST_TOLD])
    if not lines:
        return Finding(False, "mariadb-check has looked at no table")
    return Finding(True, f"all {len(lines) - len(told)} tables of the server are sound")
