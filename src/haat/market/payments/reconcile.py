"""Reconciliation: what the gateway says that it did on a day, compared with what stands here.

Where the two disagree stays in a queue until somebody has written down what came of it, or until they agree. Comparing a day again finds
the same mismatch once. It changes nothing but the queue: what is wrong is mended where it went wrong.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from functools import partial
from typing import Any, Literal, NamedTuple, TypeAlias

from sqlalchemy import Select, bindparam, func, select, update

from haat.kernel import clock
from haat.kernel.clock import DAY, HOUR, MINUTE
from haat.kernel.errors import Conflict, Invalid, NotFound
from haat.kernel.ids import new_id
from haat.kernel.money import Money
from haat.market.payments.ports import Gateway, MovementKind, StatementLine
from haat.market.payments.tables import mismatches, payments, payouts, reconciliations, refunds
from haat.store import Reader, Store, Tx

Kind: TypeAlias = Literal["missing_here", "missing_there", "amount", "state", "duplicate"]

# Around midnight the two may have written a movement down on different days.
_EDGE = 15 * MINUTE
_WAIT_AFTER_DAY = HOUR  # before a day that has ended is compared by itself
_CATCH_UP = 7  # days
_LONGEST_NOTE = 500
_AFTER_ALL = 2**63 - 1


def _(text: str) -> str:
    """Marks a text for the catalogue of messages; pages translate it when they show it."""
    return text


# What each mismatch is, and what to do about it.
WHAT_TO_DO: dict[Kind, tuple[str, str]] = {
    "missing_here": (
        _("The gateway moved money that is not known here."),
        _(
            "Look the key up at the gateway. If it is another shop's, tell the gateway; if it is ours, restore what was lost."
        ),
    ),
    "missing_there": (
        _("What is booked here is not in the gateway's report."),
        _(
            "Ask the gateway for it by its key. If it never happened there, the buyer or the seller still waits for the money."
        ),
    ),
    "amount": (
        _("The gateway moved another amount than the one that is booked here."),
        _("Compare both with the order. The difference is owed to somebody: refund it, or claim it from the gateway."),
    ),
    "state": (
        _("The gateway has done it, and here it is not done."),
        _(
            "It is asked for by itself every few minutes. If this stays, see whether the worker runs and whether a job has died."
        ),
    ),
    "duplicate": (
        _("The gateway moved the same money twice."),
        _("Ask the gateway to take one of the two back."),
    ),
}


class Mismatch(NamedTuple):
    """A row of the queue. `ours` and `theirs` say what each side has; `resolved_by` is None where they came to agree by themselves."""

    id: int
    day: str
    kind: Kind
    about: MovementKind
    key: str
    ref: str
    ours: str
    theirs: str
    found_at: int
    resolved_at: int | None
    resolved_by: int | None
    note: str | None


class Compared(NamedTuple):
    """What came of comparing a day: how many lines the report had, and the mismatches that are open now."""

    day: str
    source: str
    looked_at: int
    open: tuple[Mismatch, ...]


class _Found(NamedTuple):
    kind: Kind
    about: MovementKind
    key: str
    ref: str
    ours: str
    theirs: str


class _Ours(NamedTuple):
    """What stands here: the money, and whether it moved."""

    money: Money
    is_done: bool
    state: str


def yesterday() -> str:
    return clock.as_datetime(clock.now() - DAY).date().isoformat()


def day_of(text: str) -> str:
    """A day as it was typed, such as 2026-11-28. Raises Invalid."""
    try:
        return date.fromisoformat(text.strip()).isoformat()
    except ValueError:
        raise Invalid("This is not a day.", fields={"day": "Write a day such as 2026-11-28."}) from None


def begin_of(day: str) -> int:
    """The first instant of a day."""
    return _bounds(day)[0]


def compare_with_gateway(store: Store, gateway: Gateway, day: str) -> Compared:
    """Compare a day with what the gateway says when it is asked."""
    start, end = _bounds(day)
    around = gateway.statement(start - DAY, end + DAY)
    lines = [line for line in around if start <= line.at < end]
    known = {(line.kind, line.key) for line in around}
    return store.write(lambda tx: _compare(tx, day, gateway.name, lines, known, start, end))


def compare_with_report(store: Store, day: str, lines: Sequence[StatementLine], source: str) -> Compared:
    """Compare a day with a report that came as a file; what happened on other days is passed over."""
    start, end = _bounds(day)
    of_day = [line for line in lines if start <= line.at < end]
    known = {(line.kind, line.key) for line in lines}
    return store.write(lambda tx: _compare(tx, day, source[:200], of_day, known, start + _EDGE, end))


def compare_due(store: Store, gateway: Gateway) -> str:
    """Compare the days that ended lately and were not compared yet."""
    today = clock.as_datetime(clock.now() - _WAIT_AFTER_DAY).date()
    due = [(today - timedelta(days=back)).isoformat() for back in range(_CATCH_UP, 0, -1)]
    done = {row[0] for row in store.read(_COMPARED_SINCE, first=due[0], source=gateway.name)}
    first = store.value(_FIRST_PAYMENT)
    compared = [
        compare_with_gateway(store, gateway, day)
        for day in due
        if day not in done and first is not None and _bounds(day)[1] > first
    ]
    if not compared:
        return "No day was left to be compared with the gateway."
    return (
        f"Days compared with the gateway: {len(compared)}; mismatches open: {sum(len(one.open) for one in compared)}."
    )


def queue(store: Store, *, before: int = _AFTER_ALL, most: int = 24) -> list[Mismatch]:
    """What is open, the newest first."""
    return [Mismatch(*row) for row in store.read(_QUEUE, before=before, most=most)]


def resolved(store: Store, *, before: int = _AFTER_ALL, most: int = 24) -> list[Mismatch]:
    """What was resolved, the newest first."""
    return [Mismatch(*row) for row in store.read(_RESOLVED, before=before, most=most)]


def resolve(store: Store, mismatch_id: int, note: str, by: int) -> None:
    """Write down what came of a mismatch. Raises Invalid without a note, NotFound, Conflict where it is resolved already."""
    told = note.strip()
    if not 3 <= len(told) <= _LONGEST_NOTE:
        raise Invalid("Say what came of it.", fields={"note": f"From 3 to {_LONGEST_NOTE} characters."})
    store.write(lambda tx: _resolve(tx, mismatch_id, told, by))


def _resolve(tx: Tx, mismatch_id: int, note: str, by: int) -> None:
    if tx.run(_CLOSE, row=mismatch_id, at=tx.now, by=by, told=note) == 1:
        return
    if tx.first(_MISMATCH, id=mismatch_id) is None:
        raise NotFound("There is no such mismatch.")
    raise Conflict("This is resolved already.", try_="See what was written down.")


def _bounds(day: str) -> tuple[int, int]:
    start = int(datetime.fromisoformat(day).replace(tzinfo=UTC).timestamp() * 1000)
    return start, start + DAY


def _compare(
    tx: Tx,
    day: str,
    source: str,
    lines: Sequence[StatementLine],
    known: set[tuple[MovementKind, str]],
    from_: int,
    until: int,
) -> Compared:
    found = [*_of_report(tx, lines), *_of_books(tx, known, from_, until)]
    known_here = {(one.kind, one.about, one.key): one for one in (Mismatch(*row) for row in tx.read(_OF_DAY, day=day))}
    for one in found:
        if (one.kind, one.about, one.key) not in known_here:
            tx.insert(mismatches, id=new_id(), day=day, found_at=tx.now, **one._asdict())
        else:
            tx.run(_REOPEN, row=known_here[one.kind, one.about, one.key].id)
    still = {(one.kind, one.about, one.key) for one in found}
    for key in sorted(known_here.keys() - still):
        tx.run(_CLOSE, row=known_here[key].id, at=tx.now, by=None, told=f"They agree, says {source}."[:_LONGEST_NOTE])
    tx.insert(reconciliations, id=new_id(), day=day, source=source, at=tx.now, looked_at=len(lines), found=len(found))
    now_open = tuple(one for one in (Mismatch(*row) for row in tx.read(_OF_DAY, day=day)) if one.resolved_at is None)
    return Compared(day, source, len(lines), now_open)


def _of_report(reader: Reader, lines: Sequence[StatementLine]) -> Iterator[_Found]:
    """What the gateway did, seen from here."""
    times = Counter((line.kind, line.key) for line in lines)
    for line in {(line.kind, line.key): line for line in lines}.values():
        found = partial(_Found, about=line.kind, key=line.key[:80], ref=line.ref[:120])
        if times[line.kind, line.key] > 1:
            yield found("duplicate", ours="1", theirs=str(times[line.kind, line.key]))
        ours = _ours(reader, line.kind, line.key)
        if ours is None:
            yield found("missing_here", ours="", theirs=str(line.amount))
        elif ours.money != line.amount:
            yield found("amount", ours=str(ours.money), theirs=str(line.amount))
        elif not ours.is_done:
            yield found("state", ours=f"{ours.state}: {ours.money}", theirs=str(line.amount))


def _of_books(reader: Reader, known: set[tuple[MovementKind, str]], from_: int, until: int) -> Iterator[_Found]:
    """What is done here and the gateway says nothing of."""
    keys = {kind: {_bare(kind, key) for about, key in known if about == kind} for kind in _DONE}
    for kind, statement in _DONE.items():
        for id_, amount, currency, ref in reader.read(statement, start=from_, end=until):
            if str(id_) not in keys[kind]:
                yield _Found("missing_there", kind, str(id_), ref or "", str(Money(amount, currency)), "")


def _ours(reader: Reader, kind: MovementKind, key: str) -> _Ours | None:
    bare = _bare(kind, key)
    if not (bare.isascii() and bare.isdigit()) or len(bare) > 19:
        return None
    row = reader.first(_ROWS[kind], id=int(bare))
    if row is None:
        return None
    amount, currency, state = row
    return _Ours(Money(amount, currency), state in _MOVED[kind], state)


def _bare(kind: MovementKind, key: str) -> str:
    """Our id in a key: refunds have a number of their attempt behind it."""
    return key.partition(".")[0] if kind == "refund" else key


# The states in which the money of an order counts as moved.
_MOVED: Mapping[MovementKind, tuple[str, ...]] = {
    "charge": ("paid",),
    "refund": ("done",),
    "payout": ("sent", "returned"),
    "payout_returned": ("returned",),
}
_PAYOUT_ROW = select(payouts.c.amount, payouts.c.currency, payouts.c.state).where(payouts.c.id == bindparam("id"))
_ROWS = {
    "charge": select(payments.c.amount, payments.c.currency, payments.c.state).where(payments.c.id == bindparam("id")),
    "refund": select(refunds.c.amount, refunds.c.currency, refunds.c.state).where(refunds.c.id == bindparam("id")),
    "payout": _PAYOUT_ROW,
    "payout_returned": _PAYOUT_ROW,
}
# What is done here, by when it was settled. A payout that came back is asked about as what it became.
_DONE: Mapping[MovementKind, Select[Any]] = {
    "charge": select(payments.c.id, payments.c.amount, payments.c.currency, payments.c.gateway_ref).where(
        payments.c.state == "paid",
        payments.c.amount > 0,
        payments.c.settled_at >= bindparam("start"),
        payments.c.settled_at < bindparam("end"),
    ),
    "refund": select(refunds.c.id, refunds.c.amount, refunds.c.currency, refunds.c.gateway_ref).where(
        refunds.c.state == "done", refunds.c.settled_at >= bindparam("start"), refunds.c.settled_at < bindparam("end")
    ),
    "payout": select(payouts.c.id, payouts.c.amount, payouts.c.currency, payouts.c.gateway_ref).where(
        payouts.c.state == "sent", payouts.c.settled_at >= bindparam("start"), payouts.c.settled_at < bindparam("end")
    ),
    "payout_returned": select(payouts.c.id, payouts.c.amount, payouts.c.currency, payouts.c.gateway_ref).where(
        payouts.c.state == "returned",
        payouts.c.settled_at >= bindparam("start"),
        payouts.c.settled_at < bindparam("end"),
    ),
}
_COMPARED_SINCE = select(reconciliations.c.day).where(
    reconciliations.c.day >= bindparam("first"), reconciliations.c.source == bindparam("source")
)
_FIRST_PAYMENT = select(func.min(payments.c.started_at))
_ALL = select(
    mismatches.c.id,
    mismatches.c.day,
    mismatches.c.kind,
    mismatches.c.about,
    mismatches.c.key,
    mismatches.c.ref,
    mismatches.c.ours,
    mismatches.c.theirs,
    mismatches.c.found_at,
    mismatches.c.resolved_at,
    mismatches.c.resolved_by,
    mismatches.c.note,
)
_MISMATCH = _ALL.where(mismatches.c.id == bindparam("id"))
_OF_DAY = _ALL.where(mismatches.c.day == bindparam("day")).order_by(mismatches.c.id)
_PAGE = _ALL.where(mismatches.c.id < bindparam("before")).order_by(mismatches.c.id.desc()).limit(bindparam("most"))
_QUEUE = _PAGE.where(mismatches.c.resolved_at.is_(None))
_RESOLVED = _PAGE.where(mismatches.c.resolved_at.is_not(None))
_CLOSE = (
    update(mismatches)
    .where(mismatches.c.id == bindparam("row"), mismatches.c.resolved_at.is_(None))
    .values(resolved_at=bindparam("at"), resolved_by=bindparam("by"), note=bindparam("told"))
)
# What came to agree by itself, and does no more. What somebody has resolved stays so.
_REOPEN = (
    update(mismatches)
    .where(
        mismatches.c.id == bindparam("row"),
        mismatches.c.resolved_at.is_not(None),
        mismatches.c.resolved_by.is_(None),
    )
    .values(resolved_at=None, note=None)
)
