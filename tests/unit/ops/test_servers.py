"""Servers of our own are waited for as long as they work, and no longer; and what they are to read is theirs."""

from __future__ import annotations

import math
import os
import pwd
import signal
from pathlib import Path

import pytest

from haat.kernel.errors import Unavailable
from haat.ops import servers
from haat.ops.servers import Process, give_to


def test_who_is_ready_and_answers_nobody_is_not_waited_for_without_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(servers, "_PATIENCE", 0.2)
    program = ["sh", "-c", "echo ready for connections; exec sleep 60"]
    server = Process(program, None, tmp_path / "log", lambda: 1 / 0, math.inf, ready="ready for connections")
    with pytest.raises(Unavailable, match="does not start"):
        server.start()
    server.end(signal.SIGKILL)


@pytest.mark.skipif(os.getuid() != 0, reason="only root gives anything to others")
def test_what_stands_in_a_folder_is_given_with_it(tmp_path: Path) -> None:
    """However few may read what is made here."""
    (tmp_path / "first").touch(0o600)
    assert give_to("nobody", tmp_path) == "nobody"
    assert {tmp_path.stat().st_uid, (tmp_path / "first").stat().st_uid} == {pwd.getpwnam("nobody").pw_uid}
