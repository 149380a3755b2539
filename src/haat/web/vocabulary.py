"""What people and things are called in this market, in the reader's language.

A template asks `word("sell")` for one of the settings of [words], and `counted(3)` for “3 articles”. A catalogue of messages has each
word under the name of its setting as context; a word of the stack's own that no translator has met is shown as it is.
"""

from __future__ import annotations

from functools import cache

from markupsafe import Markup

from haat.config.schema import Words as Chosen
from haat.words import Words

COUNTED = "counted"


class Vocabulary:
    """The words of the settings, said in one language."""

    def __init__(self, chosen: Chosen, messages: Words) -> None:
        self._chosen = chosen._asdict()
        self._messages = messages
        self.word = cache(self._word)

    def _word(self, name: str) -> str:
        """The word that a setting of [words] chooses. Raises KeyError when there is no such setting."""
        return self._messages.in_context(name, self._chosen[name])

    def counted(self, count: int, shown: str = "") -> Markup:
        """So many things; `shown` is the number as it is to be written."""
        one, several = (f"%(num)s {self._chosen[name]}" for name in ("item", "items"))
        return self._messages.counted(COUNTED, one, several, count, shown or str(count))
