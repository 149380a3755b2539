"""The tables of `ops.db`, the small file in which operations remember what they do. It is always SQLite, whatever the shop runs on."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Column, ForeignKey, Integer, MetaData, String, Table

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
