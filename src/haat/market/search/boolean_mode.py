"""Full text of MariaDB. `listing_text` has a text for each place, with a FULLTEXT index that is asked in boolean mode.

MariaDB leaves out words of one and two letters and the commonest English ones, takes a hyphen for an operator, and cannot look in one part of an
index. So words are not written as they are, but as tokens: which part they stand in, and then the word, where each letter beyond ASCII is
two ideographs, which MariaDB takes for letters in every version. The beginning of a word is the beginning of its token.

A FULLTEXT index is told of a row when its transaction commits: results are right from then on, and a unit of work does not find what it has
written itself. Nothing in the market looks for words within a unit of work.
"""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import bindparam, column, delete, insert, select, table, update
from sqlalchemy.dialects.mysql import match

from haat.market.search.full_text import Text, Where, Words
from haat.market.search.words import all_words
from haat.store import Tx
from haat.store.metadata import Id

# What tokens begin with: with it the shortest has three letters, and none is a common word of English.
_TITLE, _FACTS, _DESCRIPTION, _TAG = "tt", "ff", "dd", "gg"
_PARTS: dict[Where, tuple[str, ...]] = {
    "title": (_TITLE,),
    "facts": (_TITLE, _FACTS),
    "anywhere": (_TITLE, _FACTS, _DESCRIPTION),
}
_FIRST_IDEOGRAPH = 0x4E00


class _BooleanMode:
    newest = recent = None

    def __init__(self) -> None:
        self.tidy = self.whole = Text(
            listing_text,
            listing_text.c.place,
            lambda name: match(listing_text.c.words, against=bindparam(name)).in_boolean_mode(),
        )

    def write(self, tx: Tx, place: int, words: Words) -> bool:
        tokens = tokens_of(words)
        written = tx.value(_WRITTEN, at=place)
        if written == tokens:
            return False
        if written is None:
            tx.run(_WRITE, place=place, words=tokens)
        else:
            tx.run(_RENEW, at=place, words=tokens)
        return True

    def erase(self, tx: Tx, place: int) -> None:
        tx.run(_ERASE, at=place)

    def word(self, word: str, where: Where, goes_on: bool) -> str:
        return self.any(f"{_token(part, word)}{'*' if goes_on else ''}" for part in _PARTS[where])

    def tag(self, id_: int) -> str:
        return f"{_TAG}{id_}"

    def any(self, parts: Iterable[str]) -> str:
        first, *more = parts
        return f"({' '.join((first, *more))})" if more else first

    def all(self, parts: Iterable[str]) -> str:
        joined = " ".join(f"+{part}" for part in parts)
        return f"({joined})" if joined else ""

    def but(self, left: str, right: str) -> str:
        return f"(+{left} -{right})"


def tokens_of(words: Words) -> str:
    """The words as they are written."""
    parts = ((_TITLE, words.title), (_FACTS, words.facts), (_DESCRIPTION, words.description))
    tokens = [_token(part, word) for part, text in parts for word in all_words(text)]
    return " ".join([*tokens, *(f"{_TAG}{id_}" for id_ in words.tags)])


def _token(part: str, word: str) -> str:
    return part + (word if word.isascii() else "".join(map(_letter, word)))


def _letter(letter: str) -> str:
    if letter.isascii():
        return letter
    high, low = divmod(ord(letter), 256)
    return chr(_FIRST_IDEOGRAPH + high) + chr(_FIRST_IDEOGRAPH + low)


listing_text = table("listing_text", column("place", Id), column("words"))

_WRITTEN = select(listing_text.c.words).where(listing_text.c.place == bindparam("at"))
_WRITE = insert(listing_text).values(place=bindparam("place"), words=bindparam("words"))
_RENEW = update(listing_text).where(listing_text.c.place == bindparam("at")).values(words=bindparam("words"))
_ERASE = delete(listing_text).where(listing_text.c.place == bindparam("at"))

BOOLEAN_MODE = _BooleanMode()
