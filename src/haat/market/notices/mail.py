"""Mails: written down first, each cause once, and then carried out of the house by a job."""

from __future__ import annotations

from typing import NamedTuple

from haat.jobs import outbox
from haat.jobs.job import GiveUp
from haat.kernel.clock import DAY
from haat.kernel.errors import HaatError, NotFound
from haat.kernel.ids import new_id
from haat.market.notices import queries
from haat.market.notices.letter import Letter
from haat.market.notices.ports import Mail, Mailer, Undeliverable
from haat.market.notices.tables import mails
from haat.store import Store, Tx

SEND_MAIL = "mail.send"

_AFTER_ALL = 2**63 - 1
_KEPT_FOR = 90 * DAY


class KeptMail(NamedTuple):
    """A mail as we keep it. `carrier` took it at `sent_at`; `problem` is what the last attempt said."""

    id: int
    recipient: str
    subject: str
    text: str
    html: str
    created_at: int
    sent_at: int | None
    carrier: str | None
    attempts: int
    problem: str | None


def has_mail(tx: Tx, key: str) -> bool:
    """Whether the mail of this cause is written already."""
    return tx.first(queries.MAIL_BY_KEY, key=key) is not None


def add_mail(tx: Tx, key: str, recipient: str, letter: Letter, *, is_private: bool) -> None:
    """Write a mail down and ask for it to be carried. A private one holds a link that opens an account."""
    mail_id = new_id()
    tx.insert(
        mails,
        id=mail_id,
        key=key,
        recipient=recipient,
        **letter._asdict(),
        is_private=int(is_private),
        created_at=tx.now,
        attempts=0,
    )
    outbox.tell(tx, SEND_MAIL, {"mail": mail_id})


def send_mail(store: Store, mailer: Mailer, mail_id: int) -> None:
    """Give a mail to the carrier, unless it was taken before. Raises GiveUp for one that nobody will ever take.

    If we die between its taking the mail and our noting it, the mail goes out a second time, with the same Message-ID.
    """
    row = store.first(queries.MAIL_TO_SEND, mail_id=mail_id)
    if row is None:
        raise GiveUp("This mail is no longer there.", why="Mails are forgotten some time after they were sent.")
    *parts, is_private, sent_at = row
    if sent_at is not None:
        return
    try:
        mailer.send(Mail(*parts))
    except HaatError as error:
        _note_problem(store, mail_id, error)
        raise
    store.write(lambda tx: _mark_sent(tx, mail_id, mailer, is_forgotten=is_private and not mailer.is_record))


def list_mails(store: Store, *, before: int | None = None, most: int = 50) -> list[KeptMail]:
    """Mails, youngest first; `before` is the last id of the page before."""
    return [KeptMail(*row) for row in store.read(queries.MAILS_BEFORE, before=before or _AFTER_ALL, most=most)]


def get_mail(store: Store, mail_id: int) -> KeptMail:
    """Raises NotFound."""
    row = store.first(queries.MAIL, mail_id=mail_id)
    if row is None:
        raise NotFound("There is no such mail.")
    return KeptMail(*row)


def sweep_mails(store: Store) -> str:
    """Forget mails that were sent long ago; says how many."""
    count = store.write(lambda tx: tx.run(queries.FORGET_MAILS, before=tx.now - _KEPT_FOR))
    return f"Forgot {count} mails that were sent long ago."


def _note_problem(store: Store, mail_id: int, error: HaatError) -> None:
    why = " ".join(part for part in (error.what, error.why) if part)
    store.write(lambda tx: tx.run(queries.NOTE_PROBLEM, mail=mail_id, why=why))
    if isinstance(error, Undeliverable):
        raise GiveUp(error.what, why=error.why, try_=error.try_) from error


def _mark_sent(tx: Tx, mail_id: int, mailer: Mailer, *, is_forgotten: bool) -> None:
    tx.run(queries.MARK_SENT, mail=mail_id, at=tx.now, by=mailer.name)
    if is_forgotten:
        tx.run(queries.FORGET_CONTENT, mail=mail_id)
