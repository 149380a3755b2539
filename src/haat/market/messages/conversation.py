"""A conversation: two people about one listing. Each sees the other's name, never their address."""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy import BindParameter, and_, bindparam, case, func, or_, select, update

from haat.kernel.errors import NotFound
from haat.market.accounts.tables import accounts
from haat.market.catalogue.tables import listings
from haat.market.messages.tables import conversations, messages
from haat.store import Store, Tx

_LATEST = 2**63 - 1


class Conversation(NamedTuple):
    """As one of its two people sees it. `read_by_them` is the last message that the other one has seen."""

    id: int
    listing_id: int
    title: str
    handle: str
    photo: str | None
    asker_id: int
    owner_id: int
    other_id: int
    other: str
    last_id: int
    read: int
    read_by_them: int
    last_at: int
    last_by: int
    last_text: str

    @property
    def is_unread(self) -> bool:
        return self.last_id > self.read


class Message(NamedTuple):
    id: int
    sender_id: int
    at: int
    text: str


def get(store: Store | Tx, account_id: int, conversation_id: int) -> Conversation:
    """Raises NotFound, also for somebody else's."""
    row = store.first(_ONE, conversation=conversation_id, account=account_id)
    if row is None:
        raise NotFound("There is no such conversation.")
    return Conversation(*row)


def of_account(store: Store, account_id: int, *, before: int | None = None, most: int = 24) -> list[Conversation]:
    """Those with the newest messages first; `before` is the last message of the page before."""
    rows = store.read(_MINE, account=account_id, before=before or _LATEST, most=most)
    return [Conversation(*row) for row in rows]


def count_unread(store: Store, account_id: int) -> int:
    """How many conversations have something new."""
    return int(store.value(_UNREAD, account=account_id))


def messages_of(
    store: Store | Tx, conversation_id: int, *, after: int = 0, before: int | None = None, most: int = 50
) -> list[Message]:
    """Oldest first: the newest `most` of those after `after` and before `before`."""
    rows = store.read(_MESSAGES, conversation=conversation_id, after=after, before=before or _LATEST, most=most)
    return [Message(*row) for row in reversed(rows)]


def mark_read(tx: Tx, account_id: int, conversation_id: int, up_to: int) -> None:
    """This person has seen everything up to a message. Raises NotFound."""
    talk = get(tx, account_id, conversation_id)
    seen = min(up_to, talk.last_id)
    tx.run(_READ_BY_ASKER if account_id == talk.asker_id else _READ_BY_OWNER, key=conversation_id, seen=seen)


_ACCOUNT: BindParameter[int] = bindparam("account")
_IS_ASKER = conversations.c.asker_id == _ACCOUNT
_mine_read = case((_IS_ASKER, conversations.c.asker_read), else_=conversations.c.owner_read)
_their_read = case((_IS_ASKER, conversations.c.owner_read), else_=conversations.c.asker_read)
_other_id = case((_IS_ASKER, conversations.c.owner_id), else_=conversations.c.asker_id)
_SHOWN = (
    select(
        conversations.c.id,
        listings.c.id,
        listings.c.title,
        listings.c.handle,
        listings.c.photo,
        conversations.c.asker_id,
        conversations.c.owner_id,
        accounts.c.id,
        accounts.c.name,
        conversations.c.last_id,
        _mine_read,
        _their_read,
        messages.c.at,
        messages.c.sender_id,
        messages.c.text,
    )
    .select_from(conversations)
    .join(listings, listings.c.id == conversations.c.listing_id)
    .join(accounts, accounts.c.id == _other_id)
    .join(messages, messages.c.id == conversations.c.last_id)
    .where(or_(_IS_ASKER, conversations.c.owner_id == _ACCOUNT))
)
_ONE = _SHOWN.where(conversations.c.id == bindparam("conversation"))
_MINE = (
    _SHOWN.where(conversations.c.last_id < bindparam("before"))
    .order_by(conversations.c.last_id.desc())
    .limit(bindparam("most"))
)
_UNREAD = select(func.count()).where(
    or_(
        and_(_IS_ASKER, conversations.c.asker_read < conversations.c.last_id),
        and_(conversations.c.owner_id == _ACCOUNT, conversations.c.owner_read < conversations.c.last_id),
    )
)
_MESSAGES = (
    select(messages.c.id, messages.c.sender_id, messages.c.at, messages.c.text)
    .where(
        messages.c.conversation_id == bindparam("conversation"),
        messages.c.id > bindparam("after"),
        messages.c.id < bindparam("before"),
    )
    .order_by(messages.c.id.desc())
    .limit(bindparam("most"))
)
_READ_BY_ASKER = (
    update(conversations)
    .where(conversations.c.id == bindparam("key"), conversations.c.asker_read < bindparam("seen"))
    .values(asker_read=bindparam("seen"))
)
_READ_BY_OWNER = (
    update(conversations)
    .where(conversations.c.id == bindparam("key"), conversations.c.owner_read < bindparam("seen"))
    .values(owner_read=bindparam("seen"))
)
