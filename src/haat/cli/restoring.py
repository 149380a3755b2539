"""What of `haat backup` brings something back: a whole stack, the database of one, or one file."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from haat.cli import codes
from haat.cli.command import Answer, Call
from haat.cli.output import sign, table
from haat.cli.planning import plan_swap, what_comes_back
from haat.cli.repository import (
    MB,
    alone,
    asked_for,
    examine,
    kept,
    known_proof,
    leave_in_order,
    moving,
    named,
    own_vault_of,
    scratch_of,
    set_named,
    vault_of,
    verdict,
)
from haat.kernel import clock, ids
from haat.kernel.text import some
from haat.ops.running import KEPT_WITHIN

if TYPE_CHECKING:
    from haat.config.address import Address
    from haat.ops.backups.engine import Engine, Finding
    from haat.ops.backups.manifest import Manifest
    from haat.ops.backups.replay import Try, Way
    from haat.ops.backups.swap import Ready
    from haat.ops.backups.vault import Vault

_SURELY = 3_600_000  # milliseconds: an order is written down within this time of its making


def restore(call: Call) -> Answer:
    from haat.kernel.errors import Invalid

    ways = [bool(call.args.into), call.args.beside, call.args.replace]
    if call.args.newest and (not call.args.into or call.args.to or call.args.set):
        raise Invalid(
            "What is to be restored?",
            why="--newest is for --into, and is the newest that is kept and sound: neither a set nor an instant that is named.",
            try_="`haat backup restore --into DIR --newest`.",
        )
    if sum(ways) != 1:
        raise Invalid(
            "Where to?",
            why="One of --into DIR, --replace and --beside says it.",
            try_="--into is a folder of its own; --replace puts the database in the place of the one of a stack that does not run.",
        )
    if call.args.into:
        return _restore_into(call)
    return _plan_beside(call) if call.args.dry_run else _restore_beside(call)


def _restore_into(call: Call) -> Answer:
    import sqlite3

    from haat.kernel.errors import NotFound
    from haat.ops.backups.replay import Try, Wanted, tries
    from haat.ops.backups.vault import Damaged

    _refuse_within(call.data, call.args.into)
    leave_in_order()
    vault = vault_of(call)
    if not call.args.newest:
        way, at = _way(call, vault)
        return _go(call, vault, Try(way, at), at)
    asked = clock.now()
    for one in tries(vault, Wanted(asked, or_before=True)):
        try:
            return _go(call, vault, one, asked)
        except (Damaged, NotFound) as error:
            failed: Exception = error
        except sqlite3.Error as error:
            failed = Damaged("The copy cannot be read.", why=f"{error}.")
    raise failed


def _refuse_within(data: Path, into: Path) -> None:
    """Raises Refused: a copy of a shop in its own folder would be lost with it."""
    from haat.kernel.errors import Refused

    if into.resolve().is_relative_to(data.resolve()):
        raise Refused(
            "A stack is not restored into its own folder.",
            why=f"{into.absolute()} is in {data}, whose copy it would be: whatever happens to the one happens to both.",
            try_="Name a folder elsewhere with --into; --replace puts the database in the place of the one that is there.",
        )


def _go(call: Call, vault: Vault, one: Try, wanted: int) -> Answer:
    """The stack that this leads to, in a folder of its own, where that of this instant was wanted."""
    from haat.cli.progress import progress
    from haat.kernel.errors import NotFound
    from haat.ops.backups.engine import Finding
    from haat.ops.backups.engines import engine_in
    from haat.ops.backups.replay import replay
    from haat.ops.backups.repository import call_a_copy
    from haat.ops.backups.restore import in_order, note, restore_into
    from haat.ops.backups.vault import Damaged

    way, at, before_dropped = one
    manifest, into = way.manifest, call.args.into.absolute()
    engine = engine_in(manifest)
    as_of = min(at, max(way.reaches, manifest.taken_at))
    data: dict[str, Any] = {
        "set": ids.encode(manifest.id),
        "into": str(into),
        "files": len(in_order(manifest)),
        "bytes": manifest.size,
        "as_of": as_of,
    }
    known = f"Set {ids.encode(manifest.id)}: {verdict(known_proof(vault, manifest.id))}"
    what = f"{data['files']:,} files with {manifest.size / MB:,.1f} MB, as they were on {clock.in_utc(as_of)}"
    if wanted - as_of > KEPT_WITHIN:
        what += f"; the repository has nothing to go on with that was committed from then until {clock.in_utc(wanted)}"
    if call.args.dry_run:
        return Answer(
            data | {"done": False}, "\n".join([*_told_way(way, into, what), "", known, "", "Nothing was done."])
        )

    found = Finding(True, "")

    def finish(folder: Path) -> None:
        nonlocal found
        replay(vault, way, folder, engine, at, before_dropped=before_dropped)
        found = _looked_at(engine, folder, thorough=not _is_proved(vault, way))
        if call.args.newest and not found.holds:
            raise Damaged("The copy is not sound.", why=f"{found.said}.")
        engine.pointed(folder)
        note(folder, manifest, as_of)
        call_a_copy(folder, vault.shelf)

    with kept(call, "restoring a set"), moving(call, progress) as tell:
        try:
            restore_into(vault, manifest, into, tell, finish)
        except (Damaged, NotFound) as error:
            _refuse_where_it_went(call, manifest, error)
            raise
    seen = f"{sign('ok' if found.holds else 'failed')}  {found.said}"
    lines = [f"{into} has {what}.", known, seen, "", *engine.told(into)]
    return Answer(
        data | {"done": True, "sound": found.holds}, "\n".join(lines), codes.DONE if found.holds else codes.NOT_SO
    )


def _refuse_where_it_went(call: Call, manifest: Manifest, error: Exception) -> None:
    """What a set lacks that is none any more was not lost. Raises NotFound; Refused where the whole repository is not there any more."""
    from haat.kernel.errors import NotFound
    from haat.ops.backups import sets

    vault = vault_of(call)
    if manifest.id not in sets.all_ids(vault):
        raise NotFound(
            f"Set {ids.encode(manifest.id)} went while it was restored.",
            why=f"It is not in {vault.shelf} any more: it was pruned, or somebody removed it.",
            try_="`haat backup list` shows those that are; restore one of them. In a bucket that keeps versions `haat backup list --removed` shows what can come back.",
        ) from error


def _is_proved(vault: Vault, way: Way) -> bool:
    """Whether what comes back is byte for byte what was restored and found whole before."""
    proof = known_proof(vault, way.manifest.id)
    return proof is not None and proof.holds and not any(way.over.values())


def _looked_at(engine: Engine, folder: Path, *, thorough: bool) -> Finding:
    """A copy that cannot be served at all is not sound; it is there all the same, for whoever wants to see what is left of it."""
    import sqlite3

    from haat.ops.backups.engine import Finding
    from haat.ops.backups.vault import Damaged

    try:
        with engine.served(folder) as address:
            return engine.sound(folder, address, thorough=thorough)
    except Damaged as error:
        return Finding(False, f"{error.what} {error.why}".strip())
    except sqlite3.Error as error:
        return Finding(False, f"the database cannot be read: {error}")


def _plan_beside(call: Call) -> Answer:
    """What a copy beside the database would be made of, and what would come back with it."""
    from haat.ops.backups.beside import files_for
    from haat.ops.backups.swap import beside, refuse_half_done

    refuse_half_done(call.data)
    vault = own_vault_of(call)
    way, at = _way(call, vault, newest=True)
    engine = _engine(call)
    name, carrier = engine.name, engine.carrier()
    if carrier:
        carrier.refuse_unless_allowed()
    files = files_for(call.data, way.manifest, name)
    size, as_of = sum(file.size for file in files), min(at, max(way.reaches, way.manifest.taken_at))
    others = [file.path for file in files if file.path.removesuffix("-wal").split("/")[0] != name]
    what = engine.address.database if carrier else name
    lines = [
        f"1. Restore {what} from set {ids.encode(way.manifest.id)} of {clock.in_utc(way.manifest.taken_at)} beside the one that is there",
        f"   and replay {len(way.over.get(name, ()))} generations of its log: it would be as it was on {clock.in_utc(as_of)}",
        f"2. Bring back what is missing: {some(others) or 'nothing'}",
        "3. Look at every page of it, and at every promise of the shop in it",
    ]
    if carrier:
        lines.append(f"   and carry it to {beside(what)} on the server, where every row is counted")
    if call.args.replace:
        lines.append("4. Set aside what is there, which is kept, and put the copy in its place")
    told = {"set": ids.encode(way.manifest.id), "into": str(call.data), "files": len(files), "bytes": size}
    return Answer({**told, "as_of": as_of, "done": False}, "\n".join([*lines, "", "Nothing was done."]))


def _restore_beside(call: Call) -> Answer:
    from haat.ops.backups.swap import beside, copy_of, swap

    if not call.args.replace:
        with alone(call, "a restore"):
            ready = _made_beside(call)
        where = f"The database {beside(ready.database)} on the server" if ready.database else copy_of(call.data)
        return Answer(_told_ready(call, ready, is_done=True), f"{where} has {_what(ready)}.")
    with alone(call, "a restore"), _unserved(call):
        ready = _made_beside(call)
        done = swap(call.data, _engine(call).carrier())
    text = f"{call.data} has {_what(ready)}.\n\nWhat was there before: {done.tells_where(call.data)}."
    return Answer(_told_ready(call, ready, is_done=True) | {"aside": str(call.data / done.aside)}, text)


def _made_beside(call: Call) -> Ready:
    from haat.cli.progress import progress
    from haat.ops.backups.beside import make
    from haat.ops.backups.replay import Wanted

    vault = own_vault_of(call)
    set_ = set_named(call, vault)
    at = _instant(call) if call.args.to else set_.taken_at if set_ else clock.now()
    kept_until = at if _was_kept_to_the_end(call) else 0
    wanted = Wanted(at, or_before=not call.args.to and set_ is None, set_=set_)
    with moving(call, progress) as tell:
        engine, look, missing = _engine(call), _bring_up_to_date, _missing_from(call)
        return make(vault, call.data, scratch_of(call), engine, wanted, look, missing, kept_until, tell)


def _was_kept_to_the_end(call: Call) -> bool:
    """Whether the shipper has kept everything since the shop was told to rest: it ends after all who write."""
    from haat.ops import running

    hold, whole = running.hold_of(call.data), running.all_shipped_of(call.data)
    return hold.exists() and whole.exists() and whole.stat().st_mtime >= hold.stat().st_mtime


def _missing_from(call: Call) -> Callable[[Address, int], Sequence[str] | None]:
    """Which orders the database that is there has, and the copy has not."""

    def orders(database: Address, since: int) -> dict[int, str]:
        from haat.store.drivers import driver_of

        found = driver_of(database).ask(
            f"SELECT id, created_at, state, total, currency FROM deals WHERE created_at >= {since} ORDER BY id"  # noqa: S608 - a number
        )
        return {row[0]: f"{ids.encode(row[0])} {clock.in_utc(row[1])} {row[2]} {row[3]} {row[4]}" for row in found}

    def missing(copy: Address, at: int) -> Sequence[str] | None:
        from haat.kernel.errors import Unavailable

        try:
            there = orders(call.app.settings.database, at - _SURELY)
        except Unavailable:
            return None
        kept = orders(copy, at - _SURELY)
        return [line for id_, line in there.items() if id_ not in kept]

    return missing


def _what(ready: Ready) -> str:
    """The copy, and what it does not have."""
    said = f"the database as it was on {clock.in_utc(ready.as_of)}; {'; '.join(ready.looked)}"
    if ready.asked_for - ready.kept_until > KEPT_WITHIN:
        said += f". The repository has nothing that was committed from {clock.in_utc(ready.kept_until)} until {clock.in_utc(ready.asked_for)}"
    if ready.missing:
        said += f". {ready.missing} orders that were made since are not in it"
    return said


def _told_ready(call: Call, ready: Ready, *, is_done: bool) -> dict[str, Any]:
    return {
        "set": ids.encode(ready.set_id),
        "into": str(call.data),
        "files": len(ready.names),
        "as_of": ready.as_of,
        "kept_until": ready.kept_until,
        "missing": ready.missing,
        "done": is_done,
    }


def swap_copy(call: Call) -> Answer:
    """Put the copy in its place, or what was there before; or let go of the copy."""
    from haat.ops.backups.swap import let_go, swap, swap_back

    carrier = _engine(call).carrier()
    if call.args.dry_run:
        return plan_swap(call, carrier)
    if call.args.drop:
        with alone(call, "a swap"):
            let_go(call.data, call.app.settings.database.database, carrier)
        return Answer({"names": [], "aside": "", "kept": "", "back": False}, "No copy waits for its place any more.")
    with alone(call, "a swap"), _unserved(call):
        done = swap_back(call.data, carrier) if call.args.back else swap(call.data, carrier)
    aside = call.data / (f"{done.aside}/undone" if done.is_back else done.aside)
    said = f"In its place again is {what_comes_back(done)}" if done.is_back else "The copy is in its place"
    data = {
        "names": [*done.names],
        "aside": str(aside),
        "kept": done.undone if done.is_back else done.kept,
        "back": done.is_back,
    }
    return Answer(data, f"{said}; what it took the place of: {done.tells_where(call.data)}.")


def carry(call: Call) -> Answer:
    """The database of a stack that was restored comes to the server that is named here."""
    from haat.ops.backups import sets
    from haat.ops.backups.carry import refuse_unless_empty, settle
    from haat.ops.backups.engines import engine_in

    database = call.app.settings.database
    data = {"into": str(call.args.dir.absolute()), "database": str(database)}
    if call.args.dry_run:
        manifest = sets.newest(vault_of(call))
        kind = engine_in(manifest).address.kind if manifest else database.kind
        refuse_unless_empty(call.data, database, kind)
        where = "a file of its own" if kind == "sqlite" else f"{database}, where nothing is yet"
        return Answer(data | {"done": False}, f"Its database would be {where}. Nothing was done.")
    with alone(call, "carrying a database"):
        said = settle(call.data, database, call.args.dir.absolute())
    return Answer(data | {"done": True}, said)


def versions(call: Call) -> Answer:
    """Every version of one file, or that of one set into its place or elsewhere."""
    from haat.ops.backups import media, sets

    vault = vault_of(call)
    if not call.args.path:
        paths = media.known(vault)
        return Answer({"files": paths}, "\n".join(paths) or "No set has a photo in it.")
    if not call.args.set:
        found = media.versions(vault, call.args.path)
        rows = [
            (
                clock.in_utc(one.file.changed_at // 1_000_000),
                f"{one.file.size:,} bytes",
                one.file.sha256[:12],
                some([*map(ids.encode, one.sets)]),
            )
            for one in found
        ]
        shown = [
            {
                "changed_at": one.file.changed_at // 1_000_000,
                "bytes": one.file.size,
                "sha256": one.file.sha256,
                "sets": [*map(ids.encode, one.sets)],
            }
            for one in found
        ]
        return Answer({"path": call.args.path, "versions": shown}, table(rows, right=(1,)))
    manifest = sets.get(vault, named(call))
    place = media.put_back(vault, manifest, call.args.path, call.data, call.args.into and call.args.into.absolute())
    told = {"path": call.args.path, "into": str(place.path), "aside": str(place.aside or "")}
    kept = f" What was there is {place.aside} now." if place.aside else ""
    return Answer(told, f"{place.path} is {'as it was already' if place.was_there else 'as it was in that set'}.{kept}")


def _engine(call: Call) -> Engine:
    """That of the stack. Raises Refused for one whose copy would share its file."""
    from haat.ops.backups.engines import engine_of

    return engine_of(call.app.settings)


@contextmanager
def _unserved(call: Call) -> Iterator[None]:
    """Nobody has the database open as long as this lasts: the stack does not run, or it is held. Raises Refused, Conflict, Unavailable."""
    import os

    from haat.adapters.processes import lock
    from haat.kernel.errors import Refused
    from haat.ops import running

    owner = lock.owner_of(running.lock_of(call.data))
    if owner is None:
        running.folder_of(call.data).mkdir(exist_ok=True)
        handle = lock.take(running.lock_of(call.data))
        try:
            _wait_until_still(call)
            yield
        finally:
            os.close(handle)
        return
    if not running.hold_of(call.data).exists():
        raise Refused(
            "Nothing is put in the place of a database that is served.",
            why=f"The stack in {call.data} runs (process {owner}).",
            try_="`haat runbook run recover-database` and `recover-to-time` hold it meanwhile; or end the stack first.",
        )
    _wait_until_still(call)
    yield


def _wait_until_still(call: Call) -> None:
    """On a server whoever is there when the database gets another name is put out by that."""
    from haat.ops.backups.engines import at_work
    from haat.ops.backups.still import wait_until_still

    settings = call.app.settings
    if settings.database.kind == "sqlite":
        wait_until_still(str(settings.database.path), lambda: at_work(settings))


def _way(call: Call, vault: Vault, *, newest: bool = False) -> tuple[Way, int]:
    """How to get there, and the instant that is asked for: that of a set, or the one that --to names; without them the newest that is kept, if so
    wanted.
    """
    from haat.ops.backups import sets
    from haat.ops.backups.replay import as_taken, way_to

    if not call.args.to and not (newest and not call.args.set):
        manifest = asked_for(call, vault, sets.good(vault), "was proved to restore")
        return as_taken(manifest), manifest.taken_at
    at = _instant(call) if call.args.to else clock.now()
    return way_to(vault, at, set_named(call, vault)), at


def _instant(call: Call) -> int:
    """Raises Invalid for what is none, Refused for one to come: the newest is not what is meant by it."""
    from haat.ops.logs import instant

    at = instant.asked(call.args.to)
    instant.refuse_to_come(at)
    return at


def _told_way(way: Way, into: Path, what: str) -> Iterator[str]:
    yield f"1. Restore set {ids.encode(way.manifest.id)} of {clock.in_utc(way.manifest.taken_at)} beside {into}"
    for name, over in way.over.items():
        if over:
            yield f"   and replay {len(over)} generations of the log of {name}"
    yield f"2. Give it the name {into}: it would have {what}"


def _bring_up_to_date(folder: Path, database: Address, at: int) -> Sequence[Finding]:
    """A copy may be of a Haat before this one, whose tables were other ones. Then the same as `examine`."""
    from haat.cli.making import all_or_unavailable
    from haat.store.migrate import migrate, pending

    if pending(database):
        all_or_unavailable(database, migrate)
    return examine(folder, database, at)
