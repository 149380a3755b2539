"""While the gateway is asked nothing waits for us: no row is locked and no transaction is open, whatever is paid for."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import bindparam, update
from tests.support.workshop import Workshop
from tests.support.world import RETURN_URL, World

from haat.adapters.sandbox.cards import card_named
from haat.adapters.sandbox.gateway import Sandbox
from haat.kernel import clock
from haat.kernel.clock import DAY, HOUR, MINUTE
from haat.market.deals.deal import Actor
from haat.market.deals.tables import deals
from haat.market.payments import payout, reconcile
from haat.store import Store

TOUCH = update(deals).where(deals.c.id == bindparam("deal")).values(refunded=deals.c.refunded)
ASKED = ("charge", "find_charge", "withdraw", "refund", "pay_out", "find_payout", "statement")


class Watched(Sandbox):
    """The sandbox, which looks at the database whenever it is called."""

    def __init__(self, path: Path, how_many_are_open: Callable[[], int]) -> None:
        super().__init__(path, "a secret of the tests")
        self.seen: dict[str, list[int]] = {}
        self._how_many_are_open = how_many_are_open

    def __getattribute__(self, name: str) -> Any:
        if name in ASKED:
            self.seen.setdefault(name, []).append(self._how_many_are_open())
        return super().__getattribute__(name)


@pytest.fixture
def how_many_are_open(store: Store) -> Iterator[Callable[[], int]]:
    """Counts the transactions that are open now, as somebody who connects to the database sees them."""
    other = Store(store.address)
    yield {"sqlite": lambda: _in_a_file(store), "postgresql": lambda: _there(other), "mariadb": lambda: _here(other)}[
        store.kind
    ]
    other.close()


@pytest.fixture
def world(store: Store, tmp_path: Path, how_many_are_open: Callable[[], int]) -> Iterator[World]:
    world = World(store, tmp_path, Watched(tmp_path / "sandbox.db", how_many_are_open))
    yield world
    world.close()


def test_no_row_is_locked_and_no_transaction_open_while_the_gateway_is_asked(
    world: World, how_many_are_open: Callable[[], int]
) -> None:
    with clock.frozen():
        variant = world.variant(world.shop())
        paid, unpaid, silent, off = (
            world.buy(world.account(), {variant: 1}, card=card_named(name).token)
            for name in ("approves", "not_enough_money", "times_out_paid", "asks")
        )
        world.till.pay_again(unpaid.account_id, unpaid.id, 1, card_named("approves").token, RETURN_URL)
        world.hired(world.equipment(), world.period(3, 2))
        workshop = Workshop(world)
        workshop.fund(workshop.agreed())
        clock.advance(5 * MINUTE)
        world.settle.ask(silent.payment.id)
        world.move(off.deals[0], "cancel", by=Actor("buyer", off.account_id))
        world.work()
        world.settle.ask_all()
        world.move(world.move(paid.deals[0], "call_off", by=Actor("buyer", paid.account_id), reason="Too late"))
        deal = world.move(unpaid.deals[0], "send", "deliver", "complete", carrier="Post", parcel="1Z")
        (payout_id,) = [payout.claim(world.store, deal.shop_id, "EUR")]
        assert payout_id is not None
        world.work()
        payout.ask(world.store, world.gateway, payout_id)
        clock.advance(DAY + HOUR)
        reconcile.compare_due(world.store, world.gateway)
    assert isinstance(world.gateway, Watched)
    assert world.gateway.seen.keys() == set(ASKED)
    assert {name: most for name, seen in world.gateway.seen.items() if (most := max(seen))} == {}
    # It would have been seen.
    assert world.store.write(lambda tx: (tx.run(TOUCH, deal=deal.id), how_many_are_open())) == (1, 1)


def _in_a_file(store: Store) -> int:
    """This thread's own reading, and anybody's writing."""
    connection = store.connection()
    assert isinstance(connection, sqlite3.Connection)
    with closing(sqlite3.connect(store.address.path, timeout=0, isolation_level=None)) as other:
        try:
            other.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError:
            return 1
        return int(connection.in_transaction)


def _there(other: Store) -> int:
    [(count,)] = (
        other.connection()
        .execute(
            "SELECT count(*) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid() AND xact_start IS NOT NULL"
        )
        .fetchall()
    )
    return int(count)


def _here(other: Store) -> int:
    """Those of clients of this database: the server itself has some now and then, as when it counts rows anew."""
    [(_, _, status)] = other.connection().execute("SHOW ENGINE INNODB STATUS").fetchall()
    ids = "SELECT id FROM information_schema.processlist WHERE db = database()"
    clients = {f"MariaDB thread id {number}," for (number,) in other.connection().execute(ids).fetchall()}
    open_ones = (said for said in status.split("---TRANSACTION")[1:] if ", ACTIVE" in said.partition("\n")[0])
    return sum(any(client in said for client in clients) for said in open_ones)
