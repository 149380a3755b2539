"""The one place where deeds are done."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from haat.kernel.errors import Unavailable
from haat.ops.caches import act
from haat.ops.procedure.deed import Clearing, Deed, Note, Program, Removal, Renaming, Start, Statement, Visit, shown
from haat.ops.procedure.lock import lent
from haat.ops.procedure.scene import Scene

_MOST_SAID = 2000  # characters of what a program printed
# How our own programs print what went wrong, the last thing that they say.
_OURS = re.compile(r"^haat: (.*?)(?:\n  why  (.*?))?(?:\n  try  (.*?))?\Z", re.MULTILINE | re.DOTALL)


def do(deed: Deed, scene: Scene, patience: float) -> str:
    """Do it; returns what it said. Raises Unavailable when it does not work, and for a program or a statement that takes more than `patience` seconds."""
    try:
        match deed:
            case Program():
                return _run(deed, patience)
            case Start():
                _begin(deed)
            case Statement():
                scene.tell(deed.sql, patience)
            case Clearing():
                clear = act.clear_server if deed.where == "server" else act.clear_processes
                return clear(scene.settings, deed.pattern)
            case Visit():
                act.visit(scene.settings, deed.path, deed.language)
            case Note():
                _write(Path(deed.file), deed.text)
            case Renaming():
                _rename(Path(deed.path), deed.name)
            case Removal():
                _remove(Path(deed.path))
    except OSError as error:
        raise Unavailable(f"“{deed}” failed.", why=f"{error.strerror or error}.") from error
    return ""


def _run(program: Program, patience: float) -> str:
    try:
        return _said_by(program.argv, patience)
    except Unavailable as error:
        if not program.otherwise:
            raise
        said = _said_by(program.otherwise, patience)
        return f"{error.what} {error.why} Then it was “{shown(program.otherwise)}”. {said}".strip()


def _said_by(argv: Sequence[str], patience: float) -> str:
    """A program of ours has the lock of operations with us, and keeps it should we be killed meanwhile: nothing else begins before it has ended. One of
    others may leave a server behind, which would keep it for good.
    """
    is_ours = argv[0] == sys.executable
    try:
        ended = subprocess.run(  # noqa: S603 (no shell, and the words are a procedure's own)
            argv,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=patience,
            check=False,
            pass_fds=lent() if is_ours else (),
        )
    except subprocess.TimeoutExpired as error:
        raise _failed(argv, f"It did not end within {patience:g} s, and was killed.") from error
    except OSError as error:
        raise _failed(argv, f"{error.strerror or error}.") from error
    if ended.returncode != 0:
        said = ended.stderr.strip() or ended.stdout.strip()
        if is_ours and (known := _OURS.search(said)):
            raise _refused_by_ours(argv, known)
        raise _failed(argv, said[-_MOST_SAID:] or f"It ended with {ended.returncode} and said nothing.")
    return ended.stdout.strip()[-_MOST_SAID:]


def _begin(program: Start) -> None:
    """It is in a session of its own, and outlives the run."""
    Path(program.log).parent.mkdir(parents=True, exist_ok=True)
    with Path(program.log).open("ab") as log:
        subprocess.Popen(  # noqa: S603 (no shell, and the words are a procedure's own)
            program.argv, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True
        )


def _write(file: Path, text: str) -> None:
    draft = file.with_name(f".{file.name}")
    draft.write_text(f"{text}\n", "utf-8")
    draft.replace(file)


def _rename(path: Path, name: str) -> None:
    """What has that name already is not replaced: it may be the younger of the two."""
    target = path.with_name(name)
    if not target.exists():
        with suppress(FileNotFoundError):
            path.rename(target)


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def _refused_by_ours(argv: Sequence[str], said: re.Match[str]) -> Unavailable:
    """What one of our own programs answered, each part of it in its place."""
    what, why, try_ = (" ".join((part or "").split()) for part in said.groups())
    return Unavailable(f"“{shown(argv)}” failed: {what}", why=why, try_=try_)


def _failed(argv: Sequence[str], why: str) -> Unavailable:
    return Unavailable(f"“{shown(argv)}” failed.", why=why)
