"""A set that is taken by a process of its own, as it is in earnest: two of one process would let go of each other's locks."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

KEY = b"k" * 32

_TAKER = """
import sys
from pathlib import Path
from haat.adapters.files.shelf import FolderShelf
from haat.ops.backups.engines.sqlite import SQLite
from haat.ops.backups.gather import gathered
from haat.ops.backups.take import Stack, take
from haat.ops.backups.vault import Key, open_vault
data = Path(sys.argv[1])
with gathered(data, SQLite(data / "haat.db"), data) as found:
    stack = Stack("0.1", "handwork", "/srv/shop", "sqlite:///haat.db", "SQLite 3", "0013")
    take(open_vault(FolderShelf(Path(sys.argv[2])), Key(b"k" * 32)), stack, found)
"""


def begin_to_take(data: Path, repository: Path) -> subprocess.Popen[bytes]:
    """A set of the stack in this folder, into the repository whose key is KEY."""
    return subprocess.Popen([sys.executable, "-c", _TAKER, str(data), str(repository)])


def taken(data: Path, repository: Path) -> None:
    assert begin_to_take(data, repository).wait() == 0
