"""Who serves is told to end, however early."""

from __future__ import annotations

import subprocess
import sys

_SCRIPT = """
import os, signal
from haat.adapters.granian import server

asked = server._asked_to_end()
signal.raise_signal(signal.SIGTERM)
assert os.read(asked, 1)[0] == signal.SIGTERM
"""

_EARLY = """
import os, signal, socket, sys
from haat.adapters.granian import server

signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGTERM])
os.kill(os.getpid(), signal.SIGTERM)
ask = server._asked_to_end

def ask_and_let_it_come():
    asked = ask()
    signal.pthread_sigmask(signal.SIG_UNBLOCK, [signal.SIGTERM])
    return asked

server._asked_to_end = ask_and_let_it_come
server.serve(lambda environ, start: [], socket.create_server(("127.0.0.1", 0)), threads=1)
print("ended")
"""


def test_a_signal_is_read_that_came_before_anybody_waited_for_it() -> None:
    subprocess.run([sys.executable, "-c", _SCRIPT], check=True, timeout=30)


def test_whoever_is_told_to_end_before_it_has_begun_ends() -> None:
    said = subprocess.run([sys.executable, "-c", _EARLY], check=True, timeout=30, capture_output=True, text=True).stdout
    assert said == "ended\n"
