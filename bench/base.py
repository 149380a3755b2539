"""Sets of a server of PostgreSQL beside those of pgBackRest, in the same run: both compress by Zstandard, encrypt, and use both cores."""

from __future__ import annotations

import os
import resource
import shutil
import statistics
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from bench.cluster import cluster
from haat.adapters.files.shelf import FolderShelf
from haat.config.address import Address
from haat.ops.backups import vault
from haat.ops.backups.engines.postgresql import PostgreSQL
from haat.ops.backups.gather import gathered
from haat.ops.backups.manifest import Manifest, Proof
from haat.ops.backups.prove import prove
from haat.ops.backups.replay import as_taken, replay
from haat.ops.backups.restore import restore_into
from haat.ops.backups.take import Stack, take
from haat.ops.backups.vault import Key, Vault
from haat.ops.backups.verify import verify
from haat.ops.drills.servers import OwnPostgres

_ROUNDS = 3
_SIZE = 1_000_000_000  # bytes of the database
_PROOF = 10.0 / 2e9  # seconds a byte
# Rows as a shop has them: words that come again, numbers that do not, and two indexes.
_FILL = """
INSERT INTO rows (at, mark, text) SELECT (random() * 1e12)::bigint, md5(random()::text),
  (SELECT string_agg((ARRAY['listing','parcel','kettle','order','paid','shipped','returned','green','oak','large','three','handles'])
    [1 + (random() * 11)::int], ' ') FROM generate_series(1, 40 + n % 2)) FROM generate_series(1, 100000) AS n
"""
_MADE = "CREATE TABLE rows (id BIGSERIAL PRIMARY KEY, at BIGINT, mark TEXT, text TEXT); CREATE INDEX by_at ON rows (at)"
_CONFIGURATION = """\
[global]
repo1-path={home}/repository
repo1-cipher-type=aes-256-cbc
repo1-cipher-pass=three striped awnings
repo1-bundle=y
log-path={home}
lock-path={home}
spool-path={home}
log-level-console=warn
log-level-file=off
start-fast=y
compress-type=zst
process-max={cores}
[bench]
pg1-path={data}
pg1-port={port}
pg1-socket-path={sockets}
pg1-user=haat
"""


def ask(folder: Path) -> int:
    """Print what was seen; returns how many figures were not reached."""
    if shutil.which("pgbackrest") is None:
        raise SystemExit("bench base needs the peer: apt-get install pgbackrest")
    home = (folder / "base").absolute()
    home.mkdir(parents=True, exist_ok=True)
    _forget(home)  # A run before this one may have been killed.
    with cluster(home / "server") as server:
        address, size = _filled(server)
        peer = _Peer(home / "peer", server)
        place = home / "ours"
        print(f"\n{size / 1e6:,.0f} MB of PostgreSQL{'':14} {'ours s':>7} {'peer s':>7} {'MB/s':>6} {'ratio':>6} goal")
        rounds = [(_first(place, address), peer.take()) for _ in range(_ROUNDS)]
        ours, theirs = (statistics.median(column) for column in zip(*rounds, strict=True))
        missed = _line("a first set, to the disk", ours, theirs, size, theirs / ours, 0.9)
        opened, manifest = _taken(place, address)
        print(f"{'':34} {manifest.added / 1e6:,.0f} MB in our repository, {peer.size() / 1e6:,.0f} MB in theirs")
        _line("a second set", _timed(lambda: _again(opened, address, place)), peer.take("incr"), size)
        _line("every byte verified", _timed(lambda: verify(opened)), peer.verify(), size)
        back = home / "back"
        way = as_taken(manifest)
        engine = PostgreSQL(address)
        restored = _timed(
            lambda: restore_into(opened, manifest, back, finish=lambda to: replay(opened, way, to, engine, way.reaches))
        )
        shutil.rmtree(back)
        _line("restored, recovered and ended", restored, peer.restore(home / "back"), size)
        proof, proved = _proof(opened, manifest, engine, home / "scratch")
        missed += _told("proved", proof, proved, size, size * _PROOF)
        _told(
            "proved, with every row and index", *_proof(opened, manifest, engine, home / "scratch", thorough=True), size
        )
    _forget(home)
    print(f"at most {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000:.0f} MB of memory")
    return missed


def _proof(
    opened: Vault, manifest: Manifest, engine: PostgreSQL, scratch: Path, *, thorough: bool = False
) -> tuple[Proof, float]:
    """And how many seconds it took."""
    began = time.perf_counter()
    proof = prove(opened, manifest, engine, scratch, lambda *_: [], "bench", thorough=thorough)
    return proof, time.perf_counter() - began


def _told(what: str, proof: Proof, seconds: float, size: int, goal: float = 0.0) -> int:
    """Returns whether it was not reached, or does not hold: 1 or 0."""
    print(f"{what:34} {seconds:7.2f} {'':7} {size / seconds / 1e6:6.0f} {'':6} {f'{goal:.1f} s' if goal else ''}")
    for look, ms, said in proof.looked:
        print(f"{'  ' + look:34} {ms / 1000:7.2f} {said}")
    return int(not proof.holds or bool(goal and seconds > goal))


def _forget(home: Path) -> None:
    """All but the server, which stays for the next run."""
    for name in ("ours", "peer", "back", "scratch"):
        shutil.rmtree(home / name, ignore_errors=True)


def _filled(server: OwnPostgres) -> tuple[Address, int]:
    """Its database, and how large that is."""
    found: list[tuple[int]] = []
    server.connected(
        "postgres", lambda one: found.extend(one.execute("SELECT oid FROM pg_database WHERE datname = 'shop'"))
    )
    if not found:
        server.ask("CREATE DATABASE shop")
        server.connected("shop", lambda one: one.execute(_MADE))
    sizes: list[int] = []

    def fill(one: Any) -> None:
        sizes.append(_size(one))
        while sizes[-1] < _SIZE:
            one.execute(_FILL)
            sizes.append(_size(one))
        if len(sizes) > 1:  # Else the server tidies up while others are measured.
            one.execute("VACUUM ANALYZE rows")
            one.execute("CHECKPOINT")

    server.connected("shop", fill)
    return server.address("shop"), sizes[-1]


def _size(one: Any) -> int:
    [(size,)] = one.execute("SELECT pg_database_size('shop')").fetchall()
    return int(size)


def _first(place: Path, address: Address) -> float:
    shutil.rmtree(place, ignore_errors=True)
    return _timed(lambda: _taken(place, address))


def _taken(place: Path, address: Address) -> tuple[Vault, Manifest]:
    shutil.rmtree(place, ignore_errors=True)
    (place / "stack").mkdir(parents=True)
    opened = vault.create(FolderShelf(place / "repository"), Key(b"k" * 32))
    return opened, _again(opened, address, place)


def _again(opened: Vault, address: Address, place: Path) -> Manifest:
    engine = PostgreSQL(address)
    with gathered(place / "stack", engine, place / "scratch") as found:
        return take(opened, Stack("bench", "handwork", "bench", str(engine.address), "", ""), found)


class _Peer:
    """pgBackRest, which runs as the user of the server."""

    def __init__(self, home: Path, server: OwnPostgres) -> None:
        home.mkdir()
        self._user = "postgres" if os.getuid() == 0 else None
        if self._user:
            shutil.chown(home, self._user, self._user)
        self._home, self._file = home, home / "pgbackrest.conf"
        data = server.folder / "data"
        self._file.write_text(
            _CONFIGURATION.format(home=home, data=data, port=server.port, sockets=server.folder, cores=os.cpu_count())
        )
        push = f"pgbackrest --config={self._file} --stanza=bench archive-push %p"
        server.ask(f"ALTER SYSTEM SET archive_command = '{push}'")
        server.ask("ALTER SYSTEM SET archive_mode = 'on'")
        server.end()
        server.start()
        self._run("stanza-create")

    def take(self, kind: str = "full") -> float:
        def until_it_is_on_disk() -> None:
            self._run("backup", f"--type={kind}")
            os.sync()

        return _timed(until_it_is_on_disk)

    def size(self) -> int:
        """Bytes of its newest set."""
        newest = max((self._home / "repository/backup/bench").glob("*F"))
        return sum(path.stat().st_size for path in newest.rglob("*") if path.is_file())

    def verify(self) -> float:
        return _timed(lambda: self._run("verify"))

    def restore(self, into: Path) -> float:
        """Until a server has recovered it and ended in order, as ours does."""
        data = into / "data"
        data.mkdir(parents=True, mode=0o700)
        for path in (into, data):
            shutil.chown(path, self._user or os.getuid(), self._user or os.getgid())

        def restore() -> None:
            self._run("restore", f"--pg1-path={data}", "--type=immediate", "--target-action=promote")
            server = OwnPostgres(into, {"archive_mode": "off", "fsync": "off", "hot_standby": "off"})
            server.start()
            server.end()
            os.sync()

        return _timed(restore)

    def _run(self, *words: str) -> None:
        command = ["pgbackrest", f"--config={self._file}", "--stanza=bench", *words]
        subprocess.run(command, user=self._user, group=self._user, check=True, cwd="/")


def _timed(do: Callable[[], object]) -> float:
    os.sync()
    began = time.perf_counter()
    do()
    return time.perf_counter() - began


def _line(what: str, ours: float, peer: float, size: int, ratio: float | None = None, goal: float = 0) -> int:
    """Returns whether it was not reached: 1 or 0."""
    ratio = peer / ours if ratio is None else ratio
    print(f"{what:34} {ours:7.2f} {peer:7.2f} {size / ours / 1e6:6.0f} {ratio:6.2f} {goal or '':4}", flush=True)
    return int(ratio < goal)
