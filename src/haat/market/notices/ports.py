"""What the notices need from outside: the words of a language, and somebody who carries mail."""

from __future__ import annotations

from typing import NamedTuple, Protocol

from haat.kernel.errors import HaatError


class Words(Protocol):
    """The messages of one language."""

    def text(self, message: str, /, **values: object) -> str:
        """The message in this language, with the values in their places (`%(name)s`; a lone percent sign is `%%`)."""


class Mail(NamedTuple):
    """A mail to be carried. The same mail has the same id whenever it is tried."""

    id: int
    recipient: str
    subject: str
    text: str
    html: str
    created_at: int


class Undeliverable(HaatError):
    """This mail will never be taken, however often it is tried."""

    code = "undeliverable"


class Mailer(Protocol):
    """Carries mail out of the house."""

    @property
    def name(self) -> str:
        """What is written down as the carrier; at most 20 characters."""

    @property
    def is_record(self) -> bool:
        """Whether our own record of the mail is the only place where it can be read."""

    def send(self, mail: Mail) -> None:
        """Take the mail: when this returns, it is on its way for good. The same mail may be given twice, and must look the same then.

        Raises Undeliverable when it is refused for good, Unavailable when it can be tried again.
        """
