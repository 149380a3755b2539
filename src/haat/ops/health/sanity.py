"""Settings that are allowed, and with which a stack that people rely on should not run."""

from __future__ import annotations

from collections.abc import Iterator

from haat.config.schema import Settings

_LOOPBACK = ("127.0.0.1", "localhost", "::1")
_FOR_OTHERS = 0o007


def doubts(settings: Settings) -> Iterator[str]:
    """What is worth a thought, each with what to do."""
    yield from settings.warnings
    web = settings.web
    if web.public_url.startswith("http://"):
        yield "web.public_url begins with http:// and passwords travel in the open; put TLS in front, and write https://."
    elif not web.public_url and web.host not in _LOOPBACK:
        yield "web.public_url is empty: links in mails lead to this machine. Write the address that people type."
    if web.public_url and not settings.mail.host:
        yield "mail.host is empty: no mail leaves the outbox page. Name the server that sends it."
    if settings.mail.host and settings.mail.security == "none" and settings.mail.password:
        yield "mail.security is “none”, and the password of the mailbox travels in the open. Write “starttls” or “tls”."
    if web.public_url and not settings.invoices.issuer:
        yield "invoices.issuer is empty: an invoice has to say who issues it."
    if settings.data.stat().st_mode & _FOR_OTHERS:
        yield f"{settings.data} can be entered by everybody on this machine, and what is in it read; run: chmod o-rwx {settings.data}"
