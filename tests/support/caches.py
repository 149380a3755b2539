"""Servers of Redis for tests, each in a folder of its own."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

from haat.cache.names import Names
from haat.cache.server import Server
from haat.cache.shared import PATIENCE, SharedPages
from haat.ops.drills.servers import OwnRedis

# As long as a busy machine may need; how little a broken server costs is for tests of that.
PATIENT = 5.0  # seconds


@contextmanager
def own_redis() -> Iterator[OwnRedis]:
    """One that runs, and forgets everything when it ends."""
    folder = Path(tempfile.mkdtemp(prefix="haat-cache-"))
    folder.chmod(0o755)
    server = OwnRedis(folder)
    server.start()
    try:
        yield server
    finally:
        server.kill()
        shutil.rmtree(folder, ignore_errors=True)


def shared_pages(server: OwnRedis, life: float, names: Names | None = None, patience: float = PATIENT) -> SharedPages:
    """Pages of a stack that nobody else is on this server."""
    return SharedPages(Server(server.address, patience), names or new_names(), life)


def hasty_pages(server: OwnRedis, life: float, names: Names | None = None) -> SharedPages:
    """With the patience of the shop."""
    return shared_pages(server, life, names, PATIENCE)


def new_names() -> Names:
    return Names(uuid4().hex, "this")
