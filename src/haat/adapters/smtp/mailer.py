"""Gives mails to a mail server, one connection each."""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime
from typing import TYPE_CHECKING

from haat.kernel import clock, ids
from haat.kernel.errors import HaatError, Unavailable
from haat.market.notices.ports import Mail, Undeliverable

if TYPE_CHECKING:
    from haat.config.schema import Mail as Settings

_TIMEOUT = 15.0  # seconds for each answer
_FIRST_PERMANENT = 500


class SmtpMailer:
    """The mail server of the settings. `sender_name` is the name of the market."""

    name = "smtp"
    is_record = False

    def __init__(self, settings: Settings, sender_name: str, *, timeout: float = _TIMEOUT) -> None:
        self._settings = settings
        self._sender_name = sender_name
        self._timeout = timeout

    def send(self, mail: Mail) -> None:
        """Raises Undeliverable when the server refuses the recipient or the mail for good, Unavailable for everything else."""
        message = _message(mail, self._settings.sender, self._sender_name)
        with self._connection() as server:
            _hand_over(server, message, mail.recipient)

    @contextmanager
    def _connection(self) -> Iterator[smtplib.SMTP]:
        try:
            server = self._connect()
        except (smtplib.SMTPException, OSError) as error:
            raise self._not_reached(error) from error
        try:
            self._sign_in(server)
            yield server
        except smtplib.SMTPAuthenticationError as error:
            raise _sign_in_refused(error) from error
        except (smtplib.SMTPException, OSError) as error:
            raise self._not_reached(error) from error
        finally:
            # The mail is with the server by now, or we have said why not: how we part does not matter.
            with suppress(smtplib.SMTPException, OSError):
                server.quit()

    def _connect(self) -> smtplib.SMTP:
        to = (self._settings.host, self._settings.port)
        if self._settings.security == "tls":
            return smtplib.SMTP_SSL(*to, timeout=self._timeout, context=ssl.create_default_context())
        return smtplib.SMTP(*to, timeout=self._timeout)

    def _sign_in(self, server: smtplib.SMTP) -> None:
        if self._settings.security == "starttls":
            server.starttls(context=ssl.create_default_context())
        if self._settings.user:
            server.login(self._settings.user, self._settings.password.reveal())

    def _not_reached(self, error: Exception) -> Unavailable:
        return Unavailable(
            "The mail server does not take mail now.",
            why=f"{self._settings.host}:{self._settings.port}: {_in_words(error)}.",
            try_="See [mail] in the settings, and whether the server is up. The mail is tried again by itself.",
        )


def _message(mail: Mail, sender: str, sender_name: str) -> EmailMessage:
    message = EmailMessage()
    message["From"] = Address(sender_name, addr_spec=sender)
    message["To"] = mail.recipient
    message["Subject"] = mail.subject
    message["Date"] = format_datetime(clock.as_datetime(mail.created_at))
    # The same each time this mail is tried, so that a mailbox that gets it twice can tell.
    message["Message-ID"] = f"<{ids.encode(mail.id)}@{sender.rpartition('@')[2]}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(mail.text)
    message.add_alternative(mail.html, subtype="html")
    return message


def _hand_over(server: smtplib.SMTP, message: EmailMessage, recipient: str) -> None:
    try:
        server.send_message(message, to_addrs=[recipient])
    except smtplib.SMTPRecipientsRefused as error:
        code, text = error.recipients[recipient]
        raise _refused(code, text) from error
    except smtplib.SMTPDataError as error:
        raise _refused(error.smtp_code, error.smtp_error) from error
    except smtplib.SMTPNotSupportedError as error:
        raise Undeliverable(
            "The mail server cannot write to this address.",
            why="The address has letters that the server does not know.",
        ) from error


def _refused(code: int, text: bytes | str) -> HaatError:
    said = f"It answered: {code} {_decoded(text)}"
    if code >= _FIRST_PERMANENT:
        return Undeliverable(
            "The mail server refused this mail for good.", why=said, try_="See whether the address is right."
        )
    return Unavailable("The mail server put this mail off.", why=said, try_="It is tried again by itself.")


def _sign_in_refused(error: smtplib.SMTPAuthenticationError) -> Unavailable:
    return Unavailable(
        "The mail server does not let us in.",
        why=f"It answered: {error.smtp_code} {_decoded(error.smtp_error)}",
        try_="Correct user and password under [mail] in the settings.",
    )


def _in_words(error: Exception) -> str:
    if isinstance(error, smtplib.SMTPResponseException):
        return f"{error.smtp_code} {_decoded(error.smtp_error)}"
    return str(error).rstrip(".") or type(error).__name__


def _decoded(text: bytes | str) -> str:
    return text.decode("utf-8", "replace") if isinstance(text, bytes) else text
