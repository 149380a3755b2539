"""Write a database of SQLite anew, without the room in it that nothing takes: a program of its own, for it may take long.

What it needs beside the file is on the disk and not in its memory. Readers go on; whoever writes waits until it is done.
"""

from __future__ import annotations

import sqlite3
import sys
from contextlib import closing
from pathlib import Path

_PATIENCE = 10.0  # seconds to wait for whoever writes
_SHORT_PATIENCE = 500  # milliseconds for which writers wait for readers, so that the log begins anew


def vacuum(path: Path) -> None:
    """Raises sqlite3.Error; then the file is as it was."""
    with closing(sqlite3.connect(f"{path.as_uri()}?mode=rw", uri=True, timeout=_PATIENCE)) as connection:
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("VACUUM")
        connection.execute(f"PRAGMA busy_timeout = {_SHORT_PATIENCE}")
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()


if __name__ == "__main__":
    try:
        vacuum(Path(sys.argv[1]))
    except sqlite3.Error as error:
        raise SystemExit(f"SQLite says: {error}.") from error
