"""Whose it is what comes back: root restores, and the shop goes on as somebody else."""

from __future__ import annotations

import os
from pathlib import Path


def give_to_owner(data: Path, *paths: Path) -> None:
    """What root has made is whose the stack is."""
    if os.geteuid() == 0:
        owner = data.stat()
        for path in paths:
            os.chown(path, owner.st_uid, owner.st_gid, follow_symlinks=False)


def make_folder(folder: Path, data: Path) -> None:
    """With those that it is in, each of the owner of the stack."""
    if not folder.exists():
        make_folder(folder.parent, data)
        folder.mkdir(exist_ok=True)
        give_to_owner(data, folder)
