"""Report a listing or a person to the people of the market, who decide about it. Once a person and thing; the oldest first."""

from __future__ import annotations

from typing import Literal, NamedTuple, TypeAlias

from sqlalchemy import ColumnElement, Update, bindparam, exists, func, select, update

from haat.kernel.clock import DAY
from haat.kernel.errors import Conflict, Invalid, NotFound, Refused, TooMany
from haat.kernel.ids import new_id
from haat.market.accounts.suspend import suspend
from haat.market.accounts.tables import accounts, shops
from haat.market.catalogue.listing import Catalogue
from haat.market.catalogue.moderate import remove
from haat.market.catalogue.tables import listings
from haat.market.moderation.tables import reports
from haat.store import Store, Tx

Reason: TypeAlias = Literal["forbidden", "fraud", "wrong", "offensive", "spam", "other"]
REASONS: tuple[Reason, ...] = ("forbidden", "fraud", "wrong", "offensive", "spam", "other")
LONGEST = 1000
MOST_A_DAY = 20


class Reported(NamedTuple):
    """A report, with what it is about."""

    id: int
    reporter: str
    listing_id: int | None
    title: str | None
    handle: str | None
    state: str | None
    person_id: int | None
    person: str | None
    reason: Reason
    text: str
    at: int
    decided_at: int | None
    decision: str | None
    decided_by: str | None
    why: str | None


def report_listing(tx: Tx, reporter_id: int, listing_id: int, reason: str, text: str) -> int:
    """Raises Invalid, Conflict where this person has reported it before, Refused for one's own, TooMany, NotFound."""
    owner_id = tx.value(_OWNER, listing=listing_id)
    if owner_id is None:
        raise NotFound("There is no such listing.")
    if owner_id == reporter_id:
        raise Refused("This is your own listing.", try_="Change it, or take it off.")
    return _report(tx, reporter_id, reason, text, listing_id=listing_id)


def report_person(tx: Tx, reporter_id: int, person_id: int, reason: str, text: str) -> int:
    """Raises Invalid, Conflict where this person has reported them before, Refused for oneself, TooMany, NotFound."""
    if tx.value(_PERSON, person=person_id) is None:
        raise NotFound("There is no such person.")
    if person_id == reporter_id:
        raise Refused("This is you.")
    return _report(tx, reporter_id, reason, text, person_id=person_id)


def open_reports(store: Store, *, after: int = 0, most: int = 24) -> list[Reported]:
    """Those that nobody has decided, the oldest first, from those after the report `after`."""
    return [Reported(*row) for row in store.read(_OPEN, after=after, most=most)]


def reports_of_listing(store: Store, listing_id: int, most: int = 50) -> list[Reported]:
    """All about one listing, decided or not, the newest first."""
    return [Reported(*row) for row in store.read(_OF_LISTING, listing=listing_id, most=most)]


def get_report(store: Store | Tx, report_id: int) -> Reported:
    """Raises NotFound."""
    row = store.first(_ONE, report=report_id)
    if row is None:
        raise NotFound("There is no such report.")
    return Reported(*row)


def count_open(store: Store) -> int:
    return int(store.value(_HOW_MANY))


def take_down(tx: Tx, catalogue: Catalogue, moderator_id: int, report_id: int, why: str) -> None:
    """The listing comes off the market, its seller is told why, and every open report of it is decided.

    Raises Invalid without a reason, Refused where it is about a person or already decided, NotFound.
    """
    report = _undecided(tx, report_id)
    if report.listing_id is None:
        raise Refused("This report is about a person.", try_="Suspend their account, where that is needed.")
    if report.state != "removed":
        remove(tx, catalogue, moderator_id, report.listing_id, why)
    _decide(tx, _DECIDE_ALL, moderator_id, report.listing_id, "removed", why.strip())


def let_be(tx: Tx, moderator_id: int, report_id: int, why: str) -> None:
    """Nothing is done about this report. Raises Invalid without a reason, Refused where it is already decided, NotFound."""
    _undecided(tx, report_id)
    _decide(tx, _DECIDE_ONE, moderator_id, report_id, "nothing", _reason(why))


def put_out(store: Store, administrator_id: int, report_id: int, why: str) -> None:
    """The person is suspended, and every open report of them is decided.

    Raises Invalid without a reason, Refused where it is about a listing or already decided, NotAllowed to all but administrators, NotFound.
    """
    person_id = _undecided(store, report_id).person_id
    if person_id is None:
        raise Refused("This report is about a listing.", try_="Take that down, where it is needed.")
    suspend(store, administrator_id, person_id, why)
    store.write(lambda tx: _decide(tx, _DECIDE_PERSON, administrator_id, person_id, "suspended", why.strip()))


def _report(
    tx: Tx, reporter_id: int, reason: str, text: str, listing_id: int | None = None, person_id: int | None = None
) -> int:
    text = text.strip()
    wrong: dict[str, str] = {}
    if reason not in REASONS:
        wrong["reason"] = "Choose what is wrong."
    if not 1 <= len(text) <= LONGEST:
        wrong["text"] = f"Say what is wrong in 1 to {LONGEST:,} characters."
    if wrong:
        raise Invalid("The report cannot be sent like this.", fields=wrong)
    tx.alone("reports", reporter_id)
    if tx.value(_KNOWN_LISTING if listing_id else _KNOWN_PERSON, reporter=reporter_id, about=listing_id or person_id):
        raise Conflict("You have reported this already.", why="It is with the people of the market.")
    if tx.value(_TODAY, reporter=reporter_id, since=tx.now - DAY) >= MOST_A_DAY:
        raise TooMany(
            "You have reported a great deal today.",
            retry_after=3600,
            why=f"At most {MOST_A_DAY} reports can be made in a day.",
            try_="Come back tomorrow.",
        )
    report_id = new_id()
    tx.insert(
        reports,
        id=report_id,
        reporter_id=reporter_id,
        listing_id=listing_id,
        person_id=person_id,
        reason=reason,
        text=text,
        at=tx.now,
    )
    return report_id


def _undecided(store: Store | Tx, report_id: int) -> Reported:
    report = get_report(store, report_id)
    if report.decided_at is not None:
        raise Refused("Somebody has decided this already.", why=f"By {report.decided_by}: {report.decision}.")
    return report


def _reason(why: str) -> str:
    why = why.strip()
    if not 1 <= len(why) <= LONGEST:
        raise Invalid("A decision needs a reason.", fields={"why": f"Say why in 1 to {LONGEST:,} characters."})
    return why


def _decide(tx: Tx, statement: Update, moderator_id: int, key: int, word: str, why: str) -> None:
    if not tx.run(statement, key=key, at=tx.now, by=moderator_id, word=word, because=why):
        raise Refused("Somebody has decided this already.")


_OWNER = (
    select(shops.c.owner_id)
    .join(listings, listings.c.shop_id == shops.c.id)
    .where(listings.c.id == bindparam("listing"), listings.c.state != "draft")
)
_PERSON = select(accounts.c.id).where(accounts.c.id == bindparam("person"))
_KNOWN_LISTING = select(
    exists().where(reports.c.reporter_id == bindparam("reporter"), reports.c.listing_id == bindparam("about"))
)
_KNOWN_PERSON = select(
    exists().where(reports.c.reporter_id == bindparam("reporter"), reports.c.person_id == bindparam("about"))
)
_TODAY = select(func.count()).where(reports.c.reporter_id == bindparam("reporter"), reports.c.at > bindparam("since"))

_reporters, _people, _moderators = accounts.alias(), accounts.alias(), accounts.alias()
_REPORTED = (
    select(
        reports.c.id,
        _reporters.c.name,
        reports.c.listing_id,
        listings.c.title,
        listings.c.handle,
        listings.c.state,
        reports.c.person_id,
        _people.c.name,
        reports.c.reason,
        reports.c.text,
        reports.c.at,
        reports.c.decided_at,
        reports.c.decision,
        _moderators.c.name,
        reports.c.why,
    )
    .select_from(reports)
    .join(_reporters, _reporters.c.id == reports.c.reporter_id)
    .outerjoin(listings, listings.c.id == reports.c.listing_id)
    .outerjoin(_people, _people.c.id == reports.c.person_id)
    .outerjoin(_moderators, _moderators.c.id == reports.c.decided_by)
)
_ONE = _REPORTED.where(reports.c.id == bindparam("report"))
_OPEN = (
    _REPORTED.where(reports.c.decided_at.is_(None), reports.c.id > bindparam("after"))
    .order_by(reports.c.id)
    .limit(bindparam("most"))
)
_OF_LISTING = (
    _REPORTED.where(reports.c.listing_id == bindparam("listing")).order_by(reports.c.id.desc()).limit(bindparam("most"))
)
_HOW_MANY = select(func.count()).select_from(reports).where(reports.c.decided_at.is_(None))


def _deciding(which: ColumnElement[int]) -> Update:
    return (
        update(reports)
        .where(which == bindparam("key"), reports.c.decided_at.is_(None))
        .values(
            decided_at=bindparam("at"), decided_by=bindparam("by"), decision=bindparam("word"), why=bindparam("because")
        )
    )


_DECIDE_ONE = _deciding(reports.c.id)
_DECIDE_ALL = _deciding(reports.c.listing_id)
_DECIDE_PERSON = _deciding(reports.c.person_id)
