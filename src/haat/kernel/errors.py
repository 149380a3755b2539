"""What can go wrong, in words for the person it happens to.

Every error says what happened, why, and what to try; the command line, the API and the pages print the same three parts.
"""

from __future__ import annotations

from collections.abc import Mapping


class HaatError(Exception):
    """Something did not work. `code` is stable and meant for programs; `temporary` says that trying again can help."""

    code = "failed"
    temporary = False

    def __init__(self, what: str, *, why: str = "", try_: str = "") -> None:
        super().__init__(what)
        self.what = what
        self.why = why
        self.try_ = try_


class Refused(HaatError):
    """The rules of the market do not allow this now."""

    code = "refused"


class Invalid(HaatError):
    """What was typed cannot be used. `fields` maps the name of a field to what is wrong with it."""

    code = "invalid"

    def __init__(self, what: str, *, fields: Mapping[str, str] | None = None, why: str = "", try_: str = "") -> None:
        super().__init__(what, why=why, try_=try_)
        self.fields = dict(fields or {})


class NotFound(HaatError):
    """There is nothing under this name, or nothing that this person may see."""

    code = "not_found"


class NotSignedIn(HaatError):
    """Nobody is signed in, and somebody must be."""

    code = "not_signed_in"


class NotAllowed(HaatError):
    """This person may not do this."""

    code = "not_allowed"


class Conflict(HaatError):
    """Somebody else got there first, or the same request is already under way."""

    code = "conflict"


class TooMany(HaatError):
    """Too many attempts. `retry_after` is in seconds."""

    code = "too_many"
    temporary = True

    def __init__(self, what: str, *, retry_after: int, why: str = "", try_: str = "") -> None:
        super().__init__(what, why=why, try_=try_)
        self.retry_after = retry_after


class Unavailable(HaatError):
    """Something that we depend on does not answer."""

    code = "unavailable"
    temporary = True
