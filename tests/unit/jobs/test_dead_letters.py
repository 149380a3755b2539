"""Dead letters wait for somebody, and run again once when told so."""

from __future__ import annotations

import pytest

from haat.jobs.dead import list_dead, replay, replay_all
from haat.jobs.health import figures
from haat.jobs.job import GiveUp
from haat.jobs.outbox import tell
from haat.jobs.worker import Worker
from haat.kernel import clock
from haat.kernel.errors import NotFound
from haat.store import Store, Tx


def refuse(_: dict) -> None:
    raise GiveUp("There is no such mailbox.")


@pytest.fixture
def five_dead(store: Store) -> Store:
    def tell_all(tx: Tx) -> None:
        for n in range(5):
            tell(tx, "work", {"n": n})

    store.write(tell_all)
    Worker(store, {"work": refuse}).drain()
    return store


def test_they_are_listed_a_page_at_a_time_youngest_first(five_dead: Store) -> None:
    first = list_dead(five_dead, most=3)
    second = list_dead(five_dead, before=first[-1].id, most=3)
    assert [dead.body for dead in first + second] == [f'{{"n":{n}}}' for n in (4, 3, 2, 1, 0)]


def test_one_is_replayed_once_and_leaves_the_list(five_dead: Store) -> None:
    chosen = list_dead(five_dead)[2]
    replay(five_dead, chosen.id)
    with pytest.raises(NotFound):
        replay(five_dead, chosen.id)
    done = []
    Worker(five_dead, {"work": done.append}).drain()
    assert done == [{"n": 2}]
    assert len(list_dead(five_dead)) == 4


def test_all_are_replayed_and_what_fails_again_is_dead_again(five_dead: Store) -> None:
    assert replay_all(five_dead) == 5
    assert replay_all(five_dead) == 0
    assert Worker(five_dead, {"work": refuse}).drain() == 5
    assert len(list_dead(five_dead)) == 5


def test_the_figures_say_how_many_wait_for_how_long_and_how_many_are_dead(five_dead: Store) -> None:
    with clock.frozen():
        five_dead.write(lambda tx: tell(tx, "work", {}))
        five_dead.write(lambda tx: tell(tx, "work", {}, run_at=tx.now + clock.DAY))
        clock.advance(clock.MINUTE)
        assert figures(five_dead) == (2, clock.MINUTE, 5)


def test_an_empty_queue_is_not_late(store: Store) -> None:
    assert figures(store) == (0, 0, 0)
