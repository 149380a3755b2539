"""The tables of `ops.db`, the small file in which operations remember what they do. It is always SQLite, whatever the shop runs on."""

from __future__ import annotations

import os
import shutil
import sqlite3
from contextlib import suppress
from pathlib import Path
from typing import TypeVar

from sqlalchemy import CheckConstraint, Column, ForeignKey, Integer, LargeBinary, MetaData, String, Table
from sqlalchemy.schema import CreateTable

from haat.config.address import Address
from haat.kernel.errors import Unavailable
from haat.ops import reserve
from haat.store import Store, Work
from haat.store.errors import Full

T = TypeVar("T")

metadata = MetaData()

runs = Table(
    "runs",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("procedure", String(60), nullable=False),
    Column("given", String(4000), nullable=False),  # the parameters as they were written, JSON
    Column("who", String(80), nullable=False),
    Column("way_in", String(20), nullable=False),
    Column("state", String(10), nullable=False),
    Column("began_at", Integer, nullable=False),
    Column("ended_at", Integer),
    Column("evidence", String, nullable=False),  # what it cost, JSON; empty until it has ended
    CheckConstraint("state IN ('running', 'failed', 'done', 'undoing', 'undone')", name="ck_runs_state"),
    CheckConstraint("(ended_at IS NULL) = (state IN ('running', 'undoing'))", name="ck_runs_ended"),
)

entries = Table(
    "entries",
    metadata,
    Column("run_id", ForeignKey("runs.id"), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("step", Integer, nullable=False),
    Column("event", String(10), nullable=False),
    Column("said", String, nullable=False),
    Column("at", Integer, nullable=False),
    CheckConstraint(
        "event IN ('already', 'intended', 'acted', 'verified', 'failed', 'undoing', 'undone')",
        name="ck_entries_event",
    ),
)

# Who began a run, took it up again, or took it back.
turns = Table(
    "turns",
    metadata,
    Column("run_id", ForeignKey("runs.id"), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("what", String(10), nullable=False),
    Column("who", String(80), nullable=False),
    Column("way_in", String(20), nullable=False),
    Column("at", Integer, nullable=False),
    CheckConstraint("what IN ('began', 'resumed', 'undid')", name="ck_turns_what"),
)

# What goes by itself stands still for a while.
pauses = Table(
    "pauses",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("who", String(80), nullable=False),
    Column("why", String(300), nullable=False),
    Column("began_at", Integer, nullable=False),
    Column("until_at", Integer, nullable=False),
    Column("ended_at", Integer),  # before its time, by somebody
    Column("ended_by", String(80)),
    CheckConstraint("until_at > began_at AND until_at - began_at <= 604800000", name="ck_pauses_length"),
    CheckConstraint("(ended_at IS NULL) = (ended_by IS NULL)", name="ck_pauses_ended"),
)

# A task of maintenance is due from the first time on that comes after it became known.
known_tasks = Table(
    "known_tasks",
    metadata,
    Column("name", String(60), primary_key=True),
    Column("known_at", Integer, nullable=False),
)

# What people did of maintenance, and said so.
ticks = Table(
    "ticks",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("task", String(60), nullable=False),
    Column("who", String(80), nullable=False),
    Column("way_in", String(20), nullable=False),
    Column("said", String(300), nullable=False),
    Column("at", Integer, nullable=False),
)

operators = Table(
    "operators",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", String(40), nullable=False, unique=True),
    Column("role", String(12), nullable=False),
    Column("password_hash", String(200), nullable=False),
    Column("factor", LargeBinary, nullable=False),  # the secret that codes are made of
    Column("last_code", Integer, nullable=False),  # the count of the newest code that was used: each is good once
    Column("added_at", Integer, nullable=False),
    CheckConstraint("role IN ('view', 'operate', 'administer')", name="ck_operators_role"),
)

operator_sessions = Table(
    "operator_sessions",
    metadata,
    Column("secret_hash", LargeBinary, primary_key=True),
    Column("operator_id", ForeignKey("operators.id"), nullable=False),
    Column("address", String(45), nullable=False),
    Column("began_at", Integer, nullable=False),
    Column("ends_at", Integer, nullable=False),
)

# Attempts to sign in that failed, or that nobody has finished.
operator_attempts = Table(
    "operator_attempts",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", String(40), nullable=False),
    Column("address", String(45), nullable=False),
    Column("at", Integer, nullable=False),
)

# What was done past every procedure: somebody was let in or out, or wrote to the database by hand.
acts = Table(
    "acts",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("who", String(80), nullable=False),
    Column("way_in", String(20), nullable=False),
    Column("what", String(300), nullable=False),
    Column("at", Integer, nullable=False),
)


class Memory(Store):
    """`ops.db`. What finds no room on its disk is written once more, when the reserve has been let go."""

    def write(self, work: Work[T]) -> T:
        try:
            return super().write(work)
        except Full:
            reserve.let_go(self.address.path.parent)
            return super().write(work)


def opened(file: Path) -> Store:
    """The store of `ops.db`, with all its tables; a new file is its owner's alone. Raises Unavailable."""
    file.parent.mkdir(parents=True, exist_ok=True)
    reserve.keep(file.parent)
    try:
        return _opened(file)
    except (Unavailable, sqlite3.Error):
        # Where nobody else has it open, SQLite needs a little room beside it even to read it.
        if not _is_full(file.parent):
            raise
        reserve.let_go(file.parent)
        return _opened(file)


def _opened(file: Path) -> Store:
    # A file that is there must not be opened past SQLite: closing it would let go of the locks that this process has on it.
    with suppress(OSError):
        os.close(os.open(file, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600))
    memory = Memory(Address("sqlite", str(file)))
    for table in metadata.sorted_tables:
        memory.connection().execute(str(CreateTable(table, if_not_exists=True)))
    return memory


def _is_full(folder: Path) -> bool:
    return shutil.disk_usage(folder).free < reserve.SIZE
