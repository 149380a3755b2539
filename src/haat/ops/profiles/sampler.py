"""Looks a hundred times a second where every thread of this process is, for as long as it is asked to, and writes down what it saw.

A process that listens does nothing until somebody sends it the signal. What it writes are names of functions and numbers of lines: no value
of any variable, and so no secret.
"""

from __future__ import annotations

import logging
import os
import re
import signal
import sys
import threading
import time
from collections import Counter
from pathlib import Path
from types import CodeType, FrameType
from typing import TypeAlias

import msgspec

SIGNAL = signal.SIGUSR2
LONGEST = 60  # seconds

_BETWEEN = 0.01  # seconds
_DEEPEST = 120  # frames

_NAMELESS = "request"  # Threads that Python did not begin are those that answer.
_NUMBER = re.compile(r"[-_ ]?\d+(_\d+)*$")

_log = logging.getLogger(__name__)

_Stack: TypeAlias = tuple[str, int, tuple[CodeType, ...]]
"""The name of a thread, the line that it is at, and the functions it is in, the innermost first."""


class Wish(msgspec.Struct, frozen=True):
    """What somebody asks for."""

    seconds: float


class Profile(msgspec.Struct, frozen=True):
    """What came of it. `stacks` counts how often a thread was at a place: its name, then functions from the outermost to the innermost, then
    the line. `cost` is the share of one core that looking took.
    """

    program: str
    pid: int
    at: int
    seconds: float
    looks: int
    cost: float
    stacks: dict[str, int]


def wish_of(folder: Path, pid: int) -> Path:
    return folder / f"{pid}.wish"


def profile_of(folder: Path, pid: int) -> Path:
    return folder / f"{pid}.profile"


def listen(program: str, folder: Path) -> None:
    """From now on this process looks at itself when it is asked: by a wish in the folder, and the signal. For the main thread."""
    at_work = threading.Lock()

    def begin(number: int, frame: FrameType | None) -> None:
        if at_work.acquire(blocking=False):  # One at a time; whoever asks meanwhile waits in vain, and is told so.
            try:
                threading.Thread(target=look, name="sampler", daemon=True).start()
            except RuntimeError:  # There is no room for a thread, which is no reason to end what the process was doing.
                at_work.release()
                _log.exception("This process could not begin to look at itself.")

    def look() -> None:
        try:
            wish = msgspec.json.decode(wish_of(folder, os.getpid()).read_bytes(), type=Wish)
            _keep(folder, sample(program, min(wish.seconds, LONGEST)))
        except Exception:
            _log.exception("This process could not look at itself.")
        finally:
            at_work.release()

    signal.signal(SIGNAL, begin)


def is_listening(pid: int) -> bool:
    """Whether a process takes the signal; one that does not would die of it."""
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return False
    caught = next((line.split()[1] for line in status.splitlines() if line.startswith("SigCgt:")), "0")
    return bool(int(caught, 16) >> (SIGNAL - 1) & 1)


def sample(program: str, seconds: float) -> Profile:
    """Look at all threads of this process but the own one."""
    own, began_at = threading.get_ident(), time.time_ns() // 1_000_000
    counted: Counter[_Stack] = Counter()
    began, cpu_before, looks = time.monotonic(), time.thread_time(), 0
    while (now := time.monotonic()) - began < seconds:
        names = {one.ident: one.name for one in threading.enumerate() if not one.name.startswith("Dummy-")}
        for ident, frame in sys._current_frames().items():
            if ident != own:
                counted[_stack(names.get(ident, _NAMELESS), frame)] += 1
        looks += 1
        time.sleep(max(0.0, now + _BETWEEN - time.monotonic()))
    took = time.monotonic() - began
    cost = (time.thread_time() - cpu_before) / took
    stacks: Counter[str] = Counter()
    for stack, count in counted.items():
        stacks[_written(stack)] += count
    return Profile(program, os.getpid(), began_at, round(took, 3), looks, round(cost, 4), dict(stacks))


def _stack(thread: str, frame: FrameType) -> _Stack:
    codes: list[CodeType] = []
    inner: FrameType | None = frame
    while inner is not None and len(codes) < _DEEPEST:
        codes.append(inner.f_code)
        inner = inner.f_back
    return thread, frame.f_lineno, tuple(codes)


def _written(stack: _Stack) -> str:
    """Folded, as tools for flame graphs read it. Threads that differ by a number alone are one."""
    thread, line, codes = stack
    functions = [f"{_module(code.co_filename)}:{code.co_qualname}" for code in reversed(codes)]
    return ";".join(
        [_NUMBER.sub("", thread) or thread, *(name.replace(";", ",") for name in functions), f"line {line}"]
    )


def _module(file: str) -> str:
    """The module of a file, without the folders of this machine."""
    path = Path(file)
    parts = path.with_suffix("").parts
    for root in ("site-packages", "src", "lib"):
        if root in parts:
            parts = parts[len(parts) - parts[::-1].index(root) :]
            break
    else:
        parts = parts[-1:]
    inside = [part for part in parts if not re.fullmatch(r"python3\.\d+|dist-packages", part)]
    return ".".join(inside).removesuffix(".__init__") or path.stem


def _keep(folder: Path, profile: Profile) -> None:
    """All of it, or nothing."""
    file = profile_of(folder, profile.pid)
    draft = file.with_suffix(".draft")
    draft.write_bytes(msgspec.json.encode(profile))
    draft.replace(file)
