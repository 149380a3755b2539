"""Questions about a listing are asked and answered for everybody to read."""

from __future__ import annotations

import pytest
from tests.support.world import World

from haat.kernel.errors import Conflict, Invalid, NotFound, Refused, TooMany
from haat.market.accounts.shop import get_shop
from haat.market.catalogue.tables import variants
from haat.market.notices import notice
from haat.market.questions import ask as asking
from haat.market.questions.question import newest_questions, questions_about


def listed(world: World) -> tuple[int, int]:
    """A listing on sale, and its owner."""
    shop_id = world.shop()
    variant_id = world.variant(shop_id)
    listing_id = next(row[0] for row in world.store.read(variants.select().with_only_columns(variants.c.listing_id)))
    assert variant_id
    return listing_id, get_shop(world.store, shop_id).owner_id


def ask(world: World, listing_id: int, by: int, text: str = "How heavy is it?") -> int:
    return world.store.write(lambda tx: asking.ask(tx, by, listing_id, text))


def test_a_question_and_its_answer_are_public_and_both_are_told(world: World) -> None:
    listing_id, owner = listed(world)
    asker = world.account("Ines")
    question_id = ask(world, listing_id, asker)
    world.store.write(lambda tx: asking.answer(tx, owner, question_id, "Two kilograms."))
    (shown,) = questions_about(world.store, listing_id)
    assert (shown.asker, shown.question, shown.answer) == ("Ines", "How heavy is it?", "Two kilograms.")
    assert [one.kind for one in notice.list_notices(world.store, owner)] == ["question_asked"]
    assert [one.kind for one in notice.list_notices(world.store, asker)] == ["question_answered"]
    with pytest.raises(Conflict):
        world.store.write(lambda tx: asking.answer(tx, owner, question_id, "Three."))


def test_only_the_owner_answers_and_never_asks(world: World) -> None:
    listing_id, owner = listed(world)
    question_id = ask(world, listing_id, world.account())
    with pytest.raises(NotFound):
        world.store.write(lambda tx: asking.answer(tx, 5, question_id, "Me"))
    with pytest.raises(Refused, match="your own"):
        ask(world, listing_id, owner)
    with pytest.raises(Invalid):
        ask(world, listing_id, world.account(), "  ")
    with pytest.raises(NotFound):
        ask(world, 5, owner)


def test_a_removed_question_is_gone_for_everybody_but_moderators(world: World) -> None:
    listing_id, owner = listed(world)
    asker = world.account()
    question_id = ask(world, listing_id, asker, "Call me at …")
    with pytest.raises(Invalid):
        world.store.write(lambda tx: asking.remove(tx, 1, question_id, " "))
    moderator = world.account("Mo")
    world.store.write(lambda tx: asking.remove(tx, moderator, question_id, "No telephone numbers"))
    assert questions_about(world.store, listing_id) == []
    assert newest_questions(world.store)[0].removed_why == "No telephone numbers"
    assert [one.kind for one in notice.list_notices(world.store, asker)] == ["question_removed"]
    with pytest.raises(NotFound):
        world.store.write(lambda tx: asking.answer(tx, owner, question_id, "No"))
    with pytest.raises(Refused):
        world.store.write(lambda tx: asking.remove(tx, moderator, question_id, "Again"))


def test_nobody_asks_without_end(world: World) -> None:
    listing_id, _ = listed(world)
    asker = world.account()
    for _ in range(asking.MOST_AN_HOUR):
        ask(world, listing_id, asker)
    with pytest.raises(TooMany):
        ask(world, listing_id, asker)
