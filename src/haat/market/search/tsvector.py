"""Full text of PostgreSQL. `listing_text` has a tsvector for each place, with a GIN index.

It is put together here and not by `to_tsvector`: a word is what words.py says, whatever language the server was set up for, and no word is
left out for being common. Where a word stands is its weight: A in the title, B in the facts, D in the description; tags are words that nobody
can look for.
"""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    FromClause,
    bindparam,
    cast,
    column,
    delete,
    insert,
    literal_column,
    select,
    table,
    update,
)
from sqlalchemy import Text as TextType
from sqlalchemy.dialects import postgresql

from haat.market.search.full_text import SEASON, Text, Where, Words
from haat.market.search.words import all_words
from haat.store import Tx
from haat.store.metadata import Id

_TAG = "\ue000"  # A letter for private use: words have none.
_WEIGHTS: dict[Where, str] = {"title": "A", "facts": "AB", "anywhere": ""}


class _TSVector:
    def __init__(self) -> None:
        # All that match are collected by the index. Were the bare place sorted by, the planner would now and then go through the whole market in
        # its order instead, for fear of many matches.
        self.tidy = self.whole = _text(listing_text, listing_text.c.place + 0, is_collected=True)
        self.newest = _text(_newest, _newest.c.place)
        self.recent = _text(listing_text, listing_text.c.place + 0, is_collected=True, among=_IS_RECENT)

    def write(self, tx: Tx, place: int, words: Words) -> bool:
        vector = vector_of(words)
        written = tx.first(_IS_WRITTEN, at=place, words=vector)
        if written is None:
            tx.run(_WRITE, place=place, words=vector)
        elif not written[0]:
            tx.run(_RENEW, at=place, words=vector)
        return written is None or not written[0]

    def erase(self, tx: Tx, place: int) -> None:
        tx.run(_ERASE, at=place)

    def word(self, word: str, where: Where, goes_on: bool) -> str:
        how = ("*" if goes_on else "") + _WEIGHTS[where]
        return f"'{word}':{how}" if how else f"'{word}'"

    def tag(self, id_: int) -> str:
        return f"'{_TAG}{id_}'"

    def any(self, parts: Iterable[str]) -> str:
        return " | ".join(f"({part})" for part in parts)

    def all(self, parts: Iterable[str]) -> str:
        return " & ".join(f"({part})" for part in parts)

    def but(self, left: str, right: str) -> str:
        return f"({left}) & !({right})"


def vector_of(words: Words) -> str:
    """As PostgreSQL reads it. Positions only keep the weights of a word apart."""
    weights: dict[str, str] = {}
    for weight, text in (("1A", words.title), ("2B", words.facts), ("3", words.description)):
        for word in all_words(text):
            weights[word] = f"{weights[word]},{weight}" if word in weights else weight
    return " ".join([*(f"'{word}':{at}" for word, at in weights.items()), *(f"'{_TAG}{id_}'" for id_ in words.tags)])


def _text(
    source: FromClause,
    place: ColumnElement[int],
    *,
    is_collected: bool = False,
    among: ColumnElement[bool] | None = None,
) -> Text:
    def matching(name: str) -> ColumnElement[bool]:
        # Of its own type: a text that is cast would be read again for every row.
        return source.c.words.bool_op("@@")(bindparam(name, type_=postgresql.TSQUERY))

    return Text(source, place, matching, is_collected=is_collected, among=among)


listing_text = table("listing_text", column("place", Id), column("words", postgresql.TSVECTOR))

# As the index has it beside the words, so that old listings with the same words are not read.
_SEASONS = postgresql.array([listing_text.c.place.bitwise_rshift(literal_column(f"{SEASON}"))])
_IS_RECENT = _SEASONS.bool_op("&&")(bindparam("seasons", type_=postgresql.ARRAY(BigInteger)))
_newest = (
    select(listing_text.c.place, listing_text.c.words)
    .where(listing_text.c.place < bindparam("before"))
    .order_by(listing_text.c.place.desc())
    .limit(bindparam("window"))
    .subquery("newest")
)
_NEW = cast(bindparam("words", type_=TextType), postgresql.TSVECTOR)
_IS_WRITTEN = select(listing_text.c.words == _NEW).where(listing_text.c.place == bindparam("at"))
_RENEW = update(listing_text).where(listing_text.c.place == bindparam("at")).values(words=_NEW)
_WRITE = insert(listing_text).values(place=bindparam("place"), words=_NEW)
_ERASE = delete(listing_text).where(listing_text.c.place == bindparam("at"))

TSVECTOR = _TSVector()
