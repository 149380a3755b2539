"""What `haat backup take` and `swap` would do, and what is missing for it. Nothing is done."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from haat.cli import codes
from haat.cli.command import Answer, Call
from haat.cli.output import sign
from haat.cli.repository import MB, scratch_of, shelf_of
from haat.kernel import clock
from haat.kernel.text import some

if TYPE_CHECKING:
    from haat.config.address import Address
    from haat.ops.backups.engine import Carrier, Found
    from haat.ops.backups.gather import Weight
    from haat.ops.backups.swap import Swap
    from haat.ops.backups.vault import Vault

_NOTHING_DONE = "Nothing was done."


def plan_take(call: Call) -> Answer:
    """What would be read, where it would go, and whether there is room to prove it. Raises what taking it would be refused for."""
    from haat.ops.backups import sets
    from haat.ops.backups.engines import engine_of
    from haat.ops.backups.gather import weighed
    from haat.ops.backups.repository import opened_if_there

    settings, shelf = call.stack.settings, shelf_of(call)
    engine = engine_of(settings)
    vault = opened_if_there(settings, shelf)
    if not call.args.unproved:
        engine.refuse_unreachable(scratch_of(call) / "copy")
    weight = weighed(settings.data, engine)
    new = _in_no_set(vault, weight)
    needed = _needed(call, weight)
    free = _free(scratch_of(call))
    lines = [
        f"1. Read {engine.address} and the databases beside it: {weight.databases / MB:,.1f} MB",
        *(f"   {what}" for what in _told_files(weight, new)),
        f"2. Keep what is not there yet in {shelf}{'' if vault else f', which is made{_with_key(call)}'}",
    ]
    if not call.args.unproved:
        lines.append(f"3. Restore it in {scratch_of(call)}, examine the shop in it, and throw the copy away")
    missing = [f"room in {scratch_of(call)}: {needed / MB:,.1f} MB are needed, {free / MB:,.1f} MB are free"]
    missing = missing if free < needed else []
    lines += ["", *(f"{sign('failed')}  what is missing: {what}" for what in missing), _NOTHING_DONE]
    data: dict[str, Any] = {
        "to": str(shelf),
        "is_new": vault is None,
        "bytes": weight.bytes,
        "databases": weight.databases,
        "newest": None if vault is None or (newest := sets.newest(vault)) is None else newest.taken_at,
        "new_photos": {"files": len(new), "bytes": sum(found.size for found in new)},
        "scratch": {"needed": needed, "free": free},
        "missing": missing,
        "done": False,
    }
    return Answer(data, "\n".join(lines), codes.NOT_SO if missing else codes.DONE)


def _in_no_set(vault: Vault | None, weight: Weight) -> Sequence[Found]:
    """Photos that the newest set does not have."""
    from haat.ops.backups import sets
    from haat.ops.backups.take import is_kept, photos

    known = photos(sets.newest(vault) if vault else None)
    return [found for found in weight.files if found.part == "media" and not is_kept(found, known.get(found.path))]


def _told_files(weight: Weight, new: Sequence[Found]) -> Iterator[str]:
    media = [found for found in weight.files if found.part == "media"]
    others = [found for found in weight.files if found.part != "media"]
    yield (
        f"{len(media):,} photos and other files: {_mb(media)}, of which {len(new):,} with {_mb(new)} are not in the newest set"
    )
    yield f"{len(others):,} files of settings and logs: {_mb(others)}"


def _mb(files: Sequence[Found]) -> str:
    return f"{sum(found.size for found in files) / MB:,.1f} MB"


def _needed(call: Call, weight: Weight) -> int:
    """Bytes in the scratch place: for the copy of a server, and for the stack that is restored from the set."""
    copy = 0 if call.app.settings.database.kind == "sqlite" else weight.databases
    return max(copy, 0 if call.args.unproved else weight.bytes)


def _free(folder: Path) -> int:
    """Bytes, where this folder is or will be."""
    return shutil.disk_usage(next(one for one in (folder, *folder.parents) if one.exists())).free


def _with_key(call: Call) -> str:
    settings = call.app.settings
    file = settings.data / settings.backup.key_file
    return "" if settings.backup.passphrase or file.exists() else f", and its key {file}: keep a copy of that elsewhere"


def plan_swap(call: Call, carrier: Carrier | None) -> Answer:
    """Which names would be given, of files and on the server. Raises what swapping would be refused for."""
    from haat.ops.backups.swap import copy_of, planned, planned_back

    database = call.app.settings.database
    if call.args.drop:
        return Answer(
            {"names": [], "aside": "", "kept": "", "back": False, "done": False},
            f"1. Remove {copy_of(call.data)}{_beside(database, carrier)}\n\n{_NOTHING_DONE}",
        )
    swap = planned_back(call.data) if call.args.back else planned(call.data, carrier)
    steps = _back(call.data, swap, carrier) if call.args.back else _forth(call.data, swap, carrier)
    missing = [*_in_the_way(call)]
    lines = [f"{number}. {what}" for number, what in enumerate(steps, 1)]
    lines += ["", *(f"{sign('failed')}  what is missing: {what}" for what in missing), _NOTHING_DONE]
    data = {
        "names": [*swap.names],
        "aside": str(call.data / swap.aside),
        "kept": swap.undone if call.args.back else swap.kept,
        "back": call.args.back,
        "missing": missing,
        "done": False,
    }
    return Answer(data, "\n".join(lines), codes.NOT_SO if missing else codes.DONE)


def _beside(database: Address, carrier: Carrier | None) -> str:
    from haat.ops.backups.swap import beside

    name = beside(database.database)
    return f", and the database {name} on the server" if carrier and name in carrier.names() else ""


def _forth(data: Path, swap: Swap, carrier: Carrier | None) -> Iterator[str]:
    from haat.ops.backups.swap import beside, damaged_of, ready, stack_of

    if carrier and swap.kept and (shut := carrier.shut(swap.database)):
        yield f"Keep the files of {some([*shut])} in {damaged_of(data / swap.aside)}, and drop them from {swap.database}: the server cannot open them"
    if swap.kept:
        yield f"Give the database {swap.database} on the server the name {swap.kept}"
    there = [name for name in swap.names if (data / name).exists()]
    if there:
        yield f"Set aside {some(there)} into {data / swap.aside}"
    if swap.names:
        yield f"Put {some([*swap.names])} from {stack_of(data)} in place"
    if swap.database:
        yield f"Give {beside(swap.database)} the name {swap.database}"
    copy = ready(data)
    if copy is not None:
        lacks = "" if not copy.missing else f", without {copy.missing} orders that were made since"
        yield f"The shop would be as it was on {clock.in_utc(copy.as_of)}{lacks}"


def what_comes_back(swap: Swap) -> str:
    """What `swap --back` puts in its place again: as of when that is, for people."""
    if not swap.was_put:
        return "the database that was there, which nothing has taken the place of"
    return f"the database as it was when a copy took its place, on {clock.in_utc(swap.began_at)}"


def _back(data: Path, swap: Swap, carrier: Carrier | None) -> Iterator[str]:
    if swap.undone:
        yield f"Give the database {swap.database} on the server the name {swap.undone}"
    if carrier and swap.kept in carrier.names():
        yield f"Give {swap.kept} the name {swap.database}"
    if swap.names and swap.was_put:
        yield f"Set aside {some([*swap.names])} into {data / swap.aside / 'undone'}"
    there = [name for name in swap.names if (data / swap.aside / name).exists()]
    if there:
        yield f"Put {some(there)} from {data / swap.aside} in place"
    yield f"The shop would have {what_comes_back(swap)}; what came since is set aside"


def _in_the_way(call: Call) -> Iterator[str]:
    from haat.adapters.processes import lock
    from haat.ops import running

    owner = lock.owner_of(running.lock_of(call.data))
    if owner is not None and not running.hold_of(call.data).exists():
        yield f"rest: the stack runs (process {owner}); end it first, or let `haat runbook run recover-database` hold it"
