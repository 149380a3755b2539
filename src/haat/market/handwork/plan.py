"""The milestones that a bid proposes: titles and shares, of which the amounts are made."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import msgspec

from haat.kernel.money import split

MOST_PARTS = 20
LONGEST_TITLE = 120
MOST_DAYS = 3650
MOST_SHARE = 10**9


class Part(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A milestone as it is proposed: its share beside the others, and how many days after the agreement it is due."""

    title: str
    share: int
    days: int


class Stage(NamedTuple):
    """A milestone with its amount in minor units."""

    title: str
    amount: int
    days: int


def whole(title: str, days: int) -> tuple[Part, ...]:
    """The plan of who proposes none: all of it at once."""
    return (Part(title[:LONGEST_TITLE], 1, days),)


def stages(amount: int, plan: Sequence[Part]) -> list[Stage]:
    """The milestones with their amounts, which add up to the whole to the last cent (largest remainder)."""
    amounts = split(amount, [part.share for part in plan])
    return [Stage(part.title, own, part.days) for part, own in zip(plan, amounts, strict=True)]


def wrong_with(amount: int, plan: Sequence[Part]) -> str:
    """What is wrong with it, "" when nothing is."""
    if not 1 <= len(plan) <= MOST_PARTS:
        return f"Propose 1 to {MOST_PARTS} milestones."
    if any(not 1 <= len(part.title.strip()) <= LONGEST_TITLE for part in plan):
        return f"Give each milestone a title of at most {LONGEST_TITLE} characters."
    if any(not 1 <= part.days <= MOST_DAYS for part in plan):
        return f"A milestone is due 1 to {MOST_DAYS} days after the agreement."
    if any(not 1 <= part.share <= MOST_SHARE for part in plan):
        return "Each milestone needs a share above zero."
    if any(stage.amount < 1 for stage in stages(amount, plan)):
        return "A milestone would come to nothing: give it a larger share."
    return ""


def encoded(plan: Sequence[Part]) -> str:
    return msgspec.json.encode(list(plan)).decode()


decoded = msgspec.json.Decoder(tuple[Part, ...]).decode
