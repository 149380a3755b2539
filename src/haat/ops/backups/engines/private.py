"""What every server on a restored copy needs: to reach it as a user without privileges, and that the shop in the copy knows no other."""

from __future__ import annotations

import os
import pwd
import tomllib
from pathlib import Path

from haat.config.address import Address
from haat.kernel.errors import Unavailable

_STORE = "[store]"
_PASSABLE = 0o001


def let_through(user: str, folder: Path) -> str | None:
    """Give the folder with all that is in it to the user that servers run as, where we are root; else nothing is done, as it is ours. Returns whose it
    is, and None when ours. Raises Unavailable where the user could not come to it.
    """
    if os.getuid() != 0:
        return None
    owner = pwd.getpwnam(user)
    for path in (folder, *folder.rglob("*")):
        os.chown(path, owner.pw_uid, owner.pw_gid)
    stack = folder.parent
    stack.chmod(stack.stat().st_mode | _PASSABLE)
    for place in stack.absolute().parents:
        if not place.stat().st_mode & _PASSABLE:
            raise Unavailable(
                f"The user {user} cannot come to {folder}.",
                why=f"Servers do not run as root, and {place} lets nobody else through.",
                try_="Name another place, run this as another user than root, or let others through: `chmod o+x` that folder.",
            )
    return user


def pointed_at(stack: Path, address: Address) -> None:
    """Let the settings in this folder name the copy, with the user and the password that they had: a shop that is started there must not come to the
    server that the set was taken from.
    """
    file = stack / "haat.toml"
    text, mode = (file.read_text("utf-8"), file.stat().st_mode) if file.exists() else ("", 0o600)
    store = tomllib.loads(text).get("store", {})
    if "url" in store:
        before = Address.of(store["url"])
        after = address._replace(user=before.user, password=before.password, database=before.database)
        text = text.replace(store["url"], after.reveal())
    elif _STORE in text:
        text = text.replace(_STORE, f'{_STORE}\nurl = "{address}"', 1)
    else:
        text += f'\n{_STORE}\nurl = "{address}"\n'
    file.write_text(text, "utf-8")
    file.chmod(mode)
