"""Guess what was meant by words that find nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from haat.market.search.typos import Vocabulary

FEW = 3
"""So few results may be all there is, or a slip of the pen."""

_MANY = 1000


def mend(
    words: Sequence[str], vocabulary: Vocabulary, more: Iterable[str], hits: Callable[[str, int], int], few: int = FEW
) -> tuple[str, ...]:
    """The words with those replaced that find fewer than `few` by themselves; empty when there is nothing better for any of them.

    `hits(word, most)` says how many results a word finds, counted up to `most`; `more` are words besides the vocabulary's.
    """
    meant = tuple(_meant(word, vocabulary, more, hits, few) for word in words)
    return meant if meant != tuple(words) else ()


def _meant(word: str, vocabulary: Vocabulary, more: Iterable[str], hits: Callable[[str, int], int], few: int) -> str:
    own = hits(word, few)
    if own >= few:
        return word
    near = [(-distance, hits(candidate, _MANY), candidate) for candidate, distance in vocabulary.near(word, more)]
    better = [entry for entry in near if entry[1] > own]
    return max(better)[2] if better else word
