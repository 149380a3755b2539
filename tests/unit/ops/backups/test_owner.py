"""A repository is that of one stack: none that came to the same place with the same key writes there, or is restored from what that one kept."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.support.running import wait_until

from haat.adapters.files.shelf import FolderShelf
from haat.cli import codes
from haat.config.load import load
from haat.config.schema import Settings
from haat.config.secrets import ensure_secrets
from haat.kernel import clock
from haat.kernel.errors import Conflict, Refused
from haat.ops import running
from haat.ops.backups import findings, owner, repository, sets
from haat.ops.backups.engines import engine_of
from haat.ops.backups.engines.sqlite import Log
from haat.ops.backups.gather import gathered
from haat.ops.backups.owner import adopt, claim, identity_of, other, refuse_other
from haat.ops.backups.shipping import Shipping
from haat.ops.backups.take import Stack, take
from haat.ops.backups.vault import Vault
from haat.ops.procedure.lock import held

pytestmark = pytest.mark.only_on("sqlite", "whose a repository is does not depend on the database")


SHIPPER = """
import os, sys
from pathlib import Path
from haat.app import App
from haat.cli import programs
data = Path(sys.argv[1])
programs.shipper(App.of(data, os.environ), (), data / "run" / "beat")
"""


@pytest.fixture
def stacks(lay_database: Callable[[Path], None], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Path, Path]:
    """Two that came to the same repository with the same passphrase."""
    monkeypatch.setenv("HAAT_BACKUP__TO", "../repository")
    monkeypatch.setenv("HAAT_BACKUP__PASSPHRASE", "seven lamps on the pier")
    folders = tmp_path / "shop", tmp_path / "other"
    for folder in folders:
        folder.mkdir()
        lay_database(folder)
        ensure_secrets(folder)
    return folders


def haat(data: Path, *words: str) -> tuple[int, dict[str, Any]]:
    argv = [sys.executable, "-m", "haat", "backup", *words, "--json", "--data", str(data)]
    ended = subprocess.run(argv, capture_output=True, check=False)
    return ended.returncode, json.loads(ended.stdout or ended.stderr)


def settings_of(data: Path) -> Settings:
    return load(data, os.environ, {})


def vault_of(data: Path) -> Vault:
    return repository.opened_or_made(settings_of(data), FolderShelf(data.parent / "repository"))


@pytest.mark.parametrize(
    "words",
    [
        ("take",),
        ("take", "--dry-run"),
        ("prune",),
        ("restore", "--beside"),
        ("restore", "--replace"),
        ("restore", "--replace", "--dry-run"),
    ],
    ids=" ".join,
)
def test_another_stack_neither_writes_there_nor_is_restored_from_there(
    stacks: tuple[Path, Path], words: tuple[str, ...]
) -> None:
    shop, other_ = stacks
    assert haat(shop, "take")[0] == codes.DONE
    before = haat(shop, "list")[1]
    code, said = haat(other_, *words)
    assert (code, said["error"]["code"]) == (codes.NOT_SO, "refused")
    assert str(shop) in said["error"]["why"] and "haat backup adopt" in said["error"]["try"]
    assert haat(shop, "list")[1] == before


def test_whoever_only_reads_there_needs_not_be_the_one_whose_it_is(stacks: tuple[Path, Path], tmp_path: Path) -> None:
    shop, other_ = stacks
    haat(shop, "take")
    assert len(haat(other_, "list")[1]["sets"]) == 1
    assert haat(other_, "verify")[0] == codes.DONE
    assert haat(other_, "restore", "--into", str(tmp_path / "back"))[0] == codes.DONE


def test_the_daily_question_is_not_answered_with_sets_of_another(stacks: tuple[Path, Path]) -> None:
    shop, other_ = stacks
    haat(shop, "take")
    code, said = haat(other_, "status")
    assert (code, said["good"], said["owner"]["data"]) == (codes.NOT_SO, False, str(shop))
    code, said = haat(shop, "status")
    assert (code, said["good"], said["owner"]) == (codes.DONE, True, None)


def test_a_stack_that_takes_the_place_of_another_adopts_its_repository_and_that_one_is_refused(
    stacks: tuple[Path, Path],
) -> None:
    shop, other_ = stacks
    haat(shop, "take")
    code, said = haat(other_, "adopt", "--dry-run")
    assert (code, said["before"]["data"], said["done"]) == (codes.DONE, str(shop), False)
    assert haat(other_, "take")[0] == codes.NOT_SO
    assert haat(other_, "adopt")[1]["done"]
    assert haat(other_, "take")[0] == codes.DONE
    assert haat(shop, "take")[0] == codes.NOT_SO
    assert haat(shop, "status")[1]["owner"]["data"] == str(other_)


def test_a_repository_is_not_adopted_from_a_stack_that_runs_here(stacks: tuple[Path, Path]) -> None:
    shop, other_ = stacks
    claim(vault_of(shop), shop)
    with held(running.lock_of(shop), "the stack"), pytest.raises(Refused, match="that runs"):
        adopt(repository.opened(settings_of(other_), FolderShelf(shop.parent / "repository")), other_)
    assert other(vault_of(shop), shop) is None


def test_a_stack_that_came_back_to_its_own_place_adopts_though_it_runs(stacks: tuple[Path, Path]) -> None:
    shop, _ = stacks
    claim(vault_of(shop), shop)
    (shop / "run" / "identity").unlink()
    with pytest.raises(Refused, match="of another stack"):
        vault_of(shop)
    vault = repository.opened(settings_of(shop), FolderShelf(shop.parent / "repository"))
    with held(running.lock_of(shop), "the stack"):
        adopt(vault, shop)
    refuse_other(vault, shop)


def test_a_restored_stack_is_given_the_repository_by_whoever_can_open_it(
    stacks: tuple[Path, Path], tmp_path: Path
) -> None:
    """Its own settings may name a place that is not on this machine."""
    shop, desk = stacks
    haat(shop, "take")
    back = tmp_path / "back"
    haat(desk, "restore", "--into", str(back))
    assert haat(desk, "adopt", str(tmp_path / "nowhere"))[0] == codes.NOT_SO
    assert haat(desk, "adopt", str(back))[1]["done"]
    assert not (back / "run" / "copy-of").exists()
    assert haat(back, "take")[0] == codes.DONE
    assert haat(shop, "take")[0] == codes.NOT_SO


def test_a_set_that_was_being_taken_when_somebody_adopted_is_none(stacks: tuple[Path, Path]) -> None:
    shop, other_ = stacks
    vault = vault_of(shop)
    settings = settings_of(shop)
    engine = engine_of(settings)

    def refuse() -> None:
        adopt(vault, other_)
        refuse_other(vault, shop)

    stack = Stack("0.1", "handwork", str(shop), str(engine.address), "SQLite 3", "0016")
    with gathered(shop, engine, shop) as found, pytest.raises(Refused, match="of another stack"):
        take(vault, stack, found, refuse=refuse)
    assert sets.all_ids(vault) == []


@pytest.mark.parametrize("words", ["../repository", "link"])
def test_what_was_noted_of_a_place_before_is_known_however_it_was_spelled(
    stacks: tuple[Path, Path], words: str
) -> None:
    shop, _ = stacks
    (shop.parent / "link").symlink_to(shop.parent / "repository")
    spelled = shop / words if words.startswith("..") else shop.parent / words
    (shop / "run").mkdir(exist_ok=True)
    (shop / "run" / "repository").write_text(str(spelled))
    code, said = haat(shop, "take")
    assert (code, "is not there" in said["error"]["what"]) == (codes.NOT_SO, True)
    (shop / "run" / "repository").unlink()
    (shop / "run" / "copy-of").write_text(str(spelled))
    code, said = haat(shop, "take")
    assert (code, "is a copy" in said["error"]["what"]) == (codes.NOT_SO, True)


def test_a_copy_is_one_however_its_repository_is_spelled(stacks: tuple[Path, Path], tmp_path: Path) -> None:
    shop, _ = stacks
    haat(shop, "take")
    assert haat(shop, "restore", "--into", str(tmp_path / "copy"))[0] == codes.DONE
    code, said = haat(tmp_path / "copy", "take")
    assert (code, "is a copy" in said["error"]["what"]) == (codes.NOT_SO, True)
    (tmp_path / "copy" / "run" / "copy-of").unlink()
    code, said = haat(tmp_path / "copy", "take")
    assert (code, "of another stack" in said["error"]["what"]) == (codes.NOT_SO, True)


def test_a_folder_that_was_renamed_is_the_same_stack_and_one_that_was_copied_is_another(tmp_path: Path) -> None:
    identity = identity_of(tmp_path / "shop")
    assert identity_of(tmp_path / "shop") == identity
    shutil.copytree(tmp_path / "shop", tmp_path / "staging")
    assert identity_of(tmp_path / "staging") != identity
    (tmp_path / "shop").rename(tmp_path / "store")
    assert identity_of(tmp_path / "store") == identity


def test_a_stack_that_was_copied_to_its_own_place_on_another_disk_is_the_same(tmp_path: Path) -> None:
    shop = tmp_path / "shop"
    identity = identity_of(shop)
    shop.rename(tmp_path / "old-disk")
    shutil.copytree(tmp_path / "old-disk", shop)
    assert identity_of(shop) == identity


def test_a_folder_that_was_renamed_and_then_copied_to_a_new_disk_is_the_same(tmp_path: Path) -> None:
    identity = identity_of(tmp_path / "shop")
    (tmp_path / "shop").rename(tmp_path / "store")
    assert identity_of(tmp_path / "store") == identity
    (tmp_path / "store").rename(tmp_path / "old-disk")
    shutil.copytree(tmp_path / "old-disk", tmp_path / "store")
    assert identity_of(tmp_path / "store") == identity


def test_a_folder_has_one_identity_however_it_is_spelled(tmp_path: Path) -> None:
    shop = tmp_path / "a shop\twith a tab"
    shop.mkdir()
    (tmp_path / "link").symlink_to(shop)
    assert identity_of(tmp_path / "link") == identity_of(shop) == identity_of(shop / ".." / shop.name)


def test_all_who_ask_at_once_are_told_the_same_identity(tmp_path: Path) -> None:
    told: list[str] = []
    asking = [threading.Thread(target=lambda: told.append(identity_of(tmp_path))) for _ in range(16)]
    for one in asking:
        one.start()
    for one in asking:
        one.join()
    assert len(told) == 16 and len(set(told)) == 1


def test_of_two_stacks_that_come_first_at_once_one_is_refused(
    stacks: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    shop, other_ = stacks
    vault = repository.vault.create(FolderShelf(shop.parent / "repository"), repository.key_of(settings_of(shop)))
    note = findings.note_first_owner

    def be_late(vault: Vault, one: findings.Owner) -> None:
        """Somebody is quicker between the look and the writing."""
        monkeypatch.setattr(findings, "note_first_owner", note)
        claim(vault, other_)
        with pytest.raises(Conflict):
            note(vault, one)
        raise Conflict("Somebody was first.")

    monkeypatch.setattr(findings, "note_first_owner", be_late)
    with pytest.raises(Refused, match="of another stack"):
        claim(vault, shop)
    refuse_other(vault, other_)


def test_a_repository_of_before_is_that_of_the_first_who_writes(stacks: tuple[Path, Path]) -> None:
    shop, other_ = stacks
    haat(shop, "take")
    (shop.parent / "repository" / "findings" / "owner").unlink()
    assert haat(shop, "status")[1]["good"]
    assert haat(shop, "take")[0] == codes.DONE
    assert haat(other_, "take")[0] == codes.NOT_SO


def test_where_nobody_can_tell_whose_it_is_nobody_writes_before_somebody_says_so(stacks: tuple[Path, Path]) -> None:
    shop, _ = stacks
    haat(shop, "take")
    file = shop.parent / "repository" / "findings" / "owner"
    file.write_bytes(file.read_bytes()[:-1] + bytes([file.read_bytes()[-1] ^ 1]))
    code, said = haat(shop, "take")
    assert (code, "haat backup adopt" in said["error"]["try"]) == (codes.NOT_SO, True)
    code, said = haat(shop, "status")
    assert (code, said["good"]) == (codes.NOT_SO, False)
    assert "findings/owner" in json.dumps(haat(shop, "verify")[1])
    assert haat(shop, "adopt")[0] == codes.DONE
    assert haat(shop, "take")[0] == codes.DONE


def test_who_ships_keeps_nothing_in_the_repository_of_another(
    stacks: tuple[Path, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop, other_ = stacks
    monkeypatch.setenv("HAAT_BACKUP__SHIP", "yes")
    haat(shop, "take", "--unproved")
    before = sorted((shop.parent / "repository").rglob("*"))
    said = tmp_path / "said"
    with (
        said.open("wb") as to,
        subprocess.Popen([sys.executable, "-c", SHIPPER, str(other_)], stdout=to, stderr=to) as shipper,
    ):
        try:
            wait_until(lambda: "of another stack" in said.read_text(), "it says so", 20)
        finally:
            shipper.terminate()
    assert sorted((shop.parent / "repository").rglob("*")) == before


def test_who_ships_notices_that_somebody_else_has_adopted_its_repository(
    stacks: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    shop, other_ = stacks
    vault = vault_of(shop)
    monkeypatch.setattr("haat.ops.backups.shipping._WHOSE_EVERY", 0.05)
    stop, beats = threading.Event(), list[float]()
    ships = Shipping(
        lambda: vault_of(shop),
        lambda: [Log(shop / "haat.db")],
        lambda: subprocess.Popen(["true"]),
        beats.append,
        refuse_other=lambda vault: refuse_other(vault, shop),
    )
    thread = threading.Thread(target=ships.run_until_stopped, args=(stop,))
    thread.start()
    try:
        wait_until(lambda: len(beats) > 1, "it ships", 20)
        adopt(vault, other_)
        wait_until(lambda: "of another stack" in caplog.text, "it says so", 20)
        kept = len(beats)
        clock_at = clock.now()
        wait_until(lambda: clock.now() > clock_at + 1500, "a while", 20)
        assert len(beats) == kept
    finally:
        stop.set()
        thread.join()
    assert owner.other(vault, other_) is None
