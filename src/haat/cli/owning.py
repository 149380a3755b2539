"""What of `haat backup` says whose a repository is."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from haat.cli.command import Answer, Call
from haat.cli.output import sign
from haat.cli.repository import alone, shelf_of, vault_of
from haat.kernel.errors import NotFound

if TYPE_CHECKING:
    from haat.ops.backups.findings import Owner
    from haat.ops.backups.vault import Vault


def adopt(call: Call) -> Answer:
    """The repository is that of this stack from now on, or of one that was restored from it, and what was a copy is the shop."""
    from haat.cli.memory import put_on_record
    from haat.ops.backups import owner
    from haat.ops.backups.repository import call_the_shop

    stack = _named(call)
    with alone(call, "making the repository its own"):
        vault = vault_of(call)
        before = whose(vault, stack).other
        if call.args.dry_run:
            owner.refuse_while_it_runs(vault, stack)
        else:
            put_on_record(call, f"made the repository in {vault.shelf} that of the stack in {stack}")
            owner.adopt(vault, stack)
            call_the_shop(stack)
    return Answer(_data(vault, before) | {"done": not call.args.dry_run}, "\n".join(_told(call, vault, stack, before)))


def _named(call: Call) -> Path:
    """Raises NotFound where no stack is in the folder that was named."""
    if call.args.dir is None:
        return call.data
    if not call.args.dir.is_dir():
        raise NotFound(f"There is no stack in {call.args.dir}.", try_="Name the folder that one was restored into.")
    return Path(call.args.dir).absolute()


class Whose(NamedTuple):
    """The `other` stack whose a repository is, if it is another's; `is_known` says whether that can be told at all."""

    other: Owner | None
    is_known: bool

    @property
    def is_ours(self) -> bool:
        return self.is_known and self.other is None


def whose(vault: Vault, stack: Path) -> Whose:
    """As seen by the stack in this folder."""
    from haat.ops.backups import owner
    from haat.ops.backups.vault import Damaged

    try:
        return Whose(owner.other(vault, stack), True)
    except Damaged:
        return Whose(None, False)


def standing(call: Call, found: Whose) -> Iterator[str]:
    """What `haat backup status` says of it: nothing where it is that of this stack."""
    from haat.ops.backups import owner

    if not found.is_known:
        yield f"{sign('failed')}  nobody can tell whose the repository is, so nothing is kept: `haat backup adopt` says that it is this stack's"
    if found.other is not None and not _is_a_copy(call):
        yield f"{sign('failed')}  {owner.named(found.other)} keeps its backups there: nothing of this one does"
        yield "`haat backup adopt` makes the repository that of this stack, if it has taken the place of that one."


def owner_data(one: Owner | None) -> dict[str, Any] | None:
    return None if one is None else {"host": one.host, "data": one.data, "since": one.since}


def _is_a_copy(call: Call) -> bool:
    from haat.ops.backups.repository import is_a_copy

    return is_a_copy(call.app.settings, shelf_of(call))


def _data(vault: Vault, before: Owner | None) -> dict[str, Any]:
    return {"to": str(vault.shelf), "before": owner_data(before)}


def _told(call: Call, vault: Vault, stack: Path, before: Owner | None) -> Iterator[str]:
    from haat.ops.backups import owner

    would = call.args.dry_run
    if before is None:
        yield f"{sign('ok')}  the repository in {vault.shelf} {'would be' if would else 'is'} that of the stack in {stack}"
    else:
        yield f"{owner.named(before)} {'keeps' if would else 'kept'} its backups in {vault.shelf}."
        yield f"{sign('ok')}  the repository {'would be' if would else 'is'} that of the stack in {stack}: that one {'could' if would else 'can'} no longer write there"
    if would:
        yield "Nothing was done."
