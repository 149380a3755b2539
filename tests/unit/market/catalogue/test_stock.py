"""Stock is never oversold, and `listings.free` always says what can be bought."""

from __future__ import annotations

import random
import threading
from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test
from sqlalchemy import bindparam, select, update
from tests.support.examples import examples
from tests.support.stall import Stall

from haat.config.address import Address
from haat.kernel.errors import Conflict, Invalid, Refused
from haat.market.catalogue import stock
from haat.market.catalogue.change_variants import add_variant, change_variant, retire_variant
from haat.market.catalogue.end import end
from haat.market.catalogue.publish import publish
from haat.market.catalogue.restock import recount, restock
from haat.market.catalogue.stock import Stock, StockDisagrees
from haat.market.catalogue.tables import listings
from haat.market.catalogue.tables import stock as stock_table
from haat.market.catalogue.variant import VariantText
from haat.store import IntegrityError, Store

FREE = select(listings.c.free).where(listings.c.id == bindparam("listing"))


def pieces(stall: Stall, variant_id: int) -> Stock:
    found = stall.store.write(lambda tx: stock.of(tx, variant_id))
    assert found is not None
    return found


def test_only_what_is_on_sale_can_be_held(stall: Stall) -> None:
    listing = stall.draft()
    small, large = stall.variant(listing, Size="S"), stall.variant(listing, Size="L")

    def can_hold(variant_id: int) -> bool:
        return stall.store.write(lambda tx: stock.hold(tx, variant_id, 1))

    assert not can_hold(small)
    stall.run(publish, listing)
    assert can_hold(small)
    stall.run(retire_variant, small)
    assert not can_hold(small)
    stall.run(end, listing)
    assert not can_hold(large)
    assert not can_hold(12345)


def test_moving_pieces_that_are_not_there_raises_and_changes_nothing(stall: Stall) -> None:
    listing = stall.draft()
    variant = stall.variant(listing, pieces=2)
    stall.run(publish, listing)
    for move in (stock.release, stock.sell, stock.unsell, stock.ship):
        with pytest.raises(StockDisagrees):
            stall.store.write(lambda tx, move=move: move(tx, variant, 1))
    with pytest.raises(ValueError, match="cannot be moved"):
        stall.store.write(lambda tx: stock.hold(tx, variant, -1))
    assert pieces(stall, variant) == Stock(2, 0, 0)
    assert stall.store.value(FREE, listing=listing) == 2


def test_the_table_itself_refuses_to_be_oversold(stall: Stall) -> None:
    variant = stall.variant(stall.draft(), pieces=1)
    cheat = update(stock_table).where(stock_table.c.variant_id == bindparam("variant")).values(held=2)
    with pytest.raises(IntegrityError, match="never_oversold"):
        stall.store.write(lambda tx: tx.run(cheat, variant=variant))


def test_sixty_four_buyers_get_exactly_the_ten_pieces_there_are(stall: Stall) -> None:
    listing = stall.draft()
    variant = stall.variant(listing, pieces=10)
    stall.run(publish, listing)
    won: list[int] = []
    barrier = threading.Barrier(64)

    def buy(buyer: int) -> None:
        chance = random.Random(buyer)
        barrier.wait(20)
        for _ in range(6):
            if stall.store.write(lambda tx: stock.hold(tx, variant, 1)):
                if chance.random() < 0.5:
                    stall.store.write(lambda tx: stock.release(tx, variant, 1))
                else:
                    stall.store.write(lambda tx: stock.sell(tx, variant, 1))
                    won.append(buyer)

    threads = [threading.Thread(target=buy, args=(buyer,)) for buyer in range(64)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(won) == 10
    assert pieces(stall, variant) == Stock(10, 0, 10)
    assert stall.store.value(FREE, listing=listing) == 0


def test_what_deals_need_cannot_be_taken_off_the_shelf(stall: Stall) -> None:
    listing = stall.draft()
    variant = stall.variant(listing, pieces=5)
    stall.run(publish, listing)
    stall.store.write(lambda tx: stock.hold(tx, variant, 3))
    with pytest.raises(Refused) as refused:
        stall.run(restock, variant, -3)
    assert "3 pieces are promised" in refused.value.why
    with pytest.raises(Refused):
        stall.run(recount, variant, 2)
    with pytest.raises(Invalid):
        stall.run(recount, variant, -1)
    stall.run(restock, variant, -2)
    assert pieces(stall, variant) == Stock(3, 3, 0)
    assert stall.store.value(FREE, listing=listing) == 0


def test_a_recount_that_began_before_another_change_is_a_conflict(stall: Stall) -> None:
    variant = stall.variant(stall.draft(), pieces=5)
    stall.run(restock, variant, 2)
    with pytest.raises(Conflict):
        stall.run(recount, variant, 9, 5)
    stall.run(recount, variant, 9, 7)
    assert pieces(stall, variant) == Stock(9, 0, 0)


class Shelf(RuleBasedStateMachine):
    """Two variants of one listing, moved at random next to a model of them in plain numbers."""

    address: Address

    def __init__(self) -> None:
        super().__init__()
        self.stall = Stall(Store(self.address), lambda tx, listing_id: None)
        self.listing = self.stall.draft(f"Thing {id(self)}")
        self.model = {self.stall.variant(self.listing, pieces=4, Size=size): [4, 0, 0] for size in "SL"}
        self.stall.run(publish, self.listing)
        self.retired: set[int] = set()

    def teardown(self) -> None:
        self.stall.store.close()

    some = st.integers(1, 3)
    which = st.integers(0, 1)

    @rule(which=which, n=some)
    def hold(self, which: int, n: int) -> None:
        variant, (on_hand, held, sold) = self._pick(which)
        could = self.stall.store.write(lambda tx: stock.hold(tx, variant, n))
        assert could == (on_hand - held - sold >= n and variant not in self.retired)
        if could:
            self.model[variant][1] += n

    @rule(which=which, n=some)
    def release(self, which: int, n: int) -> None:
        self._try(which, stock.release, n, possible=lambda on_hand, held, sold: held >= n, by=(0, -n, 0))

    @rule(which=which, n=some)
    def sell(self, which: int, n: int) -> None:
        self._try(which, stock.sell, n, possible=lambda on_hand, held, sold: held >= n, by=(0, -n, n))

    @rule(which=which, n=some)
    def unsell(self, which: int, n: int) -> None:
        self._try(which, stock.unsell, n, possible=lambda on_hand, held, sold: sold >= n, by=(0, 0, -n))

    @rule(which=which, n=some)
    def ship(self, which: int, n: int) -> None:
        self._try(which, stock.ship, n, possible=lambda on_hand, held, sold: sold >= n, by=(-n, 0, -n))

    @rule(which=which, n=some)
    def put_back(self, which: int, n: int) -> None:
        self._try(which, stock.put_back, n, possible=lambda on_hand, held, sold: True, by=(n, 0, 0))

    @rule(which=which, by=st.integers(-4, 4))
    def restock(self, which: int, by: int) -> None:
        variant, (on_hand, held, sold) = self._pick(which)
        if on_hand + by < held + sold:
            with pytest.raises((Refused, Invalid)):
                self.stall.run(restock, variant, by)
        else:
            self.stall.run(restock, variant, by)
            self.model[variant][0] += by

    @rule(which=which, price=st.integers(1, 5000))
    def change(self, which: int, price: int) -> None:
        variant, _ = self._pick(which)
        if variant not in self.retired:
            self.stall.run(change_variant, variant, VariantText(price, (("Size", "SL"[which]),)))

    @precondition(lambda self: not self.retired)
    @rule(which=which)
    def retire(self, which: int) -> None:
        variant, _ = self._pick(which)
        self.stall.run(retire_variant, variant)
        self.retired.add(variant)

    @precondition(lambda self: self.retired)
    @rule(n=some)
    def bring_back(self, n: int) -> None:
        variant = self.retired.pop()
        which = list(self.model).index(variant)
        sku = f"{self.stall.store.value(HANDLE, listing=self.listing)}-{which + 1}"
        text = VariantText(900, (("Size", "SL"[which]),), sku)
        assert self.stall.run(add_variant, self.listing, text, n) == variant
        _, held, sold = self.model[variant]
        self.model[variant][0] = held + sold + n

    @invariant()
    def the_table_agrees_with_the_model(self) -> None:
        for variant, expected in self.model.items():
            assert pieces(self.stall, variant) == Stock(*expected)

    @invariant()
    def the_card_says_what_can_be_bought(self) -> None:
        free = sum(Stock(*counts).free for variant, counts in self.model.items() if variant not in self.retired)
        assert self.stall.store.value(FREE, listing=self.listing) == free

    def _pick(self, which: int) -> tuple[int, list[int]]:
        variant = list(self.model)[which]
        return variant, self.model[variant]

    def _try(self, which, move, n, *, possible, by) -> None:
        variant, counts = self._pick(which)
        if not possible(*counts):
            with pytest.raises(StockDisagrees):
                self.stall.store.write(lambda tx: move(tx, variant, n))
            return
        self.stall.store.write(lambda tx: move(tx, variant, n))
        self.model[variant] = [have + change for have, change in zip(counts, by, strict=True)]


HANDLE = select(listings.c.handle).where(listings.c.id == bindparam("listing"))


def test_any_order_of_moves_keeps_stock_and_card_in_step(new_database: Callable[[], Address]) -> None:
    machine = type("Shelf", (Shelf,), {"address": new_database()})
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=examples(25), stateful_step_count=30, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )
