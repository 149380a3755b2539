"""What every carrier of mail promises, whether it takes mail out of the house or keeps it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

import pytest
from tests.support.mail_server import MailServer, running

from haat.adapters.smtp.mailer import SmtpMailer
from haat.config.schema import Mail as Settings
from haat.config.secrets import Secret
from haat.jobs.worker import Worker
from haat.market.notices.kept import KeptMailer
from haat.market.notices.letter import Letter
from haat.market.notices.mail import SEND_MAIL, add_mail, list_mails, send_mail
from haat.market.notices.ports import Mailer
from haat.store import Store

LETTER = Letter("Grüße: 5 µF “Folie”", "Line one\n\nhttps://haat.example/x?a=1&b=2\n", "<p>Ünïcødé &amp; more</p>\n")


class Read(NamedTuple):
    """A mail as its recipient can read it."""

    recipient: str
    subject: str
    text: str
    html: str


class Carrier(NamedTuple):
    mailer: Mailer
    mailbox: Callable[[], list[Read]]


@pytest.fixture(params=["kept", "smtp"])
def carrier(request: pytest.FixtureRequest) -> Carrier:
    return request.getfixturevalue(f"{request.param}_carrier")


@pytest.fixture
def kept_carrier(store: Store) -> Carrier:
    def mailbox() -> list[Read]:
        mails = [mail for mail in list_mails(store) if mail.sent_at is not None]
        return [Read(mail.recipient, mail.subject, mail.text, mail.html) for mail in mails]

    return Carrier(KeptMailer(), mailbox)


@pytest.fixture
def smtp_carrier() -> Iterator[Carrier]:
    with running(MailServer()) as server:
        settings = Settings("127.0.0.1", server.port, "none", "", Secret(""), "shop@haat.example")

        def mailbox() -> list[Read]:
            return [
                Read(to, mail["Subject"], _part(mail, "plain"), _part(mail, "html"))
                for to, mail in zip(server.recipients, server.received, strict=True)
            ]

        yield Carrier(SmtpMailer(settings, "Haat"), mailbox)


def _part(mail, kind: str) -> str:
    return mail.get_body((kind,)).get_content()


def write(store: Store, key: str = "k", *, is_private: bool = False) -> None:
    store.write(lambda tx: add_mail(tx, key, "ada@example.org", LETTER, is_private=is_private))


def work(store: Store, mailer: Mailer) -> None:
    Worker(store, {SEND_MAIL: lambda payload: send_mail(store, mailer, payload["mail"])}).drain()


def test_a_mail_can_be_read_as_it_was_written(store: Store, carrier: Carrier) -> None:
    write(store)
    work(store, carrier.mailer)
    assert carrier.mailbox() == [Read("ada@example.org", *LETTER)]


def test_a_mail_is_carried_once_however_often_the_job_runs(store: Store, carrier: Carrier) -> None:
    write(store)
    work(store, carrier.mailer)
    [mail] = list_mails(store)
    for _ in range(2):
        send_mail(store, carrier.mailer, mail.id)
    assert len(carrier.mailbox()) == 1
    assert list_mails(store)[0].attempts == 1


def test_the_record_says_who_took_it_and_when(store: Store, carrier: Carrier) -> None:
    write(store)
    assert (list_mails(store)[0].sent_at, list_mails(store)[0].carrier) == (None, None)
    work(store, carrier.mailer)
    [mail] = list_mails(store)
    assert mail.sent_at is not None
    assert mail.carrier == carrier.mailer.name


def test_a_link_that_opens_an_account_stays_in_one_place_only(store: Store, carrier: Carrier) -> None:
    write(store, is_private=True)
    work(store, carrier.mailer)
    assert [read.text for read in carrier.mailbox()] == [LETTER.text]
    assert [mail.text for mail in list_mails(store)] == [LETTER.text if carrier.mailer.is_record else ""]
