"""The database's own shell is opened for reading, and no secret is on the list of processes."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.support.databases import lay

from haat.cli import codes
from haat.cli.dispatch import dispatch
from haat.config.address import Address
from haat.kernel.errors import Unavailable
from haat.ops.databases.shell import shell
from haat.ops.operators.acts import newest
from haat.ops.tables import opened
from haat.store.drivers import driver_of

ADD = "INSERT INTO schedule (task, last_at, outcome) VALUES ('by hand', 0, '');"


@pytest.fixture
def address(new_database: Callable[[], Address]) -> Address:
    address = new_database()
    if not shutil.which({"sqlite": "sqlite3", "postgresql": "psql", "mariadb": "mariadb"}[address.kind]):
        pytest.skip("its shell is not installed here")
    return address


def say(address: Address, words: str, *, may_write: bool = False) -> subprocess.CompletedProcess[str]:
    opened = shell(address, may_write=may_write)
    environ = {**os.environ, **opened.environ}
    return subprocess.run(opened.argv, input=words, env=environ, capture_output=True, text=True, timeout=60)


def test_it_reads_and_does_not_write(address: Address) -> None:
    assert "0" in say(address, "SELECT count(*) FROM schedule;\n").stdout
    assert "read" in say(address, f"{ADD}\n").stderr.lower()
    assert driver_of(address).ask("SELECT count(*) FROM schedule") == [(0,)]


def test_it_writes_when_it_is_asked_to(address: Address) -> None:
    assert say(address, f"{ADD}\n", may_write=True).stderr == ""
    assert driver_of(address).ask("SELECT task FROM schedule") == [("by hand",)]


@pytest.mark.parametrize("kind", ["postgresql", "mariadb"])
def test_a_password_is_never_among_the_words_of_the_program(kind: str) -> None:
    if not shutil.which({"postgresql": "psql", "mariadb": "mariadb"}[kind]):
        pytest.skip("its shell is not installed here")
    opened = shell(Address.of(f"{kind}://ada:open%20sesame@db.example/shop"), may_write=False)
    assert "open sesame" not in " ".join(opened.argv)
    assert "open sesame" in opened.environ.values()


def test_odd_names_reach_the_program_as_they_are() -> None:
    if not shutil.which("psql"):
        pytest.skip("psql is not installed here")
    opened = shell(Address.of("postgresql://o%27ne@db.example/a%20b?sslmode=require"), may_write=True)
    assert opened.argv[1] == (
        "host='db.example' dbname='a b' user='o\\'ne' application_name='haat shell' sslmode='require'"
    )


@pytest.mark.only_on("sqlite", "whose file may not be there")
def test_no_file_is_made_by_opening_it(tmp_path: Path) -> None:
    with pytest.raises(Unavailable):
        shell(Address("sqlite", str(tmp_path / "none.db")), may_write=True)
    assert list(tmp_path.iterdir()) == []


def test_whoever_may_write_is_on_the_record_before_they_can_and_whoever_reads_is_not(
    address: Address, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lay(address, tmp_path)
    (tmp_path / "haat.toml").touch()
    seen = []

    def take_the_place(*words: object) -> None:
        memory = opened(tmp_path / "ops.db")
        seen.append([one.what for one in newest(memory, 9)])
        memory.close()

    monkeypatch.setattr(os, "execvpe", take_the_place)
    for words in ([], ["--write"]):
        assert dispatch(["database", "shell", *words, "--data", str(tmp_path)]) == codes.DONE
    assert seen == [[], ["opened a shell of the database for writing"]]


def test_a_program_is_told_that_a_shell_is_for_people(
    address: Address, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lay(address, tmp_path)
    (tmp_path / "haat.toml").touch()
    assert dispatch(["database", "shell", "--json", "--data", str(tmp_path)]) == codes.WRONG_USAGE
    assert "haat database look" in capsys.readouterr().err
