"""How long others wait for a server of Redis while a million pages are thrown away, beside how long they wait when nothing is."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from pathlib import Path

from haat.cache import shared
from haat.cache.names import Names
from haat.cache.pattern import Pattern
from haat.cache.server import Server
from haat.ops.drills.servers import OwnRedis

PAGES = 1_000_000
GOAL = 2.0  # times the 99th percentile of a quiet server
_QUIET = 3.0  # seconds of pings before anything is cleared
_NAMES = Names("bench", "r")

_PING = """
import socket, sys, time
port, password = int(sys.argv[1]), sys.argv[2]
one = socket.create_connection(("127.0.0.1", port))
one.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
one.sendall(f"AUTH {password}\\r\\n".encode()); one.recv(100)
while True:
    began = time.monotonic()
    one.sendall(b"PING\\r\\n"); one.recv(100)
    print(began, time.monotonic() - began, flush=True)
    time.sleep(0.001)
"""

_FILL = """
for number = ARGV[2], ARGV[3] do
    redis.call('SET', ARGV[1] .. 'r:en:shop.example|/item/' .. string.format('%d', number), string.rep('0', 20) .. 'page', 'PX', 3600000)
end
"""


def main() -> int:
    """Returns 1 when the figure was not reached."""
    with tempfile.TemporaryDirectory(prefix="haat-bench-") as folder:
        Path(folder).chmod(0o755)
        redis = OwnRedis(Path(folder) / "redis")
        redis.start()
        try:
            return _tell(redis, Path(folder))
        finally:
            redis.kill()


def _tell(redis: OwnRedis, folder: Path) -> int:
    redis.ask("CONFIG", "SET", "maxmemory", "0")
    for first in range(0, PAGES, 10_000):
        redis.ask("EVAL", _FILL, 0, _NAMES.pages, first, first + 9_999)
    with (folder / "pings").open("wb") as pings:
        words = [sys.executable, "-c", _PING, str(redis.address.port), redis.address.password.reveal()]
        pinging = subprocess.Popen(words, stdout=pings)
    try:
        time.sleep(_QUIET)
        began = time.monotonic()
        gone = shared.clear(Server(redis.address, 5.0), _NAMES, Pattern("/item/*"))
        ended = time.monotonic()
    finally:
        pinging.kill()
        pinging.wait()
    if gone != PAGES:
        print(
            f"{gone:,} of {PAGES:,} pages were thrown away by a pattern: what it takes to throw all away was not seen."
        )
        return 1
    taken = [tuple(map(float, line.split())) for line in (folder / "pings").read_text().splitlines()[1:-1]]
    quiet = sorted(1000 * took for at, took in taken if at < began)
    busy = sorted(1000 * took for at, took in taken if began <= at < ended)
    if not quiet or not busy:
        print("Nobody was answered before the clearing, or nobody while it lasted: there is nothing to compare.")
        return 1
    print(f"{gone:,} pages were thrown away by a pattern in {ended - began:.1f} s; pings of others meanwhile, in ms")
    print(f"{'':>9} {'p50':>6} {'p99':>6} {'max':>6} {'pings':>7}")
    for name, pinged in (("quiet", quiet), ("clearing", busy)):
        print(f"{name:>9} {_at(pinged, 0.5):6.2f} {_at(pinged, 0.99):6.2f} {pinged[-1]:6.2f} {len(pinged):7,}")
    ratio = _at(busy, 0.99) / _at(quiet, 0.99)
    print(f"The 99th percentile is {ratio:.1f} times that of a quiet server; {GOAL:g} times it may be.")
    return int(ratio > GOAL)


def _at(sorted_: list[float], share: float) -> float:
    return sorted_[int(share * (len(sorted_) - 1))]
