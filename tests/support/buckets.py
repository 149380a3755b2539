"""Servers of S3 for tests, and a wire to one that fails as it is told to.

rclone checks signatures and keeps no versions; moto keeps versions and believes everybody; Swift does both as a provider does, and runs where it is
installed (`apt-get install swift-proxy swift-account swift-container swift-object memcached`) and root tests.
"""

from __future__ import annotations

import http.client
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
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
_START = 60.0  # seconds
_ACCESS_KEY, _SECRET = "HAATTESTKEY", "between-us-alone"

Fault = Literal["pass", "412", "501", "cut", "cut late", "cut answer", "silence", "403", "408", "500", "503", "change"]


class Bucket:
    """A bucket of a server that runs. Every shelf has a folder of its own in it."""

    def __init__(self, port: int, access_key: str = _ACCESS_KEY) -> None:
        self.place = Place("sets", f"http://127.0.0.1:{port}", "us-east-1", True, Secret(access_key), Secret(_SECRET))
        self.port = port
        self._shelves = 0

    def shelf(
        self, *, port: int = 0, patience: Patience = HASTY, large: int = 32 << 20, stop: Event | None = None
    ) -> S3Shelf:
        self._shelves += 1
        place = self.place._replace(endpoint=f"http://127.0.0.1:{port or self.port}")
        return S3Shelf(place, f"shelf/{self._shelves}", patience, large, stop)


class Folder(Bucket):
    """A bucket whose contents are files below `folder`."""

    def __init__(self, port: int, folder: Path) -> None:
        super().__init__(port)
        self.folder = folder


@contextmanager
def own_bucket() -> Iterator[Folder]:
    """On rclone, which ends with it."""
    folder, port = Path(tempfile.mkdtemp(prefix="haat-s3-")), free_port()
    (folder / "sets" / "many").mkdir(parents=True)
    for number in range(MANY):
        (folder / "sets" / "many" / f"{number}").touch()
    argv = [str(Path(sys.executable).with_name("rclone")), "serve", "s3", str(folder), "--addr", f"127.0.0.1:{port}"]
    argv += ["--auth-key", f"{_ACCESS_KEY},{_SECRET}", "--config", ""]
    with _cleared(folder), _running(argv):
        _wait_for(port)
        yield Folder(port, folder / "sets")


@contextmanager
def own_versions() -> Iterator[Bucket]:
    """On moto, which ends with it; it keeps versions."""
    port = free_port()
    with _running([sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", f"{port}"]):
        _wait_for(port)
        yield _with_versions(Bucket(port))


def why_no_swift() -> str:
    """Why there can be no Swift here; empty when there can."""
    programs = ["memcached", *(f"swift-{name}-server" for name in ("proxy", *_KEEPERS))]
    missing = [program for program in programs if not shutil.which(program)]
    if missing:
        return f"Swift is not installed here: there is no {missing[0]}"
    return "" if os.geteuid() == 0 else "Swift reads /etc/swift, which only root can lay for it alone"


@contextmanager
def own_swift() -> Iterator[Bucket]:
    """On OpenStack Swift, which ends with it: a proxy and three servers behind it, with real signatures and versions."""
    folder = Path(tempfile.mkdtemp(prefix="haat-swift-"))
    ports = {name: free_port() for name in ("proxy", *_KEEPERS, "memory")}
    with _cleared(folder), ExitStack() as running:
        (folder / "etc").mkdir()
        (folder / "node" / "d1").mkdir(parents=True)
        for name, text in _swift_settings(folder, ports).items():
            (folder / "etc" / name).write_text(text)
        rings = [f"{name}:{ports[name]}" for name in _KEEPERS]
        subprocess.run(["/usr/bin/python3", "-c", _LAY_RINGS, *rings], cwd=folder / "etc", check=True)
        for path in (folder, *folder.rglob("*")):
            shutil.chown(path, "swift", "swift")
        running.enter_context(
            _running([*_as_user("memcache"), "memcached", "-l", "127.0.0.1", "-p", f"{ports['memory']}"])
        )
        for name in ("proxy", *_KEEPERS):
            running.enter_context(_running(_swift_program(folder, name)))
        for port in ports.values():
            _wait_for(port)
        yield _with_versions(Bucket(ports["proxy"], access_key="shop:app"))


def _with_versions(bucket: Bucket) -> Bucket:
    """The bucket is made, and keeps versions from now on."""
    asked = bucket.shelf()._bucket
    asked.ask("create_bucket")
    asked.ask("put_bucket_versioning", VersioningConfiguration={"Status": "Enabled"})
    return bucket


_KEEPERS = ("account", "container", "object")
_PIPELINE = "catch_errors gatekeeper healthcheck cache listing_formats bulk s3api tempauth slo dlo versioned_writes symlink proxy-server"
_FILTERS = {
    "s3api": "location = us-east-1\ns3_acl = false",
    "tempauth": f"user_shop_app = {_SECRET} .admin",
    "versioned_writes": "allow_object_versioning = true",
}


def _swift_settings(folder: Path, ports: dict[str, int]) -> dict[str, str]:
    """What the files below /etc/swift say."""
    common = f"[DEFAULT]\nbind_ip = 127.0.0.1\nuser = swift\nworkers = 0\nswift_dir = {folder}/etc\nlog_address = /dev/null\n"
    proxy = f"{common}bind_port = {ports['proxy']}\n[pipeline:main]\npipeline = {_PIPELINE}\n"
    known = _FILTERS | {"cache": f"memcache_servers = 127.0.0.1:{ports['memory']}"}
    for name in _PIPELINE.split()[:-1]:
        kind = "memcache" if name == "cache" else name
        proxy += f"[filter:{name}]\nuse = egg:swift#{kind}\n{known.get(name, '')}\n"
    proxy += "[app:proxy-server]\nuse = egg:swift#proxy\naccount_autocreate = true\nallow_account_management = true\n"
    keepers = {
        f"{name}.conf": f"{common}bind_port = {ports[name]}\ndevices = {folder}/node\nmount_check = false\n"
        f"[pipeline:main]\npipeline = {name}-server\n[app:{name}-server]\nuse = egg:swift#{name}\n"
        for name in _KEEPERS
    }
    hash_ = "[swift-hash]\nswift_hash_path_suffix = haat\nswift_hash_path_prefix = haat\n"
    policy = "[storage-policy:0]\nname = default\ndefault = yes\n"
    return {"swift.conf": hash_ + policy, "proxy.conf": proxy, **keepers}


_LAY_RINGS = """
import sys
from swift.common.ring import RingBuilder
for word in sys.argv[1:]:
    name, _, port = word.partition(":")
    builder = RingBuilder(4, 1, 1)
    builder.add_dev({"region": 1, "zone": 1, "ip": "127.0.0.1", "port": int(port), "device": "d1", "weight": 1, "meta": ""})
    builder.rebalance()
    builder.get_ring().save(f"{name}.ring.gz")
"""


def _swift_program(folder: Path, name: str) -> list[str]:
    """In a place of its own for files, where /etc/swift is ours: its path is fixed."""
    program = " ".join(["exec", *_as_user("swift"), f"swift-{name}-server", f"/etc/swift/{name}.conf"])
    return ["unshare", "--mount", "sh", "-c", f"mount --bind {folder}/etc /etc/swift && {program}"]


def _as_user(name: str) -> list[str]:
    return ["setpriv", f"--reuid={name}", f"--regid={name}", "--clear-groups"]


@contextmanager
def _running(argv: Sequence[str]) -> Iterator[None]:
    server = subprocess.Popen(argv, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        yield
    finally:
        server.kill()
        server.wait()


@contextmanager
def _cleared(folder: Path) -> Iterator[None]:
    try:
        yield
    finally:
        shutil.rmtree(folder, ignore_errors=True)


class Wire:
    """Passes requests on, and fails one for each fault that it is told of, the earliest first."""

    def __init__(self, target: int) -> None:
        self.faults: deque[Fault] = deque()
        self.forbidden: tuple[str, str] | None = None
        """A method, and what is in the paths that it may not be asked with."""
        self.seen: list[tuple[str, str]] = []
        self.headers: list[dict[str, str]] = []
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
            if wire.forbidden and wire.forbidden[0] == self.command and wire.forbidden[1] in self.path:
                fault = "403"
            content = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            if fault in ("cut", "silence"):
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
