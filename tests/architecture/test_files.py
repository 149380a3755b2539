"""The project speaks of itself alone: no file names a folder of somebody's machine, or where packages were fetched from."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

# Written in pieces, so that this file is none of those it looks for.
_ELSEWHERE = re.compile(
    "|".join(["/wo" + "rk/", "/opt/" + "wheels", "python" + "hosted", "py" + r"pi\.org", "npm" + r"js\.org"])
)


def _texts() -> list[tuple[str, str]]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True)
    if listed.returncode != 0:
        pytest.skip("this is no checkout")
    texts = []
    for name in filter(None, listed.stdout.split("\0")):
        content = (ROOT / name).read_bytes() if (ROOT / name).is_file() else b""
        if b"\0" not in content:
            texts.append((name, content.decode("utf-8")))
    return texts


def test_no_file_names_what_is_not_of_the_project() -> None:
    found = [(name, match[0]) for name, text in _texts() for match in _ELSEWHERE.finditer(text)]
    assert found == []


def test_requirements_name_packages_and_hashes_and_no_address() -> None:
    for file in (ROOT / "requirements").iterdir():
        assert "://" not in file.read_text("utf-8"), file.name


@pytest.mark.parametrize("name", ["bench", "dev", "setup", "test", "up"])
def test_every_script_can_be_run_and_says_in_words_what_it_does(name: str) -> None:
    file = ROOT / "bin" / name
    first, second, *_ = file.read_text("utf-8").splitlines()
    assert file.stat().st_mode & 0o111
    assert first.startswith("#!")
    assert re.fullmatch(r"# [A-Z].*", second)
