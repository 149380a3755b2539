"""The repository of a stack: where its settings say, opened with its key."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

from haat.config.schema import Settings
from haat.kernel.durable import sync_folder
from haat.kernel.errors import Conflict, NotFound, Refused, Unavailable
from haat.ops import running
from haat.ops.backups import owner, vault, versions
from haat.ops.backups.shelf import Shelf
from haat.ops.backups.vault import Key, Vault

_KEY = 32  # bytes


def opened(settings: Settings, shelf: Shelf) -> Vault:
    """The repository that is there. Raises NotFound where none is, Refused for a wrong key and where one was that is not there any more."""
    if not _is_used(shelf):
        _refuse_where_one_was(settings, shelf)
        raise NotFound(
            f"There is no backup in {shelf}.",
            why=_fate(shelf),
            try_="`haat backup take` takes the first; `backup.to` says where they are kept.",
        )
    key = key_of(settings)
    try:
        return vault.open_vault(shelf, key)
    except NotFound as error:
        raise NotFound(
            f"What is in {shelf} is no repository of backups.",
            why=f"Other things are there, and “{vault.HEADER}”, its first file, is not. {_fate(shelf)}".rstrip(),
            try_="Name a folder of its own in `backup.to`. Where backups were kept there, put “repository” back: without it no set can be opened.",
        ) from error


def own(settings: Settings, shelf: Shelf) -> Vault:
    """The repository that is there, if it is that of this stack. Raises NotFound, Refused."""
    found = opened(settings, shelf)
    owner.refuse_other(found, settings.data)
    return found


def claimed(settings: Settings, shelf: Shelf) -> Vault:
    """The repository that is there, which is that of this stack from now on, if it is nobody's. Raises NotFound, Refused."""
    found = opened(settings, shelf)
    owner.claim(found, settings.data)
    return found


def opened_or_made(settings: Settings, shelf: Shelf) -> Vault:
    """The repository that is there, or a new one. The key is on disk before anything is sealed with it."""
    there = opened_if_there(settings, shelf)
    if there is not None:
        owner.claim(there, settings.data)
        _remember(settings, shelf)
        return there
    if not settings.backup.passphrase:
        _make_key(settings.data / settings.backup.key_file)
    try:
        found = vault.create(shelf, key_of(settings))
    except Conflict:  # Another stack made one there a moment ago.
        found = opened(settings, shelf)
    owner.claim(found, settings.data)
    _remember(settings, shelf)
    return found


def opened_if_there(settings: Settings, shelf: Shelf) -> Vault | None:
    """The repository that is there; None where a first backup would make one. Raises Refused where there may be none, or it is another stack's."""
    _refuse_a_copy(settings, shelf)
    if _is_used(shelf):
        return own(settings, shelf)
    _refuse_where_one_was(settings, shelf)
    return None


def key_of(settings: Settings) -> Key:
    """Raises NotFound where the key file is missing, Refused where it holds no key."""
    if settings.backup.passphrase:
        return Key(settings.backup.passphrase.reveal().encode(), is_passphrase=True)
    path = settings.data / settings.backup.key_file
    try:
        secret = bytes.fromhex(path.read_text("ascii").strip())
    except FileNotFoundError as error:
        raise _no_key(settings.data, path) from error
    except OSError as error:
        raise Refused(
            "The key of the backups cannot be read.",
            why=f"{path}: {error.strerror}.",
            try_="See that this user may read it.",
        ) from error
    except ValueError as error:
        raise Refused(
            "The key of the backups cannot be read.",
            why=f"{path} holds something else than a key, which is {2 * _KEY} letters and digits.",
            try_="Put the copy of it there that you keep elsewhere. If there was never a backup, remove the file: the first one makes it.",
        ) from error
    if len(secret) != _KEY:
        raise Refused(
            "The key of the backups cannot be read.",
            why=f"{path} holds {len(secret)} bytes, and a key has {_KEY}.",
            try_="Put the copy of it there that you keep elsewhere. If there was never a backup, remove the file: the first one makes it.",
        )
    return Key(secret)


def _no_key(data: Path, path: Path) -> NotFound:
    note = copy_note_of(data)
    if note.exists():
        return NotFound(
            "This stack is a copy, and has no key of the backups.",
            why=f"{note} says that it was restored from {note.read_text('utf-8')}, where the sets of the shop are; {path} does not exist.",
            try_="Ask about them where the shop is. If this is the shop from now on, put the key there; then `haat backup adopt` makes the repository its own.",
        )
    return NotFound(
        "The key of the backups is missing.",
        why=f"{path} does not exist.",
        try_="Put the copy of it there that you keep elsewhere, or name where it is with `backup.key_file`.",
    )


def call_a_copy(folder: Path, shelf: Shelf) -> None:
    """The stack in this folder was restored from this repository, which is not its own."""
    note = copy_note_of(folder)
    note.parent.mkdir(exist_ok=True)
    note.write_text(str(shelf), "utf-8")


def copy_note_of(data: Path) -> Path:
    """Where that is written down."""
    return running.folder_of(data) / "copy-of"


def call_the_shop(data: Path) -> None:
    """The stack in this folder is no copy any more."""
    with suppress(FileNotFoundError):
        copy_note_of(data).rename(no_copy_note_of(data))


def no_copy_note_of(data: Path) -> Path:
    """Where it stays written down of what it was a copy, for whoever takes that back."""
    return running.folder_of(data) / "copy-no-more"


def is_a_copy(settings: Settings, shelf: Shelf) -> bool:
    """Whether this repository is that of the shop which the stack is a copy of: whoever looks for the newest set there is not to find one of a copy."""
    return _names(copy_note_of(settings.data), shelf)


def _refuse_a_copy(settings: Settings, shelf: Shelf) -> None:
    if is_a_copy(settings, shelf):
        raise Refused(
            "This stack is a copy, and nothing of it is backed up.",
            why=f"It was restored from {shelf}, where the sets of the shop are.",
            try_="If it is the shop from now on, `haat backup adopt` makes the repository its own; else name another place in `backup.to`.",
        )


def _note_of(settings: Settings) -> Path:
    """Where it is written down which repository this stack has used last."""
    return running.folder_of(settings.data) / "repository"


def _remember(settings: Settings, shelf: Shelf) -> None:
    note = _note_of(settings)
    if not note.exists() or note.read_text("utf-8") != str(shelf):
        note.parent.mkdir(exist_ok=True)
        note.write_text(str(shelf), "utf-8")


def _refuse_where_one_was(settings: Settings, shelf: Shelf) -> None:
    """Raises Refused: a disk that is not mounted looks like a place where nothing was ever kept."""
    note = _note_of(settings)
    if _names(note, shelf):
        raise Refused(
            f"The repository that was in {shelf} is not there.",
            why=_fate(shelf) or "Nothing is there at all, as where a disk is not mounted.",
            try_=f"Mount it, or bring it back. If it is gone for good, remove {note}: then a new one is made.",
        )


def _names(note: Path, shelf: Shelf) -> bool:
    """Whether the note is of this place; one of before may spell a folder in another way."""
    if not note.exists():
        return False
    text = note.read_text("utf-8").strip()
    return str(shelf) in (text, str(Path(text).resolve()))


def _is_used(shelf: Shelf) -> bool:
    return any(True for _ in shelf.names(""))


def _fate(shelf: Shelf) -> str:
    """What became of the first file, where the place knows that."""
    return versions.told(shelf, [vault.HEADER])[vault.HEADER]


def _make_key(path: Path) -> None:
    """A random key, once and whole: one that is there stays. It is on disk when this returns."""
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600), "w") as file:
            file.write(os.urandom(_KEY).hex() + "\n")
            file.flush()
            os.fsync(file.fileno())
        with suppress(FileExistsError):
            path.hardlink_to(draft)  # A link appears whole, which a file that is being written does not.
        draft.unlink()
        sync_folder(path.parent)
    except OSError as error:
        raise Unavailable(
            "The key of the backups could not be made.",
            why=f"{path}: {error.strerror}.",
            try_="See that there is room and that this user may write there; then do it again.",
        ) from error
