"""What the commands of `haat backup` share: the repository of the stack, and being alone with it."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from haat.cli.command import Call, id_of
from haat.cli.output import sign
from haat.kernel import clock
from haat.kernel.errors import Refused

if TYPE_CHECKING:
    from haat.config.address import Address
    from haat.ops.backups.engine import Finding
    from haat.ops.backups.manifest import Manifest, Proof
    from haat.ops.backups.shelf import Shelf
    from haat.ops.backups.vault import Vault

MB = 1_000_000


def examine(folder: Path, database: Address, at: int | None = None) -> Sequence[Finding]:
    """Every promise of the shop in this folder, which nobody serves, with its database at this address; as of an instant, if it is a copy of then."""
    from haat.app import App
    from haat.market.truth.truth import check_all_of_a_copy
    from haat.ops.backups.engine import Finding

    app = App.of(folder, {"HAAT_STORE__URL": database.reveal()})
    try:
        return [
            Finding(one.holds, f"{one.name}: {'; '.join(one.offending)}")
            for one in check_all_of_a_copy(app.store, app.truths(at))
        ]
    finally:
        app.close()


def named(call: Call, listed_by: str = "haat backup list") -> int:
    """The set that whoever types has named. Raises NotFound for what is no id."""
    return id_of(call.args.set, "set", listed_by=listed_by)


def set_named(call: Call, vault: Vault) -> Manifest | None:
    """The same, with all that it is made of; None where none is named. Raises NotFound, Damaged."""
    from haat.ops.backups import sets

    return sets.get(vault, named(call)) if call.args.set else None


def asked_for(call: Call, vault: Vault, otherwise: Manifest | None, what: str) -> Manifest:
    """The set that is named, or the other one; what kind that is, is said where there is none. Raises NotFound, Damaged."""
    from haat.kernel.errors import NotFound
    from haat.ops.backups import sets

    found = set_named(call, vault) or otherwise
    if found is None:
        count = len(sets.all_ids(vault))
        take = "`haat backup take` takes one, and proves it."
        raise NotFound(
            f"There is no set that {what}.",
            why=f"{vault.shelf} holds {count}.",
            try_=f"`haat backup list` shows them; name one to use it all the same. {take}" if count else take,
        )
    return found


def vault_of(call: Call) -> Vault:
    from haat.ops.backups.repository import opened

    return opened(call.app.settings, shelf_of(call))


def own_vault_of(call: Call) -> Vault:
    """The repository, if it is that of this stack."""
    from haat.ops.backups.repository import own

    return own(call.app.settings, shelf_of(call))


def shelf_of(call: Call) -> Shelf:
    from haat.shelves import shelf_of

    return shelf_of(call.app.settings)


def scratch_of(call: Call) -> Path:
    data: Path = call.app.settings.data
    return data / call.app.settings.backup.scratch


@contextmanager
def alone(call: Call, purpose: str) -> Iterator[None]:
    from haat.ops import running
    from haat.ops.procedure.lock import held

    with held(running.operations_lock_of(call.app.settings.data), purpose):
        yield


@contextmanager
def giving_way(call: Call, purpose: str) -> Iterator[None]:
    """As `alone`, for what leaves nothing half done: a recovery that is begun meanwhile ends this."""
    from haat.ops import running
    from haat.ops.procedure.lock import held_giving_way

    leave_in_order()
    with held_giving_way(running.operations_lock_of(call.app.settings.data), purpose):
        yield


def leave_in_order() -> None:
    """Whoever is told to end leaves nothing half done, and says so."""
    with suppress(ValueError):  # Only a program's main thread is told of signals.
        signal.signal(signal.SIGTERM, _give_way)


@contextmanager
def reading(call: Call, purpose: str) -> Iterator[None]:
    """While this lasts nobody lets go of what is kept; whatever else is to be done to the stack does not wait."""
    from haat.ops import running
    from haat.ops.procedure.lock import held_to_read

    with held_to_read(running.operations_lock_of(call.app.settings.data), purpose):
        yield


@contextmanager
def unread(call: Call, purpose: str) -> Iterator[None]:
    """While this lasts nobody proves a set, for which all of it has to be there."""
    from haat.ops import running
    from haat.ops.procedure.lock import held, reading_beside

    with held(reading_beside(running.operations_lock_of(call.app.settings.data)), purpose):
        yield


@contextmanager
def kept(call: Call, purpose: str) -> Iterator[None]:
    """While this lasts nobody here lets go of what is kept. It waits for nobody: who reads already keeps others from that as well, and where a lock cannot be
    written it is done without.
    """
    from haat.kernel.errors import Conflict, Unavailable

    with ExitStack() as keeping:
        with suppress(Conflict, Unavailable):
            keeping.enter_context(unread(call, purpose))
        yield


@contextmanager
def moving(call: Call, progress: Callable[..., Any]) -> Iterator[Callable[[int, int], None]]:
    with progress("MB", is_silent=call.args.json) as move_on:
        yield lambda done, total: move_on(done // MB, max(1, total // MB))


def _give_way(*_: object) -> None:
    raise Refused(
        "It was told to end before it was done.",
        why="Somebody ended it, or recovers the shop: a recovery goes first.",
        try_="Do it again; nothing is half done.",
    )


def known_proof(vault: Vault, set_id: int) -> Proof | None:
    """What came of the newest proof of a set; nothing where it was never made, and where it cannot be read."""
    from haat.ops.backups import sets
    from haat.ops.backups.vault import Damaged

    try:
        return sets.proof_of(vault, set_id)
    except Damaged:
        return None


def verdict(proof: Proof | None) -> str:
    if proof is None:
        return f"{sign('attention')}  never proved: nobody knows whether it restores"
    if proof.holds:
        return f"{sign('ok')}  proved on {clock.in_utc(proof.at)}, in {proof.took / 1000:.1f} s"
    return f"{sign('failed')}  it does not restore: {proof.looked[-1][2]}"
