"""A store to which happens what happens to databases at night, as chance has it."""

from __future__ import annotations

import random
import threading
from collections import Counter
from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from sqlalchemy import Table
from sqlalchemy.sql import ClauseElement

from haat.config.address import Address
from haat.store import Row, Store, Tx, Uncertain
from haat.store.errors import Again

T = TypeVar("T")

_OFTEN = 0.07  # of units of work, while fate is against us
_DEEPEST = 12  # statements into a unit
_ASK_OWN = {"postgresql": "SELECT pg_backend_pid()", "mariadb": "SELECT connection_id()"}
_KILL = {"postgresql": "SELECT pg_terminate_backend({})", "mariadb": "KILL CONNECTION {}"}


class Broken(Exception):
    """The program failed in the middle of a unit of work."""


class FatefulStore(Store):
    """Behaves as any store while `dice` is None; each thread has dice of its own."""

    def __init__(self, address: Address) -> None:
        super().__init__(address)
        self._hands = threading.local()
        self.struck: Counter[str] = Counter()

    @property
    def dice(self) -> random.Random | None:
        return getattr(self._hands, "dice", None)

    @dice.setter
    def dice(self, dice: random.Random | None) -> None:
        self._hands.dice = dice

    def write(self, work: Callable[[Tx], T]) -> T:
        if self.dice is None or self.dice.random() >= _OFTEN:
            return super().write(work)
        blow = self.dice.choice(_BLOWS[self.kind])
        if blow == "no answer":
            super().write(work)
            self.struck[blow] += 1
            raise Uncertain(Broken("the answer was lost"))
        return self._write(work, Blow(self, blow, self.dice.randrange(_DEEPEST)))

    def _write(self, work: Callable[[Tx], T], blow: Blow) -> T:
        def struck(connection: Any) -> T:
            tx = _Struck(connection, self._statements, self._driver)
            tx.blow = blow
            result = work(tx)
            blow.fall_at_the_end(tx)
            return result

        result: T = self._driver.run(struck)
        return result

    def kill_connection_of(self, tx: Tx) -> None:
        """As an administrator might, or a database that runs short of memory."""
        number = tx._connection.execute(_ASK_OWN[self.kind]).fetchone()[0]
        self._driver.ask(_KILL[self.kind].format(number))


class Blow:
    """Falls once, before the given statement of a unit, or at its end where it has fewer."""

    def __init__(self, store: FatefulStore, kind: str, after: int) -> None:
        self._store = store
        self._kind = kind
        self._left = after
        self._has_fallen = False

    def come_nearer(self, tx: Tx) -> None:
        if self._left == 0:
            self._fall(tx)
        self._left -= 1

    def fall_at_the_end(self, tx: Tx) -> None:
        self._fall(tx)

    def _fall(self, tx: Tx) -> None:
        if self._has_fallen:
            return
        self._has_fallen = True
        self._store.struck[self._kind] += 1
        if self._kind == "killed":
            self._store.kill_connection_of(tx)
        elif self._kind == "deadlock":
            raise Again("deadlock, says fate")
        else:
            raise Broken("in the middle of a unit of work")


class _Struck(Tx):
    """A transaction on which a blow falls."""

    blow: Blow

    def read(self, statement: ClauseElement, **params: Any) -> list[Row]:
        self.blow.come_nearer(self)
        return super().read(statement, **params)

    def first(self, statement: ClauseElement, **params: Any) -> Row | None:
        self.blow.come_nearer(self)
        return super().first(statement, **params)

    def run(self, statement: ClauseElement, **params: Any) -> int:
        self.blow.come_nearer(self)
        return super().run(statement, **params)

    def many(self, statement: ClauseElement, rows: Iterable[dict[str, Any]]) -> None:
        self.blow.come_nearer(self)
        super().many(statement, rows)

    def insert(self, table: Table, **values: Any) -> None:
        self.blow.come_nearer(self)
        super().insert(table, **values)

    def insert_once(self, table: Table, **values: Any) -> bool:
        self.blow.come_nearer(self)
        return super().insert_once(table, **values)


_ON_SERVERS = ("broken", "no answer", "killed", "killed", "deadlock", "deadlock")
_BLOWS = {"sqlite": ("broken", "no answer"), "postgresql": _ON_SERVERS, "mariadb": _ON_SERVERS}
