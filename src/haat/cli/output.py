"""One result, two voices: text for people, JSON for programs. Errors go to standard error as what happened, why, what to try."""

from __future__ import annotations

import errno
import json
import os
import sys
from collections.abc import Sequence
from itertools import chain, repeat
from typing import TextIO
from unicodedata import combining, east_asian_width

from haat.cli.command import Answer
from haat.kernel.errors import HaatError, Invalid, Unavailable

_COLOURS = {"strong": "1", "quiet": "2", "bad": "31", "good": "32", "warning": "33", "accent": "36"}
_SIGNS = {"ok": ("✓", "good"), "attention": ("!", "warning"), "failed": ("✗", "bad"), "none": ("·", "quiet")}
_NARROWEST = 20


def print_answer(answer: Answer, *, as_json: bool) -> None:
    """Print what a command answers."""
    print_line(json.dumps(answer.data, ensure_ascii=False, indent=2) if as_json else answer.text)


def print_line(text: str, *, to: TextIO | None = None) -> None:
    """Print at once, whatever the terminal can show of it."""
    stream = sys.stdout if to is None else to
    encoding = stream.encoding or "utf-8"
    stream.write(text.encode(encoding, "replace").decode(encoding) + "\n")
    stream.flush()


def print_error(error: Exception, *, as_json: bool) -> None:
    """Print what went wrong, on standard error; what nobody foresaw with its traceback."""
    known = in_our_words(error)
    trace = _trace_of(error) if known is None else ""
    shown = known or HaatError("Haat itself failed.", why=f"{type(error).__name__}: {error}")
    if as_json:
        data = _error_data(shown) | ({"traceback": trace} if trace else {})
        print_line(json.dumps({"error": data}, ensure_ascii=False), to=sys.stderr)
    else:
        print_line(trace + error_text(shown), to=sys.stderr)


def _trace_of(error: Exception) -> str:
    import traceback

    return "".join(traceback.format_exception(error))


def error_text(error: HaatError) -> str:
    """The three parts, aligned."""
    fields = [f"{name}: {wrong}" for name, wrong in error.fields.items()] if isinstance(error, Invalid) else []
    why = "\n".join(part for part in (error.why, *fields) if part)
    lines = [paint(f"haat: {error.what}", "bad", sys.stderr)]
    for label, text in (("why", why), ("try", error.try_)):
        labels = chain([paint(label, "quiet", sys.stderr)], repeat(""))
        rows = list(zip(labels, text.splitlines(), strict=False))
        lines += [table(rows, indent=2)] if rows else []
    return "\n".join(lines)


def in_our_words(error: Exception) -> HaatError | None:
    """The error as one of ours; None for what nobody foresaw."""
    if isinstance(error, HaatError):
        return error
    if type(error).__module__ == "sqlite3":
        return _of_the_database(error)
    if not isinstance(error, OSError) or not error.strerror:
        return None
    if error.errno == errno.ENOSPC:
        return Unavailable("The disk is full.", why=f"{error.filename or 'What was to be written'} did not fit on it.")
    hint = "Do it as the user whose stack it is." if error.errno in (errno.EACCES, errno.EPERM) else ""
    why = f"{error.filename or 'It says'}: {error.strerror}."
    return Unavailable("The system does not allow this.", why=why, try_=hint)


def table(rows: Sequence[Sequence[str]], *, indent: int = 0, right: Sequence[int] = ()) -> str:
    """Aligned columns; the last one is folded where the window ends. Columns named by `right` are aligned to the right."""
    if not rows:
        return ""
    widths = [max(_width(row[column]) for row in rows) for column in range(len(rows[0]) - 1)]
    before = indent + sum(width + 2 for width in widths)
    room = max(_columns() - before, _NARROWEST)
    lines = []
    for *cells, last in rows:
        padded = [
            _pad(cell, width, column in right) for column, (cell, width) in enumerate(zip(cells, widths, strict=True))
        ]
        folded = _folded(last, room)
        lines.append((" " * indent + "".join(f"{cell}  " for cell in padded) + folded[0]).rstrip())
        lines += [" " * before + line for line in folded[1:]]
    return "\n".join(lines)


def sign(status: str, word: str = "") -> str:
    """A status as a symbol and a word: ok, attention, failed, or none where there is nothing; or with a word that says more."""
    symbol, colour = _SIGNS[status]
    return paint(f"{symbol} {word or status}", colour)


def paint(text: str, colour: str, stream: TextIO | None = None) -> str:
    """The text in a colour, where there is somebody to see it."""
    return f"\x1b[{_COLOURS[colour]}m{text}\x1b[0m" if text and _has_colours(stream or sys.stdout) else text


def _of_the_database(error: Exception) -> HaatError | None:
    """What the world did to the database; None for what our own statements did."""
    import sqlite3

    by_the_world = {
        sqlite3.SQLITE_BUSY,
        sqlite3.SQLITE_CANTOPEN,
        sqlite3.SQLITE_CORRUPT,
        sqlite3.SQLITE_FULL,
        sqlite3.SQLITE_IOERR,
        sqlite3.SQLITE_NOTADB,
        sqlite3.SQLITE_READONLY,
    }
    if getattr(error, "sqlite_errorcode", 0) & 0xFF not in by_the_world:
        return None
    return Unavailable(
        "The database does not do what it should.",
        why=f"It says: {error}.",
        try_="`haat health` tells how it and its disk are.",
    )


def _error_data(error: HaatError) -> dict[str, object]:
    data: dict[str, object] = {"code": error.code, "what": error.what, "why": error.why, "try": error.try_}
    if isinstance(error, Invalid) and error.fields:
        data["fields"] = error.fields
    return data


def _has_colours(stream: TextIO) -> bool:
    return stream.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def _columns() -> int:
    """The width of the window; where there is none, lines are as long as they are."""
    if not sys.stdout.isatty():
        return 10_000
    import shutil

    return shutil.get_terminal_size((80, 24)).columns


def _folded(text: str, room: int) -> list[str]:
    """The words of the text in lines of so many columns; a word that is longer stays whole."""
    lines: list[str] = []
    for word in text.split(" "):
        if lines and _width(lines[-1]) + 1 + _width(word) <= room:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return lines


def _pad(text: str, width: int, to_the_right: bool) -> str:
    blanks = " " * (width - _width(text))
    return blanks + text if to_the_right else text + blanks


def _width(text: str) -> int:
    """Columns that the text takes: wide letters take two, combining marks and colours none."""
    if text.isascii() and "\x1b" not in text:
        return len(text)
    return sum(
        0 if combining(letter) else 2 if east_asian_width(letter) in "WF" else 1 for letter in _without_colours(text)
    )


def _without_colours(text: str) -> str:
    plain, *painted = text.split("\x1b[")
    return plain + "".join(part.partition("m")[2] for part in painted)
