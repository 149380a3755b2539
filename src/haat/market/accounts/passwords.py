"""Which passwords may be chosen. How they are kept is `kernel/passwords.py`, which operators' passwords share."""

from __future__ import annotations

from haat.kernel.passwords import hash_password as hash_password
from haat.kernel.passwords import is_outdated as is_outdated
from haat.kernel.passwords import is_right as is_right

LONGEST = 200
_FEWEST_DIFFERENT = 5


def chosen(password: str, fewest: int, *, email: str, name: str) -> str:
    """A password fit to be chosen, as it was typed. Raises ValueError with what is wrong with it."""
    if len(password) < fewest:
        raise ValueError(f"A password has at least {fewest} characters. Three or four words are easy to remember.")
    if len(password) > LONGEST:
        raise ValueError(f"A password has at most {LONGEST} characters.")
    if len(set(password)) < _FEWEST_DIFFERENT:
        raise ValueError("Use more different characters.")
    if password.strip().lower() in {email, email.partition("@")[0], name.lower()}:
        raise ValueError("Do not use your name or your address as your password.")
    return password
