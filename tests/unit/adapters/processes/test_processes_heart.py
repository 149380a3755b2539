"""A sign of life that anybody can read."""

from __future__ import annotations

import os
import time
from pathlib import Path

from haat.adapters.processes.heart import heart, since_last_beat


def test_what_never_lived_has_no_last_beat(tmp_path: Path) -> None:
    assert since_last_beat(tmp_path / "beat") is None


def test_a_beat_is_seen_at_once(tmp_path: Path) -> None:
    heart(tmp_path / "beat")()
    seconds = since_last_beat(tmp_path / "beat")
    assert seconds is not None
    assert seconds < 1.0


def test_a_loop_that_turns_fast_touches_the_file_once_a_second_at_most(tmp_path: Path) -> None:
    beat = heart(tmp_path / "beat")
    beat()
    os.utime(tmp_path / "beat", (time.time() - 50, time.time() - 50))
    for _ in range(100):
        beat()
    assert (since_last_beat(tmp_path / "beat") or 0) > 40


def test_a_heart_that_cannot_be_seen_beats_on(tmp_path: Path) -> None:
    heart(tmp_path / "gone" / "beat")()
