"""A command that has something done by whoever it is a child of, as `systemctl` has systemd do it."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

_ASK = """
import sys, time
from pathlib import Path
asked, done = map(Path, sys.argv[1:])
asked.touch()
while not done.exists():
    time.sleep(0.02)
complaint = done.read_text()
done.unlink()
sys.exit(complaint or 0)
"""


@contextmanager
def obeying(folder: Path, act: Callable[[], str]) -> Iterator[tuple[str, ...]]:
    """The words of the command. `act` does what is asked for, here, and returns a complaint, or nothing when it is done."""
    asked, done, draft = (folder / name for name in ("asked", "done", ".done"))
    is_over = threading.Event()

    def obey() -> None:
        while not is_over.wait(0.02):
            if asked.exists():
                asked.unlink()
                draft.write_text(act())
                draft.rename(done)

    thread = threading.Thread(target=obey, name="obeying")
    thread.start()
    try:
        yield (sys.executable, "-c", _ASK, str(asked), str(done))
    finally:
        is_over.set()
        thread.join()
