"""Text as words, the way the index sees it: without case and accents, Chinese, Japanese and Korean letter by letter."""

from __future__ import annotations

import re
import unicodedata

MOST_WORDS = 12
LONGEST_WORD = 40
_LONGEST_TEXT = 400

_WORD = re.compile(r"[^\W_]+")
# They are written without spaces: as single letters any part of a sentence can be found.
_UNSPACED = re.compile("([\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff])")


def words_of(text: str) -> tuple[str, ...]:
    """The words that somebody looks for, each once; what is too long is cut."""
    words = dict.fromkeys(word[:LONGEST_WORD] for word in _WORD.findall(folded(text[:_LONGEST_TEXT])))
    return tuple(words)[:MOST_WORDS]


def all_words(text: str) -> list[str]:
    """The words of a folded text as they are indexed, each once; what is too long is cut, as it is when it is looked for."""
    return list(dict.fromkeys(word[:LONGEST_WORD] for word in _WORD.findall(text)))


def folded(text: str) -> str:
    """Without case and accents; each letter of a script without spaces is a word of its own. The index holds text like this."""
    if text.isascii():
        return text.lower()
    bare = (letter for letter in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(letter))
    return _UNSPACED.sub(r" \1 ", unicodedata.normalize("NFC", "".join(bare)))


def vocabulary_of(text: str) -> set[str]:
    """The words of a text that somebody could mistype: of four letters or more, and no figures."""
    return {word for word in _WORD.findall(folded(text)) if 4 <= len(word) <= LONGEST_WORD and word.isalpha()}


def forms(word: str) -> tuple[str, ...]:
    """The word, and how it may stand in the singular or plural where that is made with an s."""
    if len(word) < 3 or not (word.isascii() and word.isalpha()):
        return (word,)
    if word.endswith("ies") and len(word) > 4:
        return (word, f"{word[:-3]}y")
    if word.endswith("es") and len(word) > 4:
        return (word, word[:-1], word[:-2])
    return (word, word[:-1]) if word.endswith("s") else (word, f"{word}s")
