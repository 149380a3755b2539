"""What the keeper looks after by itself beside taking sets: the log that is shipped, and every byte of the repository."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from tests.support.buckets import own_bucket
from tests.support.running import wait_until
from tests.support.up import children_of, is_alive

from haat.app import App
from haat.cli import codes, programs
from haat.config.load import load
from haat.config.secrets import ensure_secrets
from haat.kernel import clock
from haat.kernel.errors import Conflict, Refused, Unavailable
from haat.ops import running
from haat.ops.backups import check_backups, take_backup
from haat.ops.backups.check_backups import PROVE_LOG, VERIFY_BACKUP
from haat.ops.backups.take_backup import TAKE_BACKUP
from haat.ops.maintenance import keeper as keeper_room
from haat.ops.maintenance import look as look_room
from haat.ops.maintenance import records
from haat.ops.maintenance.task import tasks_of
from haat.ops.procedure import Procedure, Program, Scene
from haat.ops.procedure.journal import Journal, Run
from haat.ops.procedure.lock import held_to_read, is_held
from haat.ops.procedure.run import Runner
from haat.ops.recovery.recover_database import RECOVER_DATABASE
from haat.ops.tables import opened

pytestmark = pytest.mark.only_on("sqlite", "how the log of others is proved is tested beside their servers")


HOLDER = """
import sys
from pathlib import Path
from haat.ops.procedure.lock import {0}
with {0}(Path(sys.argv[1]), "what somebody does"):
    print("has it", flush=True)
    sys.stdin.readline()
"""


@pytest.fixture
def data(lay_database: Callable[[Path], None], tmp_path: Path) -> Path:
    folder = tmp_path / "stack"
    folder.mkdir()
    lay_database(folder)
    ensure_secrets(folder)
    return folder


def run(data: Path, procedure: Procedure) -> Run:
    settings = load(data, os.environ, {})
    journal = Journal(running.memory_of(data))
    try:
        runner = Runner(journal, running.operations_lock_of(data), lambda *_: None)
        return runner.start(procedure, Scene(settings, {}), "keeper", "schedule")
    finally:
        journal.close()


@contextmanager
def taken_by_somebody(data: Path, lock: str) -> Iterator[None]:
    """Who is in another process: those that we begin would have it with us."""
    argv = [sys.executable, "-c", HOLDER.format(lock), str(running.operations_lock_of(data))]
    with subprocess.Popen(argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout
        assert holder.stdout.readline() == "has it\n"
        yield
        holder.communicate("\n")


def haat(data: Path, *words: str) -> dict[str, Any]:
    argv = [sys.executable, "-m", "haat", "backup", *words, "--json", "--data", str(data)]
    ended = subprocess.run(argv, capture_output=True, check=False)
    said: dict[str, Any] = json.loads(ended.stdout or ended.stderr)
    return said


def test_every_byte_is_read_each_time_and_what_was_found_is_written_down(data: Path) -> None:
    haat(data, "take")
    assert haat(data, "status")["reading"] is None
    assert run(data, VERIFY_BACKUP).state == "done"
    first = haat(data, "status")["reading"]
    assert first["wrong"] == {}
    assert run(data, VERIFY_BACKUP).state == "done"
    assert haat(data, "status")["reading"]["at"] > first["at"]


def test_a_run_fails_where_something_cannot_be_trusted_and_that_is_named(data: Path) -> None:
    haat(data, "take", "--unproved")
    piece = max((data / "backups" / "pieces").rglob("*"), key=lambda path: path.stat().st_size)
    content = piece.read_bytes()
    piece.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
    with pytest.raises(Unavailable):
        run(data, VERIFY_BACKUP)
    assert [Path(name).name for name in haat(data, "status")["reading"]["wrong"]] == [piece.name]


def test_in_a_bucket_what_was_read_within_four_weeks_is_not_read_again(
    data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with own_bucket() as bucket:
        monkeypatch.setenv("HAAT_BACKUP__TO", "s3://sets/shop")
        monkeypatch.setenv("HAAT_BACKUP__S3_ENDPOINT", bucket.place.endpoint)
        monkeypatch.setenv("HAAT_BACKUP__S3_ACCESS_KEY", bucket.place.access_key.reveal())
        monkeypatch.setenv("HAAT_BACKUP__S3_SECRET_KEY", bucket.place.secret_key.reveal())
        haat(data, "take", "--unproved")
        assert run(data, VERIFY_BACKUP).state == "done"
        first = haat(data, "status")["reading"]
        assert run(data, VERIFY_BACKUP).state == "done"
        assert haat(data, "status")["reading"] == first


def test_where_nothing_is_shipped_there_is_no_log_to_prove_and_that_is_no_fault(data: Path) -> None:
    assert run(data, PROVE_LOG).state == "done"


def test_a_log_that_cannot_be_proved_is_a_run_that_failed(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HAAT_BACKUP__SHIP", "yes")
    haat(data, "take")
    with pytest.raises(Unavailable) as raised:
        run(data, PROVE_LOG)
    assert "no log to prove" in raised.value.what


def test_a_recovery_waits_for_nobody_who_only_reads_and_neither_does_a_set(data: Path) -> None:
    with held_to_read(running.operations_lock_of(data), "“prove-log”"):
        with pytest.raises(Refused, match="sound"):  # It came to its first step, which has nothing to recover here.
            run(data, RECOVER_DATABASE)
        assert haat(data, "take")["proof"]["holds"]


def test_a_recovery_is_not_kept_by_a_run_that_only_read_and_was_killed(data: Path) -> None:
    journal = Journal(running.memory_of(data))
    killed = journal.begin(PROVE_LOG.name, {}, "keeper", "schedule")
    with pytest.raises(Refused, match="sound"):
        run(data, RECOVER_DATABASE)
    assert [one.id for one in journal.unfinished()] == [killed]
    journal.close()


def test_nothing_is_let_go_of_while_a_set_is_proved_and_two_proofs_wait_for_each_other(data: Path) -> None:
    haat(data, "take")
    with taken_by_somebody(data, "held_to_read"):
        for words in (("prune",), ("prove",)):
            assert "for what somebody does" in haat(data, *words)["error"]["why"], words
        assert haat(data, "prune", "--dry-run")["sets"] == []
    assert haat(data, "prove")["proof"]["holds"]
    assert haat(data, "prune")["done"]


def test_nobody_proves_a_set_while_something_is_done_to_the_stack(data: Path) -> None:
    haat(data, "take")
    with taken_by_somebody(data, "held"):
        assert "for what somebody does" in haat(data, "prove")["error"]["why"]


def test_a_set_that_is_being_taken_is_given_up_for_a_recovery_and_says_so(data: Path) -> None:
    photos = data / "media" / "ab"
    photos.mkdir(parents=True)
    for number in range(60):
        (photos / f"ab{number:02}.original").write_bytes(os.urandom(2_000_000))
    lock = running.operations_lock_of(data)
    argv = [sys.executable, "-m", "haat", "backup", "take", "--data", str(data)]
    with subprocess.Popen(argv, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as take:
        wait_until(lambda: is_held(lock), "it takes a set", 20)
        with pytest.raises(Refused, match="sound"):  # It came to its first step, which has nothing to recover here.
            run(data, RECOVER_DATABASE)
        _, said = take.communicate(timeout=20)
    assert "a recovery goes first" in said
    assert take.returncode == codes.NOT_SO
    assert haat(data, "take")["proof"]["holds"]


def test_a_recovery_that_is_refused_anyway_ends_no_set(data: Path) -> None:
    journal = Journal(running.memory_of(data))
    journal.begin(RECOVER_DATABASE.name, {}, "ada", "cli")
    journal.close()
    with taken_by_somebody(data, "held_giving_way"):
        with pytest.raises(Refused, match="was killed"):
            run(data, RECOVER_DATABASE)
        assert is_held(running.operations_lock_of(data))


def test_nothing_else_that_is_done_to_the_stack_is_ended_for_a_recovery(data: Path) -> None:
    with taken_by_somebody(data, "held"), pytest.raises(Conflict, match="Something else"):
        run(data, RECOVER_DATABASE)


def test_neither_a_recovery_nor_the_keeper_is_kept_by_the_killed_run_of_a_set(data: Path) -> None:
    journal = Journal(running.memory_of(data))
    killed = journal.begin(TAKE_BACKUP.name, {}, "ada", "cli")
    journal.note(killed, 0, "intended", "[]")
    with pytest.raises(Refused, match="sound"):
        run(data, RECOVER_DATABASE)
    keeper = keeper_room.Keeper(load(data, os.environ, {}), set)
    assert "left nothing half done" in keeper.tick()
    keeper.close()
    assert journal.run(killed).state == "failed"
    assert journal.entries(killed)[-1].event == "failed"
    journal.close()


@pytest.mark.parametrize(
    ("procedure", "hangs"),
    [(VERIFY_BACKUP, check_backups), (VERIFY_BACKUP, take_backup), (TAKE_BACKUP, take_backup)],
    ids=["it reads", "it looks whether to read", "it looks whether to take a set"],
)
def test_a_keeper_that_is_to_end_ends_what_leaves_nothing_half_done_at_once(
    data: Path, procedure: Procedure, hangs: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    sleep = Program((sys.executable, "-c", "import time; time.sleep(600)"))
    monkeypatch.setattr(hangs, "command", lambda scene, *words: sleep)
    own = tuple(task for task in tasks_of("handwork") if task.procedure == procedure.name)
    for room in (keeper_room, look_room):
        monkeypatch.setattr(room, "tasks_of", lambda preset: own)
    store = opened(running.memory_of(data))
    with clock.frozen(clock.now() - 15 * clock.DAY):
        records.get_to_know(store, own)
    store.close()
    pid = os.fork()
    if pid == 0:
        try:
            app = App.of(data, os.environ)
            programs.keeper(app, programs.load_keeper(app), ())
        finally:
            os._exit(0)
    wait_until(lambda: any(b"sleep(600)" in words_of(child) for child in children_of(pid)), "it is at it")
    [reader] = children_of(pid)
    os.kill(pid, signal.SIGTERM)
    try:
        wait_until(lambda: os.waitpid(pid, os.WNOHANG)[0] == pid, "it ends", 10)
    except AssertionError:
        os.kill(reader, signal.SIGKILL)  # Then the keeper ends.
        raise
    assert not is_alive(reader)
    journal = Journal(running.memory_of(data))
    assert [(one.procedure, one.state) for one in journal.since(0)] == [(procedure.name, "failed")]
    journal.close()


def words_of(pid: int) -> bytes:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return b""
