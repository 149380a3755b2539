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
    from haat.ops.backups.vault import Vault
    from haat.ops.drills.objectives import Objective

_MB = 1_000_000
_FRESH = 5.0  # seconds


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
        rows.append((ids.encode(manifest.id), _day(manifest.taken_at), *sizes, _verdict(proof)))
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
    yield f"{sign('ok' if is_new else 'failed')}  the newest set is of {_day(newest.taken_at)}"
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
    from haat.ops.backups.engines import engine_of

    try:
        kept = engine_of(call.app.settings).keeps(call.data)
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
    text += [f"{sign('failed')}  {one.now.said}" for one in all_ if one.now and one.holds is False]
    return Answer(
        {"held": is_held, "objectives": [*map(_objective_data, all_)]},
        "\n".join(text),
        codes.DONE if is_held else codes.NOT_SO,
    )


def _objective(one: Objective) -> tuple[str, ...]:
    from haat.ops.databases.seen import span

    state = {True: "ok", False: "failed", None: "none"}[one.holds]
    now = "" if one.now is None else "all" if one.now.lost is None else span(one.now.lost / 1000)
    shown = f"{one.shown.ms / 1000:.1f} s, {one.shown.drill} on {one.shown.database}" if one.shown else ""
    return sign(state), one.said, span(one.wanted / 1000), now, shown


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
    from haat.cli.progress import progress
    from haat.ops.backups.engines import engine_in
    from haat.ops.backups.replay import replay
    from haat.ops.backups.restore import in_order, restore_into

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
    what = f"{data['files']:,} files with {manifest.size / _MB:,.1f} MB, as they were on {_day(as_of)}"
    if at - as_of > _FRESH * 1000:
        what += f"; what was committed from then until {_day(at)} is not kept"
    if call.args.dry_run:
        return Answer(data | {"done": False}, "\n".join([*_told_way(way, into, what), "", "Nothing was done."]))
    with _moving(call, progress) as tell:
        restore_into(vault, manifest, into, tell, lambda folder: replay(vault, way, folder, engine, at))
    return Answer(data | {"done": True}, "\n".join([f"{into} has {what}.", "", *engine.told(into)]))


def _way(call: Call, vault: Vault) -> tuple[Way, int]:
    """How to get there, and the instant that is asked for: that of a set, or the one that --to names."""
    from haat.config.kinds import Unfit
    from haat.kernel.errors import Invalid
    from haat.ops.backups import sets
    from haat.ops.backups.replay import as_taken, way_to
    from haat.ops.logs import instant

    if not call.args.to:
        manifest = _asked_for(call, vault, sets.good(vault))
        return as_taken(manifest), manifest.taken_at
    try:
        at = instant.read(call.args.to)
    except Unfit as error:
        raise Invalid(f"“{call.args.to}” is no instant.", why=f"Expected {error.expected}.") from error
    chosen = sets.get(vault, ids.decode(call.args.set)) if call.args.set else None
    return way_to(vault, at, chosen), at


def _told_way(way: Way, into: Path, what: str) -> Iterator[str]:
    yield f"1. Restore set {ids.encode(way.manifest.id)} of {_day(way.manifest.taken_at)} beside {into}"
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
        return prove(vault, manifest, engine_in(manifest), _scratch(call), _examine, __version__, tell)


def _examine(folder: Path, database: Address) -> Sequence[Finding]:
    """Every promise of the shop in this folder, which nobody serves, with its database at this address."""
    from haat.app import App
    from haat.market.truth.truth import check_all
    from haat.ops.backups.engine import Finding

    app = App.of(folder, {"HAAT_STORE__URL": database.reveal()})
    try:
        return [
            Finding(one.holds, f"{one.name}: {'; '.join(one.offending)}") for one in check_all(app.store, app.truths())
        ]
    finally:
        app.close()


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
    yield f"Set {paint(ids.encode(manifest.id), 'accent')} of {_day(manifest.taken_at)}, taken in {manifest.took / 1000:.2f} s from {manifest.taken_from}"
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
        return f"{sign('ok')}  proved on {_day(proof.at)}, in {proof.took / 1000:.1f} s"
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


def _day(at: int) -> str:
    return f"{clock.as_datetime(at):%Y-%m-%d %H:%M:%S} UTC"


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
        '"machine-lost", "database": "sqlite", "at": 1767225600000, "ms": 4200}}]}',
    ),
    "prove": Command(_prove, shape=_SET),
    "verify": Command(
        _verify, shape='{"sound": false, "wrong": [{"name": "pieces/ab/ab12…", "why": "…", "sets": ["01h2xcejqtf2n"]}]}'
    ),
    "restore": Command(
        _restore,
        shape='{"set": "01h2xcejqtf2n", "into": "/srv/new", "files": 812, "bytes": 48000000, "as_of": 1767225600000, "done": true}',
    ),
    "prune": Command(_prune, shape='{"sets": ["01h2xcejqtf2n"], "contents": 40, "bytes": 9000000, "done": true}'),
}
