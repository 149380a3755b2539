"""On what terms a shop is paid: how long its money rests, and what part of it is kept back for a while.

The terms of the market are those of the settings, written down when they change; an administrator may set others for a shop. Rows are
added, never changed: the newest holds, and a release freezes what holds at that moment.
"""

from __future__ import annotations

from typing import NamedTuple

from haat.kernel.clock import DAY
from haat.kernel.errors import Conflict, Invalid
from haat.kernel.ids import new_id
from haat.market.payments import queries
from haat.market.payments.tables import payout_terms
from haat.store import IntegrityError, Store, Tx

MARKET = 0  # stands where the id of a shop stands

_LONGEST = 365 * DAY
_LONGEST_WHY = 300  # characters


class Terms(NamedTuple):
    """`hold` and `reserve_for` in milliseconds, `reserve` in basis points of what the seller earns."""

    hold: int
    reserve: int
    reserve_for: int


class Own(NamedTuple):
    """What was set for one shop; None: as for everybody. `version` is 0 where nothing ever was."""

    version: int
    hold: int | None
    reserve: int | None
    reserve_for: int | None
    why: str
    set_by: int | None
    set_at: int


NONE = Terms(0, 0, 0)
_NEVER_SET = Own(0, None, None, None, "", None, 0)


class NewTerms(NamedTuple):
    """What an administrator sets for a shop, and why."""

    hold: int | None
    reserve: int | None
    reserve_for: int | None
    why: str


def own(store: Store | Tx, shop_id: int) -> Own:
    """What was set for this shop alone."""
    row = store.first(queries.NEWEST_TERMS, shop_id=shop_id)
    return _NEVER_SET if row is None else Own(*row)


def in_force(store: Store | Tx, shop_id: int) -> Terms:
    """What holds for a shop now: its own terms, and those of the market where it has none."""
    market, shop = own(store, MARKET), own(store, shop_id)
    return Terms(
        *(theirs if theirs is not None else ours or 0 for theirs, ours in zip(shop[1:4], market[1:4], strict=True))
    )


def note_market(store: Store, terms: Terms) -> None:
    """Write down the terms of the settings, unless they are what they were."""

    def work(tx: Tx) -> None:
        last = own(tx, MARKET)
        if last.version == 0 or Terms(*(part or 0 for part in last[1:4])) != terms:
            _add(tx, MARKET, last.version, NewTerms(*terms, why="settings"), None)

    store.write(work)


def set_own(store: Store, shop_id: int, new: NewTerms, by: int, *, seen: int) -> None:
    """Set the terms of one shop; releases that were are not touched.

    Raises Invalid with the fields that are wrong, and Conflict when `seen` is no longer the version that holds.
    """
    check(new)

    def work(tx: Tx) -> None:
        if own(tx, shop_id).version != seen:
            raise _outdated()
        _add(tx, shop_id, seen, new, by)

    try:
        store.write(work)
    except IntegrityError as error:
        raise _outdated() from error


def check(new: NewTerms) -> None:
    """Raises Invalid with all the fields that are wrong."""
    wrong: dict[str, str] = {}
    if new.hold is not None and not 0 <= new.hold <= _LONGEST:
        wrong["hold"] = "From 0 to 365 days."
    if new.reserve is not None and not 0 <= new.reserve <= 10_000:
        wrong["reserve"] = "A percentage from 0 to 100."
    if new.reserve_for is not None and not 0 <= new.reserve_for <= _LONGEST:
        wrong["reserve_for"] = "From 0 to 365 days."
    if not new.why.strip() or len(new.why.strip()) > _LONGEST_WHY:
        wrong["why"] = f"Say why, in at most {_LONGEST_WHY} characters."
    if wrong:
        raise Invalid("The terms cannot be set like this.", fields=wrong)


def _add(tx: Tx, shop_id: int, seen: int, new: NewTerms, by: int | None) -> None:
    tx.insert(
        payout_terms,
        id=new_id(),
        shop_id=shop_id,
        version=seen + 1,
        hold=new.hold,
        reserve=new.reserve,
        reserve_for=new.reserve_for,
        why=new.why.strip(),
        set_by=by,
        set_at=tx.now,
    )


def _outdated() -> Conflict:
    return Conflict(
        "Somebody else has set the terms meanwhile.",
        why="They are no longer what you were shown.",
        try_="Look at them as they are now, and set them again.",
    )
