"""The statements of notices and mails."""

from __future__ import annotations

from sqlalchemy import bindparam, delete, func, select, update

from haat.market.notices.tables import mails, notices

_NOTICE = select(notices.c.id, notices.c.kind, notices.c.data, notices.c.link, notices.c.created_at, notices.c.read_at)

NOTICES_BEFORE = (
    _NOTICE.where(notices.c.account_id == bindparam("account_id"), notices.c.id < bindparam("before"))
    .order_by(notices.c.id.desc())
    .limit(bindparam("most"))
)

NOTICE_OF = _NOTICE.where(notices.c.account_id == bindparam("account_id"), notices.c.id == bindparam("notice_id"))

WAS_TOLD = select(notices.c.id).where(
    notices.c.account_id == bindparam("account_id"),
    notices.c.cause == bindparam("cause"),
    notices.c.kind == bindparam("kind"),
)

NOTICE_TO_MAIL = select(notices.c.account_id, notices.c.kind, notices.c.data, notices.c.link).where(
    notices.c.id == bindparam("notice_id")
)

HOW_MANY_UNREAD = select(func.count()).select_from(
    select(notices.c.id)
    .where(notices.c.account_id == bindparam("account_id"), notices.c.read_at.is_(None))
    .limit(bindparam("most"))
    .subquery()
)

MARK_READ = (
    update(notices)
    .where(
        notices.c.account_id == bindparam("account"), notices.c.id == bindparam("notice"), notices.c.read_at.is_(None)
    )
    .values(read_at=bindparam("at"))
)

MARK_ALL_READ = (
    update(notices)
    .where(
        notices.c.account_id == bindparam("account"), notices.c.id <= bindparam("up_to"), notices.c.read_at.is_(None)
    )
    .values(read_at=bindparam("at"))
)

MAIL_BY_KEY = select(mails.c.id).where(mails.c.key == bindparam("key"))

MAIL_TO_SEND = select(
    mails.c.id,
    mails.c.recipient,
    mails.c.subject,
    mails.c.text,
    mails.c.html,
    mails.c.created_at,
    mails.c.is_private,
    mails.c.sent_at,
).where(mails.c.id == bindparam("mail_id"))

_THIS_UNSENT = (mails.c.id == bindparam("mail"), mails.c.sent_at.is_(None))

MARK_SENT = (
    update(mails)
    .where(*_THIS_UNSENT)
    .values(sent_at=bindparam("at"), carrier=bindparam("by"), attempts=mails.c.attempts + 1, problem=None)
)

FORGET_CONTENT = update(mails).where(mails.c.id == bindparam("mail")).values(text="", html="")

NOTE_PROBLEM = update(mails).where(*_THIS_UNSENT).values(attempts=mails.c.attempts + 1, problem=bindparam("why"))

_KEPT = select(
    mails.c.id,
    mails.c.recipient,
    mails.c.subject,
    mails.c.text,
    mails.c.html,
    mails.c.created_at,
    mails.c.sent_at,
    mails.c.carrier,
    mails.c.attempts,
    mails.c.problem,
)

MAILS_BEFORE = _KEPT.where(mails.c.id < bindparam("before")).order_by(mails.c.id.desc()).limit(bindparam("most"))

MAIL = _KEPT.where(mails.c.id == bindparam("mail_id"))

FORGET_MAILS = delete(mails).where(mails.c.sent_at < bindparam("before"))
