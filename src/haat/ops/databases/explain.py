"""Explain a statement: the way the database would take, without taking it. What writes is refused."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from haat.config.address import Address
from haat.kernel.errors import Invalid, Unavailable
from haat.ops.databases import plan
from haat.ops.databases.plan import Node
from haat.ops.databases.sessions import PATIENCE
from haat.store.drivers import driver_of

_BEGINS = ("SELECT", "WITH", "VALUES")
_WRITES = re.compile(
    r"\b(INSERT|UPDATE|DELETE|MERGE|INTO|CREATE|DROP|ALTER|TRUNCATE|GRANT|REVOKE|CALL|LOAD|LOCK|ATTACH|PRAGMA|ANALYZE)\b"
)
_LOCKS_ROWS = re.compile(r"\bFOR (NO KEY )?UPDATE\b")
# Text, names in quotes and comments: what stands in them is no word of the statement. Each database has its own ways to write them.
_TEXT, _TEXT_WITH_ESCAPES = r"'(?:[^']|'')*'", r"'(?:[^'\\]|\\.|'')*'"
_NAME, _COMMENTS = r'"(?:[^"]|"")*"', r"--[^\n]*|/\*.*?\*/"
_QUOTED = {
    "sqlite": re.compile(rf"{_TEXT}|{_NAME}|`[^`]*`|\[[^\]]*\]|{_COMMENTS}", re.DOTALL),
    "postgresql": re.compile(rf"\b[eE]{_TEXT_WITH_ESCAPES}|{_TEXT}|{_NAME}|\$(\w*)\$.*?\$\1\$|{_COMMENTS}", re.DOTALL),
    # What stands in /*! */ is done.
    "mariadb": re.compile(
        rf"{_TEXT_WITH_ESCAPES}|\"(?:[^\"\\]|\\.)*\"|`[^`]*`|#[^\n]*|--[^\n]*|/\*(?!M?!).*?\*/", re.DOTALL
    ),
}
_PARAMETER = re.compile(r"\$[0-9]+|%\(\w+\)s|(?<![:\w]):[a-z_]\w*|\?")
_SIZES = "SELECT relname, reltuples FROM pg_class WHERE relkind = 'r' AND reltuples >= 0 AND pg_table_is_visible(oid)"
_MANY = 10_000  # rows


def explain(address: Address, statement: str) -> Node:
    """Raises Invalid for what does not only read, or is not understood, and Unavailable."""
    text = statement.strip().removesuffix(";").strip()
    _refuse_unless_reading(_QUOTED[address.kind].sub(" '' ", text))
    try:
        match address.kind:
            case "postgresql":
                sizes = {str(name): int(rows) for name, rows in _ask(address, _SIZES)}
                return plan.of_postgresql(_ask(address, f"EXPLAIN (FORMAT JSON) {_plain(text)}"), sizes)
            case "mariadb":
                return plan.of_mariadb(_ask(address, f"EXPLAIN FORMAT=JSON {_plain(text)}"))
            case _:
                return plan.of_sqlite(_ask(address, f"EXPLAIN QUERY PLAN {text}"))
    except Unavailable as error:
        if error.what != "The database does not have what it should.":
            raise
        raise Invalid("The database does not understand this statement.", why=error.why) from error


def advice(node: Node) -> list[str]:
    """What is worth a thought about this way."""
    return [
        f"It reads all of {one.reads_all}"
        + (f", about {one.reads_rows:,} rows" if one.reads_rows is not None else "")
        + ":"
        " an index on what it asks for would save that, if few of the rows are wanted:"
        f" `haat runbook run create-index table={one.reads_all} columns=COLUMNS`"
        for one in _all(node)
        if one.reads_all and (one.reads_rows is None or one.reads_rows >= _MANY)
    ]


def _refuse_unless_reading(text: str) -> None:
    """For whoever mistook a command. That nothing is written is the doing of the database, which is asked read-only and for one statement."""
    words = _LOCKS_ROWS.sub("", " ".join(text.upper().split()))
    if not words.startswith(_BEGINS):
        raise _refused(f"It begins with “{words.split(' ')[0][:20]}”." if words else "It is empty.")
    if ";" in words:
        raise _refused("It is more than one statement.")
    if found := _WRITES.search(words):
        raise _refused(f"It says {found[0]}, which writes.")
    if found := _PARAMETER.search(text):
        raise Invalid(
            "That is not explained.",
            why=f"“{found[0]}” is a parameter.",
            try_="Put a value in its place, in quotes if it is text.",
        )


def _refused(why: str) -> Invalid:
    return Invalid(
        "Only a statement that reads is explained.", why=why, try_="Write one SELECT, in quotes: 'SELECT …'."
    )


def _plain(text: str) -> str:
    """As the drivers of servers take it, for which a percent sign begins a parameter."""
    return text.replace("%", "%%")


def _ask(address: Address, text: str) -> list[tuple[Any, ...]]:
    return driver_of(address).ask(text, PATIENCE)


def _all(node: Node) -> Iterator[Node]:
    yield node
    for one in node.below:
        yield from _all(one)
