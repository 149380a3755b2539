"""The commands over a stack that does not run: each says what is so, for people and for programs."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.support.databases import lay, unchecked
from tests.support.world import World

from haat.cli import codes, main
from haat.config.address import Address
from haat.config.load import load
from haat.config.secrets import ensure_secrets
from haat.jobs.tables import dead_jobs, jobs
from haat.kernel import clock, ids
from haat.market.accounts.enrol import Person, first_administrator
from haat.market.accounts.passwords import is_right
from haat.market.accounts.tables import accounts
from haat.ops import running
from haat.store import Store


class Shell:
    """Runs commands over one stack."""

    def __init__(self, data: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.data = data
        self.store = Store(load(data, {}, {}).database)
        self._capsys = capsys

    def text(self, *words: str) -> tuple[int, str]:
        """Exit code and what it says."""
        code = main([*words, "--data", str(self.data)])
        said = self._capsys.readouterr()
        return code, said.out + said.err

    def json(self, *words: str) -> tuple[int, Any]:
        """Exit code and what it answers to programs."""
        code = main([*words, "--data", str(self.data), "--json"])
        said = self._capsys.readouterr()
        return code, json.loads(said.out or said.err)


@pytest.fixture
def shell(new_database: Callable[[], Address], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Any:
    address = new_database()
    lay(address, tmp_path)
    (tmp_path / "run").mkdir()
    ensure_secrets(tmp_path)
    shell = Shell(tmp_path, capsys)
    yield shell
    shell.store.close()


class TestConfig:
    def test_shows_every_setting_with_its_origin_and_no_secret(self, shell: Shell) -> None:
        (shell.data / "haat.toml").write_text('[web]\nport = 8123\n\n[mail]\npassword = "open sesame"\n', "utf-8")
        code, data = shell.json("config", "show")
        port = next(setting for setting in data["settings"] if setting["key"] == "web.port")
        assert code == codes.DONE
        assert port == {
            "key": "web.port",
            "value": "8123",
            "source": "file",
            "where": f"{shell.data / 'haat.toml'} line 2",
        }
        assert "open sesame" not in str(data) + shell.text("config", "show")[1]

    def test_warns_of_secrets_that_others_can_read(self, shell: Shell) -> None:
        (shell.data / "secrets.toml").chmod(0o644)
        code, text = shell.text("config", "check")
        assert code == codes.DONE
        assert "chmod 600" in text

    def test_a_zone_that_cannot_be_taken_up_now_is_told_before_the_start(self, shell: Shell, tmp_path: Path) -> None:
        world = World(shell.store, tmp_path)  # In UTC, as all markets were before there was a choice.
        world.hired(world.equipment(), world.period(5, 2))
        world.close()
        code, error = shell.json("config", "check")
        assert code == codes.NOT_SO
        assert "cannot change from UTC to Europe/Berlin yet" in json.dumps(error)
        (shell.data / "haat.toml").write_text('[market]\ntime_zone = "UTC"\n', "utf-8")
        assert shell.text("config", "check")[0] == codes.DONE

    def test_the_example_is_the_manual(self, shell: Shell) -> None:
        assert "# Every setting of Haat" in shell.text("config", "example")[1]


class TestHealth:
    def test_a_stack_that_does_not_run_is_not_healthy_and_says_where(self, shell: Shell) -> None:
        code, data = shell.json("health")
        status = {part["name"]: part["status"] for part in data["parts"]}
        assert code == codes.NOT_SO
        assert data["healthy"] is False
        assert (status["database"], status["web"], status["worker"]) == ("ok", "failed", "failed")

    def test_a_worker_whose_signs_of_life_stopped_is_not_well(self, shell: Shell) -> None:
        beats = running.beats_of(shell.data)
        beats.touch()
        assert _part(shell, "worker")["status"] == "ok"
        os.utime(beats, (time.time() - 90, time.time() - 90))
        assert _part(shell, "worker") | {"ms": 0} == {
            "name": "worker",
            "status": "failed",
            "ms": 0,
            "detail": "Its last sign of life is 90 seconds old.",
            "try": "`haat logs read worker` tells what it did last; `haat ps` whether it runs.",
        }

    def test_a_job_that_waits_too_long_is_told(self, shell: Shell) -> None:
        shell.store.write(lambda tx: tx.insert(jobs, **_job(run_at=clock.now() - 300_000)))
        assert _part(shell, "queue")["status"] == "failed"
        assert "5 minutes" in _part(shell, "queue")["detail"]

    def test_jobs_that_failed_for_good_want_attention(self, shell: Shell) -> None:
        shell.store.write(lambda tx: tx.insert(dead_jobs, **_dead_job()))
        assert _part(shell, "queue")["status"] == "attention"

    def test_wrong_settings_are_a_part_that_failed(self, shell: Shell) -> None:
        (shell.data / "haat.toml").write_text("[web]\nport = 0\n", "utf-8")
        code, data = shell.json("health")
        assert code == codes.NOT_SO
        assert [part["name"] for part in data["parts"]] == ["settings"]

    @pytest.mark.only_on("sqlite", "a server's files are not ours")
    def test_a_damaged_database_is_a_part_that_failed(self, shell: Shell) -> None:
        (shell.data / "haat.db").write_bytes(b"no database at all" * 100)
        assert _part(shell, "database")["status"] == "failed"

    def test_a_database_of_another_haat_is_a_part_that_failed(self, shell: Shell) -> None:
        shell.store.connection().execute("UPDATE alembic_version SET version_num = '0000'")
        assert "revision 0000" in _part(shell, "database")["detail"]


class TestTruth:
    def test_an_empty_market_keeps_every_promise(self, shell: Shell) -> None:
        code, data = shell.json("truth")
        assert code == codes.DONE
        assert data["true"] is True
        assert len(data["checks"]) > 5

    def test_a_broken_promise_names_its_rows(self, shell: Shell) -> None:
        unchecked(
            shell.store,
            "INSERT INTO movements (id, kind, reference, at) VALUES (7, 'sale', 1, 1)",
            "INSERT INTO entries (id, movement_id, account, currency, amount) VALUES (1, 7, 'held', 'EUR', 5)",
        )
        code, text = shell.text("truth")
        assert code == codes.NOT_SO
        assert "✗ failed" in text
        assert "movement 7 (sale)" in text

    def test_a_database_of_another_haat_is_refused(self, shell: Shell) -> None:
        shell.store.connection().execute("UPDATE alembic_version SET version_num = '0000'")
        code, text = shell.text("truth")
        assert code == codes.NOT_SO
        assert "`haat up` brings it up to date." in text or "newer" in text


class TestJobs:
    def test_dead_jobs_are_listed_and_run_again_when_replayed(self, shell: Shell) -> None:
        shell.store.write(lambda tx: tx.insert(dead_jobs, **_dead_job()))
        code, data = shell.json("jobs", "dead")
        [dead] = data["dead"]
        assert code == codes.DONE
        assert (dead["topic"], dead["problem"]) == ("mail.send", "Nobody took it.")
        assert "Nobody took it." in shell.text("jobs", "dead")[1]
        assert shell.json("jobs", "replay", dead["id"]) == (codes.DONE, {"replayed": 1})
        assert shell.json("jobs", "dead") == (codes.DONE, {"dead": []})

    def test_all_are_replayed_when_none_is_named(self, shell: Shell) -> None:
        for number in (1, 2, 3):
            shell.store.write(lambda tx, number=number: tx.insert(dead_jobs, **_dead_job(number)))  # type: ignore[misc]
        assert shell.text("jobs", "replay") == (codes.DONE, "3 jobs run again.\n")
        assert shell.text("jobs", "replay") == (codes.DONE, "There was no job to replay.\n")

    def test_a_job_that_is_not_dead_cannot_be_replayed(self, shell: Shell) -> None:
        assert shell.text("jobs", "replay", ids.encode(5))[0] == codes.NOT_SO


class TestAccounts:
    @pytest.fixture(autouse=True)
    def _administrator(self, shell: Shell) -> None:
        first_administrator(shell.store, Person("ada@shop.example", "Ada", "en", "DE"))

    def test_the_team_is_listed(self, shell: Shell) -> None:
        [ada] = shell.json("accounts", "team")[1]["team"]
        assert (ada["email"], ada["role"]) == ("ada@shop.example", "administrator")

    def test_a_new_password_is_shown_once_and_is_the_one_that_works(self, shell: Shell) -> None:
        code, data = shell.json("accounts", "new-password", "Ada@shop.example")
        kept = shell.store.value(accounts.select().with_only_columns(accounts.c.password_hash))
        assert code == codes.DONE
        assert is_right(kept, data["password"])

    def test_who_is_an_administrator_stays_one(self, shell: Shell) -> None:
        assert shell.json("accounts", "appoint", "ada@shop.example")[1]["was_already"] is True

    @pytest.mark.parametrize("verb", ["appoint", "new-password"])
    def test_nobody_is_made_up(self, shell: Shell, verb: str) -> None:
        code, text = shell.text("accounts", verb, "nobody@shop.example")
        assert code == codes.NOT_SO
        assert "nobody@shop.example" in text


class TestProcess:
    def test_the_processes_are_listed_shown_and_drawn(self, shell: Shell) -> None:
        assert {"name": "purchase", "version": 1} in shell.json("process", "list")[1]["processes"]
        assert "return_asked" in shell.text("process", "show", "purchase")[1]
        assert shell.json("process", "show", "purchase.1")[1]["version"] == 1
        assert shell.json("process", "draw", "purchase")[1]["svg"].startswith("<svg")

    def test_a_file_that_is_no_process_is_refused_with_the_reason(self, shell: Shell) -> None:
        for content in ('name = "x"', "this is = not = toml", "name = 3"):
            (shell.data / "x.toml").write_text(content, "utf-8")
            code, text = shell.text("process", "check", str(shell.data / "x.toml"))
            assert code == codes.NOT_SO
            assert "x.toml is not a process" in text

    def test_a_process_that_is_not_there_is_not_found(self, shell: Shell) -> None:
        assert shell.text("process", "show", "barter")[0] == codes.NOT_SO


class TestSearch:
    def test_the_index_can_be_made_again(self, shell: Shell) -> None:
        assert shell.json("search", "reindex") == (codes.DONE, {"listings": 0})


def _part(shell: Shell, name: str) -> dict[str, Any]:
    parts: list[dict[str, Any]] = shell.json("health")[1]["parts"]
    return next(part for part in parts if part["name"] == name)


def _job(run_at: int) -> dict[str, object]:
    return {
        "id": 1,
        "topic": "mail.send",
        "payload": "{}",
        "run_at": run_at,
        "attempts": 0,
        "request_id": "",
        "created_at": run_at,
    }


def _dead_job(number: int = 1) -> dict[str, object]:
    return {
        "id": number,
        "topic": "mail.send",
        "payload": "{}",
        "attempts": 12,
        "problem": "Nobody took it.",
        "request_id": "",
        "created_at": 1,
        "died_at": 2,
    }
