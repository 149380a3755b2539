"""Processes that somebody wants anew: ended one at a time, by force when they do not end, and begun again without a word of a death.

A wish is fulfilled once, whatever the clock of the wall says, and no program that keeps dying is in its way.
"""

from __future__ import annotations

import subprocess
import sys

import pytest

_SCRIPT = """
import signal, time
from haat.adapters.processes import supervisor
from haat.adapters.processes.supervisor import Back, Program, Renewing, Supervisor

supervisor._LONGEST_END = 1.5
wanted = {}

def go_on():
    while True:
        time.sleep(0.05)

def refuse_to_end():
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    go_on()

def tell(event):
    print(event, flush=True)
    told.append(event)
    if sum(isinstance(one, Back) for one in told) == 3:
        kept.end()

def begin():
    wanted.update({"web": 1, "stubborn": 1})
    return False

told = []
programs = [Program("web 1", go_on, print), Program("web 2", go_on, print), Program("stubborn", refuse_to_end, print)]
other = Program("other", go_on, print)
kept = Supervisor([programs, [other]], tell=tell, tick=begin, before_end=lambda: None, anew=lambda: wanted)
kept.run()
"""


def test_each_is_ended_in_order_and_by_force_when_its_time_is_up_and_others_are_left_alone() -> None:
    ended = subprocess.run([sys.executable, "-c", _SCRIPT], capture_output=True, text=True, timeout=60, check=False)
    assert ended.returncode == 0, ended.stderr
    told = [line.partition("(")[0] + line.partition("=")[2].partition(",")[0] for line in ended.stdout.splitlines()]
    assert told[:4] == ["Renewing'web 1'", "Back'web 1'", "Renewing'web 2'", "Back'web 2'"]
    assert told[4:7] == ["Renewing'stubborn'", "Renewing'stubborn'", "Back'stubborn'"]
    assert "by_force=True" in ended.stdout.splitlines()[5]
    assert not any("Died" in line or "'other'" in line.partition("Ending")[0] for line in ended.stdout.splitlines())


_WISHES = """
import sys, time
from haat.adapters.processes.supervisor import Program, Renewing, Supervisor

HOUR = 3_600_000
wanted = {"old": 7, "web": 7}

def go_on():
    while True:
        time.sleep(0.05)

def die():
    raise SystemExit(1)

def tick():
    lasted = time.monotonic() - began
    if lasted > 2.0:
        wanted["web"] = wish
    if lasted > 3.2:
        kept.end()
    return True

def tell(event):
    if isinstance(event, Renewing):
        print(event.program, flush=True)

began, wish = time.monotonic(), time.time_ns() // 1_000_000 + int(sys.argv[1]) * HOUR
programs = [Program(name, go_on, print) for name in ("old", "web 1", "web 2")]
broken = [Program("broken", die, len)] * int(sys.argv[2])
kept = Supervisor([programs + broken], tell=tell, tick=tick, before_end=lambda: None, anew=lambda: wanted)
kept.run()
"""


@pytest.mark.parametrize("hours", [-1, 1])
def test_a_wish_is_fulfilled_once_though_the_clock_was_set_meanwhile(hours: int) -> None:
    assert _renewed(hours, broken=0) == ["web 1", "web 2"]


def test_who_keeps_dying_holds_up_none_of_another_kind() -> None:
    assert _renewed(0, broken=1) == ["web 1", "web 2"]


def _renewed(hours: int, broken: int) -> list[str]:
    words = [sys.executable, "-c", _WISHES, str(hours), str(broken)]
    return subprocess.run(words, capture_output=True, text=True, timeout=60, check=True).stdout.splitlines()
