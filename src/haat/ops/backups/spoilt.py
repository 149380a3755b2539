"""Pieces that were found to be other than they were put: whoever keeps their content next puts it there anew, which mends every set that needs it."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress

from haat.kernel.errors import NotFound, Unavailable
from haat.ops.backups.vault import PIECES, Damaged, Vault

_FOLDER = "spoilt/"


def note(vault: Vault, name: str) -> None:
    """Write down that this piece cannot be trusted, if it cannot when it is read once more: what came over a wire may have been spoilt there. Where nothing
    can be written, or it went meanwhile, nothing is.
    """
    if not name.startswith(PIECES):
        return
    try:
        vault.get(name)
    except NotFound:
        return
    except Damaged:
        with suppress(Unavailable):
            vault.shelf.put(_FOLDER + name.removeprefix(PIECES), b"")


def noted(vault: Vault) -> set[str]:
    """The names of such pieces."""
    return {PIECES + name.removeprefix(_FOLDER) for name, _ in vault.shelf.names(_FOLDER)}


def forget(vault: Vault, names: Iterable[str]) -> None:
    """These are what they should be."""
    for name in names:
        vault.shelf.remove(_FOLDER + name.removeprefix(PIECES))
