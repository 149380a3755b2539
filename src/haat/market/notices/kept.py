"""The carrier of a market without a mail server: mails stay where they are written down, on the outbox page of the administration."""

from __future__ import annotations

from haat.market.notices.ports import Mail


class KeptMailer:
    """Takes every mail, and takes it nowhere."""

    name = "kept"
    is_record = True

    def send(self, mail: Mail) -> None:
        """The record is there already."""
