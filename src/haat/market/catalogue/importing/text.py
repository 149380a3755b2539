"""From the bytes of a file to its text: which encoding it is in, and why we think so."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import BinaryIO, NamedTuple, TextIO

from charset_normalizer import from_bytes

from haat.kernel.errors import Invalid

_CHUNK = 1 << 20
_SAMPLE = 1 << 15
_LONGEST_LINE = 1 << 20
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_NOT_TEXT = (
    (b"PK\x03\x04", "an Excel or OpenDocument workbook, or another zip file"),
    (b"\xd0\xcf\x11\xe0", "an old Excel workbook"),
    (b"%PDF", "a PDF"),
    (b"\x1f\x8b", "a gzip file"),
)
# Letters beyond plain ones, by the language that uses them and the one-byte encoding it is written in. The encodings share most bytes, so
# a file is in the one under which its letters make up one alphabet; the first wins where several do.
_ALPHABETS = (
    ("cp1252", "French", "àâæçéèêëîïôœùûüÿ"),
    ("cp1252", "German", "äöüß"),
    ("cp1252", "Spanish", "áéíóúüñçºª¿¡"),
    ("cp1252", "Portuguese", "áâãàçéêíóôõúüºª"),
    ("cp1252", "Italian", "àèéìîòóùº"),
    ("cp1252", "Danish, Norwegian or Swedish", "æøåäöéüè"),
    ("cp1252", "Dutch", "ëïéèöüáó"),
    ("cp1252", "Icelandic", "áðéíóúýþæö"),
    ("cp1250", "Polish", "ąćęłńóśźż"),
    ("cp1250", "Czech", "áčďéěíňóřšťúůýž"),
    ("cp1250", "Slovak", "áäčďéíĺľňóôŕšťúýž"),
    ("cp1250", "Hungarian", "áéíóöőúüű"),
    ("cp1250", "Romanian", "ăâîşţ"),
    ("cp1250", "Croatian or Slovene", "čćđšž"),
    ("cp1254", "Turkish", "çğıöşüâîû"),
    # Hebrew has the fewest letters and so is asked first; Greek is without those that Russian would need most if it were read as Greek.
    ("cp1255", "Hebrew", "אבגדהוזחטיכךלמםנןסעפףצץקרשת"),
    ("cp1253", "Greek", "αβγδεζηθικλμνξοπρστυφχψωςάέήίόύώϊϋ"),
    ("cp1251", "Russian", "абвгдеёжзийклмнопрстуфхцчшщъыьэюя"),
    ("cp1251", "Ukrainian", "абвгґдеєжзиіїйклмнопрстуфхцчшщьюя"),
)
_SIGNS = frozenset("“”‘’„‚«»‹›–—…€£¥©®™°×÷•·½¼¾²³\u00a0\u00ad")
_ENOUGH = 0.95  # of the letters
_OTHERS = ["cp1252", "cp1256", "mac_roman", "shift_jis", "euc_kr", "gb18030", "big5"]
_UNDECODABLE = re.compile("[\udc80-\udcff\ufffd]")


class Encoding(NamedTuple):
    """How the bytes become text. Unless it `is_sound`, some of them may not; what they leave is known to `is_undecodable`."""

    name: str
    why: str
    is_sound: bool


def find_encoding(path: Path) -> Encoding:
    """Look at the whole file. Raises Invalid when it is empty, is no text, or cannot be opened."""
    with open_bytes(path) as file:
        head = file.read(4096)
        _refuse_what_is_not_text(path, head)
        return _by_mark(file, head) or _by_zeros(head) or _by_content(file)


def open_text(path: Path, encoding: Encoding) -> TextIO:
    """The file as text, line ends untouched so that lines can be counted as an editor counts them."""
    # Bytes of one-byte encodings and UTF-8 survive as lone surrogates; the wide encodings only know a replacement mark.
    errors = "replace" if encoding.name.startswith(("utf-16", "utf-32")) else "surrogateescape"
    try:
        return path.open(encoding=encoding.name, errors=errors, newline="")
    except OSError as error:
        raise _unopened(path, error) from None


def open_bytes(path: Path) -> BinaryIO:
    """The file as bytes. Raises Invalid when it cannot be opened."""
    try:
        return path.open("rb")
    except OSError as error:
        raise _unopened(path, error) from None


def is_undecodable(text: str) -> bool:
    """True when the text holds what is left of bytes that are no text."""
    return not text.isascii() and _UNDECODABLE.search(text) is not None


def _unopened(path: Path, error: OSError) -> Invalid:
    return Invalid(
        f"{path} cannot be read.",
        why=f"The system says: {error.strerror}.",
        try_="Check the name of the file, and that you may read it.",
    )


def _refuse_what_is_not_text(path: Path, head: bytes) -> None:
    if not head.strip(b" \t\r\n\0\xef\xbb\xbf\xff\xfe"):
        raise Invalid(
            f"{path.name} is empty.",
            why="There is no text in it.",
            try_="Export the catalogue again, or choose another file.",
        )
    for start, what in _NOT_TEXT:
        if head.startswith(start):
            raise Invalid(
                f"{path.name} is not a CSV file.",
                why=f"It is {what}.",
                try_="Open it in the program that made it and save it as “CSV UTF-8”.",
            )


def _by_mark(file: BinaryIO, head: bytes) -> Encoding | None:
    for mark, name in _MARKS:
        if head.startswith(mark):
            is_sound = name == "utf-8-sig" and _is_utf8(file)
            return Encoding(name, "the file begins with its byte order mark", is_sound)
    return None


def _by_zeros(head: bytes) -> Encoding | None:
    even, odd = head[0::2].count(0), head[1::2].count(0)
    half = len(head) // 2
    if odd > half * 0.4 and even < half * 0.1:
        return Encoding("utf-16-le", "every second byte is zero", is_sound=False)
    if even > half * 0.4 and odd < half * 0.1:
        return Encoding("utf-16-be", "every second byte is zero", is_sound=False)
    return None


def _by_content(file: BinaryIO) -> Encoding:
    if _is_utf8(file):
        return Encoding("utf-8", "every byte of it is valid UTF-8", is_sound=True)
    valid, broken, sample = _lines_beyond_ascii(file)
    if valid > broken:
        why = f"of the lines with more than plain letters {valid} are valid UTF-8 and {broken} are not"
        return Encoding("utf-8", why, is_sound=False)
    return _by_letters(sample)


def _is_utf8(file: BinaryIO) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")()
    file.seek(0)
    try:
        for chunk in iter(lambda: file.read(_CHUNK), b""):
            decoder.decode(chunk)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _lines_beyond_ascii(file: BinaryIO) -> tuple[int, int, bytes]:
    """How many lines beyond ASCII are UTF-8, how many are not, and some of the latter."""
    valid = broken = 0
    sample = bytearray()
    for line in _lines(file):
        if line.isascii():
            continue
        try:
            line.decode()
        except UnicodeDecodeError:
            broken += 1
            if len(sample) < _SAMPLE:
                sample += line[:_SAMPLE]
        else:
            valid += 1
    return valid, broken, bytes(sample)


def _lines(file: BinaryIO) -> Iterator[bytes]:
    file.seek(0)
    return iter(lambda: file.readline(_LONGEST_LINE), b"")


def _by_letters(sample: bytes) -> Encoding:
    share, name, language = max(_fits(sample), key=lambda fit: fit[0])
    if share >= _ENOUGH:
        return Encoding(name, f"it is not UTF-8, and read so its letters are those of {language}", is_sound=False)
    best = from_bytes(sample, cp_isolation=_OTHERS).best()
    if best is not None:
        return Encoding(best.encoding, "it is not UTF-8, and read so its words look like words", is_sound=False)
    return Encoding("cp1252", "it is neither UTF-8 nor any encoding we recognise", is_sound=False)


def _fits(sample: bytes) -> Iterator[tuple[float, str, str]]:
    """How much of the sample beyond plain letters each alphabet has."""
    for name, language, alphabet in _ALPHABETS:
        beyond = _beyond_plain(sample, name)
        yield sum(letter in alphabet for letter in beyond) / max(len(beyond), 1), name, language


@lru_cache(maxsize=8)
def _beyond_plain(sample: bytes, encoding: str) -> str:
    """The letters and signs that languages differ in, lower case; a capital inside a word stays one, because no language has it."""
    text = sample.decode(encoding, "replace")
    return "".join(
        letter if letter.isupper() and before.islower() else letter.lower()
        for before, letter in zip(" " + text, text, strict=False)
        if not letter.isascii() and letter not in _SIGNS
    )
