"""The post room: writes the mails that are asked for, and gives them to the carrier."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import msgspec

from haat.jobs.job import Handler, Payload
from haat.kernel import clock
from haat.market.accounts import letters, links
from haat.market.accounts.account import Account, find, get
from haat.market.accounts.links import Purpose
from haat.market.accounts.secret import new_secret
from haat.market.notices import queries
from haat.market.notices.kinds import LETTERS, NOTICES, Kind
from haat.market.notices.letter import Letter, Letterhead, write_letter
from haat.market.notices.mail import SEND_MAIL, add_mail, has_mail, send_mail
from haat.market.notices.notice import MAIL_NOTICE, tell
from haat.market.notices.ports import Mailer, Words
from haat.market.notices.wording import say
from haat.store import Store, Tx

# Where the links in mails lead. The secret is no part of the path, so it is in no log.
CONFIRM_PATH = "/verify?token={secret}"
RESET_PATH = "/reset?token={secret}"
MOVE_PATH = "/account/address?token={secret}"
SIGN_IN_PATH = "/sign-in"
SESSIONS_PATH = "/account/sessions"
TOKENS_PATH = "/account/tokens"


@dataclass(frozen=True)
class Post:
    """`words` gives the messages of a language; links in mails work for `links_last` milliseconds."""

    store: Store
    mailer: Mailer
    words: Callable[[str], Words]
    head: Letterhead
    links_last: int

    def handlers(self) -> dict[str, Handler]:
        """Who sees to which topic."""
        return {
            letters.CONFIRM_ADDRESS: self.confirm_address,
            letters.ADDRESS_IN_USE: self.address_in_use,
            letters.RESET_PASSWORD: self.reset_password,
            letters.PASSWORD_CHANGED: self.password_changed,
            letters.PASSWORD_RESET: self.password_reset,
            letters.CONFIRM_NEW_ADDRESS: self.confirm_new_address,
            letters.ADDRESS_CHANGED: self.address_changed,
            MAIL_NOTICE: self.mail_notice,
            SEND_MAIL: self.send,
        }

    def confirm_address(self, payload: Payload) -> None:
        """The link that proves an address, unless it is proved or nobody's."""
        account = find(self.store, payload["email"])
        if account is not None and not account.is_verified:
            self._send_link("confirm", CONFIRM_PATH, "confirm_address", account, account.email, payload["cause"])

    def address_in_use(self, payload: Payload) -> None:
        """Tell the owner of an address that somebody tried to sign up with it; once a day is enough."""
        account = find(self.store, payload["email"])
        if account is not None:
            today = clock.now() // clock.DAY
            self._send("address_in_use", account, account.email, SIGN_IN_PATH, key=f"in_use:{account.id}:{today}")

    def reset_password(self, payload: Payload) -> None:
        """The link to choose a new password, if the address has an account."""
        account = find(self.store, payload["email"])
        if account is not None:
            self._send_link("reset", RESET_PATH, "reset_password", account, account.email, payload["cause"])

    def password_changed(self, payload: Payload) -> None:
        """Tell the owner, in the app too."""
        self.store.write(
            lambda tx: tell(tx, payload["account"], "password_changed", {}, SESSIONS_PATH, cause=payload["cause"])
        )

    def password_reset(self, payload: Payload) -> None:
        """The same where the old one was not known: then programs were shut out, too."""
        self.store.write(
            lambda tx: tell(tx, payload["account"], "password_reset", {}, TOKENS_PATH, cause=payload["cause"])
        )

    def confirm_new_address(self, payload: Payload) -> None:
        """The link that moves an account to this address; a mail that says so where it has an account already."""
        if find(self.store, payload["email"]) is not None:
            self.address_in_use(payload)
        else:
            account = get(self.store, payload["account"])
            self._send_link("move", MOVE_PATH, "confirm_new_address", account, payload["email"], payload["cause"])

    def address_changed(self, payload: Payload) -> None:
        """Tell the old mailbox, which the account has just left."""
        account = get(self.store, payload["account"])
        self._send("address_changed", account, payload["email"], "/", key=f"moved:{payload['cause']}")

    def mail_notice(self, payload: Payload) -> None:
        """Put a notice of the app into a mail."""
        row = self.store.first(queries.NOTICE_TO_MAIL, notice_id=payload["notice"])
        if row is None:
            return
        account_id, kind, data, link = row
        account = get(self.store, account_id)
        letter = self._write(NOTICES[kind], msgspec.json.decode(data), account, link)
        self.store.write(lambda tx: _add_once(tx, f"notice:{payload['notice']}", account.email, letter))

    def send(self, payload: Payload) -> None:
        """Give a mail to the carrier."""
        send_mail(self.store, self.mailer, payload["mail"])

    def _send(self, kind: str, account: Account, to: str, path: str, *, key: str) -> None:
        letter = self._write(LETTERS[kind], {}, account, path)
        self.store.write(lambda tx: _add_once(tx, key, to, letter))

    def _send_link(self, purpose: Purpose, path: str, kind: str, account: Account, to: str, cause: int) -> None:
        secret, until = new_secret(), clock.now() + self.links_last
        letter = self._write(LETTERS[kind], {"until": until}, account, path.format(secret=secret))
        key = f"{purpose}:{cause}"

        def add(tx: Tx) -> None:
            if not has_mail(tx, key) and links.make(tx, secret, purpose, account.id, to, self.links_last):
                add_mail(tx, key, to, letter, is_private=True)

        self.store.write(add)

    def _write(self, kind: Kind, data: Mapping[str, Any], account: Account, path: str) -> Letter:
        words = self.words(account.language)
        head = self.head
        message = say(kind, data, head.market, account.language, words, head.currencies, head.zone)
        return write_letter(message, path, head, account.language, words)


def _add_once(tx: Tx, key: str, to: str, letter: Letter) -> None:
    if not has_mail(tx, key):
        add_mail(tx, key, to, letter, is_private=False)
