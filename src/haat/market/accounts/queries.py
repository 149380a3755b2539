"""The statements of accounts, sessions, tokens and shops."""

from __future__ import annotations

from functools import cache
from typing import Any

from sqlalchemy import Select, and_, bindparam, delete, exists, func, null, or_, select, update
from sqlalchemy.sql import ColumnElement, FromClause

from haat.market.accounts.tables import (
    accounts,
    grants,
    letters_asked,
    mail_links,
    sessions,
    shops,
    sign_in_attempts,
    tokens,
)

# Who is asking, in one look


def _has(role: str) -> ColumnElement[bool]:
    return exists().where(grants.c.account_id == accounts.c.id, grants.c.role == role)


def _member(session: ColumnElement[Any], scopes: ColumnElement[Any], source: FromClause) -> Select[Any]:
    return select(
        accounts.c.id,
        accounts.c.name,
        accounts.c.email,
        accounts.c.language,
        accounts.c.country,
        accounts.c.verified_at,
        shops.c.id,
        shops.c.slug,
        _has("moderator"),
        _has("administrator"),
        session,
        scopes,
    ).select_from(source.join(accounts).outerjoin(shops, shops.c.owner_id == accounts.c.id))


MEMBER_BY_SESSION = _member(sessions.c.id, null(), sessions).where(
    sessions.c.secret_hash == bindparam("secret_hash"),
    sessions.c.ended_at.is_(None),
    sessions.c.expires_at > bindparam("now"),
    accounts.c.suspended_at.is_(None),
)

MEMBER_BY_TOKEN = _member(null(), tokens.c.scopes, tokens).where(
    tokens.c.secret_hash == bindparam("secret_hash"),
    tokens.c.revoked_at.is_(None),
    or_(tokens.c.expires_at.is_(None), tokens.c.expires_at > bindparam("now")),
    accounts.c.suspended_at.is_(None),
)

# Accounts

_ACCOUNT = select(
    accounts.c.id,
    accounts.c.email,
    accounts.c.name,
    accounts.c.language,
    accounts.c.country,
    accounts.c.created_at,
    accounts.c.verified_at,
    accounts.c.suspended_at,
    accounts.c.suspended_why,
)

ACCOUNT = _ACCOUNT.where(accounts.c.id == bindparam("account_id"))

ACCOUNT_BY_EMAIL = _ACCOUNT.where(accounts.c.email == bindparam("email"))

ACCOUNTS_BEFORE = (
    _ACCOUNT.where(
        accounts.c.email >= bindparam("start"), accounts.c.email < bindparam("end"), accounts.c.id < bindparam("before")
    )
    .order_by(accounts.c.id.desc())
    .limit(bindparam("most"))
)

PASSWORD_HASH = select(accounts.c.password_hash).where(accounts.c.id == bindparam("account_id"))

_THIS_ACCOUNT = accounts.c.id == bindparam("account")

REPLACE_UNVERIFIED = (
    update(accounts)
    .where(_THIS_ACCOUNT, accounts.c.verified_at.is_(None))
    .values(
        name=bindparam("new_name"),
        password_hash=bindparam("new_hash"),
        language=bindparam("new_language"),
        country=bindparam("new_country"),
    )
)

VERIFY = (
    update(accounts)
    .where(_THIS_ACCOUNT, accounts.c.email == bindparam("proved"))
    .values(verified_at=func.coalesce(accounts.c.verified_at, bindparam("at")))
)

SET_PASSWORD = update(accounts).where(_THIS_ACCOUNT).values(password_hash=bindparam("new_hash"))

CHANGE_PASSWORD = (
    update(accounts)
    .where(_THIS_ACCOUNT, accounts.c.password_hash == bindparam("old_hash"))
    .values(password_hash=bindparam("new_hash"))
)

CHANGE_EMAIL = (
    update(accounts)
    .where(_THIS_ACCOUNT, accounts.c.email == bindparam("old_email"))
    .values(email=bindparam("new_email"), verified_at=func.coalesce(accounts.c.verified_at, bindparam("at")))
)

EDIT_PROFILE = (
    update(accounts)
    .where(_THIS_ACCOUNT)
    .values(name=bindparam("new_name"), language=bindparam("new_language"), country=bindparam("new_country"))
)

SUSPEND = (
    update(accounts)
    .where(_THIS_ACCOUNT, accounts.c.suspended_at.is_(None))
    .values(suspended_at=bindparam("at"), suspended_by=bindparam("by"), suspended_why=bindparam("why"))
)

UNSUSPEND = (
    update(accounts)
    .where(_THIS_ACCOUNT, accounts.c.suspended_at.is_not(None))
    .values(suspended_at=None, suspended_by=None, suspended_why=None)
)

# Roles

ROLES = select(grants.c.role).where(grants.c.account_id == bindparam("account_id")).order_by(grants.c.role)

TEAM = (
    select(
        grants.c.account_id, accounts.c.name, accounts.c.email, grants.c.role, grants.c.granted_at, grants.c.granted_by
    )
    .select_from(grants.join(accounts))
    .order_by(accounts.c.email, grants.c.role)
)

_OF_ROLE = grants.c.role == bindparam("of_role")

HOW_MANY_HAVE = select(func.count()).select_from(grants).where(_OF_ROLE)

HAS_ROLE = select(grants.c.role).where(grants.c.account_id == bindparam("account_id"), _OF_ROLE)

REVOKE = delete(grants).where(grants.c.account_id == bindparam("account"), _OF_ROLE)

# Sessions

SESSION_BY_SECRET = select(sessions.c.id, sessions.c.account_id).where(
    sessions.c.secret_hash == bindparam("secret_hash"), sessions.c.ended_at.is_(None)
)

SESSIONS = (
    select(
        sessions.c.id,
        sessions.c.created_at,
        sessions.c.seen_at,
        sessions.c.expires_at,
        sessions.c.address,
        sessions.c.agent,
    )
    .where(
        sessions.c.account_id == bindparam("account_id"),
        sessions.c.expires_at > bindparam("now"),
        sessions.c.ended_at.is_(None),
    )
    .order_by(sessions.c.seen_at.desc(), sessions.c.id.desc())
    .limit(bindparam("most"))
)

SEEN = (
    update(sessions)
    .where(
        sessions.c.id == bindparam("session"),
        sessions.c.seen_at < bindparam("unless_since"),
        sessions.c.ended_at.is_(None),
    )
    .values(seen_at=bindparam("at"), expires_at=bindparam("until"))
)

END_SESSION = (
    update(sessions)
    .where(
        sessions.c.id == bindparam("session"),
        sessions.c.account_id == bindparam("account"),
        sessions.c.ended_at.is_(None),
    )
    .values(ended_at=bindparam("at"))
)

END_SESSIONS_BUT = (
    update(sessions)
    .where(
        sessions.c.account_id == bindparam("account"),
        sessions.c.id != bindparam("kept"),
        sessions.c.ended_at.is_(None),
    )
    .values(ended_at=bindparam("at"))
)

# Attempts to sign in

_LAST_SUCCESS = (
    select(func.coalesce(func.max(sign_in_attempts.c.at), 0))
    .where(sign_in_attempts.c.email == bindparam("email"), sign_in_attempts.c.succeeded == 1)
    .scalar_subquery()
)

_FAILED = select(func.count(), func.min(sign_in_attempts.c.at)).where(
    sign_in_attempts.c.succeeded == 0, sign_in_attempts.c.at > bindparam("since")
)

FAILED_ON_ACCOUNT = _FAILED.where(sign_in_attempts.c.email == bindparam("email"), sign_in_attempts.c.at > _LAST_SUCCESS)

FAILED_FROM_ADDRESS = _FAILED.where(sign_in_attempts.c.address == bindparam("address"))

ATTEMPT_SUCCEEDED = update(sign_in_attempts).where(sign_in_attempts.c.id == bindparam("attempt")).values(succeeded=1)

# Letters that strangers asked for

_ASKED = select(func.count(), func.min(letters_asked.c.at)).where(letters_asked.c.at > bindparam("since"))

LETTERS_TO_MAILBOX = _ASKED.where(letters_asked.c.email == bindparam("email"))

LETTERS_FROM_ADDRESS = _ASKED.where(letters_asked.c.address == bindparam("address"))

# Links in mails

LINK = select(mail_links.c.account_id, mail_links.c.email, mail_links.c.used_at).where(
    mail_links.c.secret_hash == bindparam("secret_hash"),
    mail_links.c.purpose == bindparam("purpose"),
    mail_links.c.expires_at > bindparam("now"),
)

USE_LINK = (
    update(mail_links)
    .where(mail_links.c.secret_hash == bindparam("link"), mail_links.c.used_at.is_(None))
    .values(used_at=bindparam("at"))
)

END_LINKS = (
    update(mail_links)
    .where(mail_links.c.account_id == bindparam("account"), mail_links.c.used_at.is_(None))
    .values(used_at=bindparam("at"))
)

HOW_MANY_LINKS = (
    select(func.count())
    .select_from(mail_links)
    .where(
        mail_links.c.account_id == bindparam("account_id"),
        mail_links.c.purpose == bindparam("purpose"),
        mail_links.c.created_at > bindparam("since"),
    )
)

# Tokens of programs

TOKENS = (
    select(
        tokens.c.id,
        tokens.c.name,
        tokens.c.scopes,
        tokens.c.created_at,
        tokens.c.used_at,
        tokens.c.expires_at,
    )
    .where(tokens.c.account_id == bindparam("account_id"), tokens.c.revoked_at.is_(None))
    .order_by(tokens.c.id.desc())
)

REVOKE_TOKEN = (
    update(tokens)
    .where(
        tokens.c.id == bindparam("token"), tokens.c.account_id == bindparam("account"), tokens.c.revoked_at.is_(None)
    )
    .values(revoked_at=bindparam("at"))
)

REVOKE_TOKENS = (
    update(tokens)
    .where(tokens.c.account_id == bindparam("account"), tokens.c.revoked_at.is_(None))
    .values(revoked_at=bindparam("at"))
)

TOKEN_USED = (
    update(tokens)
    .where(
        tokens.c.secret_hash == bindparam("secret"),
        or_(tokens.c.used_at.is_(None), tokens.c.used_at < bindparam("unless_since")),
    )
    .values(used_at=bindparam("at"))
)

# Shops

_SHOP = select(
    shops.c.id,
    shops.c.owner_id,
    shops.c.slug,
    shops.c.name,
    shops.c.about,
    shops.c.country,
    shops.c.commission,
    shops.c.created_at,
    shops.c.version,
    shops.c.currency,
    shops.c.portrait,
)

SHOP = _SHOP.where(shops.c.id == bindparam("shop_id"))

SHOP_BY_SLUG = _SHOP.where(shops.c.slug == bindparam("slug"))

SHOP_BY_OWNER = _SHOP.where(shops.c.owner_id == bindparam("owner_id"))


@cache
def shops_of_ids(count: int) -> Select[Any]:
    """The shops with `count` ids, given as s0, s1, …"""
    return _SHOP.where(or_(*(shops.c.id == bindparam(f"s{n}") for n in range(count))))


SLUG_IS_TAKEN = select(shops.c.id).where(shops.c.slug == bindparam("slug"))

EDIT_SHOP = (
    update(shops)
    .where(
        shops.c.id == bindparam("shop"), shops.c.owner_id == bindparam("owner"), shops.c.version == bindparam("seen")
    )
    .values(
        name=bindparam("new_name"),
        about=bindparam("new_about"),
        country=bindparam("new_country"),
        version=shops.c.version + 1,
    )
)

# What is swept away when it is of no more use

FORGET_ATTEMPTS = delete(sign_in_attempts).where(sign_in_attempts.c.at < bindparam("before"))

FORGET_LETTERS = delete(letters_asked).where(letters_asked.c.at < bindparam("before"))

FORGET_LINKS = delete(mail_links).where(mail_links.c.expires_at < bindparam("before"))

FORGET_SESSIONS = delete(sessions).where(
    or_(
        sessions.c.expires_at < bindparam("before"),
        and_(sessions.c.ended_at.is_not(None), sessions.c.ended_at < bindparam("before")),
    )
)
