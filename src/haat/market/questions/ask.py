"""Ask about a listing, answer, and remove what breaks the rules."""

from __future__ import annotations

from sqlalchemy import bindparam, func, select, update

from haat.kernel import ids
from haat.kernel.clock import HOUR
from haat.kernel.errors import Conflict, Invalid, NotFound, Refused, TooMany
from haat.kernel.ids import new_id
from haat.market.accounts.account import get
from haat.market.accounts.tables import shops
from haat.market.catalogue.tables import listings
from haat.market.notices import notice
from haat.market.questions.question import get_question
from haat.market.questions.tables import questions
from haat.store import Tx

LONGEST = 2000
LONGEST_WHY = 1000
MOST_AN_HOUR = 20

PAGE = "/item/{}"


def ask(tx: Tx, account_id: int, listing_id: int, text: str) -> int:
    """Ask about a listing that is on the market; its owner is told. Raises Invalid, Refused, NotFound and TooMany."""
    row = tx.first(_LISTING, listing=listing_id)
    if row is None or row[1] != "active":
        raise NotFound("There is no such listing on the market.")
    title, _, owner_id = row
    if owner_id == account_id:
        raise Refused("This is your own.", why="Questions are for others to ask.")
    if not get(tx, account_id).is_verified:
        raise Refused("Your address is not confirmed yet.", try_="Follow the link in the mail that we sent you.")
    if tx.value(_LATELY, account=account_id, since=tx.now - HOUR) >= MOST_AN_HOUR:
        raise TooMany("You have asked a lot.", retry_after=HOUR // 1000, try_="Ask again in an hour.")
    question_id, text = new_id(), _checked(text, "question", LONGEST)
    tx.insert(questions, id=question_id, listing_id=listing_id, asked_by=account_id, asked_at=tx.now, question=text)
    data = {"item": title, "question": text}
    notice.tell(tx, owner_id, "question_asked", data, PAGE.format(ids.encode(listing_id)), cause=question_id)
    return question_id


def answer(tx: Tx, account_id: int, question_id: int, text: str) -> None:
    """The owner of the listing answers, once; who asked is told. Raises Invalid, Conflict, and NotFound to others."""
    found = get_question(tx, question_id)
    if found.owner_id != account_id or found.removed_at is not None:
        raise NotFound("There is no such question of yours to answer.")
    text = _checked(text, "answer", LONGEST)
    if tx.run(_ANSWER, question=question_id, at=tx.now, text=text) != 1:
        raise Conflict("This question is answered already.", try_="Look at it again.")
    data = {"item": found.listing, "answer": text}
    notice.tell(
        tx, found.asked_by, "question_answered", data, PAGE.format(ids.encode(found.listing_id)), cause=question_id
    )


def remove(tx: Tx, moderator_id: int, question_id: int, why: str) -> None:
    """Nobody sees question and answer any more, and who asked is told why. Raises Invalid, Refused and NotFound."""
    found = get_question(tx, question_id)
    why = _checked(why, "why", LONGEST_WHY)
    if tx.run(_REMOVE, question=question_id, at=tx.now, moderator=moderator_id, reason=why) != 1:
        raise Refused("This question is already removed.")
    data = {"item": found.listing, "reason": why}
    notice.tell(
        tx, found.asked_by, "question_removed", data, PAGE.format(ids.encode(found.listing_id)), cause=question_id
    )


def _checked(text: str, field: str, most: int) -> str:
    text = text.strip()
    if not 1 <= len(text) <= most:
        raise Invalid("This cannot be sent.", fields={field: f"Write 1 to {most} characters."})
    return text


_LISTING = (
    select(listings.c.title, listings.c.state, shops.c.owner_id)
    .join(shops, shops.c.id == listings.c.shop_id)
    .where(listings.c.id == bindparam("listing"))
)
_LATELY = select(func.count()).where(
    questions.c.asked_by == bindparam("account"), questions.c.asked_at > bindparam("since")
)
_OF_QUESTION = questions.c.id == bindparam("question")
_ANSWER = (
    update(questions)
    .where(_OF_QUESTION, questions.c.answered_at.is_(None), questions.c.removed_at.is_(None))
    .values(answered_at=bindparam("at"), answer=bindparam("text"))
)
_REMOVE = (
    update(questions)
    .where(_OF_QUESTION, questions.c.removed_at.is_(None))
    .values(removed_at=bindparam("at"), removed_by=bindparam("moderator"), removed_why=bindparam("reason"))
)
