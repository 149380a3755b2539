"""While a new release comes in, the one before runs on, on the schema of the new one.

The file `previous-release` names the commit of that release; it is set anew with each. Its code is taken from the history of the repository.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from haat.config.address import Address

HERE = Path(__file__).parent
ROOT = HERE.parents[1]


@pytest.fixture
def previous(tmp_path: Path) -> Path:
    """The tree of the previous release."""
    commit = (HERE / "previous-release").read_text().strip()
    if shutil.which("git") is None or not (ROOT / ".git").exists():
        pytest.skip("there is no history here to take the previous release from")
    if subprocess.run(["git", "cat-file", "-e", f"{commit}^{{tree}}"], cwd=ROOT, capture_output=True).returncode:
        pytest.skip(f"the history here does not go back to the previous release, {commit[:12]}")
    tree = tmp_path / "previous"
    tree.mkdir()
    archive = tmp_path / "previous.tar"
    subprocess.run(["git", "archive", "-o", str(archive), commit, "src", "tests"], cwd=ROOT, check=True)
    shutil.unpack_archive(archive, tree)
    return tree


def test_the_previous_release_sells_and_keeps_its_promises_on_the_new_schema(
    new_database: Callable[[], Address], previous: Path, tmp_path: Path
) -> None:
    database = new_database()
    paths = os.pathsep.join([str(previous / "src"), str(previous)])
    sold = subprocess.run(
        [sys.executable, str(HERE / "previous_release.py"), str(tmp_path)],
        env={**os.environ, "PYTHONPATH": paths, "HAAT_ADDRESS": database.reveal()},
        cwd=previous,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert sold.returncode == 0, sold.stderr
    assert sold.stdout.split() == [str(previous / "src" / "haat" / "store" / "__init__.py"), "completed"]
