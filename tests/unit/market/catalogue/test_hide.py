"""What a suspended seller offers is hidden, and comes back as it was."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from tests.support.members import administrator
from tests.support.stall import Stall

from haat.jobs.tables import jobs
from haat.kernel.errors import Refused
from haat.market.accounts.suspend import suspend, unsuspend
from haat.market.catalogue import card, hide
from haat.market.catalogue.end import end
from haat.market.catalogue.hide import follow_suspension
from haat.market.catalogue.item import item
from haat.market.catalogue.moderate import remove, restore
from haat.market.catalogue.publish import publish
from haat.market.truth import goods
from haat.market.truth.truth import check_all

Turn = Callable[[], None]


@pytest.fixture
def root(stall: Stall) -> int:
    return administrator(stall.store)


@pytest.fixture
def shut_out(stall: Stall, root: int) -> Turn:
    def turn() -> None:
        suspend(stall.store, root, stall.owner_id, "Sold what never came")
        follow(stall)

    return turn


@pytest.fixture
def let_in(stall: Stall, root: int) -> Turn:
    def turn() -> None:
        unsuspend(stall.store, root, stall.owner_id)
        follow(stall)

    return turn


def follow(stall: Stall) -> None:
    follow_suspension(stall.store, stall.catalogue, stall.owner_id)


def state(stall: Stall, listing_id: int) -> str:
    found = item(stall.store, listing_id)
    assert found is not None
    return found.state


def shown(stall: Stall, category_id: int) -> list[tuple[str, ...]]:
    pages = (
        card.newest(stall.store),
        card.in_category(stall.store, category_id),
        card.of_shop(stall.store, stall.shop_id),
    )
    return [tuple(sorted(one.title for one in page.cards)) for page in pages]


def test_nothing_of_a_suspended_seller_is_shown_and_all_of_it_once_they_are_let_in(
    stall: Stall, told: list[int], shut_out: Turn, let_in: Turn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hide, "_BATCH", 2)
    cups = stall.category("Cups")
    names = tuple(f"Mug {n}" for n in range(5))
    ids = [stall.sell(name, category=cups) for name in names]
    before = [item(stall.store, one) for one in ids]
    told.clear()
    shut_out()
    assert shown(stall, cups) == [(), (), ()]
    assert set(told) == set(ids)
    let_in()
    assert shown(stall, cups) == [names] * 3
    after = [item(stall.store, one) for one in ids]
    assert [one and one.published_at for one in after] == [one and one.published_at for one in before]


def test_what_was_not_on_sale_does_not_come_back_on_sale(stall: Stall, shut_out: Turn, let_in: Turn) -> None:
    draft, ended = stall.draft("Draft"), stall.sell("Ended")
    stall.run(end, ended)
    shut_out()
    let_in()
    assert (state(stall, draft), state(stall, ended)) == ("draft", "ended")


def test_following_twice_or_for_somebody_without_a_shop_changes_nothing(
    stall: Stall, shut_out: Turn, root: int
) -> None:
    listing_id = stall.sell()
    shut_out()
    follow(stall)
    follow_suspension(stall.store, stall.catalogue, root)
    assert state(stall, listing_id) == "hidden"


def test_who_is_let_in_before_anything_was_hidden_keeps_it_on_sale(stall: Stall, root: int) -> None:
    listing_id = stall.sell()
    suspend(stall.store, root, stall.owner_id, "Sold what never came")
    unsuspend(stall.store, root, stall.owner_id)
    follow(stall)
    assert state(stall, listing_id) == "active"


def test_nothing_is_put_on_sale_for_a_suspended_seller(stall: Stall, shut_out: Turn) -> None:
    listing_id = stall.draft()
    stall.variant(listing_id)
    shut_out()
    with pytest.raises(Refused, match="suspended"):
        stall.run(publish, listing_id)


def test_what_a_moderator_restores_stays_hidden_while_its_seller_is_suspended(
    stall: Stall, shut_out: Turn, let_in: Turn
) -> None:
    listing_id = stall.sell()
    shut_out()
    stall.store.write(lambda tx: remove(tx, stall.catalogue, 7, listing_id, "A forgery"))
    stall.store.write(lambda tx: restore(tx, stall.catalogue, listing_id))
    assert state(stall, listing_id) == "hidden"
    let_in()
    assert state(stall, listing_id) == "active"


def test_truth_waits_for_the_job_that_hides_and_names_what_it_left(stall: Stall, root: int) -> None:
    listing_id = stall.sell()
    suspend(stall.store, root, stall.owner_id, "Sold what never came")
    (check,) = (one for one in goods.CHECKS if one.name == "hidden")
    assert check_all(stall.store, [check])[0].holds
    stall.store.write(lambda tx: tx.run(jobs.delete()))
    assert check_all(stall.store, [check])[0].how_many == 1
    follow(stall)
    assert check_all(stall.store, [check])[0].holds
    assert state(stall, listing_id) == "hidden"
