"""Servers of S3 for tests, which check signatures; and a wire to one that fails as it is told to."""

from __future__ import annotations

import http.client
import shutil
import subprocess
import sys
import tempfile
import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Event, Thread
from typing import Literal

from haat.adapters.s3.bucket import Patience, Place
from haat.adapters.s3.shelf import S3Shelf
from haat.config.secrets import Secret
from haat.ops.servers import free_port

HASTY = Patience(connect=5.0, answer=20.0, tries=4, pause=0.01)
MANY = 1100  # contents below “many”: more than a server lists at once
_START = 30.0  # seconds

Fault = Literal["pass", "412", "501", "cut", "cut late", "cut answer", "silence", "500", "503", "change"]


class Bucket:
    """A bucket of a server that runs. Every shelf has a folder of its own in it."""

    def __init__(self, port: int, folder: Path) -> None:
        self.place = Place(
            "sets", f"http://127.0.0.1:{port}", "us-east-1", True, Secret("HAATTESTKEY"), Secret("between-us-alone")
        )
        self.port = port
        self.folder = folder
        self._shelves = 0

    def shelf(
        self, *, port: int = 0, patience: Patience = HASTY, large: int = 32 << 20, stop: Event | None = None
    ) -> S3Shelf:
        self._shelves += 1
        place = self.place._replace(endpoint=f"http://127.0.0.1:{port or self.port}")
        return S3Shelf(place, f"shelf/{self._shelves}", patience, large, stop)


@contextmanager
def own_bucket() -> Iterator[Bucket]:
    """On a server that ends with it. Its contents are files below `folder`."""
    folder, port = Path(tempfile.mkdtemp(prefix="haat-s3-")), free_port()
    (folder / "sets" / "many").mkdir(parents=True)
    for number in range(MANY):
        (folder / "sets" / "many" / f"{number}").touch()
    rclone = Path(sys.executable).with_name("rclone")
    argv = [
        str(rclone),
        "serve",
        "s3",
        str(folder),
        "--addr",
        f"127.0.0.1:{port}",
        "--auth-key",
        "HAATTESTKEY,between-us-alone",
    ]
    argv += ["--config", ""]
    server = subprocess.Popen(argv, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        _wait_for(port)
        yield Bucket(port, folder / "sets")
    finally:
        server.kill()
        server.wait()
        shutil.rmtree(folder, ignore_errors=True)


class Wire:
    """Passes requests on, and fails one for each fault that it is told of, the earliest first."""

    def __init__(self, target: int) -> None:
        self.faults: deque[Fault] = deque()
        self.seen: list[tuple[str, str]] = []
        self.headers: list[dict[str, str]] = []
        self.versions = ""  # What is answered to who asks for them, where the server keeps none.
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self, target))
        self.port: int = self._server.server_port
        self._thread = Thread(target=self._server.serve_forever, args=(0.01,))
        self._thread.start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


def _handler(wire: Wire, target: int) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _pass_on(self) -> None:
            wire.seen.append((self.command, self.path))
            wire.headers.append({name.lower(): value for name, value in self.headers.items()})
            fault = wire.faults.popleft() if wire.faults else None
            content = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            if wire.versions and "versions" in self.path.partition("?")[2]:
                self._answer(200, {"Content-Type": "application/xml"}, wire.versions.encode())
            elif fault in ("cut", "silence"):
                time.sleep(1.0 if fault == "silence" else 0.0)
                self._cut()
            elif fault is not None and fault.isdecimal():
                self._answer(int(fault), {}, b"")
            else:
                status, headers, answer = self._ask(content)
                if fault == "cut late":
                    self._cut()
                elif fault == "cut answer":
                    self._answer(status, headers, answer, cut=True)
                elif fault == "change":
                    self._answer(status, headers, bytes([answer[0] ^ 1]) + answer[1:])
                else:
                    self._answer(status, headers, answer)

        do_GET = do_PUT = do_POST = do_DELETE = do_HEAD = _pass_on  # noqa: N815 - it is called so

        def _ask(self, content: bytes) -> tuple[int, dict[str, str], bytes]:
            connection = http.client.HTTPConnection("127.0.0.1", target, timeout=20)
            connection.putrequest(self.command, self.path, skip_host=True, skip_accept_encoding=True)
            for name, value in self.headers.items():
                if name.lower() not in ("expect", "connection"):
                    connection.putheader(name, value)
            connection.endheaders(content)
            answer = connection.getresponse()
            try:
                return answer.status, dict(answer.getheaders()), answer.read()
            finally:
                connection.close()

        def _answer(self, status: int, headers: dict[str, str], content: bytes, *, cut: bool = False) -> None:
            self.send_response(status)
            for name, value in headers.items():
                if name.lower() not in ("content-length", "transfer-encoding", "connection"):
                    self.send_header(name, value)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            with suppress(OSError):  # Who asked may wait no longer.
                self.wfile.write(content[: len(content) // 2] if cut else content)
            if cut:
                self._cut()

        def _cut(self) -> None:
            self.close_connection = True
            with suppress(OSError):
                self.connection.shutdown(2)

        def log_message(self, *_: object) -> None:
            pass

    return Handler


def _wait_for(port: int) -> None:
    until = time.monotonic() + _START
    while True:
        try:
            http.client.HTTPConnection("127.0.0.1", port, timeout=1).request("GET", "/")
        except OSError:
            if time.monotonic() > until:
                raise
            time.sleep(0.02)
        else:
            return
