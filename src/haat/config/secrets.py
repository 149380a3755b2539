"""Values that must not be seen, and the two that every stack makes for itself."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

from haat.kernel.durable import sync_folder
from haat.kernel.errors import HaatError

FILE = "secrets.toml"
OWN = ("web.signing_key", "payments.webhook_secret")
_READABLE_BY_OTHERS = 0o044
_OWN = """\
# Made by Haat, for this stack alone. They prove what comes from us and from the gateway: keep them to yourself, and with the backups.
# Other secrets may stand here too, like password under [mail]; haat.toml and the environment come before this file.

[web]
signing_key = "{signing_key}"

[payments]
webhook_secret = "{webhook_secret}"
"""


class Secret:
    """Text that shows only when it is asked for by `reveal`; false when it was never given."""

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def reveal(self) -> str:
        """The text. Raises HaatError when it was never given: nothing may be signed with an empty key."""
        if not self._text:
            raise HaatError(
                "A secret is needed that was never given.",
                why="The stack makes its own keys when it is first started; it was not, or they are to come from elsewhere.",
                try_="Start it once with `haat up`, or give the secret in haat.toml or in the environment.",
            )
        return self._text

    def __bool__(self) -> bool:
        return bool(self._text)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and self._text == other._text

    def __hash__(self) -> int:
        return hash(self._text)

    def __repr__(self) -> str:
        return "(hidden)" if self else "(not set)"


def ensure_secrets(data: Path) -> None:
    """Give the stack its own keys, in DATA/secrets.toml, the first time.

    Any number of processes may do this at once, and any of them may be killed: the file is whole or not there, and the first
    one stays. Raises HaatError when the folder cannot be written.
    """
    if (data / FILE).exists():
        return
    try:
        _make(data / FILE)
    except OSError as error:
        raise HaatError(
            f"The stack's own keys cannot be kept in {data / FILE}.",
            why=f"{error.strerror}.",
            try_="Make room in that folder and let this user write to it, or name another with --data.",
        ) from error


def exposed(path: Path) -> str | None:
    """What to say of a file with secrets in it, where other users of the machine may read it."""
    if not path.stat().st_mode & _READABLE_BY_OTHERS:
        return None
    return f"{path} holds secrets and can be read by other users; run: chmod 600 {path}"


def _make(path: Path) -> None:
    draft = path.with_name(f".{path.name}.{os.getpid()}.{os.urandom(4).hex()}")
    try:
        _write(draft, _OWN.format(signing_key=os.urandom(32).hex(), webhook_secret=os.urandom(32).hex()))
        with suppress(FileExistsError):  # Somebody was faster; their keys stay.
            path.hardlink_to(draft)  # A link appears whole, which a file that is being written does not.
    finally:
        draft.unlink(missing_ok=True)
    sync_folder(path.parent)


def _write(path: Path, text: str) -> None:
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
