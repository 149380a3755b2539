"""What may be given with a move: a name, what it is, and how much of it. A process names these; nothing else is kept."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from haat.kernel.errors import Invalid

if TYPE_CHECKING:
    from haat.market.deals.process import Move

_LONGEST_INSTANT = 1 << 53  # milliseconds: what every program can count


class Need(NamedTuple):
    """`most` is of characters or photos; money and instants have none.

    An amount is in minor units of the deal's currency, an instant in milliseconds, photos are the names by which they are kept.
    """

    kind: Literal["amount", "text", "instant", "photos"]
    most: int = 0


NEEDS: Mapping[str, Need] = {
    "amount": Need("amount"),
    "carrier": Need("text", 300),
    "note": Need("text", 2000),
    "parcel": Need("text", 300),
    "photos": Need("photos", 12),
    "reason": Need("text", 300),
    "when": Need("instant"),
}


def checked(move: Move, given: Mapping[str, Any]) -> dict[str, Any]:
    """What the move needs and takes, from what was given; the rest is left out. Raises Invalid with every field that is wrong."""
    data: dict[str, Any] = {}
    wrong: dict[str, str] = {}
    for name in (*move.needs, *move.takes):
        value = _tidy(given.get(name))
        if value is None:
            if name in move.needs:
                wrong[name] = "This is needed." if NEEDS[name].kind != "amount" else "Give an amount above zero."
            continue
        if problem := _problem(NEEDS[name], value):
            wrong[name] = problem
        data[name] = value
    if wrong:
        raise Invalid(f"“{move.title}” needs more.", fields=wrong)
    return data


def _tidy(value: Any) -> Any:
    """None for what says nothing."""
    if isinstance(value, str):
        return value.strip() or None
    return None if value is None or value == [] else value


def _problem(need: Need, value: Any) -> str:
    match need.kind:
        case "amount":
            return "" if _is_whole(value) and value > 0 else "Give an amount above zero."
        case "instant":
            return "" if _is_whole(value) and 0 <= value < _LONGEST_INSTANT else "Give a day."
        case "photos":
            return _problem_of_photos(need, value)
        case "text":
            if not isinstance(value, str):
                return "This is needed."
            return "" if len(value) <= need.most else f"At most {need.most} characters."


def _problem_of_photos(need: Need, value: Any) -> str:
    if not isinstance(value, list) or not all(isinstance(one, str) and len(one) == 64 for one in value):
        return "These are no photos that we keep."
    return "" if len(value) <= need.most else f"At most {need.most} photos."


def _is_whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)
