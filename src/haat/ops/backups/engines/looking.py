"""Look at a database of SQLite from a program of its own.

Its file is mapped, and the system ends whoever reads what a disk does not give any more there: that is not to be whoever wants to know what was found.
So this file is run by its path and knows nothing of Haat, which takes the thirtieth part of a second.
"""

from __future__ import annotations

import json
import os
import sqlite3
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

_AT_ONCE = max(2, min(4, os.cpu_count() or 1))  # tables
_CACHE = 64_000  # KB for each: a row is looked for in each index of its table
_MAPPED = 1 << 40  # bytes, of which SQLite takes as many as it can: to read a page is then not to copy it


def looked(path: str, *, thorough: bool) -> Sequence[str]:
    """What SQLite says of every page, and of each row in each index if it is to be `thorough`; several tables are looked at side by side."""
    looks = ["PRAGMA quick_check(5)"]
    if thorough:
        looks += [f"PRAGMA integrity_check({_quoted(table)})" for table in _with_indexes(path)]
    with ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="sound") as pool:
        return [line for found in pool.map(lambda look: _asked(path, look), looks) for line in found]


def _with_indexes(path: str) -> Sequence[str]:
    return _asked(path, "SELECT DISTINCT tbl_name FROM sqlite_schema WHERE type = 'index'")


def _asked(path: str, question: str) -> Sequence[str]:
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute(f"PRAGMA cache_size = -{_CACHE}")
        connection.execute(f"PRAGMA mmap_size = {_MAPPED}")
        return [str(row[0]) for row in connection.execute(question)]


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


if __name__ == "__main__":
    try:
        said = {"lines": looked(sys.argv[1], thorough="--thorough" in sys.argv[2:])}
    except sqlite3.Error as error:
        said = {"error": str(error)}
    sys.stdout.write(json.dumps(said))
