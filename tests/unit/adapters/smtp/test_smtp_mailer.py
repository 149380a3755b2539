"""The mail server as it may answer, and what becomes of the mail."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from tests.support.mail_server import CERTIFICATE, PASSWORD, USER, MailServer, running

from haat.adapters.smtp.mailer import SmtpMailer
from haat.config.schema import Mail as Settings
from haat.config.secrets import Secret
from haat.kernel.errors import Unavailable
from haat.kernel.ids import encode
from haat.market.notices.ports import Mail, Undeliverable

MAIL = Mail(1 << 60, "ada@example.org", "Hello", "Text\n.\n..\n", "<p>Text</p>\n", 1_772_000_000_000)


@pytest.fixture
def server() -> Iterator[MailServer]:
    with running(MailServer()) as server:
        yield server


def mailer(server: MailServer, security: str = "none", *, user: str = "", password: str = "") -> SmtpMailer:
    settings = Settings("localhost", server.port, security, user, Secret(password), "shop@haat.example")
    return SmtpMailer(settings, "Haat, the market", timeout=2)


@pytest.fixture
def trusted(monkeypatch: pytest.MonkeyPatch) -> None:
    """The certificate of the tests is one that this machine trusts."""
    monkeypatch.setenv("SSL_CERT_FILE", str(CERTIFICATE))


def test_a_mail_looks_the_same_each_time_it_is_tried(server: MailServer) -> None:
    for _ in range(2):
        mailer(server).send(MAIL)
    first, second = server.received
    for header in ("Message-ID", "Date", "Subject", "To", "From"):
        assert first[header] == second[header]
    assert first["From"] == '"Haat, the market" <shop@haat.example>'
    assert first["Message-ID"] == f"<{encode(MAIL.id)}@haat.example>"
    assert first["Auto-Submitted"] == "auto-generated"


def test_a_lone_dot_in_the_text_does_not_end_the_mail(server: MailServer) -> None:
    mailer(server).send(MAIL)
    body = server.received[0].get_body(("plain",))
    assert body is not None
    assert body.get_content() == MAIL.text


def test_the_connection_is_encrypted_before_anything_is_said(trusted: None) -> None:
    with running(MailServer(has_tls=True, has_users=True)) as server:
        mailer(server, "starttls", user=USER, password=PASSWORD).send(MAIL)
    assert server.was_encrypted == [True]
    assert server.users == [USER]


def test_the_connection_may_be_encrypted_from_the_first_byte(trusted: None) -> None:
    with running(MailServer(is_wrapped=True)) as server:
        mailer(server, "tls").send(MAIL)
    assert server.was_encrypted == [True]


def test_a_server_without_encryption_gets_nothing_when_it_is_asked_for(server: MailServer) -> None:
    with pytest.raises(Unavailable) as raised:
        mailer(server, "starttls").send(MAIL)
    assert "STARTTLS" in raised.value.why
    assert server.received == []


def test_a_server_that_cannot_prove_its_name_gets_nothing() -> None:
    with running(MailServer(has_tls=True)) as server, pytest.raises(Unavailable) as raised:
        mailer(server, "starttls").send(MAIL)
    assert "certificate" in raised.value.why
    assert server.received == []


def test_a_wrong_password_says_where_to_correct_it(trusted: None) -> None:
    with running(MailServer(has_tls=True, has_users=True)) as server, pytest.raises(Unavailable) as raised:
        mailer(server, "starttls", user=USER, password="wrong").send(MAIL)
    assert "535" in raised.value.why
    assert "[mail]" in raised.value.try_


@pytest.mark.parametrize("command", ["RCPT", "."])
def test_what_is_refused_for_good_is_not_tried_again(server: MailServer, command: str) -> None:
    server.answers[command] = "550 no such mailbox here"
    with pytest.raises(Undeliverable) as raised:
        mailer(server).send(MAIL)
    assert raised.value.why == "It answered: 550 no such mailbox here"
    assert not raised.value.temporary


@pytest.mark.parametrize("command", ["RCPT", "."])
def test_what_is_put_off_is_tried_again(server: MailServer, command: str) -> None:
    server.answers[command] = "451 try again later"
    with pytest.raises(Unavailable):
        mailer(server).send(MAIL)


def test_a_server_that_does_not_like_our_own_address_is_not_the_recipients_fault(server: MailServer) -> None:
    server.answers["MAIL"] = "553 you may not send as this"
    with pytest.raises(Unavailable) as raised:
        mailer(server).send(MAIL)
    assert "553 you may not send as this" in raised.value.why


@pytest.mark.parametrize("command", ["EHLO", "RCPT", "."])
def test_a_server_that_hangs_up_is_tried_again(server: MailServer, command: str) -> None:
    server.answers |= {command: None, "HELO": None}
    with pytest.raises(Unavailable):
        mailer(server).send(MAIL)


def test_a_server_that_hangs_up_after_it_has_the_mail_has_the_mail(server: MailServer) -> None:
    server.answers["QUIT"] = None
    mailer(server).send(MAIL)
    assert len(server.received) == 1


def test_a_server_that_is_not_there_is_named(server: MailServer) -> None:
    nobody = mailer(server)
    server.shutdown()
    server.server_close()
    with pytest.raises(Unavailable) as raised:
        nobody.send(MAIL)
    assert f"localhost:{server.server_address[1]}" in raised.value.why


def test_an_address_with_letters_that_the_server_does_not_know_is_refused_for_good(server: MailServer) -> None:
    with pytest.raises(Undeliverable):
        mailer(server).send(MAIL._replace(recipient="äda@example.org"))
