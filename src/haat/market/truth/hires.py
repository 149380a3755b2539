"""Promises about hires: nobody shares a unit, who booked one has it, and a deal that belongs to another has that other."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import and_, false, func, or_, select

from haat.kernel import ids
from haat.market.deals import library
from haat.market.deals.tables import deals
from haat.market.hire.tables import booked_units, bookings, slots, units
from haat.market.truth.goods import where_goods_are
from haat.market.truth.truth import Check
from haat.store import Reader

# Deals that have units now: promised, booked, or handed over.
_IS_ON = where_goods_are("held", "sold", "sent")

_ON = (
    select(
        booked_units.c.unit_id,
        bookings.c.deal_id,
        bookings.c.first,
        (bookings.c.after_last + bookings.c.gap).label("until"),
    )
    .select_from(bookings)
    .join(deals, deals.c.id == bookings.c.deal_id)
    .join(booked_units, booked_units.c.deal_id == bookings.c.deal_id)
    .where(_IS_ON)
)
_ONE, _OTHER = _ON.subquery("one"), _ON.subquery("other")
_OVERLAPPING = (
    select(units.c.name, units.c.id, _ONE.c.deal_id, _OTHER.c.deal_id)
    .select_from(_ONE)
    .join(
        _OTHER,
        and_(
            _OTHER.c.unit_id == _ONE.c.unit_id,
            _OTHER.c.deal_id > _ONE.c.deal_id,
            _OTHER.c.first < _ONE.c.until,
            _ONE.c.first < _OTHER.c.until,
        ),
    )
    .join(units, units.c.id == _ONE.c.unit_id)
)


def _overlapping(reader: Reader) -> Iterator[str]:
    for name, unit_id, one, other in reader.read(_OVERLAPPING):
        yield f"{name} ({ids.encode(unit_id)}) is booked for {ids.encode(one)} and {ids.encode(other)} at once"


_HAVE = (
    select(
        slots.c.deal_id,
        func.count().label("count"),
        func.min(slots.c.slot).label("first"),
        func.max(slots.c.slot).label("last"),
    )
    .group_by(slots.c.deal_id)
    .subquery()
)
_LENGTH = bookings.c.after_last + bookings.c.gap - bookings.c.first
_WITHOUT_SLOTS = (
    select(deals.c.id, deals.c.state, func.coalesce(_HAVE.c.count, 0), bookings.c.quantity * _LENGTH)
    .select_from(bookings)
    .join(deals, deals.c.id == bookings.c.deal_id)
    .outerjoin(_HAVE, _HAVE.c.deal_id == deals.c.id)
    .where(
        _IS_ON,
        or_(
            _HAVE.c.deal_id.is_(None),
            _HAVE.c.count != bookings.c.quantity * _LENGTH,
            _HAVE.c.first != bookings.c.first,
            _HAVE.c.last != bookings.c.after_last + bookings.c.gap - 1,
        ),
    )
)
_WITH_STRAY_SLOTS = (
    select(deals.c.id, deals.c.state, _HAVE.c.count)
    .join(_HAVE, _HAVE.c.deal_id == deals.c.id)
    .outerjoin(bookings, bookings.c.deal_id == deals.c.id)
    .where(or_(bookings.c.deal_id.is_(None), ~_IS_ON))
)


def _wrong_slots(reader: Reader) -> Iterator[str]:
    for id_, state, found, expected in reader.read(_WITHOUT_SLOTS):
        yield f"hire {ids.encode(id_)} is {state}: it should have {expected} slots and has {found}"
    for id_, state, found in reader.read(_WITH_STRAY_SLOTS):
        yield f"deal {ids.encode(id_)} is {state} and still has {found} slots"


_PARENTS = deals.alias("parents")
_RIGHT_FAMILY = or_(
    false(),
    *(
        and_(
            deals.c.process == rules.name,
            deals.c.process_version == rules.version,
            deals.c.parent_id.is_(None) if rules.parent is None else _PARENTS.c.process == rules.parent,
        )
        for rules in library.all_versions()
    ),
)
_WRONG_FAMILY = (
    select(deals.c.id, deals.c.process, _PARENTS.c.process)
    .select_from(deals)
    .outerjoin(_PARENTS, _PARENTS.c.id == deals.c.parent_id)
    .where(deals.c.parent_id.is_not(None), ~_RIGHT_FAMILY)
)
_ORPHANS = select(deals.c.id, deals.c.process).where(
    deals.c.parent_id.is_(None),
    or_(
        false(),
        *(
            and_(deals.c.process == rules.name, deals.c.process_version == rules.version)
            for rules in library.all_versions()
            if rules.parent is not None
        ),
    ),
)


def _wrong_family(reader: Reader) -> Iterator[str]:
    for id_, name, parent in reader.read(_WRONG_FAMILY):
        yield f"deal {ids.encode(id_)} is a {name} and belongs to a {parent}"
    for id_, name in reader.read(_ORPHANS):
        yield f"deal {ids.encode(id_)} is a {name} and belongs to nothing"


CHECKS = (
    Check("hires", "no unit is booked twice for one time", _overlapping),
    Check("slots", "every hire that is on has its days or hours, and no other deal has any", _wrong_slots),
    Check("families", "every deal that is a part of another belongs to one that it can be a part of", _wrong_family),
)
