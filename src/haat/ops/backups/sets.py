"""The sets of a repository, and what is known of each."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from haat.kernel import ids
from haat.kernel.errors import NotFound
from haat.ops.backups import findings
from haat.ops.backups.manifest import Manifest, Proof
from haat.ops.backups.vault import Damaged, Vault
from haat.ops.backups.written import decoded, read

SETS, PROOFS = "sets/", "proofs/"
_encode = msgspec.json.Encoder().encode


def put(vault: Vault, manifest: Manifest) -> None:
    """From now on it is a set."""
    vault.put(SETS + ids.encode(manifest.id), _encode(manifest))


def note(vault: Vault, proof: Proof) -> None:
    """Write down what came of the newest proof of a set."""
    vault.put(PROOFS + ids.encode(proof.set_id), _encode(proof))


def all_ids(vault: Vault) -> list[int]:
    """Of all sets, the oldest first."""
    return sorted(ids.decode(name.removeprefix(SETS)) for name, _ in vault.shelf.names(SETS))


def get(vault: Vault, id_: int) -> Manifest:
    """Raises NotFound and Damaged."""
    try:
        return read(vault, SETS + ids.encode(id_), Manifest)
    except NotFound as error:
        raise NotFound(
            f"There is no set {ids.encode(id_)} in {vault.shelf}.", try_="`haat backup list` shows those that are."
        ) from error


def newest(vault: Vault) -> Manifest | None:
    """The newest that can be read."""
    return next(readable(vault), None)


def readable(vault: Vault) -> Iterator[Manifest]:
    """Every set that can be read, the newest first."""
    for id_ in reversed(all_ids(vault)):
        try:
            yield get(vault, id_)
        except (Damaged, NotFound):  # Others may be pruning.
            continue


def good(vault: Vault) -> Manifest | None:
    """The newest that was proved to restore, and of which nothing was found since that cannot be trusted."""
    damaged = findings.damaged(vault)
    return next((manifest for manifest in proved(vault) if manifest.id not in damaged), None)


def proved(vault: Vault) -> Iterator[Manifest]:
    """Every set that was proved to restore, the newest first."""
    for manifest in readable(vault):
        try:
            proof = proof_of(vault, manifest.id)
        except Damaged:
            continue
        if proof is not None and proof.holds:
            yield manifest


def proof_of(vault: Vault, id_: int) -> Proof | None:
    """The newest, or None for a set that was never restored. Raises Damaged."""
    try:
        return read(vault, PROOFS + ids.encode(id_), Proof)
    except NotFound:
        return None


def remove(vault: Vault, id_: int) -> None:
    """From now on it is no set any more; its pieces are still there."""
    vault.shelf.remove(SETS + ids.encode(id_))
    vault.shelf.remove(PROOFS + ids.encode(id_))


def proof_in(name: str, content: bytes) -> Proof:
    """What was kept of a proof under this name. Raises Damaged."""
    return decoded(name, content, Proof)


def manifest_of(name: str, content: bytes) -> Manifest:
    """What was kept of a set under this name. Raises Damaged."""
    return decoded(name, content, Manifest)
