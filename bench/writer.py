"""The limit of a checkout: the writer alone, with exactly the changes that our checkout makes, for orders that differ by their ids."""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Callable
from functools import partial
from typing import Any

from haat.kernel.ids import new_id
from haat.store import Tx
from haat.store.sqlite import GroupWriter
from haat.store.store import Store

THREADS = 8

Change = tuple[str, list[dict[str, Any]]]
Unit = list[Change]


def trace(store: Store, buy: Callable[[], None]) -> tuple[list[Unit], int]:
    """The units of work of one purchase, and the first id that was made for it."""
    units: list[Unit] = []
    write = store.write

    def traced(work: Callable[[Tx], Any]) -> Any:
        def noted(tx: Tx) -> Any:
            units.append([])
            _note(tx, units[-1])
            return work(tx)

        return write(noted)

    first = new_id()
    store.write = traced  # type: ignore[method-assign]
    try:
        buy()
    finally:
        store.write = write  # type: ignore[method-assign]
    return [unit for unit in units if unit], first


def run(store: Store, units: list[Unit], first: int, seconds: float) -> float:
    """Orders a second that the grouped writer makes of these units, from THREADS threads."""
    writer = GroupWriter(store.address.path)
    until = time.perf_counter() + seconds
    done = [0] * THREADS

    def make_orders(thread: int) -> None:
        while time.perf_counter() < until:
            fresh: dict[int, int] = {}
            key = f"writer-{new_id()}"
            for unit in units:
                writer.run(partial(_apply, unit=unit, first=first, fresh=fresh, key=key))
            done[thread] += 1

    began = time.perf_counter()
    threads = [threading.Thread(target=make_orders, args=(number,)) for number in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    writer.close()
    return sum(done) / (time.perf_counter() - began)


def _note(tx: Tx, unit: Unit) -> None:
    run_, insert, many = tx.run, tx.insert, tx.many

    def noted_run(statement: Any, **params: Any) -> int:
        text, constants = tx._statements.of(statement)
        unit.append((text, [{**constants, **params}]))
        return run_(statement, **params)

    def noted_insert(table: Any, **values: Any) -> None:
        unit.append((tx._statements.insert(table, tuple(values)).text, [values]))
        insert(table, **values)

    def noted_many(statement: Any, rows: Any) -> None:
        rows = list(rows)
        text, constants = tx._statements.of(statement)
        unit.append((text, [{**constants, **row} for row in rows]))
        many(statement, rows)

    tx.run, tx.insert, tx.many = noted_run, noted_insert, noted_many  # type: ignore[method-assign]


def _apply(connection: sqlite3.Connection, unit: Unit, first: int, fresh: dict[int, int], key: str) -> None:
    for text, rows in unit:
        for row in rows:
            connection.execute(text, {name: _renewed(name, value, first, fresh, key) for name, value in row.items()})


def _renewed(name: str, value: Any, first: int, fresh: dict[int, int], key: str) -> Any:
    if isinstance(value, int) and value >= first:
        if value not in fresh:
            fresh[value] = new_id()
        return fresh[value]
    return key if name == "key" and isinstance(value, str) else value
