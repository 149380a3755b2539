"""Carry a copy to a server that is not ours: beside the database of the shop, or to the server of a machine that is new."""

from __future__ import annotations

import shutil
from pathlib import Path

from haat.config.address import Address
from haat.config.load import load
from haat.kernel import clock, faults
from haat.kernel.errors import NotFound, Refused, Unavailable
from haat.kernel.text import some
from haat.ops.backups import swap
from haat.ops.backups.engine import Carrier, Engine, Gone
from haat.ops.backups.engines import engine_at
from haat.ops.backups.engines.private import named
from haat.ops.backups.restore import restored
from haat.ops.backups.swap import Ready
from haat.ops.backups.vault import Damaged


def carry(carrier: Carrier, copy: Address, database: str) -> str:
    """The copy that is served at this address, beside this database; returns what was counted, in a sentence. Raises Refused, Unavailable."""
    name = swap.beside(database)
    carrier.carry(copy, name)
    faults.reach("carry.carried")
    there, here = carrier.counts(name), _carrier_of(engine_at(copy)).counts(copy.database)
    differing = [table for table in {*there, *here} if there.get(table) != here.get(table)]
    if differing:
        raise Unavailable(
            "Not all of the copy came to the server of the database.",
            why=f"{some(sorted(differing))} have not as many rows there.",
            try_="Do it again: what is half made is made anew.",
        )
    return f"{sum(there.values()):,} rows of {len(there)} tables came to {name} on the server"


def refuse_unless_empty(desk: Path, database: Address, kind: str) -> None:
    """Raises Refused where the database at this address is not of this kind, may not be filled by us, or lives already; Unavailable."""
    if kind == "sqlite":
        return
    if database.kind != kind:
        raise Refused(
            "The database of this shop has no server to come to.",
            why=f"The set is of {kind}, and nothing in {desk / 'haat.toml'} names one.",
            try_=f'Start an empty server with a user for the shop, and write its address there: [store] url = "{kind}://USER:PASSWORD@HOST/NAME".',
        )
    carrier = _carrier_of(engine_at(database))
    carrier.refuse_unless_allowed()
    if database.database in carrier.names() and carrier.counts(database.database):
        raise Refused(
            f"There is a database {database.database} on that server, and something is in it.",
            why="A recovery never writes over what lives.",
            try_="Name another in `store.url`: one that is empty, or that does not exist yet.",
        )


def settle(desk: Path, database: Address, folder: Path) -> str:
    """Let the stack that was restored into the folder have its database on the server of this address; returns what was done, in a sentence. Killed in
    between, it is gone on with by the next. `desk` is the folder of whoever does it. Raises as `refuse_unless_empty`, and NotFound.
    """
    note = restored(folder)
    if note is None:
        raise NotFound(f"Nothing was restored into {folder}.", try_="`haat backup restore --into DIR` does that.")
    there = load(folder, {}, {}).database
    if there.kind == "sqlite":
        return f"The database is a file of {folder}."
    if (there.reveal(), (folder / engine_at(there).name).exists()) == (database.reveal(), False):
        return f"The stack in {folder} has its database at {database}."
    copy = engine_at(there)
    _finish(desk, database)
    if not _is_put(desk, database, note.at):
        refuse_unless_empty(desk, database, there.kind)
        _put(desk, database, copy, folder)
    named(folder, database)
    faults.reach("carry.named")
    shutil.rmtree(folder / copy.name)
    return f"The stack in {folder} has its database at {database}."


def _put(desk: Path, database: Address, copy: Engine, folder: Path) -> None:
    carrier, name = _carrier_of(engine_at(database)), database.database
    with copy.served(folder) as address:
        if address.database not in _carrier_of(engine_at(address)).names():
            raise Gone(
                f"There is no database {address.database} in what was restored.",
                why="It had been dropped by then, or had another name.",
                try_="Restore an earlier instant with --to.",
            )
        found = copy.sound(folder, address)
        if not found.holds:
            raise Damaged("The copy is not sound.", why=f"{found.said}.")
        said = carry(carrier, address, name)
    carrier.drop(name)  # Nothing is in it.
    now = clock.now()
    swap.copy_of(desk).mkdir(mode=0o700, exist_ok=True)
    swap.say_ready(desk, Ready(0, now, (), now, now, now, (found.said, said), database=name))
    swap.swap(desk, carrier)


def _finish(desk: Path, database: Address) -> None:
    """What somebody began who was killed."""
    doing = swap.last(desk)
    if doing is not None and not doing.is_done and doing.database == database.database:
        swap.swap(desk, _carrier_of(engine_at(database)))


def _is_put(desk: Path, database: Address, since: int) -> bool:
    """Whether somebody was killed who had put it there from this desk, since the folder was restored: so nobody lives in it yet."""
    put = swap.what_was_put(desk)
    return put is not None and put.database == database.database and put.made_at >= since


def _carrier_of(engine: Engine) -> Carrier:
    carrier = engine.carrier()
    assert carrier is not None
    return carrier
