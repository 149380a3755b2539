"""Messages in the reader's language. English is what stands in the code; the other languages are in `locale/`.

`bin/messages` collects the messages of code and templates and compiles what translators wrote.
"""

from __future__ import annotations

from functools import cache
from gettext import GNUTranslations, NullTranslations
from pathlib import Path

from markupsafe import Markup

_LOCALE = Path(__file__).parent / "locale"
_MOST_KEPT = 5000  # messages


class Words:
    """The messages of one language. Values are put in by name, as in `gettext("Hello %(name)s", name=…)`.

    A lone percent sign in a message is written `%%`, as everywhere with gettext. `gettext` and `ngettext` are for templates: they
    escape the values, and the message itself counts as safe, so it must be one of ours.
    """

    def __init__(self, catalogue: NullTranslations) -> None:
        self._catalogue = catalogue
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

    def text(self, message: str, /, **values: object) -> str:
        """The message as plain text, with values as they are."""
        return self._catalogue.gettext(message) % values

    def known(self, sentence: str) -> str:
        """The sentence in this language where a translator has met exactly it, else as it is."""
        return self._catalogue.gettext(sentence) if sentence else ""


@cache
def words(language: str) -> Words:
    """The messages of a language; English for one that nobody has translated to yet."""
    file = _LOCALE / language.replace("-", "_") / "LC_MESSAGES" / "haat.mo"
    if not file.exists():
        return Words(NullTranslations())
    with file.open("rb") as compiled:
        return Words(GNUTranslations(compiled))
