"""What people type about themselves: tidied, or refused with all that is wrong with it at once."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable

from haat.kernel.countries import COUNTRIES
from haat.kernel.errors import Invalid
from haat.kernel.text import one_line

LONGEST_EMAIL = 254
LONGEST_NAME = 120
LONGEST_ABOUT = 5000

_LOCAL_PART = re.compile(r"[^\s@<>(),;:\\\"\[\]\x00-\x1f\x7f]{1,64}")
_DOMAIN = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")
_LANGUAGE = re.compile(r"[a-z]{2,3}(?:-[A-Z]{2})?")
_CONTROL_BUT_LINES = re.compile(r"[\x00-\x09\x0b-\x1f\x7f]")


class Entries:
    """Reads one field after the other, and then refuses all the wrong ones together."""

    def __init__(self) -> None:
        self._wrong: dict[str, str] = {}

    def read(self, field: str, read: Callable[[str], str], text: str) -> str:
        """What `read` makes of the text. Where it raises ValueError, its message is kept for the field."""
        try:
            return read(text)
        except ValueError as error:
            self._wrong[field] = str(error)
            return ""

    def refuse_wrong(self, what: str) -> None:
        """Raises Invalid when a field was wrong."""
        if self._wrong:
            raise Invalid(what, fields=self._wrong, try_="Correct the fields that are marked.")


def email(text: str) -> str:
    """An address in the one form in which we keep it: lower case, the domain as the network spells it."""
    local, _, domain = unicodedata.normalize("NFC", text.strip()).lower().rpartition("@")
    domain = _as_ascii(domain)
    if not _LOCAL_PART.fullmatch(local) or not _DOMAIN.fullmatch(domain):
        raise ValueError("This is not a mail address. It should look like name@example.org.")
    if len(local) + 1 + len(domain) > LONGEST_EMAIL:
        raise ValueError("This mail address is too long.")
    return f"{local}@{domain}"


def name(text: str) -> str:
    """What somebody, or something of theirs, is called: one line."""
    tidy = one_line(unicodedata.normalize("NFC", text))
    if not tidy:
        raise ValueError("Give a name.")
    if len(tidy) > LONGEST_NAME:
        raise ValueError(f"A name has at most {LONGEST_NAME} characters.")
    return tidy


def about(text: str) -> str:
    """A text of several lines, or nothing."""
    tidy = _CONTROL_BUT_LINES.sub("", text.replace("\r\n", "\n")).strip()
    if len(tidy) > LONGEST_ABOUT:
        raise ValueError(f"At most {LONGEST_ABOUT} characters.")
    return tidy


def language(text: str) -> str:
    """The code of a language, such as `en` or `pt-BR`."""
    if not _LANGUAGE.fullmatch(text):
        raise ValueError("Choose a language from the list.")
    return text


def country(text: str) -> str:
    """The ISO 3166 code of a country, such as `DE`."""
    tidy = text.strip().upper()
    if tidy not in COUNTRIES:
        raise ValueError("Choose a country from the list.")
    return tidy


def _as_ascii(domain: str) -> str:
    try:
        return domain.encode("idna").decode("ascii")
    except UnicodeError:
        return ""
