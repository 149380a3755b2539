"""Settings and files that are allowed, and with which a stack that people rely on should not run."""

from __future__ import annotations

import json
import pwd
from collections.abc import Iterator
from pathlib import Path

from haat.config import load, secrets
from haat.config.schema import Settings
from haat.config.secrets import Secret
from haat.ops import running

_LOOPBACK = ("127.0.0.1", "localhost", "::1")
_FOR_OTHERS, _FOR_ALL_BUT_ITS_OWNER = 0o007, 0o077
_COMMON = frozenset(
    {"admin", "changeme", "change-me", "example", "haat", "password", "postgres", "root", "secret", "shop"}
)
_SHORTEST_PASSWORD = 8
_FEWEST_LETTERS = 10  # different ones, of a key of 32


def doubts(settings: Settings) -> Iterator[str]:
    """What is worth a thought, each with what to do."""
    yield from settings.warnings
    yield from _on_the_way_in(settings)
    yield from _on_mail(settings)
    if settings.web.public_url and not settings.invoices.issuer:
        yield "invoices.issuer is empty: an invoice has to say who issues it."
    yield from _on_secrets(settings)
    yield from _on_rights(settings)
    yield from _on_owners(settings)


def _on_the_way_in(settings: Settings) -> Iterator[str]:
    web = settings.web
    if web.public_url.startswith("http://"):
        yield "web.public_url begins with http:// and passwords travel in the open; put TLS in front, and write https://."
    elif not web.public_url and web.host not in _LOOPBACK:
        yield "web.public_url is empty: links in mails lead to this machine. Write the address that people type."
    if settings.console.enabled == "yes" and settings.console.host not in _LOOPBACK:
        yield "console.host lets others reach the operators' console, which speaks HTTP; put a proxy with TLS before it, or write “127.0.0.1”."


def _on_mail(settings: Settings) -> Iterator[str]:
    mail = settings.mail
    if settings.web.public_url and not mail.host:
        yield "mail.host is empty: no mail leaves the outbox page. Name the server that sends it."
    if mail.host and mail.security == "none" and mail.password:
        yield "mail.security is “none”, and the password of the mailbox travels in the open. Write “starttls” or “tls”."


def _on_secrets(settings: Settings) -> Iterator[str]:
    for key, secret in (
        ("web.signing_key", settings.web.signing_key),
        ("payments.webhook_secret", settings.payments.webhook_secret),
    ):
        if secret and len(set(secret.reveal())) < _FEWEST_LETTERS:
            yield f"{key} can be guessed; run: python3 -c 'import secrets; print(secrets.token_hex(32))', and write what it prints."
    if _is_weak(settings.mail.password, settings.mail.user):
        yield "mail.password is one that everybody tries first; choose a long one by chance, at the mail server too."
    database = settings.database
    if _is_weak(database.password, database.user):
        yield "The password in store.url is one that everybody tries first; give this user of the database a long one by chance."
    cache = settings.cache.url
    if cache and cache.host not in _LOOPBACK and (not cache.password or _is_weak(cache.password, cache.user)):
        yield (
            "The password in cache.url is missing, or one that everybody tries first, and whoever reaches the server can change pages;"
            " give it a long one by chance (`requirepass`)."
        )
    if settings.web.public_url and _has_demo_goods(settings.data):
        yield "The goods to look at are here, and the password of their accounts is in Haat's own code; start with `haat up --empty` in a new folder."


def _is_weak(password: Secret, user: str) -> bool:
    if not password:
        return False
    text = password.reveal()
    return len(text) < _SHORTEST_PASSWORD or text.casefold() in (*_COMMON, user.casefold())


def _has_demo_goods(data: Path) -> bool:
    """As `haat up` planned it at the first start."""
    try:
        plan = json.loads((data / "stack.json").read_text("utf-8"))
    except (OSError, ValueError):
        return False
    return isinstance(plan, dict) and plan.get("goods") == "demo"


def _on_rights(settings: Settings) -> Iterator[str]:
    data, memory = settings.data, running.memory_of(settings.data)
    if data.stat().st_mode & _FOR_OTHERS:
        yield f"{data} can be entered by everybody on this machine, and what is in it read; run: chmod o-rwx {data}"
    if memory.exists() and memory.stat().st_mode & _FOR_ALL_BUT_ITS_OWNER:
        yield f"{memory} holds how operators sign in, and others can open it; run: chmod 600 {memory}*"
    if settings.database.kind == "sqlite":
        file = settings.database.path
        if file.exists() and file.parent != data and file.stat().st_mode & _FOR_OTHERS:
            yield f"{file} is all that the market knows, and everybody on this machine can open it; run: chmod o-rwx {file}*"


def _on_owners(settings: Settings) -> Iterator[str]:
    """A command that was run as root leaves files that the shop cannot write."""
    data = settings.data
    owner = data.stat().st_uid
    names = (
        load.FILE,
        secrets.FILE,
        "haat.db",
        "haat.db-wal",
        "sandbox.db",
        "ops.db",
        "ops.db-wal",
        "logs",
        "media",
        "run",
    )
    others = [name for name in names if (data / name).exists() and (data / name).stat().st_uid != owner]
    if others:
        yield f"{' and '.join(others)} in {data} belong to another user than the folder; run: chown -R {_name_of(owner)} {data}"


def _name_of(user: int) -> str:
    try:
        return pwd.getpwuid(user).pw_name
    except KeyError:
        return str(user)
