"""A question about a listing, with its answer. Everybody reads both; a moderator can remove them, and says why."""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy import bindparam, select

from haat.kernel.errors import NotFound
from haat.market.accounts.tables import accounts, shops
from haat.market.catalogue.tables import listings
from haat.market.questions.tables import questions
from haat.store import Store, Tx

_LATEST = 2**63 - 1


class Question(NamedTuple):
    """`asker` is the name of who asked; `owner_id` the account that answers."""

    id: int
    listing_id: int
    listing: str
    handle: str
    owner_id: int
    asked_by: int
    asker: str
    asked_at: int
    question: str
    answered_at: int | None
    answer: str | None
    removed_at: int | None
    removed_why: str | None


def questions_about(store: Store, listing_id: int, *, before: int | None = None, most: int = 50) -> list[Question]:
    """Newest first, without those that were removed."""
    return [Question(*row) for row in store.read(_ABOUT, listing=listing_id, before=before or _LATEST, most=most)]


def newest_questions(store: Store, *, before: int | None = None, most: int = 24) -> list[Question]:
    """Of the whole market, for moderators; newest first, those too that were removed."""
    return [Question(*row) for row in store.read(_ALL, before=before or _LATEST, most=most)]


def get_question(store: Store | Tx, question_id: int) -> Question:
    """Raises NotFound."""
    row = store.first(_ONE, question=question_id)
    if row is None:
        raise NotFound("There is no such question.")
    return Question(*row)


_COLUMNS = (
    select(
        questions.c.id,
        questions.c.listing_id,
        listings.c.title,
        listings.c.handle,
        shops.c.owner_id,
        questions.c.asked_by,
        accounts.c.name,
        questions.c.asked_at,
        questions.c.question,
        questions.c.answered_at,
        questions.c.answer,
        questions.c.removed_at,
        questions.c.removed_why,
    )
    .select_from(questions)
    .join(listings, listings.c.id == questions.c.listing_id)
    .join(shops, shops.c.id == listings.c.shop_id)
    .join(accounts, accounts.c.id == questions.c.asked_by)
)
_ONE = _COLUMNS.where(questions.c.id == bindparam("question"))
_ALL = _COLUMNS.where(questions.c.id < bindparam("before")).order_by(questions.c.id.desc()).limit(bindparam("most"))
_ABOUT = _ALL.where(questions.c.listing_id == bindparam("listing"), questions.c.removed_at.is_(None))
