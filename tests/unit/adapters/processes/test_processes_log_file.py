"""Logs stay within their bounds, hold no secret, and stop nobody."""

from __future__ import annotations

from pathlib import Path

import pytest

from haat.adapters.processes.log_file import LogFile

LINE = b"x" * 99 + b"\n"


def log_in(folder: Path, *, keep: int = 2, secrets: tuple[bytes, ...] = ()) -> LogFile:
    return LogFile(folder / "web.log", max_size=1000, keep=keep, secrets=secrets)


def sizes(folder: Path) -> dict[str, int]:
    return {file.name: file.stat().st_size for file in sorted(folder.iterdir())}


def test_full_files_are_put_aside_and_the_oldest_is_thrown_away(tmp_path: Path) -> None:
    log = log_in(tmp_path)
    for number in range(45):
        log.write(b"%098d\n" % number + b"\n")
    assert sizes(tmp_path) == {"web.log": 500, "web.log.1": 1000, "web.log.2": 1000}
    assert (tmp_path / "web.log").read_bytes().startswith(b"%098d" % 40)
    assert (tmp_path / "web.log.2").read_bytes().startswith(b"%098d" % 20)


def test_where_none_is_kept_a_full_file_is_begun_anew(tmp_path: Path) -> None:
    log = log_in(tmp_path, keep=0)
    for _ in range(25):
        log.write(LINE)
    assert sizes(tmp_path) == {"web.log": 500}


def test_a_log_goes_on_where_it_stopped(tmp_path: Path) -> None:
    for _ in range(2):
        log = log_in(tmp_path)
        log.write(LINE)
        log.close()
    assert sizes(tmp_path) == {"web.log": 200}


def test_what_does_not_fit_in_one_file_is_kept_whole(tmp_path: Path) -> None:
    log = log_in(tmp_path)
    log.write(LINE * 30)
    log.write(LINE)
    assert sizes(tmp_path) == {"web.log": 100, "web.log.1": 3000}


def test_secrets_are_hidden_wherever_they_come_from(tmp_path: Path) -> None:
    log = log_in(tmp_path, secrets=(b"open sesame",))
    log.write(b'{"event": "the key is open sesame"}\n')
    assert (tmp_path / "web.log").read_bytes() == b'{"event": "the key is (hidden)"}\n'


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
def test_a_full_disk_loses_lines_and_nothing_else(tmp_path: Path) -> None:
    (tmp_path / "web.log").symlink_to("/dev/full")
    log = log_in(tmp_path)
    log.write(LINE)
    log.write(LINE)


def test_a_folder_that_is_gone_stops_nobody(tmp_path: Path) -> None:
    log = LogFile(tmp_path / "gone" / "web.log", max_size=1000, keep=1)
    log.write(LINE)
    assert not (tmp_path / "gone").exists()
