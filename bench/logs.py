"""How long `haat logs` takes to find a few lines in a gigabyte, beside `grep -c`, which reads the same files for the same words.

Both are whole commands, from their start to their end, in turn. The files are in the system's memory for both.
"""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

ROUNDS = 3
_FILES = (("web.log.2", 300), ("web.log.1", 300), ("web.log", 200), ("worker.log", 200))  # megabytes
_BEGAN = datetime(2026, 11, 1, tzinfo=UTC)
_REQUEST = "f0914b47df-314159"
_TEXT = "The bank has closed its counter"
_PATHS = ("/", "/cart", "/search", "/listings/blue-jug-0sag8v76x38r6", "/category/pottery", "/api/v1/listings")


class Question(NamedTuple):
    """What is asked of `haat logs`, the words that grep looks for, and the longest that ours may take, in seconds."""

    name: str
    words: Sequence[str]
    needle: str
    goal: float


class Cost(NamedTuple):
    """`cpu` is in seconds of the processor: on a machine that does something else too, it is what the command itself took."""

    seconds: float
    cpu: float
    megabytes: float


_QUESTIONS = (
    Question("a request id in 1 GB", ("read", "--request", _REQUEST), _REQUEST, 2.0),
    Question("a text in 1 GB", ("read", "--text", _TEXT.upper()), _TEXT, 4.0),
    Question("errors in 1 GB", ("read", "--level", "error"), '"level":"error"', 4.0),
)


def ask(folder: Path) -> int:
    """Prints a line for each question; returns how many took longer than they may."""
    data = folder / "logs-1gb"
    _make(data)
    print(f"{'':30} {'ours s':>9} {'grep s':>9} {'ratio':>6} {'goal s':>6} {'cpu s':>6} {'MB':>5}")
    missed = 0
    for question in _QUESTIONS:
        ours, theirs = _measure(question, data)
        print(
            f"{question.name:30} {ours.seconds:9.2f} {theirs.seconds:9.2f} {ours.seconds / theirs.seconds:6.2f} "
            f"{question.goal:6.1f} {ours.cpu:6.2f} {ours.megabytes:5.0f}"
        )
        missed += ours.seconds > question.goal
    return missed


def _measure(question: Question, data: Path) -> tuple[Cost, Cost]:
    files = [str(data / "logs" / name) for name, _ in _FILES]
    grep = ["grep", "-c", question.needle, *files]
    haat = [str(Path(sys.executable).with_name("haat")), "logs", *question.words, "--data", str(data)]
    rounds = [(_cost(haat), _cost(grep)) for _ in range(ROUNDS)]
    return _median([ours for ours, _ in rounds]), _median([theirs for _, theirs in rounds])


def _median(costs: Sequence[Cost]) -> Cost:
    return sorted(costs)[len(costs) // 2]


def _cost(command: Sequence[str]) -> Cost:
    began = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    said = process.stdout.read()
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode == 0, f"{command} failed"
    assert any(digit in said for digit in "123456789"), f"{command} found nothing"
    return Cost(time.perf_counter() - began, used.ru_utime + used.ru_stime, used.ru_maxrss / 1000)


def _make(data: Path) -> None:
    """Once. What is looked for stands near the beginning of the oldest file, so that all of it is read."""
    done = data / "done"
    if done.exists():
        return
    (data / "logs").mkdir(parents=True, exist_ok=True)
    lines = _lines()
    for name, megabytes in _FILES:
        with (data / "logs" / name).open("w", encoding="utf-8") as file:
            left = megabytes * 1_000_000
            while left > 0:
                left -= file.write(next(lines))
    done.touch()


def _lines() -> Iterator[str]:
    chance = random.Random(7)
    at = _BEGAN
    for number in range(sys.maxsize):
        at += timedelta(milliseconds=60)
        stamp, request = at.isoformat().replace("+00:00", "Z"), f"{chance.getrandbits(40):010x}-{number}"
        if number == 1000:
            yield _said(stamp, "error", f"{_TEXT}: call again.", _REQUEST)
        elif number % 5000 == 0:
            yield _said(stamp, "error", f"Job {number} failed.", request)
        elif number % 50 == 0:
            yield _said(stamp, "info", f"Job {number} is done.", request)
        else:
            yield (
                f'{{"at":"{stamp}","level":"info","event":"request","method":"GET","path":"{chance.choice(_PATHS)}",'
                f'"route":"/listings/{{slug}}","status":200,"ms":{chance.random() * 9:.3f},"bytes":31415,"request_id":"{request}",'
                f'"address":"203.0.113.{number % 200}","account":null,"from_cache":false}}\n'
            )


def _said(stamp: str, level: str, event: str, request: str) -> str:
    return f'{{"at":"{stamp}","level":"{level}","event":"{event}","from":"haat.jobs","request_id":"{request}"}}\n'
