"""`haat backup`: sets of everything a stack cannot be made again without. It works while the shop and its database are dead, but for taking one."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from haat.cli import codes, mending, owning, proving
from haat.cli.command import Answer, Call, Command
from haat.cli.output import paint, sign, table
from haat.cli.planning import plan_take
from haat.cli.repository import (
    MB,
    asked_for,
    examine,
    giving_way,
    known_proof,
    moving,
    named,
    own_vault_of,
    reading,
    scratch_of,
    shelf_of,
    unread,
    vault_of,
    verdict,
)
from haat.cli.restoring import carry, restore, swap_copy, versions
from haat.kernel import clock, ids
from haat.kernel.clock import DAY, MINUTE, SECOND
from haat.ops.running import KEPT_WITHIN

if TYPE_CHECKING:
    from haat.ops.backups.manifest import Manifest, Proof
    from haat.ops.backups.vault import Vault
    from haat.ops.drills.objectives import Objective


_CLOCKS_DIFFER = MINUTE  # ms that the clocks of two machines may differ by


def _take(call: Call) -> Answer:
    from haat import __version__
    from haat.cli.progress import progress
    from haat.ops.backups.engines import engine_of
    from haat.ops.backups.gather import gathered
    from haat.ops.backups.owner import refuse_other
    from haat.ops.backups.repository import opened_or_made
    from haat.ops.backups.take import Stack, take
    from haat.store.migrate import current

    if call.args.dry_run:
        return plan_take(call)
    settings = call.stack.settings
    engine = engine_of(settings)
    with giving_way(call, "a backup"):
        vault = opened_or_made(settings, shelf_of(call))
        stack = Stack(
            __version__,
            settings.market.preset,
            str(settings.data),
            str(engine.address),
            call.app.store.version(),
            current(settings.database) or "",
        )
        if not call.args.unproved:
            engine.refuse_unreachable(scratch_of(call) / "copy")
        call.app.close()  # Files of a database may not be opened past SQLite while this process has it open.
        with gathered(settings.data, engine, scratch_of(call)) as all_of_it, moving(call, progress) as tell:
            # It took a while: somebody may have adopted the repository meanwhile.
            manifest = take(vault, stack, all_of_it, tell, lambda: refuse_other(vault, settings.data))
        proof = None if call.args.unproved else _prove_it(call, vault, manifest)
    return _told(manifest, proof)


def _prove(call: Call) -> Answer:
    from haat.ops.backups import sets

    vault = vault_of(call)
    if call.args.newest:
        return _prove_log(call, vault)
    with reading(call, "the proof of a backup"):
        manifest = asked_for(call, vault, sets.newest(vault), "can be read")
        told = _told(manifest, _prove_it(call, vault, manifest, thorough=call.args.thorough))
    return told._replace(data={**told.data, "log": None})


def _prove_log(call: Call, vault: Vault) -> Answer:
    from haat.kernel.errors import Invalid
    from haat.ops.backups import sets

    if call.args.set:
        raise Invalid(
            "What is to be proved?",
            why="--newest is all that was shipped after a set that was proved, and no set that is named.",
            try_="`haat backup prove --newest`.",
        )
    with reading(call, "the proof of the log"):
        proof = proving.prove_newest(call, vault)
    manifest = sets.get(vault, proof.set_id)
    data = {**_data(manifest, known_proof(vault, proof.set_id)), "log": proving.log_data(proof)}
    return Answer(data, "\n".join(proving.explained(proof)), codes.DONE if proof.holds else codes.NOT_SO)


def _list(call: Call) -> Answer:
    from haat.ops.backups import sets

    if call.args.removed:
        return _list_removed(call)
    vault = vault_of(call)
    rows, found = [], []
    for manifest in sets.readable(vault):  # One after the other: a manifest of many photos is large.
        proof = known_proof(vault, manifest.id)
        sizes = (f"{manifest.size / MB:,.1f} MB", f"+{manifest.added / MB:,.1f} MB")
        rows.append((ids.encode(manifest.id), clock.minute_in_utc(manifest.taken_at), *sizes, _in_short(proof)))
        found.append(_data(manifest, proof))
    unreadable = len(sets.all_ids(vault)) - len(found)
    text = table(rows, right=(2, 3)) or "There is no set that can be read."
    if unreadable:
        text += f"\n\n{unreadable} more cannot be read: `haat backup verify` says why."
    data = {"sets": found, "unreadable": unreadable}
    return Answer(data, text, codes.NOT_SO if unreadable else codes.DONE)


def _in_short(proof: Proof | None) -> str:
    """As much of the verdict as a column of a narrow table has room for."""
    if proof is None:
        return sign("attention", "never proved")
    return sign("ok", "proved") if proof.holds else sign("failed", "not restored")


def _list_removed(call: Call) -> Answer:
    """Pruned or not: who removed it is known to the place alone."""
    from haat.ops.backups import mend, versions
    from haat.ops.backups.repository import key_of

    vault, _ = mend.opened(shelf_of(call), lambda: key_of(call.app.settings))
    rows, found = [], []
    for manifest, at in versions.removed(vault):
        taken = (clock.in_utc(manifest.taken_at), f"{manifest.size / MB:,.1f} MB")
        rows.append((ids.encode(manifest.id), *taken, f"removed {clock.in_utc(at)}"))
        found.append({**_data(manifest, None), "removed_at": at})
    text = table(rows, right=(2,)) if rows else "No set was removed of which a version can be trusted."
    if rows:
        text += "\n\n`haat backup mend SET` brings one back."
    return Answer({"sets": found, "unreadable": 0}, text)


def _show(call: Call) -> Answer:
    from haat.ops.backups import sets

    vault = vault_of(call)
    manifest = sets.get(vault, named(call))
    return _told(manifest, known_proof(vault, manifest.id))


def _status(call: Call) -> Answer:
    """The daily question: is there one from today, and is it good?"""
    from haat.ops.backups import findings, sets

    vault = vault_of(call)
    log, reading = findings.of_log(vault) if proving.ships(call) else None, findings.of_reading(vault)
    newest = sets.newest(vault)
    # A set that shipping took a moment ago waits for its proof, and makes nothing worse; one that does not restore does.
    tried = next((one for one in sets.readable(vault) if known_proof(vault, one.id)), None)
    shown = tried if tried and _is_of_today(tried) else newest
    proof = known_proof(vault, shown.id) if shown else None
    has_good = shown is not None and _is_of_today(shown) and proof is not None and proof.holds
    is_damaged = shown is not None and reading is not None and shown.id in reading.damaged
    wrong, whose = proving.wrong_in(call, vault, reading), owning.whose(vault, call.data)
    is_newest_good = has_good and not is_damaged and (log is None or log.holds)
    is_good = is_newest_good and not wrong.is_urgent and whose.is_ours
    lines = [
        *owning.standing(call, whose),
        *_standing(shown, proof, is_newest=shown == newest, is_damaged=is_damaged),
        *_shipped(call),
    ]
    lines += [*proving.standing(call, log, reading, wrong), *_where(call)]
    if not is_newest_good:
        lines += ["", "`haat backup take` takes one now, and proves it."]
    data = {
        "good": is_good,
        "owner": owning.owner_data(whose.other),
        "newest": _data(shown, proof) if shown else None,
        "log": proving.log_data(log),
        "reading": proving.reading_data(reading),
    }
    return Answer(data, "\n".join(lines), codes.DONE if is_good else codes.NOT_SO)


def _is_of_today(one: Manifest) -> bool:
    """One of a time to come was taken while the clock was wrong: nobody knows of when it is."""
    return -_CLOCKS_DIFFER < clock.now() - one.taken_at < DAY


def _standing(shown: Manifest | None, proof: Proof | None, *, is_newest: bool, is_damaged: bool) -> Iterator[str]:
    if shown is None:
        yield f"{sign('failed')}  there is no set that can be read"
        return
    which = "the newest set is" if is_newest else "the newest set that was tried is"
    yield f"{sign('ok' if _is_of_today(shown) else 'failed')}  {which} of {clock.in_utc(shown.taken_at)}"
    yield verdict(proof)
    if is_damaged:
        yield f"{sign('failed')}  something that it needs cannot be trusted since: the next set stores that again"


def _seconds_behind(call: Call) -> float | None:
    """How long ago everything that was committed was in the repository; None where nothing is shipped."""
    from haat.adapters.processes.heart import since_last_beat
    from haat.ops import running

    return since_last_beat(running.shipped_of(call.data))


def _shipped(call: Call) -> Iterator[str]:
    from haat.ops.backups.repository import copy_note_of, is_a_copy

    if is_a_copy(call.app.settings, shelf_of(call)):
        yield f"{sign('attention')}  this stack is a copy that was restored from there, and nothing of it is backed up: {copy_note_of(call.data)} says so"
        return
    if call.app.settings.backup.ship == "no":
        yield f"{sign('attention')}  what is committed after a set is not kept: `backup.ship` is “no”"
        yield from _kept_by_server(call, "which nobody reads: `haat up` lets it go")
        return
    since = _seconds_behind(call)
    is_fresh = since is not None and since * SECOND < KEPT_WITHIN
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
        yield f"{sign('attention')}  the server of the database keeps {kept / MB:,.0f} MB of its log for this stack, {why}"


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

    lost = exposures(vault_of(call), call.data, _seconds_behind(call))
    all_ = [*objectives(call.app.settings.objectives, lost, kept(call.data / "drills"))]
    is_held = all(one.holds is not False for one in all_)
    heads = tuple(paint(head, "quiet") for head in ("", "objective", "at most", "lost now"))
    text = [table([heads, *map(_objective, all_)], right=(2,))]
    if shown := [
        (one.said, _shown(one)) for one in all_ if one.shown
    ]:  # In a table of its own, which fits a narrow window.
        text += ["", table([(paint("objective", "quiet"), paint("in the worst drill", "quiet")), *shown])]
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
    return sign(state), one.said, _lost(one.wanted), now


def _shown(one: Objective) -> str:
    """What is lost may be of hundredths of a second, what takes time is not."""
    assert one.shown is not None
    seconds = f"{one.shown.ms / 1000:.{2 if one.now else 1}f} s" if one.shown.ms else "nothing"
    came_to = f"{'less than ' if one.shown.is_less else ''}{seconds}, {one.shown.drill} on {one.shown.database}"
    return came_to if one.shown.has_passed else f"{came_to}, which failed"


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


def _prune(call: Call) -> Answer:
    from haat.ops.backups.prune import Kept, plan, prune

    rules = call.app.settings.backup
    with giving_way(call, "pruning backups"):
        vault = own_vault_of(call)
        planned = plan(vault, Kept(rules.keep, rules.keep_for), clock.now())
        if not call.args.dry_run:
            with unread(call, "pruning backups"):
                prune(vault, planned)
    names = [ids.encode(id_) for id_ in planned.sets]
    data = {"sets": names, "contents": len(planned.contents), "bytes": planned.bytes, "done": not call.args.dry_run}
    word = "would go" if call.args.dry_run else "are gone"
    sum_ = f"{len(names)} sets and {len(planned.contents):,} contents with {planned.bytes / MB:,.1f} MB {word}."
    return Answer(data, "\n".join([*names, sum_]))


def _prove_it(call: Call, vault: Vault, manifest: Manifest, *, thorough: bool = False) -> Proof:
    from haat import __version__
    from haat.cli.progress import progress
    from haat.ops.backups.engines import engine_in
    from haat.ops.backups.prove import prove

    with moving(call, progress) as tell:
        # The gateway was copied after the shop: what it knows more is what was under way then.
        return prove(
            vault,
            manifest,
            engine_in(manifest),
            scratch_of(call),
            lambda folder, database: examine(folder, database, manifest.taken_at),
            __version__,
            tell,
            thorough=thorough,
        )


def _told(manifest: Manifest, proof: Proof | None) -> Answer:
    return Answer(
        _data(manifest, proof),
        "\n".join(_explained(manifest, proof)),
        codes.NOT_SO if proof is not None and not proof.holds else codes.DONE,
    )


def _explained(manifest: Manifest, proof: Proof | None) -> Iterator[str]:
    yield f"Set {paint(ids.encode(manifest.id), 'accent')} of {clock.in_utc(manifest.taken_at)}, taken in {manifest.took / 1000:.2f} s from {manifest.taken_from}"
    rows = [(part.name, f"{len(part.files):,} files", f"{part.size / MB:,.1f} MB") for part in manifest.parts]
    yield table([*rows, ("in the repository", "", f"+{manifest.added / MB:,.1f} MB")], indent=2, right=(1,))
    yield ""
    if proof is None:
        yield verdict(proof)
        return
    yield table([(what, f"{ms / 1000:.2f} s", said) for what, ms, said in proof.looked], indent=2, right=(1,))
    yield ""
    yield verdict(proof)


def _data(manifest: Manifest, proof: Proof | None) -> dict[str, Any]:
    parts = {part.name: {"files": len(part.files), "bytes": part.size} for part in manifest.parts}
    shown = (
        {"at": proof.at, "holds": proof.holds, "thorough": proof.thorough, "looked": [*map(list, proof.looked)]}
        if proof
        else None
    )
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


_SET = (
    '{"id": "01h2xcejqtf2n", "taken_at": 1767225600000, "took_ms": 640, "haat": "0.1.0", "preset": "handwork", "database": "SQLite 3.40.1", '
    '"revision": "0013", "positions": {"haat.db": "1dbd97bb61518fb2:1005"}, "bytes": 48000000, "added": 9000000, "parts": {"database": {"files": 4, '
    '"bytes": 9000000}}, "proof": {"at": 1767225601000, "holds": true, "thorough": true, "looked": [["restore", 210, "…"]]}}'
)

COMMANDS = {
    "take": Command(_take, shape=_SET),
    "list": Command(_list, shape=f'{{"sets": [{_SET}], "unreadable": 0}}'),
    "show": Command(_show, shape=_SET),
    "status": Command(
        _status,
        shape=f'{{"good": true, "owner": null, "newest": {_SET}, "log": {proving.LOG}, "reading": {proving.READING}}}',
    ),
    "objectives": Command(
        _objectives,
        shape='{"held": true, "objectives": [{"name": "data_lost", "wanted_ms": 300000, "holds": true, "lost_ms": 600, "why": "…", "shown": {"drill": '
        '"machine-lost", "database": "sqlite", "at": 1767225600000, "ms": 420, "has_passed": true, "is_less": false}}]}',
    ),
    "prove": Command(_prove, shape=f'{_SET[:-1]}, "log": {proving.LOG}}}'),
    "verify": Command(
        proving.verify,
        shape='{"sound": false, "wrong": [{"name": "pieces/ab/ab12…", "why": "…", "sets": ["01h2xcejqtf2n"]}], "not_looked": ""}',
    ),
    "mend": Command(
        mending.mend,
        shape='{"back": ["pieces/ab/ab12…", "sets/01h2xcejqtf2n"], "bytes": 9000000, "sets": ["01h2xcejqtf2n"], "lost": [], "done": true}',
    ),
    "adopt": Command(
        owning.adopt,
        shape='{"to": "/mnt/backups", "before": {"host": "old", "data": "/srv/shop", "since": 1767225600000}, "done": true}',
    ),
    "restore": Command(
        restore,
        shape='{"set": "01h2xcejqtf2n", "into": "/srv/new", "files": 812, "bytes": 48000000, "as_of": 1767225600000, "done": true, "sound": true}',
    ),
    "swap": Command(
        swap_copy,
        shape='{"names": ["haat.db"], "aside": "/srv/shop/before-20260101T000000.000", "kept": "", "back": false}',
    ),
    "carry": Command(carry, shape='{"into": "/srv/shop", "database": "postgresql://shop:…@db/shop", "done": true}'),
    "media": Command(
        versions,
        shape='{"path": "media/ab/ab12….original", "versions": [{"changed_at": 1767225600000, "bytes": 90312, "sha256": "…", "sets": ["01h2xcejqtf2n"]}]}',
    ),
    "prune": Command(_prune, shape='{"sets": ["01h2xcejqtf2n"], "contents": 40, "bytes": 9000000, "done": true}'),
}
