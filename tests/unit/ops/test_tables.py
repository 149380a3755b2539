"""The file of operations: whoever opens it again takes nothing away from those who have it open."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from haat.ops.procedure.journal import Journal
from haat.ops.tables import opened

_LOOK = """
import sqlite3, sys
connection = sqlite3.connect(sys.argv[1])
connection.execute("SELECT count(*) FROM runs").fetchone()
connection.close()
"""


def test_what_is_written_stays_while_others_come_and_go_in_this_process_and_in_another(tmp_path: Path) -> None:
    file = tmp_path / "ops.db"
    journal = Journal(file)
    runs = [journal.begin("upkeep-database", {}, "ada", "cli")]
    second = opened(file)
    # Were the locks of this process gone, the other one would take itself for the last, and its end would take the log away.
    subprocess.run([sys.executable, "-c", _LOOK, str(file)], check=True)
    assert (tmp_path / "ops.db-wal").exists()
    runs.append(journal.begin("upkeep-database", {}, "ada", "cli"))
    second.close()
    journal.close()
    again = Journal(file)
    assert [run.id for run in again.unfinished()] == runs
    again.close()
