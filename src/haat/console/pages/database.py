"""The database: what it does now and what to do next, who is connected, and the way it would take to an answer."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple

from haat.console.order import Columns
from haat.console.patience import found_or
from haat.console.request import Answer, Request, page
from haat.kernel import clock
from haat.kernel.errors import Invalid
from haat.ops.databases.explain import advice, explain
from haat.ops.databases.look import look
from haat.ops.databases.plan import Node
from haat.ops.databases.seen import Look, Statement, TableSize, span
from haat.ops.databases.sessions import Session, queues, sessions
from haat.ops.operators.operator import OPERATE

_PATIENCE_WITH_A_LOOK = 8.0  # seconds: it is a dozen questions
_MOST_AT_WORK = 10


class Stage(NamedTuple):
    """One thing of the way to an answer, and how deep it stands in it."""

    depth: int
    node: Node


_TABLES: Columns[TableSize] = Columns(
    {
        "table": lambda one: one.name,
        "size": lambda one: one.bytes,
        "rows": lambda one: one.rows,
        "dead": lambda one: one.dead_rows,
        "upkeep": lambda one: one.upkeep_seconds,
    },
    usual="-size",
)
_STATEMENTS: Columns[Statement] = Columns(
    {"total": lambda one: one.total_ms, "calls": lambda one: one.calls, "mean": lambda one: one.mean_ms},
    usual="-total",
)
_SESSIONS: Columns[Session] = Columns(
    {
        "session": lambda one: one.number,
        "user": lambda one: one.user,
        "state": lambda one: one.state,
        "since": lambda one: one.seconds,
        "open": lambda one: one.transaction_seconds,
        "waits": lambda one: one.waits_for,
    },
    usual="-since",
)


def show(ask: Request) -> Answer:
    address = ask.desk.settings.database
    found, problem = found_or(Look(address.kind), lambda: look(address), _PATIENCE_WITH_A_LOOK)
    tables, order_of_tables = _TABLES.put(found.tables, ask.query)
    statements, order_of_statements = _STATEMENTS.put(found.statements, ask.query)
    busy = [one for one in found.sessions if one.state != "idle"]
    return page(
        ask,
        "database.html",
        database=str(address),
        found=found,
        queues=queues(found.sessions),
        at_work=sorted(busy, key=lambda one: -(one.transaction_seconds or one.seconds))[:_MOST_AT_WORK],
        tables=tables,
        order_of_tables=order_of_tables,
        statements=statements,
        order_of_statements=order_of_statements,
        span=span,
        may_end=ask.operator.may(OPERATE),
        problem=problem,
        now=clock.now(),
    )


def show_sessions(ask: Request) -> Answer:
    address = ask.desk.settings.database
    found, problem = found_or([], lambda: sessions(address))
    rows, order = _SESSIONS.put(found, ask.query)
    return page(
        ask,
        "sessions.html",
        database=str(address),
        has_sessions=address.kind != "sqlite",
        sessions=rows,
        order=order,
        holds_up=Counter(one.waits_for for one in found if one.waits_for),
        may_end=ask.operator.may(OPERATE),
        problem=problem,
        now=clock.now(),
    )


def show_explain(ask: Request) -> Answer:
    statement = ask.query.get("statement").strip()
    address = ask.desk.settings.database
    node, problem = found_or(None, lambda: explain(address, statement)) if statement else (None, None)
    return page(
        ask,
        "explain.html",
        status=422 if isinstance(problem, Invalid) else 200,
        statement=statement,
        stages=[*_stages(node, 0)] if node else [],
        advice=advice(node) if node else (),
        problem=problem,
    )


def _stages(node: Node, depth: int) -> Iterator[Stage]:
    yield Stage(depth, node)
    for one in node.below:
        yield from _stages(one, depth + 1)
