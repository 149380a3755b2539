"""Whatever people, the bank, the clock and the database do to deals of any process: every promise holds, and everything comes to an end.

`python -m tests.walks` walks for longer.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from tests.walks.scenes import Articles
from tests.walks.walk import called, crowd, roots, seeds_of, shortest, walk

from haat.config.address import Address
from haat.market.deals import library
from haat.market.deals.process import Process
from haat.market.deals.tables import deals

STEPS = 220


@pytest.mark.parametrize("rules", roots(), ids=called)
def test_every_promise_holds_through_any_history_of_a_process(
    new_database: Callable[[], Address], tmp_path: Path, rules: Process
) -> None:
    went = walk(rules, new_database(), tmp_path, seeds_of(7, 1, STEPS), check_every=10)
    assert not went.wrong, "\n".join([*went.told[-30:], went.wrong])
    assert went.moves > 60
    assert len(went.made) > 10
    assert len(went.struck) > 1  # What is to be survived did happen.


@pytest.mark.parametrize("name", ["purchase", "hire", "job", "classified", "promotion"])
def test_every_promise_holds_when_four_walk_at_once(
    new_database: Callable[[], Address], tmp_path: Path, name: str
) -> None:
    went = crowd(library.newest(name), new_database(), tmp_path, seeds_of(11, 1, STEPS), people=4)
    assert not went.wrong, "\n".join([*went.told[-30:], went.wrong])
    assert went.moves > 40


def test_every_process_is_walked_through() -> None:
    walked = {rules.name for rules in roots()}
    assert {rules.name for rules in library.every() if rules.name not in walked and rules.parent not in walked} == set()


def test_a_walk_that_breaks_a_promise_says_which_and_after_what(
    new_database: Callable[[], Address], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def reserve_everything(scene: Articles, dice: object) -> str:
        """Without holding the one piece that there is."""
        scene.world.store.write(lambda tx: tx.run(deals.update().values(state="reserved")))
        return "reserve everything"

    monkeypatch.setattr(Articles, "act", reserve_everything)
    went = walk(library.newest("classified"), new_database(), tmp_path, seeds_of(3, 1, 40))
    assert "of 1 pieces 0 are held" in went.wrong
    assert went.told[-1] == "somebody reserve everything"


def test_a_failing_walk_is_made_as_short_as_it_can_be() -> None:
    assert shortest(range(64), lambda some: 9 in some and 40 in some) == [9, 40]
