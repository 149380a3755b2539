"""Servers of databases and of a cache that are ours to start and to end, by their pid: without privileges, in the foreground, from the packages of the
system.
"""

from __future__ import annotations

import ctypes
import os
import pwd
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from haat.kernel.errors import NotFound, Unavailable

_PATIENCE = 60.0  # seconds
_DIE_WITH_PARENT = 1  # PR_SET_PDEATHSIG


def programs_of_postgres(version: int | None = None) -> Path | None:
    """The folder of the programs of PostgreSQL: of this version, or the newest if there are several."""
    found = sorted(
        Path("/usr/lib/postgresql").glob(f"{version or '*'}/bin/postgres"), key=lambda path: int(path.parts[4])
    )
    return found[-1].parent if found else None


def free_port() -> int:
    """One that nobody listens on, and that the system does not give to the next who asks at once."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


class Process:
    """A server in the foreground, which is ours to start and to end. It has so many seconds for each, and gets the signal `orphaned` when whoever
    started it is killed; without one it stays. Once its log says `ready`, it has to answer within a minute, however much patience there was.
    """

    def __init__(
        self,
        command: Sequence[str],
        user: str | None,
        log: Path,
        greet: Callable[[], object],
        patience: float = _PATIENCE,
        orphaned: int | None = None,
        ready: str = "",
    ) -> None:
        self._ready = ready
        self._orphaned = orphaned
        self._patience = patience
        self._command, self._user, self._log, self._greet = [*command], user, log, greet
        self._running: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        with self._log.open("ab") as log:
            self._running = subprocess.Popen(  # noqa: S603 (a program of the system, with our words)
                self._command,
                user=self._user,
                group=self._user,
                extra_groups=[] if self._user else None,
                env=_at_home(self._log.parent),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                preexec_fn=dying_with_us(self._orphaned) if self._orphaned else None,
            )
        until = time.monotonic() + self._patience
        while not self._answers():
            if self._ready and self._ready in self._log.read_text(errors="replace"):
                until = min(until, time.monotonic() + _PATIENCE)
            if self._running.poll() is not None or time.monotonic() > until:
                raise Unavailable(
                    f"{self._command[0]} does not start.", why=self._log.read_text(errors="replace")[-1000:]
                )
            time.sleep(0.05)

    @property
    def pid(self) -> int:
        assert self._running is not None
        return self._running.pid

    @property
    def has_ended(self) -> bool:
        return self._running is None or self._running.poll() is not None

    def end(self, number: int) -> None:
        if self._running is not None and not self.has_ended:
            self._running.send_signal(number)
            self._running.wait(self._patience)

    def _answers(self) -> bool:
        try:
            self._greet()
        except Exception:
            return False
        return True


def dying_with_us(number: int) -> Callable[[], object] | None:
    """What a process does before it becomes another program, to get this signal when the thread that began it is gone. Only Linux has that."""
    if sys.platform != "linux":
        return None
    call = ctypes.CDLL(None).prctl
    return lambda: call(_DIE_WITH_PARENT, number)


def give_to(user: str, folder: Path) -> str | None:
    """The folder is the user's with what stands in it, as servers that refuse to run as root need it; None where we are not root, and keep it."""
    folder.mkdir(parents=True, exist_ok=True)
    if os.getuid() != 0:
        return None
    owner = pwd.getpwnam(user)
    for path in (folder, *folder.iterdir()):
        os.chown(path, owner.pw_uid, owner.pw_gid)
    return user


def run(command: Sequence[str], user: str | None, folder: Path) -> None:
    ended = subprocess.run(  # noqa: S603 (a program of the system, with our words)
        command,
        user=user,
        group=user,
        extra_groups=[] if user else None,
        env=_at_home(folder),
        cwd=folder,
        capture_output=True,
        text=True,
        errors="replace",
        check=False,
    )
    if ended.returncode:
        raise Unavailable(f"{command[0]} failed.", why=(ended.stderr or ended.stdout).strip()[-1000:])


def _at_home(folder: Path) -> dict[str, str]:
    """Its temporary files are in its own folder: another user's, which TMPDIR may name, is closed to it."""
    return {**os.environ, "TMPDIR": str(folder)}


def not_installed(name: str, package: str) -> NotFound:
    return NotFound(f"There is no {name} on this machine.", try_=f"Install it: `apt-get install {package}`.")
