"""What databases say when they refuse, in one vocabulary. Each driver translates into it at its own door."""

from __future__ import annotations

import sqlite3

from haat.kernel.errors import Unavailable

# A rule of a table would be broken: a CHECK, a reference, something that may be there only once. It is SQLite's own, which the others raise
# too: so nothing has to be translated where every microsecond counts.
IntegrityError = sqlite3.IntegrityError


class Taken(IntegrityError):
    """What may be there only once is there already."""


class Again(Exception):
    """Nothing happened because of what others did at the same time; running the unit again may succeed."""


class Lost(Exception):
    """There is no connection (any more): nothing that was not committed has happened."""


class Absent(Lost):
    """The server answers, and has no database of this name."""


class NoDatabase(Unavailable):
    """As `Absent`, for people."""

    def __init__(self, cause: Exception) -> None:
        super().__init__(
            "There is no such database on its server.",
            why=said(cause),
            try_="Where there was one, `haat runbook run recover-database` brings it back; for a new shop make an empty one of this name.",
        )


class NoTable(Unavailable):
    """The database is there, and has no table of this name: whoever asks is told to come again, for an empty one may stand in the place of one that is lost."""

    def __init__(self, text: str) -> None:
        super().__init__("The database does not have what it should.", why=said(text))


class Uncertain(Unavailable):
    """The connection broke while the work was being committed: it may be saved, and it may not."""

    code = "uncertain"

    def __init__(self, cause: Exception) -> None:
        super().__init__(
            "It is not known whether this was saved.",
            why=f"The database went away just then: {said(cause)}",
            try_="Look whether it is there before you do it again.",
        )


def gone(cause: Exception) -> Unavailable:
    """The error of a database that has been away for longer than anybody waits, or that is not there."""
    if isinstance(cause, Absent):
        return NoDatabase(cause)
    return Unavailable(
        "The database does not answer.",
        why=said(cause),
        try_="Try again in a moment; if it stays, see `haat health` for the database.",
    )


def too_slow(within: float) -> Unavailable:
    """The error of a question that was given up."""
    return Unavailable(
        "The database takes too long to answer.",
        why=f"It had not answered within {within:g} s, and was told to stop.",
        try_="`haat database look` tells what it is busy with.",
    )


class Full(Unavailable):
    """Nothing has room any more on the disk of the database."""


def full(why: str) -> Full:
    """The error of such a disk."""
    return Full(
        "The disk of the database is full.",
        why=why,
        try_="Nothing that was answered is lost. `haat health` names the disk, and what makes room on it.",
    )


def unanswered(cause: Exception) -> Unavailable:
    """The error of a question that the database cannot answer, or not to this user."""
    return Unavailable("The database does not have what it should.", why=said(cause))


def crowded(cause: Exception) -> Unavailable:
    """The error of a unit that lost to others every time."""
    return Unavailable(
        "Too many people are changing the same thing.",
        why=f"The database says: {said(cause)}",
        try_="Try again in a moment.",
    )


def said(error: BaseException | str) -> str:
    """What the database said, in one line that ends like a sentence."""
    text = " ".join(str(error).split())
    return text if text.endswith((".", "?", "!")) else f"{text}."
