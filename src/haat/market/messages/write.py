"""Write to the owner of a listing, and answer."""

from __future__ import annotations

from sqlalchemy import bindparam, func, select, update

from haat.kernel import ids
from haat.kernel.clock import HOUR
from haat.kernel.errors import Invalid, NotFound, Refused, TooMany
from haat.kernel.ids import new_id
from haat.market.accounts.account import get as get_account
from haat.market.accounts.tables import shops
from haat.market.catalogue.tables import listings
from haat.market.messages import block, conversation
from haat.market.messages.tables import conversations, messages
from haat.market.notices import notice
from haat.store import Tx

LONGEST = 2000
MOST_AN_HOUR = 60  # messages of one person, to whomever
MOST_NEW_AN_HOUR = 15  # conversations that one person begins


def ask(tx: Tx, account_id: int, listing_id: int, text: str) -> int:
    """Write to the owner of a listing; returns the conversation, which is the same whenever this person writes about it.

    Raises Invalid, Refused (one's own, blocked, no longer on offer), TooMany and NotFound.
    """
    row = tx.first(_LISTING, listing=listing_id)
    if row is None or row[2] == "draft":
        raise NotFound("There is no such listing.")
    title, owner_id, state = row
    if owner_id == account_id:
        raise Refused("This is your own listing.", why="Others write to you about it.")
    known = tx.value(_KNOWN, listing=listing_id, account=account_id)
    if known is not None:
        write(tx, account_id, known, text)
        return int(known)
    if state != "active":
        raise Refused("It is no longer on offer.", why="There is nothing to ask about any more.")
    return _begin(tx, account_id, owner_id, listing_id, title, text)


def write(tx: Tx, account_id: int, conversation_id: int, text: str) -> int:
    """Say something in a conversation; returns the message. Who writes has read what was there.

    Raises Invalid, Refused where one has blocked the other, TooMany and NotFound.
    """
    talk = conversation.get(tx, account_id, conversation_id)
    text = _checked(tx, account_id, talk.other_id, text)
    message_id = _say(tx, conversation_id, account_id, text)
    tx.run(_LATEST_IS, key=conversation_id, message=message_id)
    # One mail for all that is unread: whoever has not looked yet knows that there is something.
    if talk.read_by_them >= talk.last_id or talk.last_by == talk.other_id:
        _tell(tx, talk.other_id, account_id, talk.title, conversation_id)
    conversation.mark_read(tx, account_id, conversation_id, message_id)
    return message_id


def _begin(tx: Tx, account_id: int, owner_id: int, listing_id: int, title: str, text: str) -> int:
    text = _checked(tx, account_id, owner_id, text)
    if tx.value(_BEGUN, account=account_id, since=tx.now - HOUR) >= MOST_NEW_AN_HOUR:
        raise _too_many(f"At most {MOST_NEW_AN_HOUR} conversations can be begun in an hour.")
    conversation_id, message_id = new_id(), new_id()
    tx.insert(
        conversations,
        id=conversation_id,
        listing_id=listing_id,
        asker_id=account_id,
        owner_id=owner_id,
        created_at=tx.now,
        last_id=message_id,
        asker_read=message_id,
        owner_read=0,
    )
    tx.insert(messages, id=message_id, conversation_id=conversation_id, sender_id=account_id, at=tx.now, text=text)
    _tell(tx, owner_id, account_id, title, conversation_id)
    return conversation_id


def _checked(tx: Tx, account_id: int, other_id: int, text: str) -> str:
    tx.alone("messages", account_id)
    text = text.replace("\r\n", "\n").strip()
    if not 1 <= len(text) <= LONGEST:
        raise Invalid("The message cannot be sent.", fields={"text": f"Write 1 to {LONGEST:,} characters."})
    if block.is_between(tx, account_id, other_id):
        raise Refused("You cannot write to this person.", why="One of you has blocked the other.")
    if tx.value(_WRITTEN, account=account_id, since=tx.now - HOUR) >= MOST_AN_HOUR:
        raise _too_many(f"At most {MOST_AN_HOUR} can be written in an hour.")
    return text


def _too_many(why: str) -> TooMany:
    return TooMany("You have written a great deal just now.", retry_after=600, why=why, try_="Wait ten minutes.")


def _say(tx: Tx, conversation_id: int, account_id: int, text: str) -> int:
    message_id = new_id()
    tx.insert(messages, id=message_id, conversation_id=conversation_id, sender_id=account_id, at=tx.now, text=text)
    return message_id


def _tell(tx: Tx, to: int, sender_id: int, title: str, conversation_id: int) -> None:
    data = {"item": title, "person": get_account(tx, sender_id).name}
    notice.tell(tx, to, "message_received", data, f"/messages/{ids.encode(conversation_id)}")


_LISTING = (
    select(listings.c.title, shops.c.owner_id, listings.c.state)
    .join(shops, shops.c.id == listings.c.shop_id)
    .where(listings.c.id == bindparam("listing"))
)
_KNOWN = select(conversations.c.id).where(
    conversations.c.listing_id == bindparam("listing"), conversations.c.asker_id == bindparam("account")
)
_BEGUN = select(func.count()).where(
    conversations.c.asker_id == bindparam("account"), conversations.c.created_at > bindparam("since")
)
_WRITTEN = select(func.count()).where(messages.c.sender_id == bindparam("account"), messages.c.at > bindparam("since"))
_LATEST_IS = (
    update(conversations)
    .where(conversations.c.id == bindparam("key"), conversations.c.last_id < bindparam("message"))
    .values(last_id=bindparam("message"))
)
