"""However a bid is divided into milestones, nothing is lost and nothing is added."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from haat.market.catalogue.variant import HIGHEST_PRICE
from haat.market.handwork.plan import MOST_PARTS, MOST_SHARE, Part, decoded, encoded, stages, wrong_with

PARTS = st.lists(
    st.builds(Part, st.text(min_size=1, max_size=20), st.integers(1, MOST_SHARE), st.integers(1, 100)),
    min_size=1,
    max_size=MOST_PARTS,
)
AMOUNTS = st.integers(1, HIGHEST_PRICE)


@given(AMOUNTS, PARTS)
def test_milestones_come_to_the_amount_to_the_last_cent(amount: int, plan: list[Part]) -> None:
    found = stages(amount, plan)
    assert sum(stage.amount for stage in found) == amount
    assert [(stage.title, stage.days) for stage in found] == [(part.title, part.days) for part in plan]


@given(AMOUNTS, PARTS)
def test_no_milestone_is_further_from_its_share_than_one_cent(amount: int, plan: list[Part]) -> None:
    total = sum(part.share for part in plan)
    for stage, part in zip(stages(amount, plan), plan, strict=True):
        assert abs(stage.amount * total - amount * part.share) < total


@given(AMOUNTS, PARTS)
def test_a_plan_is_sound_or_says_what_is_wrong(amount: int, plan: list[Part]) -> None:
    is_sound = all(stage.amount for stage in stages(amount, plan)) and all(part.title.strip() for part in plan)
    assert (wrong_with(amount, plan) == "") == is_sound


@given(PARTS)
def test_a_plan_is_kept_as_it_is(plan: list[Part]) -> None:
    assert decoded(encoded(plan)) == tuple(plan)
