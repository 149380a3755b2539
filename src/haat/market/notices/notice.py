"""Notices: what somebody is told in the app, and by mail as well."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import msgspec

from haat.jobs import outbox
from haat.kernel.errors import NotFound
from haat.kernel.ids import new_id
from haat.kernel.zone import UTC_ZONE, Zone
from haat.market.notices import queries
from haat.market.notices.kinds import NOTICES
from haat.market.notices.ports import Words
from haat.market.notices.tables import notices
from haat.market.notices.wording import Message, say
from haat.store import Store, Tx

MAIL_NOTICE = "notice.mail"
MOST_COUNTED = 100

_AFTER_ALL = 2**63 - 1


class Notice(NamedTuple):
    """Something that somebody was told. `body` is JSON, `link` a path of this market."""

    id: int
    kind: str
    body: str
    link: str
    created_at: int
    read_at: int | None

    @property
    def is_read(self) -> bool:
        return self.read_at is not None

    def said(
        self, market: str, language: str, words: Words, currencies: Sequence[str] = (), zone: Zone = UTC_ZONE
    ) -> Message:
        """The notice in the words of its reader."""
        return say(NOTICES[self.kind], msgspec.json.decode(self.body), market, language, words, currencies, zone)


def tell(tx: Tx, account_id: int, kind: str, data: Mapping[str, Any], link: str, *, cause: int | None = None) -> None:
    """Tell somebody something, in the app and by mail. `kind` is one of `kinds.NOTICES`, `link` a path such as `/orders/…`.

    The data holds at least what the kind needs: text as str, money as Money, days and minutes in milliseconds; the rest is left out.
    Whoever may be run twice gives the id of the `cause`: nobody is told the same kind of thing twice of one cause. Raises ValueError
    when the kind or a value is missing.
    """
    if cause is not None and tx.first(queries.WAS_TOLD, account_id=account_id, cause=cause, kind=kind) is not None:
        return
    notice_id = new_id()
    tx.insert(
        notices,
        id=notice_id,
        account_id=account_id,
        kind=kind,
        data=_needed(kind, data),
        link=link,
        cause=cause,
        created_at=tx.now,
    )
    outbox.tell(tx, MAIL_NOTICE, {"notice": notice_id})


def list_notices(store: Store, account_id: int, *, before: int | None = None, most: int = 30) -> list[Notice]:
    """What an account was told, youngest first; `before` is the last id of the page before."""
    rows = store.read(queries.NOTICES_BEFORE, account_id=account_id, before=before or _AFTER_ALL, most=most)
    return [Notice(*row) for row in rows]


def get_notice(store: Store, account_id: int, notice_id: int) -> Notice:
    """Raises NotFound, also for somebody else's."""
    row = store.first(queries.NOTICE_OF, account_id=account_id, notice_id=notice_id)
    if row is None:
        raise NotFound("There is no such notice.")
    return Notice(*row)


def count_unread(store: Store, account_id: int) -> int:
    """How many are unread; counting stops at MOST_COUNTED."""
    return int(store.value(queries.HOW_MANY_UNREAD, account_id=account_id, most=MOST_COUNTED))


def mark_read(store: Store, account_id: int, notice_id: int) -> None:
    """It was read. Once is enough. Raises NotFound, also for somebody else's."""
    get_notice(store, account_id, notice_id)
    store.write(lambda tx: tx.run(queries.MARK_READ, account=account_id, notice=notice_id, at=tx.now))


def mark_all_read(store: Store, account_id: int, *, up_to: int) -> int:
    """All up to the youngest that the reader has seen were read; returns how many were not before."""
    return store.write(lambda tx: tx.run(queries.MARK_ALL_READ, account=account_id, up_to=up_to, at=tx.now))


def _needed(kind: str, data: Mapping[str, Any]) -> str:
    if kind not in NOTICES:
        raise ValueError(f"there is no notice of the kind “{kind}”")
    needs = NOTICES[kind].needs
    if missing := [name for name in needs if data.get(name) is None]:
        raise ValueError(f"a notice of the kind “{kind}” needs {', '.join(missing)}")
    return msgspec.json.encode({name: data[name] for name in needs}).decode()
