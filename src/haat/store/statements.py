"""A statement is compiled once to the driver's text and then runs as often as it likes.

Compiling costs some 200 µs, running a prepared text 5 µs: so a statement is an object of a module, never of a call. Columns are of types
that the drivers pass through as they are (integers, text, bytes, floats), so no value is converted on the way in or out.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Table, bindparam, insert
from sqlalchemy.engine import Dialect
from sqlalchemy.sql import ClauseElement
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.ddl import ExecutableDDLElement

from haat.config.address import Kind


class Compiled(NamedTuple):
    """The text for the driver and the values that the statement itself holds (`state == "ready"`)."""

    text: str
    constants: Mapping[str, Any]


class Statements:
    """What one dialect has compiled so far. Shared by all threads and stores of a process: at worst a text is compiled twice."""

    def __init__(self, dialect: Dialect, unless_there: str, kind: Kind) -> None:
        self.kind = kind
        self._dialect = dialect
        self._unless_there = unless_there
        self._compiled: dict[Any, Compiled] = {}
        self._inserts: dict[tuple[Table, tuple[str, ...]], Compiled] = {}

    def of(self, statement: ClauseElement) -> Compiled:
        known = self._compiled.get(statement)
        if known is None:
            known = self._compiled[statement] = self._compile(statement)
        return known

    def insert(self, table: Table, columns: Sequence[str]) -> Compiled:
        key = (table, tuple(columns))
        known = self._inserts.get(key)
        if known is None:
            # What the database makes up, such as a number, is not asked back.
            statement = insert(table).values({name: bindparam(name) for name in columns}).inline()
            known = self._inserts[key] = self._compile(statement)
        return known

    def insert_once(self, table: Table, columns: Sequence[str]) -> Compiled:
        """The INSERT that leaves a row which is there already as it is."""
        key = (table, ("once", *columns))
        known = self._inserts.get(key)
        if known is None:
            text = self.insert(table, columns).text + self._unless_there
            known = self._inserts[key] = Compiled(text, {})
        return known

    def _compile(self, statement: ClauseElement) -> Compiled:
        if isinstance(statement, ExecutableDDLElement):
            raise TypeError("tables are made by migrations")
        compiled = statement.compile(dialect=self._dialect)
        assert isinstance(compiled, SQLCompiler)
        needed = {name for name, bind in compiled.binds.items() if bind.required}
        # Lists that the statement holds itself (`state IN ("started", "waiting")`) are written out here.
        expanded = compiled.construct_expanded_state(dict.fromkeys(needed))
        constants = {name: value for name, value in expanded.parameters.items() if name not in needed}
        return Compiled(expanded.statement, constants)
