"""Words and filters as FTS5 understands them. Words are quoted and hold letters and figures only, so no text can be an operator.

Relevance is a ladder of three rungs, and on each rung the newest comes first:

    1  every word is in the title
    2  every word is in the title, in the facts, or is the name of a category; the last word may go on
    3  every word is anywhere, the description too

A rung is read in the order of the full text itself and stops when the page is full. Ranking all matches by BM25 has to look at each
of them first: on 100,000 listings 2 ms for a word with 2,000 matches and 147 ms for one with 75,000, against 0.1 ms for both.
It would also move results between pages whenever anything is added.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from haat.market.search.words import forms

NOTHING = 'tags : "0"'
"""Finds nothing: no tag has this number."""

WordTags = Callable[[str, bool], Sequence[int]]
"""The categories that a word names; the flag says that the word may go on."""


def ladder(words: Sequence[str], tags_of: WordTags) -> tuple[str, ...]:
    """What each rung finds that the one above does not."""
    first = _all(f"title : ({_any(forms(word), is_open=False)})" for word in words)
    second = _anywhere(words, "{title facts}", tags_of)
    third = everything(words, tags_of)
    return first, f"({second}) NOT ({first})", f"({third}) NOT ({second})"


def everything(words: Sequence[str], tags_of: WordTags) -> str:
    """What the whole ladder finds."""
    return _anywhere(words, "{title facts description}", tags_of)


def in_title(words: Sequence[str]) -> str:
    """Titles with all of the words; the last one may go on."""
    return _anywhere(words, "title", lambda word, is_open: ())


def tagged(groups: Iterable[Sequence[int | None]]) -> str:
    """Those that have one tag of each group; empty when there is no group. A tag that nothing has is None."""
    return _all(_having([id_ for id_ in group if id_ is not None]) for group in groups)


def both(left: str, right: str) -> str:
    """What both find; an empty one leaves it to the other."""
    return f"({left}) AND ({right})" if left and right else left or right


def _anywhere(words: Sequence[str], columns: str, tags_of: WordTags) -> str:
    last = len(words) - 1
    return _all(_one(word, columns, tags_of(word, i == last), is_open=i == last) for i, word in enumerate(words))


def _one(word: str, columns: str, tags: Sequence[int], *, is_open: bool) -> str:
    found = f"{columns} : ({_any(forms(word), is_open=is_open)})"
    return f"{found} OR {_having(tags)}" if tags else found


def _any(words: Sequence[str], *, is_open: bool) -> str:
    phrases = [f'"{word}"' for word in words]
    # Of a single letter half the market goes on; a letter that is a word of its own does not.
    if is_open and len(words[0]) > 1:
        phrases[0] += " *"
    return " OR ".join(phrases)


def _having(tags: Sequence[int]) -> str:
    return f"tags : ({' OR '.join(map(_quoted, tags))})" if tags else NOTHING


def _quoted(tag: int) -> str:
    return f'"{tag}"'


def _all(parts: Iterable[str]) -> str:
    return " AND ".join(f"({part})" for part in parts)
