"""`haat health`, `ps` and `probe`, as an operator types them."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import update
from tests.support.running import free_port, hear_interrupts

from haat.adapters.processes import lock
from haat.cli import codes, health
from haat.cli.details import DETAILS
from haat.cli.dispatch import dispatch
from haat.config.load import load
from haat.config.secrets import ensure_secrets
from haat.jobs.tables import schedule
from haat.kernel import clock
from haat.kernel.zone import zone_of
from haat.market.hire.count_in import count_in
from haat.market.truth.truth import HOLDS
from haat.ops import running
from haat.ops.backups.engines import engine_at
from haat.ops.runbook import PROCEDURES
from haat.store import Store

NEPAL = zone_of("Asia/Kathmandu")


@pytest.fixture
def data(lay_database: Callable[[Path], None], tmp_path: Path) -> Path:
    lay_database(tmp_path)
    ensure_secrets(tmp_path)
    (tmp_path / "run").mkdir()
    return tmp_path


def say(capsys: pytest.CaptureFixture[str], data: Path, *words: str) -> tuple[int, str]:
    code = dispatch([*words, "--data", str(data)])
    out, err = capsys.readouterr()
    return code, out or err


def parts_of(capsys: pytest.CaptureFixture[str], data: Path, *words: str) -> dict[str, dict]:
    return {part["name"]: part for part in json.loads(say(capsys, data, "health", *words, "--json")[1])["parts"]}


def test_details_are_asked_only_when_they_are_wanted(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    short = set(parts_of(capsys, data))
    parts = parts_of(capsys, data, "--detailed")
    assert short == {"settings", "database", "web", "worker", "queue", "zone", "disk", "pause", "cache"}
    assert set(parts) - short == {
        "machine",
        "space",
        "processes",
        "ports",
        "address",
        "gateway",
        "mail",
        "replication",
        "shipping",
        "choices",
        "truth",
        "maintenance",
    }
    assert "cores" in parts["machine"]["detail"]
    assert parts["machine"]["figures"]["cores"] == os.cpu_count()
    assert parts["processes"]["status"] == "failed"


def test_what_there_is_not_is_none_and_never_green(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    parts = parts_of(capsys, data, "--detailed")
    assert {name for name, part in parts.items() if part["status"] == "none"} == {
        "address",
        "gateway",
        "mail",
        "replication",
        "shipping",
        "truth",
    }


def test_where_no_page_is_kept_there_is_no_cache(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with (data / "haat.toml").open("a", encoding="utf-8") as settings:
        settings.write('[web]\npage_cache = "0s"\n')
    assert parts_of(capsys, data)["cache"]["status"] == "none"


def test_whatever_is_not_well_names_what_answers_it(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    parts = parts_of(capsys, data, "--detailed")
    silent = [name for name, part in parts.items() if part["status"] == "failed" and "`" not in part["try"]]
    assert silent == []
    assert {name for name, part in parts.items() if part["status"] == "failed"} == {
        "web",
        "worker",
        "processes",
        "ports",
    }
    text = say(capsys, data, "health")[1]
    assert "`haat up` starts the stack" in text


def test_the_procedures_that_are_named_are_there() -> None:
    assert {health._MAKES_ROOM, health._RESTARTS} <= set(PROCEDURES)


@pytest.mark.only_on("sqlite", "whose file can be taken away")
def test_a_database_that_is_gone_is_told_with_where_it_comes_from(
    data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (data / "haat.db").unlink()
    database = parts_of(capsys, data)["database"]
    assert (database["status"], "`haat up`" in database["try"]) == ("failed", True)
    (data / "stack.json").write_text('{"goods": "demo", "is_done": true}', "utf-8")
    database = parts_of(capsys, data)["database"]
    assert (database["status"], "recover-database" in database["try"]) == ("failed", True)


@pytest.mark.only_on("postgresql mariadb", "where it is on a server that goes on")
def test_a_database_that_was_dropped_is_told_with_what_brings_it_back(
    data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    there = load(data, {}, {}).database
    settings = data / "haat.toml"
    settings.write_text(settings.read_text("utf-8").replace(f"/{there.database}", "/was_dropped"), "utf-8")
    (data / "stack.json").write_text('{"goods": "demo", "is_done": true}', "utf-8")
    database = parts_of(capsys, data)["database"]
    assert (database["status"], "was_dropped" in database["detail"]) == ("failed", True)
    assert "recover-database" in database["try"]
    assert "restart-database" not in database["try"]


def test_the_truth_is_told_as_it_was_found_last_and_how_to_find_it_now(
    data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    settings = load(data, {}, {})
    store = Store(settings.database)
    store.write(lambda tx: tx.insert(schedule, task="check truth", last_at=tx.now, outcome=HOLDS))
    truth = parts_of(capsys, data, "--detailed")["truth"]
    assert (truth["status"], "`haat truth`" in truth["try"]) == ("ok", True)
    store.write(lambda tx: tx.run(update(schedule).values(outcome="Broken: ledger balances.")))
    truth = parts_of(capsys, data, "--detailed")["truth"]
    assert (truth["status"], "ledger balances" in truth["detail"]) == ("failed", True)
    store.write(lambda tx: tx.run(update(schedule).values(outcome=HOLDS, last_at=tx.now - 3 * clock.HOUR)))
    assert parts_of(capsys, data, "--detailed")["truth"]["status"] == "attention"
    store.close()


def test_who_counts_hires_in_another_zone_than_the_market_is_told_both(
    data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    store, mine = Store(load(data, {}, {}).database), load(data, {}, {}).market.time_zone
    for zone, name, status in ((None, "UTC", "attention"), (mine, mine.name, "ok"), (NEPAL, NEPAL.name, "attention")):
        if zone:
            count_in(store, zone)
        part = parts_of(capsys, data)["zone"]
        assert part["status"] == status
        assert mine.name in part["detail"] and name in part["detail"]
        assert ("market.time_zone" in part["try"]) == (status == "attention")
    store.close()


@pytest.mark.parametrize(
    ("behind", "kept", "status"),
    [
        (None, 0, "attention"),
        (1, 0, "ok"),
        (60, 0, "attention"),
        (3600, 0, "failed"),
        (1, 249_000_000, "ok"),
        (1, 251_000_000, "attention"),
        (1, 1_100_000_000, "failed"),
    ],
)
def test_what_is_not_kept_yet_and_what_a_server_keeps_for_that_is_told_before_it_takes_the_disk(
    data: Path, monkeypatch: pytest.MonkeyPatch, behind: int | None, kept: int, status: str
) -> None:
    settings = load(data, {"HAAT_BACKUP__SHIP": "yes", "HAAT_OBJECTIVES__DATA_LOST": "5m"}, {})
    monkeypatch.setattr(type(engine_at(settings.database)), "keeps", lambda self, data: kept)
    if behind is not None:
        running.shipped_of(data).touch()
        then = time.time() - behind
        os.utime(running.shipped_of(data), (then, then))
    said = DETAILS["shipping"](settings)
    assert (said.status, said.figures["kept"]) == (status, kept)
    assert ("`haat logs read shipper`" in said.try_) == (status != "ok")


def test_what_is_left_of_a_shipping_that_is_no_more_is_told(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = load(data, {}, {})
    assert DETAILS["shipping"](settings).status == "none"
    monkeypatch.setattr(type(engine_at(settings.database)), "keeps", lambda self, data: 5_000_000)
    said = DETAILS["shipping"](settings)
    assert (said.status, "5.0 MB" in said.detail, said.try_) == ("attention", True, "`haat up` lets it go.")


def test_a_mail_server_that_cannot_be_called_is_a_part_that_failed(
    data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with (data / "haat.toml").open("a", encoding="utf-8") as settings:
        settings.write(f'[mail]\nhost = "127.0.0.1"\nport = {free_port()}\n')
    mail = parts_of(capsys, data, "--detailed")["mail"]
    assert mail["status"] == "failed"
    assert "connect" in mail["detail"]


def test_it_asks_again_and_again_and_sees_what_has_changed(data: Path) -> None:
    words = [sys.executable, "-m", "haat", "health", "--continuous", "--interval", "1", "--json", "--data", str(data)]
    with subprocess.Popen(
        words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, preexec_fn=hear_interrupts
    ) as process:
        assert process.stdout is not None
        first = json.loads(process.stdout.readline())
        (data / "haat.toml").write_text("[web]\nport = 0\n", "utf-8")
        later = [json.loads(process.stdout.readline()) for _ in range(2)][-1]
        process.send_signal(signal.SIGINT)
        try:
            assert process.wait(30) == codes.INTERRUPTED
        finally:
            process.kill()
    assert first["at"] < later["at"]
    assert len(first["parts"]) > 1
    assert [part["name"] for part in later["parts"]] == ["settings"]


@pytest.mark.parametrize("interval", ["0", "soon"])
def test_an_interval_is_a_number_of_seconds(data: Path, capsys: pytest.CaptureFixture[str], interval: str) -> None:
    code, said = say(capsys, data, "health", "--interval", interval)
    assert code == codes.WRONG_USAGE
    assert "--interval" in said


def test_the_processes_of_the_stack_are_listed_as_long_as_somebody_keeps_it(
    data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, said = say(capsys, data, "ps")
    assert code == codes.NOT_SO
    assert "haat up" in said
    handle = lock.take(running.lock_of(data))
    running.tell(data, running.Running(os.getpid(), "http://127.0.0.1:8000", clock.now(), "0.0.9"))
    found = json.loads(say(capsys, data, "ps", "--json")[1])
    assert (found["version"], found["processes"][0]["pid"]) == ("0.0.9", os.getpid())
    assert "is installed now" in say(capsys, data, "ps")[1]
    os.close(handle)
    assert say(capsys, data, "ps", "--json")[0] == codes.NOT_SO


def test_a_probe_says_where_the_way_ends(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, said = say(capsys, data, "probe", f"http://127.0.0.1:{free_port()}/health")
    assert code == codes.UNAVAILABLE
    assert "cannot be reached" in said
    assert say(capsys, data, "probe", "shop.example")[0] == codes.WRONG_USAGE
