"""Forks of this process: how one is begun, and what it may keep of its parent.

A fork has everything loaded that its parent has, so it starts in no time. It is safe as long as the parent has one thread and no
connection open, which whoever calls this sees to.
"""

from __future__ import annotations

import json
import logging
import os
import signal
import sys
import threading
import traceback
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path
from typing import Any, NoReturn

from haat.kernel.errors import HaatError, Refused, Unavailable

_ALL_SIGNALS = signal.valid_signals()
_HANDLED = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGCHLD)

_log = logging.getLogger(__name__)


def fork(run: Callable[[], object], *, name: str, output: int, lifeline: int, close: Iterable[int]) -> int:
    """Run something in a process of its own, and return its id.

    What it prints goes to `output`. Ctrl-C does not reach it; SIGTERM ends it until it says otherwise. When the other end of `lifeline`
    closes, which it does when the parent dies in whatever way, it gets that SIGTERM from itself. `close` are handles of the parent's.
    """
    # A signal that arrives between the fork and its own handlers would wake the parent's in it.
    signal.pthread_sigmask(signal.SIG_BLOCK, _ALL_SIGNALS)
    try:
        pid = os.fork()
        if pid == 0:
            _be_a_child(run, name, output, lifeline, close)
    finally:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, _ALL_SIGNALS)
    return pid


def apart(work: Callable[[], Any]) -> Any:
    """What the work returns, made of what JSON knows, and done in a fork: all that it loads and opens is gone afterwards.

    Its HaatErrors are raised here, the temporary ones as Unavailable and others as Refused. It ends when this process does.
    """
    source, sink = os.pipe()
    lifeline, own_lifeline = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.close(source)
        os.close(own_lifeline)
        end_with(lifeline, _PATIENCE)
        _work_and_exit(work, sink)
    os.close(sink)
    os.close(lifeline)
    with os.fdopen(source, "rb") as answer:
        said = answer.read()
    os.waitpid(pid, 0)
    os.close(own_lifeline)
    return _result(said)


def end_with(lifeline: int, patience: float) -> None:
    """Send this process a SIGTERM when the other end of the lifeline closes, and end it by force after so many seconds."""

    def watch() -> None:
        os.read(lifeline, 1)
        os.kill(os.getpid(), signal.SIGTERM)
        threading.Event().wait(patience)
        os._exit(1)

    threading.Thread(target=watch, name="lifeline", daemon=True).start()


_PATIENCE = 30.0  # seconds for the last work of a process whose parent is gone


def _be_a_child(run: Callable[[], object], name: str, output: int, lifeline: int, close: Iterable[int]) -> NoReturn:
    code = 1
    try:
        _leave_the_parent(name, output, close)
        end_with(lifeline, _PATIENCE)
        run()
        code = 0
    except HaatError as error:
        _log.error("%s", " ".join(part for part in (error.what, error.why, error.try_) if part))
    except BaseException:
        _log.exception("%s failed.", name)
    finally:
        with suppress(Exception):
            sys.stdout.flush()
        os._exit(code)


def _leave_the_parent(name: str, output: int, close: Iterable[int]) -> None:
    os.setpgid(0, 0)  # Ctrl-C is for the processes of the terminal's group.
    signal.set_wakeup_fd(-1)
    for number in _HANDLED:
        signal.signal(number, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, _ALL_SIGNALS)
    os.dup2(output, 1)
    os.dup2(output, 2)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    for handle in (*close, output, nothing):
        os.close(handle)
    sys.stdout = os.fdopen(1, "w", buffering=1, encoding="utf-8", errors="replace", closefd=False)
    sys.stderr = os.fdopen(2, "w", buffering=1, encoding="utf-8", errors="replace", closefd=False)
    with suppress(OSError):  # The name that `ps` and `top` show, where the system has this file.
        Path("/proc/self/comm").write_text(f"haat-{name}".replace(" ", "-"))


def _work_and_exit(work: Callable[[], Any], sink: int) -> NoReturn:
    said: dict[str, Any] = {"failed": "It was interrupted."}
    try:
        said = {"result": work()}
    except HaatError as error:
        said = {"error": [error.what, error.why, error.try_], "is_temporary": error.temporary}
    except BaseException:
        said = {"failed": traceback.format_exc()}
    finally:
        with os.fdopen(sink, "wb") as answer:
            answer.write(json.dumps(said).encode())
        os._exit(0)


def _result(said: bytes) -> Any:
    match json.loads(said or b"{}"):
        case {"result": result}:
            return result
        case {"error": [what, why, try_], "is_temporary": is_temporary}:
            raise (Unavailable if is_temporary else Refused)(what, why=why, try_=try_)
        case {"failed": failed}:
            raise RuntimeError(failed)
        case _:
            raise Unavailable(
                "A part of the start was killed.",
                why="Its process ended without a word, as it does when the machine has no memory left.",
                try_="See what takes the memory, and start again.",
            )
