"""What every server on a restored copy needs: to reach it as a user without privileges, a place for its socket, and that the shop in the copy knows no
other.
"""

from __future__ import annotations

import os
import pwd
import re
import shutil
import tempfile
import tomllib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from haat.config import load, secrets
from haat.config.address import Address
from haat.kernel.errors import Refused, Unavailable
from haat.ops.backups.workplace import forget_dead, workplace

_FILES = (secrets.FILE, load.FILE)
_STRING = re.compile(r'"(?:[^"\\\n]|\\.)*"|\'[^\'\n]*\'')
_STORE = re.compile(r"^\[store\][ \t]*(?:#.*)?$", re.MULTILINE)
_PASSABLE = 0o001
_HOME, _DRAFT = "haat-home-", "haat-new-"


def let_through(user: str, folder: Path) -> str | None:
    """Give the folder with all that is in it to the user that servers run as, where we are root; else nothing is done, as it is ours. Returns whose it
    is, and None when ours. Raises Unavailable where the user could not come to it.
    """
    if os.getuid() != 0:
        return None
    try:
        owner = pwd.getpwnam(user)
    except KeyError as error:
        raise Unavailable(
            f"There is no user {user} on this machine.",
            why="Servers of databases do not run as root, and this is whom they run as.",
            try_="Install the server of the database, or run this as another user than root.",
        ) from error
    for path in (folder, *folder.rglob("*")):
        os.chown(path, owner.pw_uid, owner.pw_gid)
    stack = folder.parent
    stack.chmod(stack.stat().st_mode | _PASSABLE)
    refuse_unreachable(user, folder)
    return user


def refuse_unreachable(user: str, folder: Path) -> None:
    """Raises Unavailable where we are root and the user that servers run as could not come to this folder, which need not be there yet."""
    if os.getuid() != 0:
        return
    for place in folder.absolute().parents:
        if place.exists() and not place.stat().st_mode & _PASSABLE:
            raise Unavailable(
                f"The user {user} cannot come to {folder}.",
                why=f"Servers do not run as root, and {place} lets nobody else through.",
                try_="Name another place (`backup.scratch`), run this as another user than root, or let others through: `chmod o+x` that folder.",
            )


@contextmanager
def home() -> Iterator[Path]:
    """A folder for the socket of a server and for the secrets of who asks it, which nobody else may enter. It goes with us; those of others who were
    killed go when the next comes.
    """
    forget_dead(Path(tempfile.gettempdir()), f"{_HOME}*")
    draft = Path(tempfile.mkdtemp(prefix=_DRAFT))  # The path of a socket may not be long.
    place = draft.with_name(draft.name.replace(_DRAFT, _HOME))
    try:
        with workplace(draft):
            draft.rename(place)  # Nobody sees it under this name while it is nobody's.
            yield place
    finally:
        shutil.rmtree(draft, ignore_errors=True)
        shutil.rmtree(place, ignore_errors=True)


def pointed_at(stack: Path, address: Address) -> None:
    """Let the settings in this folder name the copy, with the user and the password that they had: a shop that is started there must not come to the
    server that the set was taken from. Raises Refused where that cannot be written.
    """
    _name(
        stack,
        address,
        lambda before: address._replace(user=before.user, password=before.password, database=before.database),
    )


def named(stack: Path, address: Address) -> None:
    """Let the settings in this folder name this address, with its user and its password. Raises Refused where that cannot be written."""
    _name(stack, address, lambda before: address)


def _name(stack: Path, address: Address, after: Callable[[Address], Address]) -> None:
    for file, before in _named(stack):
        _write(file, _with_another(file.read_text("utf-8"), before, after(before)))
    if not [*_named(stack)]:
        _add(stack / load.FILE, address)
    for file, found in _named(stack):
        if (found.host, found.port) != (address.host, address.port):
            raise Refused(
                "A shop that was started in the copy would come to the server that lives.",
                why=f"`store.url` in {file.name} of the set is written in a way that could not be changed.",
                try_=f'Write it in the {file.name} of the shop as one line, `url = "…"` below [store], and take another set.',
            )


def _named(stack: Path) -> Iterator[tuple[Path, Address]]:
    """Where an address is written, and which. Raises Refused."""
    for file in (stack / name for name in _FILES):
        try:
            store = tomllib.loads(file.read_text("utf-8")).get("store", {}) if file.exists() else {}
            if "url" in store:
                yield file, Address.of(store["url"])
        except ValueError as error:
            raise Refused(f"{file.name} of the copy cannot be read.", why=f"{error}.") from error


def _with_another(text: str, before: Address, after: Address) -> str:
    """The same settings with this address, however its letters were written."""
    return _STRING.sub(lambda string: f'"{after.reveal()}"' if _is(string[0], before) else string[0], text)


def _is(string: str, address: Address) -> bool:
    try:
        return Address.of(tomllib.loads(f"url = {string}")["url"]) == address
    except ValueError:
        return False


def _add(file: Path, address: Address) -> None:
    text = file.read_text("utf-8") if file.exists() else ""
    if _STORE.search(text):
        _write(file, _STORE.sub(f'[store]\nurl = "{address.reveal()}"', text, count=1))
    else:
        _write(file, f'store.url = "{address.reveal()}"\n{text}')


def _write(file: Path, text: str) -> None:
    mode = file.stat().st_mode if file.exists() else 0o600
    file.write_text(text, "utf-8")
    file.chmod(mode)
