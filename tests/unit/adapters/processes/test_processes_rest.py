"""Programs that may not run now are ended in order and stay away; when they may, they run again, and nobody has died."""

from __future__ import annotations

import base64
import hashlib
import http.client
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from haat.adapters.processes.doorman import RETRY_AFTER, turn_away

_SCRIPT = """
import time
from haat.adapters.processes.supervisor import Program, Resting, Supervisor, Woken

asleep = {"doorman"}
count = 0

def go_on():
    while True:
        time.sleep(0.05)

def tell(event):
    print(event, flush=True)
    told.append(event)
    if [one.program for one in told if isinstance(one, Resting)] == ["web 1", "web 2", "shipper"]:
        if not any(isinstance(one, Woken) and one.program == "doorman" for one in told):
            return
        asleep.clear()
        asleep.add("doorman")
    if sum(isinstance(one, Woken) for one in told) == 4:
        kept.end()

def begin():
    asleep.clear()
    asleep.update({"web", "shipper"})
    return False

told = []
web = [Program("web 1", go_on, print), Program("web 2", go_on, print)]
groups = [web, [Program("doorman", go_on, print)], [Program("shipper", go_on, print)], [Program("other", go_on, print)]]
kept = Supervisor(groups, tell=tell, tick=begin, before_end=lambda: None, asleep=lambda: asleep)
kept.run()
"""


def test_they_rest_in_order_and_are_woken_while_others_go_on() -> None:
    ended = subprocess.run([sys.executable, "-c", _SCRIPT], capture_output=True, text=True, timeout=60, check=True)
    told = [
        line.partition("(")[0] + line.partition("=")[2].partition(",")[0].strip(")")
        for line in ended.stdout.splitlines()
    ]
    assert {*told[:2]} | {told[2]} >= {"Resting'web 1'", "Resting'web 2'", "Woken'doorman'"}
    assert told.index("Resting'shipper'") > max(told.index("Resting'web 1'"), told.index("Resting'web 2'"))
    assert [line for line in told if line.startswith("Woken")][1:] == ["Woken'web 1'", "Woken'web 2'", "Woken'shipper'"]
    assert not any("Died" in line or line == "Resting'other'" for line in told)


@contextmanager
def door() -> Iterator[int]:
    """The port of a door at which everybody is turned away."""
    stop = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as listener:
        doorman = threading.Thread(target=turn_away, args=(listener, "Bits & <Bobs>", stop))
        doorman.start()
        try:
            yield listener.getsockname()[1]
        finally:
            stop.set()
            doorman.join()


def test_whoever_comes_while_the_shop_rests_is_told_to_come_again() -> None:
    with door() as port:
        for method, body in (("GET", None), ("POST", b"x" * 600_000)):
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
            connection.request(method, "/", body)
            answer = connection.getresponse()
            assert (answer.status, answer.getheader("Retry-After")) == (503, str(RETRY_AFTER))
            page = answer.read().decode()
            assert "Bits &amp; &lt;Bobs&gt;" in page
            style = page.partition("<style>")[2].partition("</style>")[0]
            allowed = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
            assert f"'sha256-{allowed}'" in answer.getheader("Content-Security-Policy", "")
            connection.close()


def test_one_who_says_nothing_keeps_nobody_else_waiting() -> None:
    with door() as port, socket.create_connection(("127.0.0.1", port)), socket.create_connection(("127.0.0.1", port)):
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=1.5)
        connection.request("GET", "/")
        assert connection.getresponse().status == 503
        connection.close()


_STUBBORN = """
import signal, time
from haat.adapters.processes import supervisor
from haat.adapters.processes.supervisor import Program, Resting, Supervisor, Woken

supervisor._LONGEST_END = 0.3
asleep = set()

def do_not_end():
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    print("deaf", flush=True)
    time.sleep(1000)

def tell(event):
    if isinstance(event, Resting):
        asleep.clear()
        print("Resting", event.by_force, flush=True)
    if isinstance(event, Woken):
        print("Woken", flush=True)
        kept.end()

web = Program("web", do_not_end, lambda lines: asleep.add("web"))
kept = Supervisor([[web]], tell=tell, tick=lambda: False, before_end=lambda: None, asleep=lambda: asleep)
kept.run()
"""


def test_one_that_was_told_to_rest_and_does_not_is_ended_by_force_though_it_may_run_again_by_then() -> None:
    ended = subprocess.run([sys.executable, "-c", _STUBBORN], capture_output=True, text=True, timeout=60, check=True)
    assert ended.stdout.splitlines() == ["Resting False", "Resting True", "Woken"]
