"""`haat backup`: what is taken is proved, what is asked is answered, and what is wrong is said."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from tests.support.buckets import Bucket, Wire, own_bucket, own_versions

from haat.adapters.files.shelf import FolderShelf
from haat.adapters.processes import lock
from haat.adapters.s3.shelf import S3Shelf
from haat.cli import codes, main
from haat.config.load import load
from haat.config.secrets import ensure_secrets
from haat.kernel import clock, faults, ids
from haat.kernel.clock import DAY
from haat.kernel.errors import Unavailable
from haat.ops import running
from haat.ops.backups import prune, sets
from haat.ops.backups.repository import opened as opened_repository
from haat.ops.backups.shelf import remove_all
from haat.ops.backups.vault import Vault
from haat.ops.backups.verify import verify
from haat.ops.operators import acts
from haat.ops.procedure.lock import held, reading_beside
from haat.ops.tables import opened

pytestmark = pytest.mark.only_on("sqlite", "databases of other kinds are not copied yet")


# Ships while a set is taken, and what is committed after it. The files of a database may not be closed by who has it open.
SHIPS = """
import os, sqlite3, subprocess, sys
from contextlib import closing
from pathlib import Path
from haat.adapters.files.shelf import FolderShelf
from haat.config.load import load
from haat.ops.backups.repository import opened_or_made
from haat.ops.backups.ship import Shipper
data = Path(sys.argv[1])
vault = opened_or_made(load(data, os.environ, {}), FolderShelf(data / "backups"))
with closing(Shipper(vault, data / "haat.db")) as shipper:
    shipper.start()
    subprocess.run([sys.executable, "-m", "haat", "backup", "take", "--data", str(data)], check=True, stdout=subprocess.DEVNULL)
    with closing(sqlite3.connect(data / "haat.db", isolation_level=None)) as connection:
        connection.execute("PRAGMA user_version = 7")
        shipper.tick()
"""


class Shell:
    """Asks `haat backup` about one stack."""

    def __init__(self, data: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.data = data
        self._capsys = capsys

    def ask(self, *words: str) -> tuple[int, Any]:
        """Exit code and what it answers to programs."""
        code = main(["backup", *words, "--data", str(self.data), "--json"])
        said = self._capsys.readouterr()
        return code, json.loads(said.out or said.err)

    def text(self, *words: str) -> tuple[int, str]:
        """Exit code and what it says to people."""
        return self.run("backup", *words, "--data", str(self.data))

    def run(self, *words: str) -> tuple[int, str]:
        """That of any command."""
        code = main([*words])
        said = self._capsys.readouterr()
        return code, said.out + said.err


@pytest.fixture
def shell(lay_database: Callable[[Path], None], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Shell:
    data = tmp_path / "stack"
    data.mkdir()
    lay_database(data)
    ensure_secrets(data)
    return Shell(data, capsys)


def files_of(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


def test_a_set_is_restored_and_examined_before_it_is_called_good(shell: Shell) -> None:
    code, taken = shell.ask("take")
    assert code == codes.DONE
    assert taken["proof"]["holds"] is True
    assert [what for what, _, _ in taken["proof"]["looked"]] == ["restore", "start", "integrity", "truth"]
    assert taken["parts"]["database"]["files"] >= 1
    assert shell.ask("show", taken["id"]) == (codes.DONE, taken)
    assert shell.ask("list")[1] == {"sets": [taken], "unreadable": 0}


def test_the_daily_question_is_whether_there_is_a_good_one_from_today(shell: Shell) -> None:
    assert shell.ask("status")[0] == codes.NOT_SO
    shell.ask("take", "--unproved")
    code, said = shell.text("status")
    assert code == codes.NOT_SO
    assert "never proved" in said
    shell.ask("prove")
    code, said = shell.text("status")
    assert code == codes.DONE
    assert "keep a copy of" in said, "the key lies beside the stack"


def test_a_list_of_sets_has_room_in_eighty_columns(shell: Shell) -> None:
    shell.ask("take", "--unproved")
    shell.ask("take")
    _, said = shell.text("list")
    assert [line.split("  ")[-1] for line in said.splitlines()] == ["✓ proved", "! never proved"]
    assert max(map(len, said.splitlines())) <= 80
    assert max(map(len, shell.text("objectives")[1].splitlines())) <= 80


@pytest.mark.parametrize("words", [("show", "newest"), ("restore", "newest", "--beside"), ("prove", "newest")])
def test_what_is_no_set_is_named_with_what_lists_them(shell: Shell, words: tuple[str, ...]) -> None:
    shell.ask("take", "--unproved")
    code, said = shell.text(*words)
    assert code == codes.NOT_SO
    assert "There is no set “newest”." in said
    assert "`haat backup list` lists them." in said


def test_a_set_comes_back_into_a_folder_of_its_own_and_is_the_shop(shell: Shell, tmp_path: Path) -> None:
    shell.ask("take")
    code, plan = shell.ask("restore", "--into", str(tmp_path / "back"), "--dry-run")
    assert (code, plan["done"], (tmp_path / "back").exists()) == (codes.DONE, False, False)
    code, done = shell.ask("restore", "--into", str(tmp_path / "back"))
    assert (code, done["done"]) == (codes.DONE, True)
    assert main(["truth", "--data", str(tmp_path / "back")]) == codes.DONE


def test_whoever_restores_is_told_that_what_came_back_is_not_sound(shell: Shell, tmp_path: Path) -> None:
    """It is there all the same: what is left of a shop may be all there is."""
    with closing(sqlite3.connect(shell.data / "haat.db")) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        [(root,)] = connection.execute("SELECT rootpage FROM sqlite_schema WHERE name = 'notices'")
    with (shell.data / "haat.db").open("r+b") as file:
        file.seek((root - 1) * 4096)
        file.write(b"\xff" * 4096)
    _, taken = shell.ask("take", "--unproved")
    code, done = shell.ask("restore", taken["id"], "--into", str(tmp_path / "back"))
    assert (code, done["done"], done["sound"]) == (codes.NOT_SO, True, False)
    assert (tmp_path / "back" / "haat.db").exists()
    code, said = shell.text("restore", taken["id"], "--into", str(tmp_path / "again"))
    assert "malformed" in said


def test_a_new_machine_needs_nothing_but_the_repository_and_the_key(
    shell: Shell, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    _, taken = shell.ask("take")
    monkeypatch.setenv("HAAT_BACKUP__TO", str((shell.data / "backups").rename(tmp_path / "repository")))
    bare = Shell(tmp_path / "bare", capsys)
    bare.data.mkdir()
    (shell.data / "repository.key").rename(bare.data / "repository.key")
    shutil.rmtree(shell.data)
    assert [one["id"] for one in bare.ask("list")[1]["sets"]] == [taken["id"]]
    assert bare.ask("restore", "--into", str(shell.data))[0] == codes.DONE
    assert main(["truth", "--data", str(shell.data)]) == codes.DONE


def test_a_restore_over_what_is_there_is_refused_and_nothing_is_touched(shell: Shell, tmp_path: Path) -> None:
    shell.ask("take")
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "haat.toml").write_text("mine")
    code, said = shell.text("restore", "--into", str(tmp_path / "other"))
    assert code == codes.NOT_SO
    assert "there already" in said
    assert files_of(tmp_path / "other") == [tmp_path / "other" / "haat.toml"]


def test_a_stack_is_not_restored_into_itself(shell: Shell) -> None:
    shell.ask("take")
    code, said = shell.text("restore", "--into", str(shell.data / "copy"))
    assert (code, "into its own folder" in said) == (codes.NOT_SO, True)
    assert not (shell.data / "copy").exists()


def test_a_shop_that_lies_has_no_good_set(shell: Shell) -> None:
    """Money that came from nowhere: the set restores, and the truth of the shop does not hold in it."""
    with closing(sqlite3.connect(shell.data / "haat.db")) as connection:
        connection.execute("INSERT INTO movements VALUES (1, 'sale', 7, 0)")
        connection.execute(
            "INSERT INTO entries (id, movement_id, account, currency, amount) VALUES (1, 1, 'cash', 'EUR', 5)"
        )
        connection.commit()
    code, taken = shell.ask("take")
    assert code == codes.NOT_SO
    assert taken["proof"]["holds"] is False
    assert shell.ask("status")[0] == codes.NOT_SO
    code, said = shell.text("restore", "--into", str(shell.data.parent / "back"))
    assert code == codes.NOT_SO
    assert "no set that was proved" in said


def test_a_missing_key_and_a_wrong_one_are_told_apart(shell: Shell) -> None:
    shell.ask("take", "--unproved")
    key = shell.data / "repository.key"
    assert key.stat().st_mode & 0o077 == 0
    kept = key.read_text()
    key.unlink()
    assert "key of the backups is missing" in shell.text("list")[1]
    key.write_text("00" * 32)
    assert "The key is not the one" in shell.text("list")[1]
    key.write_text("no key at all")
    assert "cannot be read" in shell.text("list")[1]
    key.write_text("")
    assert "holds 0 bytes" in shell.text("list")[1]
    key.write_text(kept)
    assert shell.text("list")[0] == codes.DONE


def test_what_is_no_key_is_called_so_in_words(shell: Shell) -> None:
    shell.ask("take", "--unproved")
    for content in (b"\xc3\xa9" * 32, b"no key at all", b"abc"):
        (shell.data / "repository.key").write_bytes(content)
        code, said = shell.text("list")
        assert code == codes.NOT_SO
        assert "holds something else than a key, which is 64 letters and digits" in said


def test_a_copy_without_the_key_says_that_it_is_one(
    shell: Shell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HAAT_BACKUP__TO", str(tmp_path / "repository"))
    shell.ask("take")
    assert shell.ask("restore", "--into", str(tmp_path / "copy"))[0] == codes.DONE
    code, said = shell.run("backup", "status", "--data", str(tmp_path / "copy"))
    assert code == codes.NOT_SO
    assert "This stack is a copy, and has no key of the backups." in said
    assert str(tmp_path / "copy/run/copy-of") in said


def test_a_passphrase_needs_no_file(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HAAT_BACKUP__PASSPHRASE", "three striped awnings")
    shell.ask("take", "--unproved")
    assert not (shell.data / "repository.key").exists()
    assert shell.ask("list")[0] == codes.DONE
    monkeypatch.setenv("HAAT_BACKUP__PASSPHRASE", "four striped awnings")
    assert shell.ask("list")[0] == codes.NOT_SO


def test_a_changed_byte_is_found_and_ends_with_one(shell: Shell) -> None:
    _, taken = shell.ask("take", "--unproved")
    piece = next(path for path in files_of(shell.data / "backups" / "pieces") if path.stat().st_size > 1000)
    content = bytearray(piece.read_bytes())
    content[500] ^= 1
    piece.write_bytes(content)
    code, found = shell.ask("verify")
    assert code == codes.NOT_SO
    assert [one["sets"] for one in found["wrong"]] == [[taken["id"]]]
    code, proved = shell.ask("prove")
    assert code == codes.NOT_SO
    assert proved["proof"]["holds"] is False


def test_a_folder_that_may_not_be_written_is_said_and_no_set_is_left(
    shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    (shell.data / "in-the-way").write_text("a file")
    monkeypatch.setenv("HAAT_BACKUP__TO", "in-the-way/repository")
    code, said = shell.text("take")
    assert code == codes.UNAVAILABLE
    assert "cannot be used" in said


@pytest.mark.parametrize("point", ["backup.pieces", "restore.file", "restore.written"])
def test_a_backup_that_is_killed_is_no_set_or_an_unproved_one(shell: Shell, point: str, tmp_path: Path) -> None:
    argv = [sys.executable, "-m", "haat", "backup", "take", "--data", str(shell.data)]
    killed = subprocess.run(argv, env=os.environ | {"HAAT_FAULT": f"{point}:{tmp_path / 'killed'}"}, check=False)
    assert killed.returncode == -9
    sets = shell.ask("list")[1]["sets"]
    assert [one["proof"] for one in sets] == ([] if point == "backup.pieces" else [None])
    assert shell.ask("take")[0] == codes.DONE, "the stack is as it was"
    assert shell.ask("verify")[0] == codes.DONE


def test_sets_that_are_new_enough_stay(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HAAT_BACKUP__KEEP", "1")
    for _ in range(2):
        shell.ask("take", "--unproved")
    assert shell.ask("prune")[1]["sets"] == []


def test_what_is_no_instant_is_said(shell: Shell, tmp_path: Path) -> None:
    shell.ask("take", "--unproved")
    code, said = shell.text("restore", "--into", str(tmp_path / "back"), "--to", "yesterday-ish")
    assert code == codes.WRONG_USAGE
    assert "is no instant" in said
    code, said = shell.text("restore", "--into", str(tmp_path / "back"), "--to", "2001-01-01")
    assert code == codes.NOT_SO
    assert "reaches back" in said


def test_an_instant_to_come_cannot_be_had_back(shell: Shell, tmp_path: Path) -> None:
    """What is typed after midnight, or in another zone, is of tomorrow: the newest is not what is meant."""
    shell.ask("take")
    before = (shell.data / "haat.db").stat().st_ino
    for way in (["--into", str(tmp_path / "back")], ["--replace"], ["--beside"]):
        for words in ([*way, "--dry-run"], way):
            code, said = shell.text("restore", *words, "--to", "2088-01-01T23:59")
            assert code == codes.NOT_SO
            assert "2088-01-01T23:59:00.000Z is in the future" in said
            assert "UTC" in said
    assert (shell.data / "haat.db").stat().st_ino == before
    assert not (tmp_path / "back").exists()
    assert shell.ask("restore", "--into", str(tmp_path / "back"), "--to", "0s")[0] == codes.DONE


def test_a_repository_whose_disk_is_not_mounted_is_not_called_one_without_backups(shell: Shell, tmp_path: Path) -> None:
    shell.ask("take")
    (shell.data / "backups").rename(tmp_path / "unplugged")
    for words in ("status", "list", "verify", "prove", "objectives", "prune", "restore --beside --dry-run"):
        for place in ("not there", "an empty folder"):
            code, said = shell.text(*words.split())
            assert code == codes.NOT_SO
            assert "is not there" in said, place
            assert "Mount it" in said
            (shell.data / "backups").mkdir(exist_ok=True)
        (shell.data / "backups").rmdir()
    (tmp_path / "unplugged").rename(shell.data / "backups")
    assert shell.ask("status")[0] == codes.DONE


def old_set(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> str:
    """One that goes with the next pruning."""
    monkeypatch.setenv("HAAT_BACKUP__KEEP", "1")
    logs = shell.data / "logs"
    logs.mkdir(exist_ok=True)
    (logs / "a.log").write_bytes(b"the first that is restored")
    (logs / "b.log").write_bytes(os.urandom(60_000_000))
    with clock.frozen(clock.now() - 40 * DAY):
        _, old = shell.ask("take", "--unproved")
    (logs / "b.log").unlink()
    shell.ask("take")
    told: str = old["id"]
    assert shell.ask("prune", "--dry-run")[1]["sets"] == [told]
    return told


def once(monkeypatch: pytest.MonkeyPatch, point: str, work: Callable[[], object]) -> None:
    """Do it when this process comes to the point for the first time."""
    left = [work]

    def reached(there: str) -> None:
        if there == point and left:
            left.pop()()

    monkeypatch.setattr(faults, "reach", reached)


def test_nobody_prunes_what_is_being_restored(shell: Shell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    old = old_set(shell, monkeypatch)
    # Of another parent: who is begun by the restore would have its lock with it.
    argv = ["sh", "-c", f"{sys.executable} -m haat backup prune --data {shell.data}; exit $?"]
    pruned = list[subprocess.CompletedProcess[str]]()
    once(
        monkeypatch,
        "restore.file",
        lambda: pruned.append(subprocess.run(argv, capture_output=True, text=True, check=False)),
    )
    assert shell.ask("restore", old, "--into", str(tmp_path / "back"))[0] == codes.DONE
    [prune] = pruned
    assert prune.returncode != codes.DONE
    assert "for restoring a set" in prune.stderr
    assert shell.ask("prune")[1]["sets"] == [old], "when it is done"


def test_a_restore_waits_for_nobody_who_reads(shell: Shell, tmp_path: Path) -> None:
    shell.ask("take")
    lock_file = running.operations_lock_of(shell.data)
    with held(lock_file, "what somebody does"), held(reading_beside(lock_file), "a proof"):
        in_another = [sys.executable, "-m", "haat", "backup", "restore", "--into", str(tmp_path / "back")]
        told = subprocess.run([*in_another, "--data", str(shell.data)], capture_output=True, text=True, check=False)
    assert told.returncode == codes.DONE, told.stderr


def test_whose_set_goes_while_it_is_restored_is_told_that_it_went(
    shell: Shell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who prunes a bucket from another machine keeps no lock of this one."""
    old = old_set(shell, monkeypatch)
    vault = opened_repository(load(shell.data, os.environ, {}), FolderShelf(shell.data / "backups"))
    once(
        monkeypatch,
        "restore.file",
        lambda: prune.prune(vault, prune.plan(vault, prune.Kept(1, DAY), clock.now())),
    )
    code, said = shell.text("restore", old, "--into", str(tmp_path / "back"))
    assert code == codes.NOT_SO
    assert f"Set {old} went while it was restored" in said
    assert "haat backup list" in said
    assert not (tmp_path / "back").exists()


def test_a_set_that_is_none_is_told_with_what_to_try(shell: Shell, tmp_path: Path) -> None:
    shell.ask("take", "--unproved")
    for words in (
        ["prove"],
        ["show"],
        ["restore", "--beside"],
        ["restore", "--into", str(tmp_path / "back")],
    ):
        code, said = shell.text(words[0], "nosuch", *words[1:])
        assert code != codes.DONE
        assert "There is no set “nosuch”" in said
        assert "haat backup list" in said


def test_what_is_lacking_to_prove_is_a_set_and_to_restore_a_proved_one(shell: Shell, tmp_path: Path) -> None:
    _, taken = shell.ask("take", "--unproved")
    code, said = shell.text("restore", "--into", str(tmp_path / "back"))
    assert (code, "no set that was proved to restore" in said) == (codes.NOT_SO, True)
    (shell.data / "backups" / "sets" / taken["id"]).unlink()
    code, said = shell.text("prove")
    assert (code, "proved" in said) == (codes.NOT_SO, False)
    assert "There is no set that can be read" in said
    assert "`haat backup take` takes one" in said


def test_sets_are_kept_in_a_bucket_as_they_are_in_a_folder(
    shell: Shell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with own_bucket() as bucket:
        monkeypatch.setenv("HAAT_BACKUP__TO", "s3://sets/handwork")
        code, said = shell.text("take")
        assert code != codes.DONE
        assert "`backup.s3_access_key` or `backup.s3_secret_key` is not given" in said
        name_keys(bucket, monkeypatch)
        code, taken = shell.ask("take")
        assert (code, taken["proof"]["holds"]) == (codes.DONE, True)
        code, said = shell.text("status")
        assert code == codes.DONE
        assert "on the disk of the stack" not in said
        code, said = shell.text("verify")
        assert code == codes.DONE
        assert "everything in s3://sets/handwork is as it was written" in said
        assert shell.ask("restore", "--into", str(tmp_path / "back"))[0] == codes.DONE
        assert main(["truth", "--data", str(tmp_path / "back")]) == codes.DONE
        shelf = S3Shelf(bucket.place, "handwork")
        shelf.remove(next(shelf.names("pieces/"))[0])
        assert shell.text("verify")[0] == codes.NOT_SO
    assert not (shell.data / "backups").exists()


def name_keys(bucket: Bucket, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HAAT_BACKUP__S3_ENDPOINT", bucket.place.endpoint)
    monkeypatch.setenv("HAAT_BACKUP__S3_ACCESS_KEY", bucket.place.access_key.reveal())
    monkeypatch.setenv("HAAT_BACKUP__S3_SECRET_KEY", bucket.place.secret_key.reveal())


def test_a_repository_that_somebody_emptied_comes_back_from_the_versions_of_its_bucket_and_that_is_on_record(
    shell: Shell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with own_versions() as bucket:
        name_keys(bucket, monkeypatch)
        monkeypatch.setenv("HAAT_BACKUP__TO", "s3://sets/handwork")
        _, taken = shell.ask("take", "--unproved")
        code, said = shell.text("mend")
        assert (code, "nothing has to be put back" in said) == (codes.DONE, True)
        shelf = S3Shelf(bucket.place, "handwork")
        for name, _ in [*shelf.names("")]:
            shelf.remove(name)
        code, said = shell.text("verify")
        assert code == codes.NOT_SO
        assert "It was removed at" in said
        assert "`haat backup mend`" in said
        assert [one["id"] for one in shell.ask("list", "--removed")[1]["sets"]] == [taken["id"]]
        code, plan = shell.ask("mend", "--dry-run")
        assert (code, plan["done"], plan["sets"], plan["lost"]) == (codes.DONE, False, [taken["id"]], [])
        assert [*shelf.names("")] == []
        code, done = shell.ask("mend")
        assert (code, done["back"]) == (codes.DONE, plan["back"])
        assert done["back"][-1] == f"sets/{taken['id']}"
        assert shell.ask("verify")[1]["sound"] is True
        code, proved = shell.ask("prove", taken["id"])
        assert (code, proved["proof"]["holds"]) == (codes.DONE, True)
    with closing(opened(running.memory_of(shell.data))) as memory:
        [act] = acts.newest(memory, 9)
        assert act.what.startswith("put back ")


def test_a_set_that_somebody_removed_from_a_bucket_is_told_until_it_is_back(
    shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another set, however good, does not bring it back."""
    with own_versions() as bucket:
        name_keys(bucket, monkeypatch)
        monkeypatch.setenv("HAAT_BACKUP__TO", "s3://sets/handwork")
        _, gone = shell.ask("take")
        shell.ask("take")
        S3Shelf(bucket.place, "handwork").remove(f"sets/{gone['id']}")
        assert shell.ask("verify")[0] == codes.NOT_SO
        shell.ask("take")
        code, said = shell.text("status")
        assert code == codes.NOT_SO
        assert f"somebody removed {gone['id']}: `haat backup mend` brings back" in said
        assert shell.ask("mend")[1]["sets"] == [gone["id"]]
        code, said = shell.text("status")
        assert (code, "all of it is as it was written" in said) == (codes.DONE, True)


def test_a_bucket_that_somebody_empties_while_it_is_read_is_not_called_sound(
    shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    with own_versions() as bucket:
        name_keys(bucket, monkeypatch)
        monkeypatch.setenv("HAAT_BACKUP__TO", "s3://sets/handwork")
        shell.ask("take", "--unproved")
        shelf = S3Shelf(bucket.place, "handwork")
        names = [name for name, _ in shelf.names("")]
        told = list[tuple[int, int]]()

        def empty(done: int, total: int) -> None:
            if not told:
                remove_all(shelf, names)
            told.append((done, total))

        vault = opened_repository(load(shell.data, os.environ, {}), shelf)
        with pytest.raises(Unavailable, match="went away while it was read") as raised:
            verify(vault, empty)
        assert "`haat backup mend`" in raised.value.try_
        assert shell.ask("mend")[0] == codes.DONE
        assert shell.ask("verify")[0] == codes.DONE


def test_an_empty_bucket_has_nothing_that_could_come_back_and_every_command_says_so(
    shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    with own_versions() as bucket:
        name_keys(bucket, monkeypatch)
        monkeypatch.setenv("HAAT_BACKUP__TO", "s3://sets/nothing")
        for words in (("list",), ("status",), ("verify",)):
            code, said = shell.text(*words)
            assert (code, "There is no backup in s3://sets/nothing." in said, "mend" in said) == (1, True, False)
        for words in (("mend",), ("mend", "--dry-run"), ("list", "--removed")):
            code, said = shell.text(*words)
            assert (code, "There is no repository in s3://sets/nothing, and none that could come back." in said) == (
                1,
                True,
            )
            assert "`backup.to`" in said


def test_a_check_with_a_key_that_may_do_less_says_what_was_not_looked_at_and_what_is_wrong_all_the_same(
    shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    with own_versions() as bucket, closing(Wire(bucket.port)) as wire:
        name_keys(bucket, monkeypatch)
        monkeypatch.setenv("HAAT_BACKUP__S3_ENDPOINT", f"http://127.0.0.1:{wire.port}")
        monkeypatch.setenv("HAAT_BACKUP__TO", "s3://sets/handwork")
        shell.ask("take", "--unproved")
        wire.forbidden = ("GET", "versions")
        code, said = shell.text("verify")
        assert code == codes.DONE
        assert "is as it was written" in said
        assert "whether sets were removed was not looked at: The key may not do this there: ListObjectVersions." in said
        shelf = S3Shelf(bucket.place, "handwork")
        piece = next(shelf.names("pieces/"))[0]
        shelf.put(piece, b"changed")
        wire.forbidden = ("PUT", "/")
        code, found = shell.ask("verify")
        assert code == codes.NOT_SO
        assert [one["name"] for one in found["wrong"]] == [piece]
        assert found["not_looked"] == ""


def test_a_folder_has_nothing_to_put_back_and_says_what_mends_it(shell: Shell) -> None:
    shell.ask("take", "--unproved")
    code, said = shell.text("mend")
    assert code == codes.NOT_SO
    assert "A folder keeps what is there" in said
    assert "`haat backup take`" in said


def test_a_database_that_a_copy_would_share_with_the_shop_is_refused(shell: Shell) -> None:
    (shell.data / "haat.toml").write_text(f'[store]\nurl = "sqlite:///{shell.data}/haat.db"\n')
    code, said = shell.text("take")
    assert code == codes.NOT_SO
    assert "cannot be backed up whole" in said


def test_a_copy_that_was_proved_takes_the_place_of_a_database_and_what_was_there_is_kept(shell: Shell) -> None:
    shell.ask("take")
    whole = len((shell.data / "haat.db").read_bytes())
    for name in ("haat.db", "haat.db-wal", "haat.db-shm"):
        (shell.data / name).unlink(missing_ok=True)
    (shell.data / "haat.db").write_bytes(b"spoiled" * 1000)
    (shell.data / "secrets.toml").unlink()
    code, plan = shell.text("restore", "--replace", "--dry-run")
    assert (code, "secrets.toml" in plan, "Nothing was done" in plan) == (codes.DONE, True, True)
    code, done = shell.ask("restore", "--replace")
    assert (code, done["done"], done["missing"]) == (codes.DONE, True, None)
    assert shell.run("truth", "--data", str(shell.data))[0] == codes.DONE
    assert (shell.data / "secrets.toml").exists()
    assert (Path(done["aside"]) / "haat.db").read_bytes() == b"spoiled" * 1000
    assert len((shell.data / "haat.db").read_bytes()) <= whole
    assert not (shell.data / "recovery").exists()

    code, back = shell.ask("swap", "--back")
    assert (code, back["back"]) == (codes.DONE, True)
    assert (shell.data / "haat.db").read_bytes() == b"spoiled" * 1000


def test_nothing_takes_the_place_of_a_database_that_is_served(shell: Shell) -> None:
    shell.ask("take", "--unproved")
    running.folder_of(shell.data).mkdir(exist_ok=True)
    handle = lock.take(running.lock_of(shell.data))
    before = files_of(shell.data)
    try:
        code, said = shell.text("restore", "--replace")
    finally:
        os.close(handle)
    assert code == codes.NOT_SO
    assert "recover-database" in said
    assert files_of(shell.data) == before


def test_a_stack_that_is_half_replaced_does_not_start(shell: Shell) -> None:
    shell.ask("take")
    running.swap_of(shell.data).write_text('{"names": ["haat.db"], "aside": "before-1", "phase": "taking"}')
    (shell.data / "before-1").mkdir()
    for words in (
        ["up", "--data", str(shell.data), "--empty"],
        ["backup", "restore", "--replace", "--data", str(shell.data)],
    ):
        code, said = shell.run(*words)
        assert code == codes.NOT_SO
        assert "swap --back" in said
    assert shell.ask("swap")[0] == codes.DONE
    assert not running.is_swapping(shell.data)


def test_orders_that_are_not_in_the_copy_are_named(shell: Shell) -> None:
    _, taken = shell.ask("take")
    columns = "(id, process, process_version, state, state_since, buyer_id, shop_id, currency, goods, discount, discount_by_market, shipping, tax, total, "
    columns += "commission, commission_rate, refunded, shipping_name, address, created_at)"
    with closing(sqlite3.connect(shell.data / "haat.db")) as connection:
        values = f"(7, 'purchase', 2, 'paid', 1, 1, 1, 'EUR', 1500, 0, 0, 0, 0, 1500, 0, 0, 0, '', '', {taken['taken_at'] + 5})"
        connection.execute(f"INSERT INTO deals {columns} VALUES {values}")
        connection.commit()
    code, done = shell.ask("restore", taken["id"], "--replace")
    assert (code, done["missing"]) == (codes.DONE, 1)
    [line] = (Path(done["aside"]) / "orders-since.txt").read_text().splitlines()
    assert line.split()[0] == ids.encode(7)
    assert line.endswith("paid 1500 EUR")


def test_a_photo_has_versions_and_one_comes_back_where_it_is_missing(shell: Shell, tmp_path: Path) -> None:
    photo = shell.data / "media" / "ab" / "abc.original"
    photo.parent.mkdir(parents=True)
    photo.write_bytes(b"first")
    _, taken = shell.ask("take", "--unproved")
    path = "media/ab/abc.original"
    assert shell.ask("media")[1] == {"files": [path]}
    code, told = shell.ask("media", path)
    assert (code, [one["sets"] for one in told["versions"]]) == (codes.DONE, [[taken["id"]]])
    photo.unlink()
    assert shell.ask("media", path, "--set", taken["id"])[0] == codes.DONE
    assert photo.read_bytes() == b"first"
    assert shell.ask("media", path, "--set", taken["id"], "--into", str(tmp_path / "elsewhere"))[0] == codes.DONE
    assert (tmp_path / "elsewhere").read_bytes() == b"first"
    code, said = shell.text("media", "media/ab/abd.original")
    assert code == codes.NOT_SO
    assert path in said


def test_where_a_restore_is_to_go_has_to_be_said_once(shell: Shell, tmp_path: Path) -> None:
    for words in ([], ["--replace", "--beside"], ["--replace", "--into", str(tmp_path / "back")]):
        code, said = shell.text("restore", *words)
        assert code != codes.DONE
        assert "--replace" in said


def test_what_would_be_lost_now_stands_beside_what_may_be(shell: Shell) -> None:
    shell.ask("take", "--unproved")
    code, told = shell.ask("objectives")
    assert code == codes.NOT_SO
    assert {one["name"]: one["holds"] for one in told["objectives"]}["data_lost"] is False
    code, said = shell.text("objectives")
    assert "no set that was proved" in said
    shell.ask("prove")
    code, told = shell.ask("objectives")
    assert (code, told["held"]) == (codes.DONE, True)


def test_what_would_be_taken_is_told_with_what_is_new_and_nothing_is_written(shell: Shell) -> None:
    (shell.data / "media").mkdir()
    before = set(files_of(shell.data))
    code, plan = shell.ask("take", "--dry-run")
    assert (code, plan["done"], plan["is_new"], plan["missing"]) == (codes.DONE, False, True, [])
    assert plan["bytes"] >= plan["databases"] > 0
    assert set(files_of(shell.data)) - before == set()
    assert "which is made, and its key" in shell.text("take", "--dry-run")[1]
    shell.ask("take", "--unproved")
    (shell.data / "media" / "new.webp").write_bytes(b"new" * 1000)
    code, plan = shell.ask("take", "--dry-run")
    assert (plan["is_new"], plan["new_photos"]) == (False, {"files": 1, "bytes": 3000})
    assert "of which 1 with 0.0 MB are not in the newest set" in shell.text("take", "--dry-run")[1]
    assert len(shell.ask("list")[1]["sets"]) == 1


def test_room_that_is_missing_for_a_proof_is_told_before_anything_is_taken(
    shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = shutil.disk_usage(shell.data)
    monkeypatch.setattr(shutil, "disk_usage", lambda path: usage._replace(free=1000))
    code, said = shell.text("take", "--dry-run")
    assert code == codes.NOT_SO
    assert "what is missing: room in" in said
    assert shell.text("take", "--dry-run", "--unproved")[0] == codes.DONE


def test_what_a_backup_would_be_refused_for_is_told_by_its_plan(shell: Shell) -> None:
    shell.ask("take", "--unproved")
    (shell.data / "run" / "copy-of").write_text(str(shell.data / "backups"))
    code, said = shell.text("take", "--dry-run")
    assert code == codes.NOT_SO
    assert "This stack is a copy" in said


def test_what_a_swap_would_give_which_name_is_told_and_nothing_is_moved(shell: Shell) -> None:
    assert shell.text("swap", "--dry-run")[0] == codes.NOT_SO
    assert shell.text("swap", "--back", "--dry-run")[0] == codes.NOT_SO
    shell.ask("take")
    shell.ask("restore", "--beside")
    before = files_of(shell.data)
    code, said = shell.text("swap", "--dry-run")
    assert code == codes.DONE
    for words in ("Set aside haat.db into", "haat.db from", "The shop would be as it was on", "Nothing was done"):
        assert words in said, words
    assert shell.ask("swap", "--dry-run")[1]["done"] is False
    assert "recovery" in shell.text("swap", "--drop", "--dry-run")[1]
    assert files_of(shell.data) == before
    assert shell.ask("swap")[0] == codes.DONE
    before = files_of(shell.data)
    code, said = shell.text("swap", "--back", "--dry-run")
    assert (code, "Put haat.db from" in said) == (codes.DONE, True)
    assert files_of(shell.data) == before


def test_a_swap_of_a_stack_that_runs_lacks_its_rest(shell: Shell) -> None:
    shell.ask("take")
    shell.ask("restore", "--beside")
    handle = lock.take(running.lock_of(shell.data))
    try:
        code, said = shell.text("swap", "--dry-run")
    finally:
        os.close(handle)
    assert code == codes.NOT_SO
    assert "the stack runs" in said


def test_without_a_log_there_is_nothing_to_prove_of_it(shell: Shell) -> None:
    _, taken = shell.ask("take")
    code, said = shell.text("prove", "--newest")
    assert code == codes.NOT_SO
    assert "no log to prove" in said
    assert shell.text("prove", taken["id"], "--newest")[0] == codes.WRONG_USAGE
    code, status = shell.ask("status")
    assert (code, status["log"]) == (codes.DONE, None)


def test_that_all_was_read_is_told_with_what_cannot_be_trusted(shell: Shell) -> None:
    shell.ask("take")
    assert "the repository was read" not in shell.text("status")[1]
    assert shell.ask("verify")[0] == codes.DONE
    assert "all of it is as it was written" in shell.text("status")[1]
    piece = next(path for path in files_of(shell.data / "backups" / "pieces") if path.stat().st_size > 1000)
    piece.write_bytes(piece.read_bytes()[:-1])
    assert shell.ask("verify")[0] == codes.NOT_SO
    code, said = shell.text("status")
    assert code == codes.NOT_SO, "a set that needs it is not good"
    assert "it is not sound in 1 place: `haat backup verify` names it" in said
    assert "something that it needs cannot be trusted" in said


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-1])


def of_the_old(shell: Shell, old: str) -> Path:
    """A piece that no newer set needs."""
    vault = opened_repository(load(shell.data, os.environ, {}), FolderShelf(shell.data / "backups"))
    needed = {one.id: {*one.pieces()} for one in sets.readable(vault)}
    own = needed.pop(ids.decode(old)).difference(*needed.values())
    return shell.data / "backups" / min(own)


def test_damage_of_an_older_set_is_told_with_what_helps_until_a_good_one_follows(
    shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = old_set(shell, monkeypatch)
    cut(of_the_old(shell, old))
    assert shell.ask("status")[0] == codes.DONE, "nobody has read it yet"
    assert shell.ask("verify")[0] == codes.NOT_SO
    code, said = shell.text("status")
    assert code == codes.NOT_SO
    assert f"it is needed by {old}: `haat backup take` stores again" in said
    assert "mend" not in said, "a folder has no versions"
    shell.ask("take")
    code, said = shell.text("status")
    assert code == codes.DONE, "what the stack does not have any more cannot be stored again"
    assert f"it is needed by {old}: what the stack still has of it was stored again since" in said
    shell.ask("verify")
    assert shell.ask("status")[0] == codes.NOT_SO, "whoever reads it again is told again"
    shell.ask("prune")
    code, said = shell.text("status")
    assert (code, "all of it is as it was written" in said) == (codes.DONE, True)


def test_damage_in_the_log_is_told_with_what_helps_until_a_good_set_follows(shell: Shell) -> None:
    vault = repository_that_ships(shell)
    [part] = [name for name, _ in vault.shelf.names("log/")][:1]
    assert shell.ask("status")[0] == codes.DONE
    cut(shell.data / "backups" / part)
    assert shell.ask("verify")[0] == codes.NOT_SO
    code, said = shell.text("status")
    assert code == codes.NOT_SO
    assert "it is in the log: `haat backup take` takes a set from which the log replays again" in said
    shell.ask("take")
    code, said = shell.text("status")
    assert (code, "a good set was taken since" in said) == (codes.DONE, True)


def repository_that_ships(shell: Shell) -> Vault:
    """It has a good set, and a part of a log after it."""
    taken = subprocess.run([sys.executable, "-c", SHIPS, str(shell.data)], capture_output=True, text=True, check=False)
    assert taken.returncode == 0, taken.stderr
    return opened_repository(load(shell.data, os.environ, {}), FolderShelf(shell.data / "backups"))


def test_a_set_that_needs_what_cannot_be_trusted_is_passed_over_until_the_next_has_stored_that_again(
    shell: Shell, tmp_path: Path
) -> None:
    _, taken = shell.ask("take")
    piece = next(path for path in files_of(shell.data / "backups" / "pieces") if path.stat().st_size > 1000)
    piece.write_bytes(piece.read_bytes()[:-1])
    shell.ask("verify")
    code, said = shell.text("restore", "--into", str(tmp_path / "back"))
    assert code == codes.NOT_SO
    assert "no set that was proved" in said
    _, mended = shell.ask("take")
    code, status = shell.ask("status")
    assert (code, status["newest"]["id"], status["reading"]["wrong"]) == (codes.DONE, mended["id"], {})
    assert shell.ask("restore", taken["id"], "--into", str(tmp_path / "back"))[0] == codes.DONE


def test_a_set_that_does_not_restore_is_told_though_there_is_a_good_one_from_today(shell: Shell) -> None:
    shell.ask("take")
    shell.ask("take", "--unproved")
    assert shell.ask("status")[0] == codes.DONE, "one that waits for its proof makes nothing worse"
    with closing(sqlite3.connect(shell.data / "haat.db")) as connection:
        connection.execute("INSERT INTO movements VALUES (1, 'sale', 7, 0)")
        connection.execute(
            "INSERT INTO entries (id, movement_id, account, currency, amount) VALUES (1, 1, 'cash', 'EUR', 5)"
        )
        connection.commit()
    _, bad = shell.ask("take")
    code, status = shell.ask("status")
    assert (code, status["good"], status["newest"]["id"]) == (codes.NOT_SO, False, bad["id"])
