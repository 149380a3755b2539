"""Whether the mail server can be reached, as far as one comes without saying who one is: nothing secret is sent, and no mail."""

from __future__ import annotations

import smtplib
from contextlib import suppress

from haat.config.schema import Mail
from haat.ops.health.way import Way, connect, secure

_GREETING, _READY, _WELL = 220, 220, 250


def call(mail: Mail, patience: float) -> Way:
    """As the mailer connects: its greeting, and TLS where the settings want it. Raises Unavailable, which says how far it came."""
    way = Way(f"{mail.host}:{mail.port}")
    server = smtplib.SMTP(local_hostname="haat.invalid")
    server.sock = connect(way, mail.host, mail.port, patience)
    try:
        if mail.security == "tls":
            server.sock = secure(way, server.sock, mail.host)
        with way.stretch("greeting"):
            _insist(server.getreply(), _GREETING)
            _insist(server.ehlo(), _WELL)
        if mail.security == "starttls":
            with way.stretch("starttls"):
                _insist(server.docmd("STARTTLS"), _READY)
            server.sock, server.file = secure(way, server.sock, mail.host), None
        with suppress(OSError):
            server.docmd("QUIT")
    finally:
        server.close()
    return way


def _insist(reply: tuple[int, bytes], expected: int) -> None:
    code, said = reply
    if code != expected:
        raise OSError(f"it answered {code} {said.decode('utf-8', 'replace')[:200]}")
