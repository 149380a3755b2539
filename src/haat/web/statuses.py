"""Which status an error is answered with, by the shop and by the console."""

from __future__ import annotations

from collections.abc import Iterable

from haat.kernel.errors import (
    Conflict,
    HaatError,
    Invalid,
    NotAllowed,
    NotFound,
    NotSignedIn,
    Refused,
    TooMany,
    Unavailable,
)
from haat.web.bodies import NotReadable, TooLarge, WrongType


class WrongMethod(HaatError):
    """The path is there, and it is not for this method."""

    code = "wrong_method"

    def __init__(self, method: str, allowed: Iterable[str]) -> None:
        self.allowed = ", ".join(sorted(allowed))
        super().__init__("This address is not for that.", why=f"It takes {self.allowed}, and not {method[:20]}.")


_STATUS: dict[type[HaatError], int] = {
    HaatError: 500,
    NotReadable: 400,
    NotSignedIn: 401,
    NotAllowed: 403,
    NotFound: 404,
    Conflict: 409,
    Refused: 409,
    TooLarge: 413,
    WrongMethod: 405,
    WrongType: 415,
    Invalid: 422,
    TooMany: 429,
    Unavailable: 503,
}


def status_of(kind: type[HaatError]) -> int:
    """The status that an error is told with: its own, or that of the nearest error it is a kind of."""
    return next(_STATUS[parent] for parent in kind.__mro__ if parent in _STATUS)
