"""Make a copy of the shop's database beside it, and prove it there, so that it can be put in its place.

What is there of everything else stays as it is: photos never change, the gateway is the outside world, and settings are people's. What is missing of it
comes back with the copy.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Callable, Sequence
from contextlib import ExitStack, closing
from pathlib import Path
from typing import NamedTuple

from haat.config.address import Address
from haat.kernel import clock, faults
from haat.kernel.errors import NotFound, Refused, Unavailable
from haat.kernel.text import some
from haat.ops.backups import damage, log, swap
from haat.ops.backups.carry import carry
from haat.ops.backups.engine import Engine, Finding, Gone
from haat.ops.backups.engines import engine_at
from haat.ops.backups.manifest import File, Manifest
from haat.ops.backups.owners import give_to_owner, make_folder
from haat.ops.backups.prove import place_in, true
from haat.ops.backups.replay import Wanted, Way, replay, tries
from haat.ops.backups.restore import Tell, write
from haat.ops.backups.swap import Ready
from haat.ops.backups.vault import Damaged, Vault
from haat.ops.backups.workplace import workplace
from haat.store.migrate import current, lacking

_PHOTOS = ("media", "evidence")
_LENT = ("haat.toml", "secrets.toml", "stack.json", "sandbox.db", *_PHOTOS)
_MAGIC = b"SQLite format 3\0"

Examine = Callable[[Path, Address, int], Sequence[Finding]]
"""Brings a copy in a folder, whose database is at this address for now, up to date with this Haat, and looks at it: does the shop in it hold what it
promises, as of this instant?
"""
Missing = Callable[[Address, int], Sequence[str] | None]
"""The orders, a line each, that the stack has and the copy at this address has not, made since shortly before this instant; None where that cannot
be told.
"""


class _Restored(NamedTuple):
    """A sound copy: the way that was gone, the instant at which it ended, and where the copy is served."""

    way: Way
    at: int
    address: Address
    said: str


def make(
    vault: Vault,
    data: Path,
    scratch: Path,
    engine: Engine,
    wanted: Wanted,
    examine: Examine,
    missing: Missing,
    kept_until: int = 0,
    tell: Tell = lambda done, total: None,
) -> Ready:
    """The copy, which waits for its place: that of a server on the server, by way of one of ours below `scratch`. `kept_until` is up to when everything is
    known to be kept. Raises NotFound, Damaged, Refused for one that does not hold or may get no place, Conflict while another is being made, and
    Unavailable.
    """
    swap.refuse_half_done(data)
    carrier = engine.carrier()
    if carrier:
        carrier.refuse_unless_allowed()
        wanted = wanted._replace(is_gone=wanted.or_before and engine.address.database not in carrier.names())
    try:
        with workplace(swap.copy_of(data)), ExitStack() as open_:
            stack = open_.enter_context(place_in(scratch)) / "stack" if carrier else swap.stack_of(data)
            serving = open_.enter_context(ExitStack())
            way, at, address, said = _restored(vault, data, stack, engine, wanted, tell, serving)
            _bring_photos(data, stack)
            as_of = min(at, max(way.reaches, way.manifest.taken_at))
            revision = current(address)
            kept = true(_examined(data, stack, address, examine, as_of))
            if not kept.holds:
                raise _untrue(as_of, kept.said)
            if current(address) != revision:
                # It was brought up to date: that is another file than the one that was looked at.
                said = _sound(engine, stack, address, at)
            lost = missing(address, as_of)
            if lost is not None:
                swap.notes_of(data).write_text("".join(f"{line}\n" for line in lost), "utf-8")
            carried = (carry(carrier, address, engine.address.database),) if carrier else ()
            serving.close()
            _into_one_file(stack)
            others = _others(stack, engine.name)
            _lay_ready(stack, swap.stack_of(data), engine.name)
            copy = swap.copy_of(data)
            give_to_owner(data, copy, *copy.rglob("*"))
            os.sync()
            faults.reach("beside.proved")
            found = Ready(
                way.manifest.id,
                clock.now(),
                (*others, *(() if carrier else (engine.name,))),
                wanted.at,
                as_of,
                max(as_of, kept_until) if at == wanted.at and _is_of_the_end(vault, way, engine.name) else as_of,
                (said, kept.said, *carried),
                None if lost is None else len(lost),
                engine.address.database if carrier else "",
            )
            swap.say_ready(data, found)
    except OSError as error:
        raise Unavailable(
            f"The copy could not be made in {swap.copy_of(data)}.",
            why=f"{error.strerror or error}.",
            try_="See that there is room for another database; then do it again.",
        ) from error
    return found


def files_for(data: Path, manifest: Manifest, database: str) -> list[File]:
    """What of a set is wanted: the shop's database, and what the stack has lost of everything else but its logs."""
    found = [
        file
        for name in ("configuration", "media")
        for file in manifest.part(name).files
        if not (data / file.path).exists()
    ]
    for file in manifest.part("database").files:
        own = file.path.removesuffix("-wal")
        if own == database or own.startswith(f"{database}/") or not (data / own).exists():
            found.append(file)
    return found


def _restored(
    vault: Vault, data: Path, stack: Path, engine: Engine, wanted: Wanted, tell: Tell, serving: ExitStack
) -> _Restored:
    """Served for as long as `serving` lasts."""
    failed: Exception | None = None
    for way, at, before_dropped in tries(vault, wanted):
        if before_dropped > 0 and not isinstance(failed, Gone):
            continue
        try:
            with workplace(stack), ExitStack() as trying:
                files = files_for(data, way.manifest, engine.name)
                write(vault, files, stack, sum(file.size for file in files), tell)
                there = {name: over for name, over in way.over.items() if (stack / name).exists()}
                replay(vault, way._replace(over=there), stack, engine, at, before_dropped=before_dropped)
                _into_one_file(stack)
                address = trying.enter_context(engine.served(stack))
                found = _sound(engine, stack, address, at)
                serving.enter_context(trying.pop_all())
                return _Restored(way, at, address, found)
        except (Damaged, NotFound, sqlite3.Error) as error:
            failed = error
        except Exception as error:
            if not (told := damage.told_in(error)):
                raise
            failed = _unsound(at, told)
    if isinstance(failed, sqlite3.Error):
        raise Damaged("The copy cannot be read.", why=f"{failed}.") from failed
    assert failed is not None
    raise failed


def _sound(engine: Engine, stack: Path, address: Address, at: int) -> str:
    """What was found. Raises Damaged where the database is not in the copy, or not sound there."""
    carrier = engine_at(address).carrier()
    if carrier and address.database not in carrier.names():
        raise Gone(f"In the copy of {clock.in_utc(at)} there is no database {address.database}.")
    found = engine.sound(stack, address)
    if not found.holds:
        raise _unsound(at, f"{found.said}.")
    if carrier and (lacks := lacking(address)):
        raise Damaged(f"The copy of {clock.in_utc(at)} is not whole.", why=f"It lacks {some(lacks)}.")
    return found.said


def _unsound(at: int, why: str) -> Damaged:
    return Damaged(f"The copy of {clock.in_utc(at)} is not sound.", why=why)


def _is_of_the_end(vault: Vault, way: Way, database: str) -> bool:
    """Whether it goes on to the end of all that is kept: an older set may be cut off from that by a gap."""
    newest, over = log.generations(vault, database)[-1:], way.over.get(database, [])[-1:]
    return bool(over) and over[0]._replace(names=over[0].names[-1:]) == newest[0]._replace(names=newest[0].names[-1:])


def _lay_ready(stack: Path, ready: Path, database: str) -> None:
    """The files of the copy are where they wait for their places. What was carried to a server is not needed here any more."""
    if stack == ready:
        return
    ready.mkdir(mode=0o700)
    for name in _others(stack, database):
        shutil.move(stack / name, ready / name)


def _into_one_file(stack: Path) -> None:
    """The log that was copied belongs to a database until it is in its file."""
    for path in [one for one in stack.iterdir() if one.is_file() and _is_database(one)]:
        with closing(sqlite3.connect(path, isolation_level=None)) as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()


def _is_database(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(len(_MAGIC)) == _MAGIC


def _bring_photos(data: Path, stack: Path) -> None:
    """Photos that are missing come to their places at once: one that nobody refers to does no harm."""
    for folder in _PHOTOS:
        for path in (stack / folder).rglob("*"):
            if path.is_file():
                place = data / path.relative_to(stack)
                make_folder(place.parent, data)
                shutil.move(path, place)


def _examined(data: Path, stack: Path, address: Address, examine: Examine, at: int) -> Sequence[Finding]:
    """The copy, with everything else as the stack has it."""
    lent = [name for name in _LENT if (data / name).exists() and not (stack / name).is_file()]
    for name in lent:
        if (stack / name).is_dir():
            _remove_empty(stack / name)
        (stack / name).symlink_to(data / name)
    try:
        return examine(stack, address, at)
    finally:
        for name in lent:
            (stack / name).unlink()


def _remove_empty(folder: Path) -> None:
    for path in sorted(folder.rglob("*"), reverse=True):
        path.rmdir()
    folder.rmdir()


def _others(stack: Path, database: str) -> list[str]:
    """What gets a place but the database."""
    return sorted(path.name for path in stack.iterdir() if path.is_file() and path.name != database)


def _untrue(at: int, said: str) -> Refused:
    return Refused(
        f"The copy of {clock.in_utc(at)} does not hold what the shop promises.",
        why=f"{said}.",
        try_="Name an instant before that with --to, or look at it in a folder of its own with --into.",
    )
