"""A copy that its own server cannot read is a bad copy, and no reason to give up: one before it is found, and nobody takes it for one that is good."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest
from tests.support.kept import Scene

from haat.kernel import clock
from haat.ops.backups import beside, sets
from haat.ops.backups.engine import Engine, Finding
from haat.ops.backups.engines import engine_at
from haat.ops.backups.engines.mariadb import MariaDB
from haat.ops.backups.engines.postgresql import PostgreSQL
from haat.ops.backups.log import Stretch
from haat.ops.backups.manifest import Proof
from haat.ops.backups.prove import prove
from haat.ops.backups.replay import Wanted
from haat.ops.servers import programs_of_postgres
from haat.store.drivers import driver_of

pytestmark = pytest.mark.only_on("postgresql mariadb", "a file has no server that could say so")

_PAGE = 16_384  # bytes: one of MariaDB, two of PostgreSQL


@pytest.fixture(scope="module")
def scene(request: pytest.FixtureRequest) -> Iterator[Scene]:
    scene = Scene(request.config.getoption("database"))
    yield scene
    scene.stop()


class Spoiling:
    """Overwrites in the copy of one set what its server has to read before it can say what is in it."""

    file: str
    position: str

    def recover(self, stack: Path, log: Iterable[Stretch], position: str, at: int, *, before_dropped: int = 0) -> None:
        super().recover(stack, log, position, at, before_dropped=before_dropped)  # type: ignore[misc]
        if position == self.position:
            with (stack / self.name / self.file).open("r+b") as file:  # type: ignore[attr-defined]
                file.write(os.urandom(_PAGE))


class SpoilingPostgreSQL(Spoiling, PostgreSQL):
    pass


class SpoilingMariaDB(Spoiling, MariaDB):
    pass


def spoiling(scene: Scene, position: str) -> Engine:
    kind = SpoilingPostgreSQL if scene.address.kind == "postgresql" else SpoilingMariaDB
    engine = kind(scene.address)
    engine.file, engine.position = which(scene), position
    return engine


def which(scene: Scene) -> str:
    """The list of tables, or that which says at which revision the database is."""
    if scene.address.kind == "mariadb":
        return "market/alembic_version.ibd"
    [(file,)] = driver_of(scene.address).ask("SELECT pg_relation_filepath('pg_class')")
    return str(file)


def examine(*_: object) -> list[Finding]:
    return [Finding(True, "everything")]


def test_where_the_copy_of_the_newest_set_cannot_be_read_the_one_before_is_taken(scene: Scene) -> None:
    assert scene.haat("take", "--unproved")[0] == 0
    scene.ask("INSERT INTO facts VALUES (1, 1, 'later')")
    assert scene.haat("take", "--unproved")[0] == 0
    older, newest = (sets.get(scene.vault, id_) for id_ in sorted(sets.all_ids(scene.vault))[-2:])
    engine = spoiling(scene, newest.positions[scene.engine.name])
    ready = beside.make(
        scene.vault,
        scene.data,
        scene.home / "scratch",
        engine,
        Wanted(clock.now(), or_before=True),
        examine,
        lambda copy, since: None,
    )
    assert ready.set_id == older.id
    carrier = engine_at(scene.address).carrier()
    assert carrier is not None
    assert "market_beside" in carrier.names()


def test_a_set_whose_copy_cannot_be_read_is_proved_to_be_bad(scene: Scene) -> None:
    assert scene.haat("take", "--unproved")[0] == 0
    manifest = sets.newest(scene.vault)
    assert manifest is not None
    proof = proved(scene, spoiling(scene, manifest.positions[scene.engine.name]))
    assert not proof.holds
    assert sets.proof_of(scene.vault, manifest.id) == proof
    assert proved(scene, scene.engine).holds


def proved(scene: Scene, engine: Engine) -> Proof:
    manifest = sets.newest(scene.vault)
    assert manifest is not None
    return prove(scene.vault, manifest, engine, scene.home / "scratch", examine, "0.1", thorough=True)


@pytest.mark.only_on("mariadb", "PostgreSQL looks by itself whether it falls")
def test_a_server_that_falls_over_of_a_copy_proves_it_to_be_bad(scene: Scene) -> None:
    assert scene.haat("take", "--unproved")[0] == 0
    proof = proved(scene, FallingMariaDB(scene.address))
    assert not proof.holds
    assert proof.looked[-1][0] in ("integrity", "end")


class FallingMariaDB(MariaDB):
    """Its server is gone when it has read a while."""

    def sound(self, stack: Path, address: object, *, thorough: bool = True) -> Finding:
        pid = int((Path(dict(address.options)["unix_socket"]).parent / "pid").read_text())  # type: ignore[attr-defined]
        os.kill(pid, 6)
        while Path(f"/proc/{pid}/stat").exists() and Path(f"/proc/{pid}/stat").read_text().split()[2] != "Z":
            pass
        return super().sound(stack, address, thorough=thorough)  # type: ignore[arg-type]


@pytest.mark.only_on("postgresql", "MariaDB has one program that looks, with all others")
def test_where_no_index_could_be_looked_at_the_proof_says_so_and_is_not_thorough(
    scene: Scene, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert scene.haat("take", "--unproved")[0] == 0
    programs = programs_of_postgres()
    assert programs is not None
    assert proved(scene, scene.engine).thorough
    for program in programs.iterdir():
        if program.name != "pg_amcheck":
            (scene.home / program.name).symlink_to(program)
    monkeypatch.setattr("haat.ops.backups.engines.postgresql.programs_of_postgres", lambda *_: scene.home)
    proof = proved(scene, scene.engine)
    assert (proof.holds, proof.thorough) == (True, False)
    assert "no pg_amcheck" in " ".join(said for _, _, said in proof.looked)
