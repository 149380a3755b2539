"""A PostgreSQL of the bench's own, in a folder that stays: set up as an operator would for a machine with 24 GB and two cores."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from haat.ops.drills.servers import OwnPostgres

# What is on disk is on disk: fsync, synchronous_commit and autovacuum are as they come.
SETTINGS = {
    "shared_buffers": "4GB",
    "effective_cache_size": "12GB",
    "work_mem": "32MB",
    "maintenance_work_mem": "1GB",
    "random_page_cost": 1.1,
    "max_connections": 100,
    "max_wal_size": "16GB",
    "checkpoint_timeout": "15min",
}


@contextmanager
def cluster(folder: Path) -> Iterator[OwnPostgres]:
    """The server in the folder, running; it is made where there is none."""
    server = OwnPostgres(folder.absolute(), SETTINGS)
    server.start()
    try:
        yield server
    finally:
        server.end()
