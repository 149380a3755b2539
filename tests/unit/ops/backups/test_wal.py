"""Who a stack is to a server of PostgreSQL whose log it reads."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from haat.config.address import Address
from haat.ops.backups.engines.wal import Log

ADDRESS = Address("postgresql", "market", host="database.invalid", user="haat")


def test_a_stack_has_the_same_slot_whatever_its_machine_is_called(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stack = tmp_path / "stack"
    (stack / "run").mkdir(parents=True)
    Log("postgresql", ADDRESS, stack).draw_slot()
    slot = Log("postgresql", ADDRESS, stack).slot
    monkeypatch.setattr("socket.gethostname", lambda: "another")
    moved = Path(shutil.move(stack, tmp_path / "moved"))
    found = Log("postgresql", ADDRESS, moved)
    found.draw_slot()
    assert found.slot == slot != ""


def test_a_stack_that_was_restored_takes_the_place_of_nobody(tmp_path: Path) -> None:
    """Nothing of how a stack runs is in its sets."""
    logs = [Log("postgresql", ADDRESS, tmp_path / name) for name in ("one", "other")]
    assert [log.slot for log in logs] == ["", ""]
    for log in logs:
        (log.data / "run").mkdir(parents=True)
        log.draw_slot()
    assert logs[0].slot != logs[1].slot
