"""Whose a repository is: one stack keeps its backups there, and none beside it that came to the same place with the same key."""

from __future__ import annotations

import fcntl
import os
import secrets
import socket
from contextlib import suppress
from pathlib import Path

import msgspec

from haat.kernel import clock
from haat.kernel.durable import sync_folder
from haat.kernel.errors import Conflict, Refused, Unavailable
from haat.ops import running
from haat.ops.backups import findings
from haat.ops.backups.findings import Owner
from haat.ops.backups.vault import Damaged, Vault
from haat.ops.procedure.lock import is_held

_DRAWN = 16  # bytes


class _Sign(msgspec.Struct, frozen=True):
    """What a stack knows itself by: drawn by lot, and the number of the file in which that stands, the machine and the folder."""

    stack: str
    file: int
    host: str
    data: str


def identity_of(data: Path) -> str:
    """That of the stack in this folder; one that has none yet gets one. A folder that was renamed keeps it, and so does one that was copied to its own place
    on another disk; a copy in another place, or on another machine, is another stack. Raises Unavailable where it cannot be written down.
    """
    folder = running.folder_of(data)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX)
            return _known(data) or _signed(data, secrets.token_hex(_DRAWN))
        finally:
            os.close(handle)
    except OSError as error:
        raise Unavailable(
            "This stack cannot say which one it is.",
            why=f"{_file_of(data)}: {error.strerror}.",
            try_="See that there is room and that this user may write there; then do it again.",
        ) from error


def other(vault: Vault, data: Path) -> Owner | None:
    """Whose the repository is, where that is another stack than the one in this folder. Raises Damaged, Unavailable."""
    owner = findings.of_owner(vault)
    return None if owner is None or owner.stack == identity_of(data) else owner


def refuse_other(vault: Vault, data: Path, *, if_known: bool = False) -> None:
    """Raises Refused where the repository is that of another stack, or nobody can tell whose, unless that does not matter (`if_known`); and Unavailable."""
    try:
        owner = other(vault, data)
    except Damaged as error:
        if if_known:
            return
        raise Refused(
            f"Nobody can tell whose the repository in {vault.shelf} is.",
            why=error.why,
            try_="If it is that of this stack, `haat backup adopt` says so again.",
        ) from error
    if owner is not None:
        raise Refused(
            f"The repository in {vault.shelf} is that of another stack.",
            why=f"{named(owner)} keeps its backups there. This one is in {data.absolute()} on {socket.gethostname()}.",
            try_="Name another place in `backup.to`. If this stack has taken the place of that one, `haat backup adopt` makes the repository its own.",
        )


def claim(vault: Vault, data: Path) -> None:
    """The repository is that of this stack from now on, where it was nobody's. Raises Refused, Unavailable."""
    with suppress(Conflict, Damaged):  # Somebody was quicker, perhaps this very stack; or nobody can tell.
        if findings.of_owner(vault) is None:
            findings.note_first_owner(vault, _owner(data))
    refuse_other(vault, data)


def adopt(vault: Vault, data: Path) -> None:
    """The repository is that of this stack from now on, whosever it was. Raises Refused while that one runs on this machine."""
    refuse_while_it_runs(vault, data)
    findings.note_owner(vault, _owner(data))


def refuse_while_it_runs(vault: Vault, data: Path) -> None:
    """Raises Refused while the stack whose the repository is runs on this machine."""
    try:
        owner = other(vault, data)
    except Damaged:
        return
    is_elsewhere_here = owner and owner.host == socket.gethostname() and Path(owner.data).resolve() != data.resolve()
    if owner and is_elsewhere_here and is_held(running.lock_of(Path(owner.data))):
        raise Refused(
            f"The repository in {vault.shelf} is that of a stack that runs.",
            why=f"{named(owner)} keeps its backups there.",
            try_="End it first, if this stack is to take its place.",
        )


def named(owner: Owner) -> str:
    """For people."""
    return f"The stack in {owner.data} on {owner.host}, since {clock.in_utc(owner.since)},"


def _owner(data: Path) -> Owner:
    return Owner(identity_of(data), socket.gethostname(), str(data.absolute()), clock.now())


def _file_of(data: Path) -> Path:
    return running.folder_of(data) / "identity"


def _known(data: Path) -> str | None:
    """What it says, if that is its own: it was written into this very file, or for this place. Then both are so from now on."""
    file = _file_of(data)
    try:
        sign = msgspec.json.decode(file.read_bytes(), type=_Sign)
    except (FileNotFoundError, msgspec.DecodeError):
        return None
    is_same_file, is_in_its_place = sign.file == file.stat().st_ino, (sign.host, sign.data) == _place(data)
    if is_same_file and is_in_its_place:
        return sign.stack
    return _signed(data, sign.stack) if is_same_file or is_in_its_place else None


def _signed(data: Path, stack: str) -> str:
    file = _file_of(data)
    draft = file.with_name(".identity")
    with draft.open("wb") as written:
        draft.chmod(0o644)  # Whoever asks first may be root.
        written.write(msgspec.json.encode(_Sign(stack, os.fstat(written.fileno()).st_ino, *_place(data))))
        written.flush()
        os.fsync(written.fileno())
    draft.rename(file)
    sync_folder(file.parent)
    return stack


def _place(data: Path) -> tuple[str, str]:
    return socket.gethostname(), str(data.resolve())
