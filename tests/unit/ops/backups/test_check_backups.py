"""What the keeper looks after by itself beside taking sets: the log that is shipped, and every byte of the repository."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.support.buckets import own_bucket

from haat.config.load import load
from haat.config.secrets import ensure_secrets
from haat.kernel.errors import Unavailable
from haat.ops import running
from haat.ops.backups.check_backups import PROVE_LOG, VERIFY_BACKUP
from haat.ops.procedure import Procedure, Scene
from haat.ops.procedure.journal import Journal, Run
from haat.ops.procedure.run import Runner

pytestmark = pytest.mark.only_on("sqlite", "how the log of others is proved is tested beside their servers")


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


def haat(data: Path, *words: str) -> dict[str, Any]:
    argv = [sys.executable, "-m", "haat", "backup", *words, "--json", "--data", str(data)]
    said: dict[str, Any] = json.loads(subprocess.run(argv, capture_output=True, check=False).stdout)
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
    assert "no log to prove" in raised.value.why
