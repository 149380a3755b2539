"""The one place where deeds are done."""

from __future__ import annotations

import subprocess

from haat.kernel.errors import Unavailable
from haat.ops.caches import act
from haat.ops.procedure.deed import Clearing, Deed, Program, Statement, Visit
from haat.ops.procedure.scene import Scene

_MOST_SAID = 2000  # characters of what a program printed


def do(deed: Deed, scene: Scene, patience: float) -> str:
    """Do it; returns what it said. Raises Unavailable when it does not work, and for a program that takes more than `patience` seconds."""
    match deed:
        case Program():
            return _run(deed, patience)
        case Statement():
            scene.tell(deed.sql)
            return ""
        case Clearing():
            clear = act.clear_server if deed.where == "server" else act.clear_processes
            return clear(scene.settings, deed.pattern)
        case Visit():
            act.visit(scene.settings, deed.path, deed.language)
            return ""


def _run(program: Program, patience: float) -> str:
    try:
        ended = subprocess.run(  # noqa: S603 (no shell, and the words are a procedure's own)
            program.argv, capture_output=True, text=True, errors="replace", timeout=patience, check=False
        )
    except subprocess.TimeoutExpired as error:
        raise _failed(program, f"It did not end within {patience:g} s, and was killed.") from error
    except OSError as error:
        raise _failed(program, f"{error.strerror or error}.") from error
    if ended.returncode != 0:
        raise _failed(
            program, ended.stderr.strip()[-_MOST_SAID:] or f"It ended with {ended.returncode} and said nothing."
        )
    return ended.stdout.strip()[-_MOST_SAID:]


def _failed(program: Program, why: str) -> Unavailable:
    return Unavailable(f"“{program}” failed.", why=why)
