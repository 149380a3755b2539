"""`haat backup`: sets of everything a stack cannot be made again without. It works while the shop and its database are dead, but for taking one."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from haat.cli import codes
from haat.cli.command import Answer, Call, Command
from haat.cli.output import paint, sign, table
from haat.kernel import clock, ids
from haat.kernel.clock import DAY

if TYPE_CHECKING:
    from haat.config.address import Address
    from haat.ops.backups.engine import Finding
    from haat.ops.backups.manifest import Manifest, Proof
    from haat.ops.backups.replay import Way
    from haat.ops.backups.shelf import Shelf
    from haat.ops.backups.swap import Ready
    from haat.ops.backups.vault import Vault
    from haat.ops.drills.objectives import Objective

_MB = 1_000_000
_FRESH = 5.0  # seconds
_SURELY = 3_600_000  # milliseconds: an order is written down within this time of its making
_SHOWN = 5


def _take(call: Call) -> Answer:
    from haat import __version__
    from haat.cli.progress import progress
    from haat.ops.backups.engines import engine_of
    from haat.ops.backups.gather import gathered
    from haat.ops.backups.repository import opened_or_made
    from haat.ops.backups.take import Stack, take
    from haat.store.migrate import current

    settings = call.stack.settings
    engine = engine_of(settings)
    with _alone(call, "a backup"):
        vault = opened_or_made(settings, _shelf(call))
        stack = Stack(
            __version__,
            settings.market.preset,
            str(settings.data),
            str(engine.address),
            call.app.store.version(),
            current(settings.database) or "",
        )
        call.app.close()  # Files of a database may not be opened past SQLite while this process has it open.
        with gathered(settings.data, engine, _scratch(call)) as all_of_it, _moving(call, progress) as tell:
            manifest = take(vault, stack, all_of_it, tell)
        proof = None if call.args.unproved else _prove_it(call, vault, manifest)
    return _told(manifest, proof)


def _prove(call: Call) -> Answer:
    from haat.ops.backups import sets

    vault = _vault(call)
    with _alone(call, "the proof of a backup"):
        manifest = _asked_for(call, vault, sets.newest(vault))
        return _told(manifest, _prove_it(call, vault, manifest))


def _list(call: Call) -> Answer:
    from haat.ops.backups import sets

    vault = _vault(call)
    rows, found = [], []
    for manifest in sets.readable(vault):  # One after the other: a manifest of many photos is large.
        proof = sets.proof_of(vault, manifest.id)
        sizes = (f"{manifest.size / _MB:,.1f} MB", f"+{manifest.added / _MB:,.1f} MB")
        rows.append((ids.encode(manifest.id), clock.in_utc(manifest.taken_at), *sizes, _verdict(proof)))
        found.append(_data(manifest, proof))
    unreadable = len(sets.all_ids(vault)) - len(found)
    text = table(rows, right=(2, 3)) or "There is no set that can be read."
    if unreadable:
        text += f"\n\n{unreadable} more cannot be read: `haat backup verify` says why."
    data = {"sets": found, "unreadable": unreadable}
    return Answer(data, text, codes.NOT_SO if unreadable else codes.DONE)


def _show(call: Call) -> Answer:
    from haat.ops.backups import sets

    vault = _vault(call)
    manifest = sets.get(vault, ids.decode(call.args.set))
    return _told(manifest, sets.proof_of(vault, manifest.id))


def _status(call: Call) -> Answer:
    """The daily question: is there one from today, and is it good?"""
    from haat.ops.backups import sets

    vault = _vault(call)
    newest = sets.newest(vault)
    proof = sets.proof_of(vault, newest.id) if newest else None
    is_new = newest is not None and clock.now() - newest.taken_at < DAY
    is_good = is_new and proof is not None and proof.holds
    lines = [*_standing(newest, is_new, proof), *_shipped(call), *_where(call)]
    if not is_good:
        lines += ["", "`haat backup take` takes one now, and proves it."]
    data = {"good": is_good, "newest": _data(newest, proof) if newest else None}
    return Answer(data, "\n".join(lines), codes.DONE if is_good else codes.NOT_SO)


def _standing(newest: Manifest | None, is_new: bool, proof: Proof | None) -> Iterator[str]:
    if newest is None:
        yield f"{sign('failed')}  there is no set that can be read"
        return
    yield f"{sign('ok' if is_new else 'failed')}  the newest set is of {clock.in_utc(newest.taken_at)}"
    yield _verdict(proof)


def _seconds_behind(call: Call) -> float | None:
    """How long ago everything that was committed was in the repository; None where nothing is shipped."""
    from haat.adapters.processes.heart import since_last_beat
    from haat.ops import running

    return since_last_beat(running.shipped_of(call.data))


def _shipped(call: Call) -> Iterator[str]:
    if call.app.settings.backup.ship == "no":
        yield f"{sign('attention')}  what is committed after a set is not kept: `backup.ship` is “no”"
        yield from _kept_by_server(call, "which nobody reads: `haat up` lets it go")
        return
    since = _seconds_behind(call)
    is_fresh = since is not None and since < _FRESH
    ago = (
        "nothing was shipped yet" if since is None else f"everything is kept that was committed until {since:.0f} s ago"
    )
    yield f"{sign('ok' if is_fresh else 'attention')}  {ago}"
    if not is_fresh:
        yield from _kept_by_server(call, "until it is shipped: its disk fills up")


def _kept_by_server(call: Call, why: str) -> Iterator[str]:
    """What is forgotten there takes the disk of the shop."""
    from haat.kernel.errors import HaatError
    from haat.ops.backups.engines import engine_at

    try:
        kept = engine_at(call.app.settings.database).keeps(call.data)
    except HaatError as error:
        yield f"{sign('attention')}  nobody knows how much of its log the database keeps for this stack: {error.what}"
        return
    if kept is not None:
        yield f"{sign('attention')}  the server of the database keeps {kept / _MB:,.0f} MB of its log for this stack, {why}"


def _where(call: Call) -> Iterator[str]:
    """A fire takes both when they are in one place."""
    data, settings = call.data, call.app.settings.backup
    if not settings.is_in_s3 and (data / settings.to).stat().st_dev == data.stat().st_dev:
        yield f"{sign('attention')}  sets are kept on the disk of the stack; `backup.to` names a better place"
    if not settings.passphrase and (data / settings.key_file).is_relative_to(data):
        yield f"{sign('attention')}  keep a copy of {data / settings.key_file} elsewhere: without it no set can be opened"


def _objectives(call: Call) -> Answer:
    """What operations is held to, what would be lost now, and what drills have shown."""
    from haat.ops.backups.exposure import exposures
    from haat.ops.drills.objectives import objectives
    from haat.ops.drills.records import kept

    lost = exposures(_vault(call), call.data, _seconds_behind(call))
    all_ = [*objectives(call.app.settings.objectives, lost, kept(call.data / "drills"))]
    is_held = all(one.holds is not False for one in all_)
    heads = tuple(paint(head, "quiet") for head in ("", "objective", "at most", "lost now", "in the worst drill"))
    text = [table([heads, *map(_objective, all_)], right=(2, 3, 4))]
    reasons = dict.fromkeys(one.now.said for one in all_ if one.now and one.holds is False)
    text += [f"{sign('failed')}  {reason}" for reason in reasons]
    return Answer(
        {"held": is_held, "objectives": [*map(_objective_data, all_)]},
        "\n".join(text),
        codes.DONE if is_held else codes.NOT_SO,
    )


def _objective(one: Objective) -> tuple[str, ...]:
    state = {True: "ok", False: "failed", None: "none"}[one.holds]
    now = "" if one.now is None else "all of it" if one.now.lost is None else _lost(one.now.lost)
    shown = f"{one.shown.ms / 1000:.1f} s, {one.shown.drill} on {one.shown.database}" if one.shown else ""
    if one.shown and not one.shown.has_passed:
        shown += ", which failed"
    return sign(state), one.said, _lost(one.wanted), now, shown


def _lost(ms: int) -> str:
    from haat.ops.databases.seen import span

    return span(ms / 1000) if ms else "nothing"


def _objective_data(one: Objective) -> dict[str, Any]:
    return {
        "name": one.name,
        "wanted_ms": one.wanted,
        "holds": one.holds,
        "lost_ms": one.now.lost if one.now else None,
        "why": one.now.said if one.now else "",
        "shown": one.shown._asdict() if one.shown else None,
    }


def _verify(call: Call) -> Answer:
    from haat.cli.progress import progress
    from haat.ops.backups.verify import verify

    vault = _vault(call)
    with progress("pieces", is_silent=call.args.json) as tell:
        verdicts = verify(vault, tell)
    rows = [(sign("failed"), one.name, one.why, ", ".join(map(ids.encode, one.sets))) for one in verdicts]
    data: dict[str, Any] = {
        "sound": not verdicts,
        "wrong": [{**one._asdict(), "sets": [*map(ids.encode, one.sets)]} for one in verdicts],
    }
    text = table(rows) if rows else f"{sign('ok')}  everything in {vault.shelf} is as it was written"
    return Answer(data, text, codes.NOT_SO if verdicts else codes.DONE)


def _restore(call: Call) -> Answer:
    from haat.kernel.errors import Invalid

    ways = [bool(call.args.into), call.args.beside, call.args.replace]
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
    from haat.cli.progress import progress
    from haat.ops.backups.engines import engine_in
    from haat.ops.backups.replay import replay
    from haat.ops.backups.restore import in_order, note, restore_into

    vault = _vault(call)
    way, at = _way(call, vault)
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
    what = f"{data['files']:,} files with {manifest.size / _MB:,.1f} MB, as they were on {clock.in_utc(as_of)}"
    if at - as_of > _FRESH * 1000:
        what += f"; the repository has nothing that was committed from then until {clock.in_utc(at)}"
    if call.args.dry_run:
        return Answer(data | {"done": False}, "\n".join([*_told_way(way, into, what), "", "Nothing was done."]))

    def finish(folder: Path) -> None:
        replay(vault, way, folder, engine, at)
        note(folder, manifest, as_of)

    with _moving(call, progress) as tell:
        restore_into(vault, manifest, into, tell, finish)
    return Answer(data | {"done": True}, "\n".join([f"{into} has {what}.", "", *engine.told(into)]))


def _plan_beside(call: Call) -> Answer:
    """What a copy beside the database would be made of, and what would come back with it."""
    from haat.ops.backups.beside import files_for
    from haat.ops.backups.swap import refuse_half_done

    refuse_half_done(call.data)
    vault = _vault(call)
    way, at = _way(call, vault, newest=True)
    files = files_for(call.data, way.manifest, _database(call).name)
    size, as_of = sum(file.size for file in files), min(at, max(way.reaches, way.manifest.taken_at))
    name = _database(call).name
    others = [file.path for file in files if file.path.removesuffix("-wal") != name]
    lines = [
        f"1. Restore {name} from set {ids.encode(way.manifest.id)} of {clock.in_utc(way.manifest.taken_at)} beside the one that is there",
        f"   and replay {len(way.over.get(name, ()))} generations of its log: it would be as it was on {clock.in_utc(as_of)}",
        f"2. Bring back what is missing: {_some(others) or 'nothing'}",
        "3. Look at every page of it, and at every promise of the shop in it",
    ]
    if call.args.replace:
        lines.append("4. Set aside what is there, which is kept, and put the copy in its place")
    told = {"set": ids.encode(way.manifest.id), "into": str(call.data), "files": len(files), "bytes": size}
    return Answer({**told, "as_of": as_of, "done": False}, "\n".join([*lines, "", "Nothing was done."]))


def _restore_beside(call: Call) -> Answer:
    from haat.ops.backups.swap import copy_of, swap

    if not call.args.replace:
        ready = _made_beside(call)
        return Answer(_told_ready(call, ready, is_done=True), f"{copy_of(call.data)} has {_what(ready)}.")
    with _alone(call, "a restore"), _unserved(call):
        ready = _made_beside(call)
        done = swap(call.data)
    text = f"{call.data} has {_what(ready)}.\n\nWhat was there before is kept in {call.data / done.aside}."
    return Answer(_told_ready(call, ready, is_done=True) | {"aside": str(call.data / done.aside)}, text)


def _made_beside(call: Call) -> Ready:
    from haat.cli.progress import progress
    from haat.ops.backups import sets
    from haat.ops.backups.beside import Wanted, make

    vault = _vault(call)
    set_ = sets.get(vault, ids.decode(call.args.set)) if call.args.set else None
    at = _instant(call) if call.args.to else set_.taken_at if set_ else clock.now()
    kept_until = at if _was_kept_to_the_end(call) else 0
    wanted = Wanted(at, or_before=not call.args.to and set_ is None, set_=set_)
    with _moving(call, progress) as tell:
        name = _database(call).name
        return make(vault, call.data, name, wanted, _bring_up_to_date(name), _missing_from(call), kept_until, tell)


def _was_kept_to_the_end(call: Call) -> bool:
    """Whether the shipper has kept everything since the shop was told to rest: it ends after all who write."""
    from haat.ops import running

    hold, whole = running.hold_of(call.data), running.all_shipped_of(call.data)
    return hold.exists() and whole.exists() and whole.stat().st_mtime >= hold.stat().st_mtime


def _missing_from(call: Call) -> Callable[[Path, int], Sequence[str] | None]:
    """Which orders the database that is there has, and the copy has not."""

    name = _database(call).name

    def orders(folder: Path, since: int) -> dict[int, str]:
        from haat.config.address import Address
        from haat.store.drivers import driver_of

        found = driver_of(Address("sqlite", str(folder / name))).ask(
            f"SELECT id, created_at, state, total, currency FROM deals WHERE created_at >= {since} ORDER BY id"  # noqa: S608 - a number
        )
        return {row[0]: f"{ids.encode(row[0])} {clock.in_utc(row[1])} {row[2]} {row[3]} {row[4]}" for row in found}

    def missing(copy: Path, at: int) -> Sequence[str] | None:
        from haat.kernel.errors import Unavailable

        try:
            there = orders(call.data, at - _SURELY)
        except Unavailable:
            return None
        kept = orders(copy, at - _SURELY)
        return [line for id_, line in there.items() if id_ not in kept]

    return missing


def _what(ready: Ready) -> str:
    """The copy, and what it does not have."""
    said = f"the database as it was on {clock.in_utc(ready.as_of)}; {'; '.join(ready.looked)}"
    if ready.asked_for - ready.kept_until > _FRESH * 1000:
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


def _swap(call: Call) -> Answer:
    """Put the copy in its place, or what was there before."""
    from haat.ops.backups.swap import swap, swap_back

    with _alone(call, "a swap"), _unserved(call):
        done = swap_back(call.data) if call.args.back else swap(call.data)
    aside = call.data / (f"{done.aside}/undone" if done.is_back else done.aside)
    said = "What was there before is in its place again" if done.is_back else "The copy is in its place"
    data = {"names": [*done.names], "aside": str(aside), "back": done.is_back}
    return Answer(data, f"{said}; {aside} keeps what it took the place of.")


def _media(call: Call) -> Answer:
    """Every version of one file, or that of one set into its place or elsewhere."""
    from haat.ops.backups import media, sets

    vault = _vault(call)
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
                _some([*map(ids.encode, one.sets)]),
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
    manifest = sets.get(vault, ids.decode(call.args.set))
    place = media.put_back(vault, manifest, call.args.path, call.data, call.args.into and call.args.into.absolute())
    told = {"path": call.args.path, "into": str(place.path), "aside": str(place.aside or "")}
    kept = f" What was there is {place.aside} now." if place.aside else ""
    return Answer(told, f"{place.path} is {'as it was already' if place.was_there else 'as it was in that set'}.{kept}")


def _some(names: Sequence[str]) -> str:
    shown = ", ".join(names[:_SHOWN])
    return f"{shown} and {len(names) - _SHOWN:,} more" if len(names) > _SHOWN else shown


def _database(call: Call) -> Path:
    """Its file. Raises Refused for one on a server."""
    from haat.kernel.errors import Refused
    from haat.ops.backups.engines import engine_of

    database = call.app.settings.database
    if database.kind != "sqlite":
        raise Refused(
            "Nothing is put in the place of a database on a server.",
            why=f"A copy takes the place of a file, and this stack runs on {database.name}.",
            try_="`haat backup restore --into DIR` makes a stack with a server of its own.",
        )
    engine_of(call.app.settings)
    return database.path


@contextmanager
def _unserved(call: Call) -> Iterator[None]:
    """Nobody has the database open as long as this lasts: the stack does not run, or it is held. Raises Refused, Conflict, Unavailable."""
    import os

    from haat.adapters.processes import lock
    from haat.kernel.errors import Refused
    from haat.ops import running
    from haat.ops.backups.still import wait_until_still

    owner = lock.owner_of(running.lock_of(call.data))
    if owner is None:
        running.folder_of(call.data).mkdir(exist_ok=True)
        handle = lock.take(running.lock_of(call.data))
        try:
            wait_until_still(_database(call))
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
    wait_until_still(_database(call))
    yield


def _way(call: Call, vault: Vault, *, newest: bool = False) -> tuple[Way, int]:
    """How to get there, and the instant that is asked for: that of a set, or the one that --to names; without them the newest that is kept, if so
    wanted.
    """
    from haat.ops.backups import sets
    from haat.ops.backups.replay import as_taken, way_to

    if not call.args.to and not (newest and not call.args.set):
        manifest = _asked_for(call, vault, sets.good(vault))
        return as_taken(manifest), manifest.taken_at
    at = _instant(call) if call.args.to else clock.now()
    chosen = sets.get(vault, ids.decode(call.args.set)) if call.args.set else None
    return way_to(vault, at, chosen), at


def _instant(call: Call) -> int:
    from haat.ops.logs import instant

    return instant.asked(call.args.to)


def _told_way(way: Way, into: Path, what: str) -> Iterator[str]:
    yield f"1. Restore set {ids.encode(way.manifest.id)} of {clock.in_utc(way.manifest.taken_at)} beside {into}"
    for name, over in way.over.items():
        if over:
            yield f"   and replay {len(over)} generations of the log of {name}"
    yield f"2. Give it the name {into}: it would have {what}"


def _prune(call: Call) -> Answer:
    from haat.ops.backups.prune import Kept, plan, prune

    vault = _vault(call)
    rules = call.app.settings.backup
    with _alone(call, "pruning backups"):
        planned = plan(vault, Kept(rules.keep, rules.keep_for), clock.now())
        if not call.args.dry_run:
            prune(vault, planned)
    names = [ids.encode(id_) for id_ in planned.sets]
    data = {"sets": names, "contents": len(planned.contents), "bytes": planned.bytes, "done": not call.args.dry_run}
    word = "would go" if call.args.dry_run else "are gone"
    sum_ = f"{len(names)} sets and {len(planned.contents):,} contents with {planned.bytes / _MB:,.1f} MB {word}."
    return Answer(data, "\n".join([*names, sum_]))


def _prove_it(call: Call, vault: Vault, manifest: Manifest) -> Proof:
    from haat import __version__
    from haat.cli.progress import progress
    from haat.ops.backups.engines import engine_in
    from haat.ops.backups.prove import prove

    with _moving(call, progress) as tell:
        # The gateway was copied after the shop: what it knows more is what was under way then.
        return prove(
            vault,
            manifest,
            engine_in(manifest),
            _scratch(call),
            lambda folder, database: _examine(folder, database, manifest.taken_at),
            __version__,
            tell,
        )


def _examine(folder: Path, database: Address, at: int | None = None) -> Sequence[Finding]:
    """Every promise of the shop in this folder, which nobody serves, with its database at this address; as of an instant, if it is a copy of then."""
    from haat.app import App
    from haat.market.truth.truth import check_all
    from haat.ops.backups.engine import Finding

    app = App.of(folder, {"HAAT_STORE__URL": database.reveal()})
    try:
        return [
            Finding(one.holds, f"{one.name}: {'; '.join(one.offending)}")
            for one in check_all(app.store, app.truths(at))
        ]
    finally:
        app.close()


def _bring_up_to_date(name: str) -> Callable[[Path, int], Sequence[Finding]]:
    """A copy may be of a Haat before this one, whose tables were other ones. Then the same as `_examine`, of the database of this name."""

    def examine(folder: Path, at: int) -> Sequence[Finding]:
        from haat.cli.making import all_or_unavailable
        from haat.config.address import Address
        from haat.store.migrate import migrate, pending

        database = Address("sqlite", str(folder / name))
        if pending(database):
            all_or_unavailable(database, migrate)
        return _examine(folder, database, at)

    return examine


def _asked_for(call: Call, vault: Vault, otherwise: Manifest | None) -> Manifest:
    from haat.kernel.errors import NotFound
    from haat.ops.backups import sets

    if call.args.set:
        return sets.get(vault, ids.decode(call.args.set))
    if otherwise is None:
        raise NotFound(
            "There is no set that was proved to restore.",
            why=f"{vault.shelf} holds {len(sets.all_ids(vault))}.",
            try_="`haat backup list` shows them; name one to use it all the same.",
        )
    return otherwise


def _told(manifest: Manifest, proof: Proof | None) -> Answer:
    return Answer(
        _data(manifest, proof),
        "\n".join(_explained(manifest, proof)),
        codes.NOT_SO if proof is not None and not proof.holds else codes.DONE,
    )


def _explained(manifest: Manifest, proof: Proof | None) -> Iterator[str]:
    yield f"Set {paint(ids.encode(manifest.id), 'accent')} of {clock.in_utc(manifest.taken_at)}, taken in {manifest.took / 1000:.2f} s from {manifest.taken_from}"
    rows = [(part.name, f"{len(part.files):,} files", f"{part.size / _MB:,.1f} MB") for part in manifest.parts]
    yield table([*rows, ("in the repository", "", f"+{manifest.added / _MB:,.1f} MB")], indent=2, right=(1,))
    yield ""
    if proof is None:
        yield _verdict(proof)
        return
    yield table([(what, f"{ms / 1000:.2f} s", said) for what, ms, said in proof.looked], indent=2, right=(1,))
    yield ""
    yield _verdict(proof)


def _verdict(proof: Proof | None) -> str:
    if proof is None:
        return f"{sign('attention')}  never proved: nobody knows whether it restores"
    if proof.holds:
        return f"{sign('ok')}  proved on {clock.in_utc(proof.at)}, in {proof.took / 1000:.1f} s"
    return f"{sign('failed')}  it does not restore: {proof.looked[-1][2]}"


def _data(manifest: Manifest, proof: Proof | None) -> dict[str, Any]:
    parts = {part.name: {"files": len(part.files), "bytes": part.size} for part in manifest.parts}
    shown = {"at": proof.at, "holds": proof.holds, "looked": [*map(list, proof.looked)]} if proof else None
    return {
        "id": ids.encode(manifest.id),
        "taken_at": manifest.taken_at,
        "took_ms": manifest.took,
        "haat": manifest.haat,
        "preset": manifest.preset,
        "database": manifest.database_version,
        "revision": manifest.revision,
        "positions": {**manifest.positions},
        "bytes": manifest.size,
        "added": manifest.added,
        "parts": parts,
        "proof": shown,
    }


def _vault(call: Call) -> Vault:
    from haat.ops.backups.repository import opened

    return opened(call.app.settings, _shelf(call))


def _shelf(call: Call) -> Shelf:
    from haat.shelves import shelf_of

    return shelf_of(call.app.settings)


def _scratch(call: Call) -> Path:
    data: Path = call.app.settings.data
    return data / call.app.settings.backup.scratch


@contextmanager
def _alone(call: Call, purpose: str) -> Iterator[None]:
    from haat.ops import running
    from haat.ops.procedure.lock import held

    with held(running.operations_lock_of(call.app.settings.data), purpose):
        yield


@contextmanager
def _moving(call: Call, progress: Callable[..., Any]) -> Iterator[Callable[[int, int], None]]:
    with progress("MB", is_silent=call.args.json) as move_on:
        yield lambda done, total: move_on(done // _MB, max(1, total // _MB))


_SET = (
    '{"id": "01h2xcejqtf2n", "taken_at": 1767225600000, "took_ms": 640, "haat": "0.1.0", "preset": "handwork", "database": "SQLite 3.40.1", '
    '"revision": "0013", "positions": {"haat.db": "1dbd97bb61518fb2:1005"}, "bytes": 48000000, "added": 9000000, "parts": {"database": {"files": 4, '
    '"bytes": 9000000}}, "proof": {"at": 1767225601000, "holds": true, "looked": [["restore", 210, "…"]]}}'
)

COMMANDS = {
    "take": Command(_take, shape=_SET),
    "list": Command(_list, shape=f'{{"sets": [{_SET}], "unreadable": 0}}'),
    "show": Command(_show, shape=_SET),
    "status": Command(_status, shape=f'{{"good": true, "newest": {_SET}}}'),
    "objectives": Command(
        _objectives,
        shape='{"held": true, "objectives": [{"name": "data_lost", "wanted_ms": 300000, "holds": true, "lost_ms": 600, "why": "…", "shown": {"drill": '
        '"machine-lost", "database": "sqlite", "at": 1767225600000, "ms": 4200, "has_passed": true}}]}',
    ),
    "prove": Command(_prove, shape=_SET),
    "verify": Command(
        _verify, shape='{"sound": false, "wrong": [{"name": "pieces/ab/ab12…", "why": "…", "sets": ["01h2xcejqtf2n"]}]}'
    ),
    "restore": Command(
        _restore,
        shape='{"set": "01h2xcejqtf2n", "into": "/srv/new", "files": 812, "bytes": 48000000, "as_of": 1767225600000, "done": true}',
    ),
    "swap": Command(
        _swap, shape='{"names": ["haat.db"], "aside": "/srv/shop/before-20260101T000000.000", "back": false}'
    ),
    "media": Command(
        _media,
        shape='{"path": "media/ab/ab12….original", "versions": [{"changed_at": 1767225600000, "bytes": 90312, "sha256": "…", "sets": ["01h2xcejqtf2n"]}]}',
    ),
    "prune": Command(_prune, shape='{"sets": ["01h2xcejqtf2n"], "contents": 40, "bytes": 9000000, "done": true}'),
}
