"""What can be done about a deal, by whom and until when, and what comes by itself: told to a side of it, by pages and API alike."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from haat.kernel.errors import Refused
from haat.kernel.zone import Zone
from haat.market.deals.deal import Deal
from haat.market.deals.process import Move, Side

_SIDES: tuple[Side, ...] = ("buyer", "seller", "operator")


class Possible(NamedTuple):
    """A move that this side may make now. `until` is when it no longer may, however the deal stands; None where time changes nothing."""

    move: Move
    until: int | None


class Impossible(NamedTuple):
    """A move that would be this side's, but not at this time: `since` when it will be, or `until` when it was."""

    move: Move
    since: int | None
    until: int | None


class Coming(NamedTuple):
    """The move that the clock will make, and when."""

    move: Move
    at: int


class Outlook(NamedTuple):
    """How a deal stands for one side. `others` are the moves of the other sides, by side."""

    now: tuple[Possible, ...]
    not_now: tuple[Impossible, ...]
    by_itself: Coming | None
    others: Mapping[Side, tuple[Move, ...]]
    has_turn: bool


def of(deal: Deal, side: Side, terms: Mapping[str, int], now: int) -> Outlook:
    """How the deal stands for this side. `terms` are those of the settings, in milliseconds."""
    rules, mine = deal.rules, deal.rules.moves_from(deal.state, side)
    return Outlook(
        now=tuple(Possible(move, _until(deal, move, terms)) for move in mine if _is_time(deal, move, terms, now)),
        not_now=tuple(
            Impossible(move, _since(deal, move, terms), _until(deal, move, terms))
            for move in mine
            if not _is_time(deal, move, terms, now)
        ),
        by_itself=_coming(deal),
        others={
            other: tuple(m for m in rules.moves_from(deal.state, other) if _is_time(deal, m, terms, now))
            for other in _SIDES
            if other != side
        },
        has_turn=rules.states[deal.state].turn == side,
    )


def refuse_at_the_wrong_time(deal: Deal, move: Move, terms: Mapping[str, int], now: int, zone: Zone) -> None:
    """Raises Refused when the move is not possible yet, or no longer."""
    since, until = _since(deal, move, terms), _until(deal, move, terms)
    if since is not None and now < since:
        raise Refused(
            f"“{move.title}” is not possible yet.", why=f"It is from {_minute(since, zone)} on.", try_="Come back then."
        )
    if until is not None and now >= until:
        raise Refused(
            f"“{move.title}” is no longer possible.",
            why=f"It was until {_minute(until, zone)}.",
            try_="Open it again to see what can be done now.",
        )


def _is_time(deal: Deal, move: Move, terms: Mapping[str, int], now: int) -> bool:
    since, until = _since(deal, move, terms), _until(deal, move, terms)
    return (since is None or since <= now) and (until is None or now < until)


def _since(deal: Deal, move: Move, terms: Mapping[str, int]) -> int | None:
    return move.since.instant(deal.span, terms) if move.since else None


def _until(deal: Deal, move: Move, terms: Mapping[str, int]) -> int | None:
    return move.until.instant(deal.span, terms) if move.until else None


def _coming(deal: Deal) -> Coming | None:
    timer = deal.rules.states[deal.state].timer
    return None if timer is None or deal.due_at is None else Coming(deal.rules.move(timer.move), deal.due_at)


def _minute(at: int, zone: Zone) -> str:
    return f"{zone.local(at):%Y-%m-%d %H:%M} {zone.called(at)}"
