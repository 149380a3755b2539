"""Messages in the reader's language. English is what stands in the code; the other languages are in `locale/`.

`bin/messages` collects the messages of code and templates and compiles what translators wrote.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache, cached_property
from gettext import GNUTranslations, NullTranslations
from pathlib import Path
from typing import NamedTuple

from markupsafe import Markup, escape

_LOCALE = Path(__file__).parent / "locale"
_MOST_KEPT = 5000  # messages
_LONGEST_FILLED = 500  # characters
_PLACE = re.compile(r"%\((\d+)\)s|%%")


class Pattern(NamedTuple):
    """A sentence with numbered places, `Use at most %(1)s characters.`, and what it is in another language."""

    filled: re.Pattern[str]
    said: str


class Words:
    """The messages of one language. Values are put in by name, as in `gettext("Hello %(name)s", name=…)`.

    A lone percent sign in a message is written `%%`, as everywhere with gettext. `gettext` and `ngettext` are for templates: they
    escape the values, and the message itself counts as safe, so it must be one of ours.
    """

    def __init__(self, catalogue: NullTranslations, compiled: Path | None = None) -> None:
        self._catalogue = catalogue
        self._compiled = compiled
        self._plain: dict[str, Markup] = {}

    def gettext(self, message: str, /, **values: object) -> Markup:
        if values:
            return Markup(self._catalogue.gettext(message)) % values  # noqa: S704
        known = self._plain.get(message)
        if known is None:
            known = Markup(self._catalogue.gettext(message)) % {}  # noqa: S704
            if len(self._plain) < _MOST_KEPT:
                self._plain[message] = known
        return known

    def ngettext(self, singular: str, plural: str, num: int, /, **values: object) -> Markup:
        message = self._catalogue.ngettext(singular, plural, num)
        return Markup(message) % {"num": num, **values}  # noqa: S704

    def in_context(self, context: str, message: str) -> str:
        """A word that is said differently depending on what it stands for."""
        return self._catalogue.pgettext(context, message)

    def counted(self, context: str, singular: str, plural: str, num: int, shown: str) -> Markup:
        """So many of what the two messages name. The messages may be a stack's own, so they are escaped as values are."""
        message = self._catalogue.npgettext(context, singular, plural, num)
        return Markup(escape(message) % {"num": shown})  # noqa: S704

    def text(self, message: str, /, **values: object) -> str:
        """The message as plain text, with values as they are."""
        return self._catalogue.gettext(message) % values

    def known(self, sentence: str) -> str:
        """The sentence in this language where a translator has met it, or met one that differs only in what was put into it. Else as it is."""
        if not sentence:
            return ""
        said = self._catalogue.gettext(sentence)
        return said if said != sentence or len(sentence) > _LONGEST_FILLED else self._refilled(sentence)

    def _refilled(self, sentence: str) -> str:
        for pattern in self._patterns:
            if found := pattern.filled.fullmatch(sentence):
                return pattern.said % {
                    name[1:]: part and self._catalogue.gettext(part) for name, part in found.groupdict().items()
                }
        return sentence

    @cached_property
    def _patterns(self) -> Sequence[Pattern]:
        """Those with the most words of their own first."""
        if self._compiled is None:
            return ()
        from babel.messages.mofile import read_mo

        with self._compiled.open("rb") as compiled:
            pairs = [(m.id, m.string) for m in read_mo(compiled) if isinstance(m.id, str) and "%(1)s" in m.id]
        pairs.sort(key=lambda pair: -len(_PLACE.sub("", pair[0])))
        return [Pattern(_filled(message), str(said)) for message, said in pairs]


@cache
def words(language: str) -> Words:
    """The messages of a language; English for one that nobody has translated to yet."""
    file = _LOCALE / language.replace("-", "_") / "LC_MESSAGES" / "haat.mo"
    if not file.exists():
        return Words(NullTranslations())
    with file.open("rb") as compiled:
        return Words(GNUTranslations(compiled), file)


def _filled(message: str) -> re.Pattern[str]:
    """What the message looks like once something is put into its places."""
    written, end = "", 0
    for place in _PLACE.finditer(message):
        written += re.escape(message[end : place.start()]) + (f"(?P<_{place[1]}>.*?)" if place[1] else "%")
        end = place.end()
    return re.compile(written + re.escape(message[end:]), re.DOTALL)
