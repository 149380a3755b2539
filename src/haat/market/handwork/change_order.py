"""Change what was agreed about a job under way: one side proposes, the other answers, and both stay on record.

One more milestone, or another amount for one that nobody has begun to pay in. What the job comes to is the sum of its milestones.
"""

from __future__ import annotations

from functools import partial
from typing import Literal, NamedTuple, TypeAlias

from sqlalchemy import bindparam, select, update

from haat.kernel import clock, ids
from haat.kernel.clock import DAY
from haat.kernel.errors import Conflict, Invalid, NotAllowed, NotFound, Refused
from haat.kernel.ids import new_id
from haat.kernel.money import Money
from haat.market.accounts.shop import get_shop
from haat.market.catalogue.variant import HIGHEST_PRICE
from haat.market.deals import effects
from haat.market.deals.deal import Actor, Deal, children, lines, take
from haat.market.deals.engine import Engine
from haat.market.handwork.effects import begin_milestone
from haat.market.handwork.party import Party, other, party_of
from haat.market.handwork.plan import LONGEST_TITLE, MOST_DAYS, Stage
from haat.market.handwork.tables import change_orders
from haat.market.notices import notice
from haat.store import Store, Tx

ANSWER_WITHIN = 7 * DAY
LONGEST_WHY = 2000
AGREEMENT_PAGE = "/agreements/{}"
_MOST_AT_ONCE = 100

Answer: TypeAlias = Literal["accepted", "refused", "withdrawn", "lapsed"]


class Wish(NamedTuple):
    """What should be different. Without `milestone_id` it is one more, due `days` from when it is accepted."""

    amount: int
    why: str
    milestone_id: int | None = None
    title: str = ""
    days: int = 0


class ChangeOrder(NamedTuple):
    """A row of `change_orders`. `milestone_id` of one more is known once it is accepted."""

    id: int
    job_id: int
    milestone_id: int | None
    is_new: int
    title: str
    amount: int
    amount_before: int
    days: int
    why: str
    side: Party
    proposed_by: int
    proposed_at: int
    answer_by: int
    answered_by: int | None
    answered_at: int | None
    answer: Answer | None


def change_orders_of(store: Store | Tx, job_id: int) -> list[ChangeOrder]:
    """Oldest first."""
    return [ChangeOrder(*row) for row in store.read(_OF_JOB, job=job_id)]


def propose(tx: Tx, job_id: int, account_id: int, wish: Wish) -> int:
    """Propose a change to the other side; returns the id. Raises Invalid, Refused, NotFound, Conflict while another one is open."""
    job, side = _as_party(tx, job_id, account_id)
    _refuse_unless_working(job)
    if tx.first(_OPEN, job=job_id) is not None:
        raise Conflict(
            "Another change is open.", why="The other side has not answered it.", try_="Wait, or withdraw it."
        )
    known = _to_change(tx, job, wish)
    title = lines(tx, known.id)[0].title if known else wish.title.strip()
    _refuse_wrong(wish, title)
    order_id = new_id()
    tx.insert(
        change_orders,
        id=order_id,
        job_id=job_id,
        open_of=job_id,
        milestone_id=wish.milestone_id,
        is_new=0 if known else 1,
        title=title,
        amount=wish.amount,
        amount_before=known.goods if known else 0,
        days=0 if known else wish.days,
        why=wish.why.strip(),
        side=side,
        proposed_by=account_id,
        proposed_at=tx.now,
        answer_by=tx.now + ANSWER_WITHIN,
    )
    _tell(tx, job, "change_proposed", other(side), title, wish.amount, wish.why.strip(), order_id)
    return order_id


def accept(tx: Tx, engine: Engine, order_id: int, account_id: int) -> None:
    """The other side agrees: the milestone is there, or costs what was proposed. Raises Refused, NotAllowed, NotFound and Conflict."""
    order, job = _answered(tx, order_id, account_id, "accepted", by_proposer=False)
    _refuse_unless_working(job)
    if tx.now >= order.answer_by:
        raise Refused("This change has lapsed.", why="It was not answered in time.", try_="Propose it again.")
    by = Actor(other(order.side), account_id)
    if order.is_new:
        stage = Stage(order.title, order.amount, order.days)
        milestone_id = begin_milestone(engine, tx, job, stage, by)
        tx.run(_CAME_OF_IT, order=order_id, milestone=milestone_id)
    else:
        assert order.milestone_id is not None
        _set_price(tx, take(tx, order.milestone_id), by, order)
    total = sum(one.goods for one in children(tx, job.id))
    effects.set_price(tx, job, by, {"amount": total})
    _tell(tx, job, "change_accepted", order.side, order.title, order.amount, order.why, order_id)


def refuse(tx: Tx, order_id: int, account_id: int) -> None:
    """The other side does not agree, and everything stays. Raises NotAllowed, NotFound and Conflict."""
    order, job = _answered(tx, order_id, account_id, "refused", by_proposer=False)
    _tell(tx, job, "change_refused", order.side, order.title, order.amount, order.why, order_id)


def withdraw(tx: Tx, order_id: int, account_id: int) -> None:
    """Who proposed it takes it back. Raises NotAllowed, NotFound and Conflict."""
    _answered(tx, order_id, account_id, "withdrawn", by_proposer=True)


def lapse_all(store: Store) -> str:
    """Nobody answered in time: those lapse, each in a unit of work of its own."""
    late = store.read(_LATE, now=clock.now(), most=_MOST_AT_ONCE)
    for (order_id,) in late:
        store.write(partial(_lapse, order_id=order_id))
    return f"Changes that nobody answered: {len(late)}." if late else "No change has lapsed."


def _lapse(tx: Tx, order_id: int) -> None:
    tx.run(_ANSWER, order=order_id, at=tx.now, by=None, said="lapsed")


def _as_party(tx: Tx, job_id: int, account_id: int) -> tuple[Deal, Party]:
    job = take(tx, job_id)
    return job, party_of(tx, job, account_id)


def _refuse_unless_working(job: Deal) -> None:
    if job.state != "working":
        raise Refused(
            "Nothing can be changed now.",
            why=f"The job is: {job.rules.states[job.state].title}.",
            try_="Changes are for jobs that are under way.",
        )


def _to_change(tx: Tx, job: Deal, wish: Wish) -> Deal | None:
    if wish.milestone_id is None:
        return None
    milestone = take(tx, wish.milestone_id)
    if milestone.parent_id != job.id:
        raise NotFound("There is no such milestone of this job.")
    _refuse_if_begun(milestone)
    return milestone


def _refuse_if_begun(milestone: Deal) -> None:
    if not milestone.waits_for_money or milestone.checkout_id is not None:
        raise Refused(
            "The amount of this milestone stands.", why="It is paid in, its payment has begun, or it has ended."
        )


def _refuse_wrong(wish: Wish, title: str) -> None:
    wrong: dict[str, str] = {}
    if not 1 <= wish.amount <= HIGHEST_PRICE:
        wrong["amount"] = "Give an amount above zero."
    if not 1 <= len(wish.why.strip()) <= LONGEST_WHY:
        wrong["why"] = f"Say why, in at most {LONGEST_WHY} characters: the other side will read it."
    if not 1 <= len(title) <= LONGEST_TITLE:
        wrong["title"] = f"Give it a title of at most {LONGEST_TITLE} characters."
    if wish.milestone_id is None and not 1 <= wish.days <= MOST_DAYS:
        wrong["days"] = f"Say in how many days it is due, from 1 to {MOST_DAYS}."
    if wrong:
        raise Invalid("This cannot be proposed like this.", fields=wrong)


def _answered(tx: Tx, order_id: int, account_id: int, answer: Answer, *, by_proposer: bool) -> tuple[ChangeOrder, Deal]:
    row = tx.first(_ORDER, order=order_id)
    if row is None:
        raise NotFound("There is no such change.")
    order = ChangeOrder(*row)
    job, side = _as_party(tx, order.job_id, account_id)
    if (side == order.side) != by_proposer:
        raise NotAllowed("This is for the other side to do.")
    if tx.run(_ANSWER, order=order_id, at=tx.now, by=account_id, said=answer) != 1:
        raise Conflict("This change was answered already.", try_="Open the job again.")
    return order, job


def _set_price(tx: Tx, milestone: Deal, by: Actor, order: ChangeOrder) -> None:
    _refuse_if_begun(milestone)
    effects.set_price(tx, milestone, by, {"amount": order.amount})


def _tell(tx: Tx, job: Deal, kind: str, side: Party, title: str, amount: int, why: str, cause: int) -> None:
    to = job.buyer_id if side == "buyer" else get_shop(tx, job.shop_id).owner_id
    data = {"item": title, "amount": Money(amount, job.currency), "reason": why}
    notice.tell(tx, to, kind, data, AGREEMENT_PAGE.format(ids.encode(job.id)), cause=cause)


_COLUMNS = select(*(change_orders.c[name] for name in ChangeOrder._fields))
_ORDER = _COLUMNS.where(change_orders.c.id == bindparam("order"))
_OF_JOB = _COLUMNS.where(change_orders.c.job_id == bindparam("job")).order_by(change_orders.c.id)
_OPEN = select(change_orders.c.id).where(change_orders.c.open_of == bindparam("job"))
_LATE = (
    select(change_orders.c.id)
    .where(change_orders.c.answered_at.is_(None), change_orders.c.answer_by < bindparam("now"))
    .order_by(change_orders.c.id)
    .limit(bindparam("most"))
)
_ANSWER = (
    update(change_orders)
    .where(change_orders.c.id == bindparam("order"), change_orders.c.answered_at.is_(None))
    .values(answered_at=bindparam("at"), answered_by=bindparam("by"), answer=bindparam("said"), open_of=None)
)
_CAME_OF_IT = (
    update(change_orders).where(change_orders.c.id == bindparam("order")).values(milestone_id=bindparam("milestone"))
)
