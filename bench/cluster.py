"""A PostgreSQL of the bench's own, in a folder that stays: set up as an operator would for a machine with 24 GB and two cores."""

from __future__ import annotations

import os
import pwd
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.support.databases import PostgresServer

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
def cluster(folder: Path) -> Iterator[PostgresServer]:
    """The server in the folder, running; it is made where there is none."""
    folder.mkdir(parents=True, exist_ok=True)
    if os.getuid() == 0:
        owner = pwd.getpwnam("postgres")
        os.chown(folder, owner.pw_uid, owner.pw_gid)
    server = PostgresServer(folder.absolute(), SETTINGS)
    try:
        yield server
    finally:
        server.pause()
