"""How the machine, the processes and what is outside are: real processes, real sockets, real certificates."""

from __future__ import annotations

import os
import signal
import socket
import ssl
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from tests.support.running import free_port, wait_until

from haat.config.load import load
from haat.config.secrets import ensure_secrets
from haat.kernel.errors import Invalid, Unavailable
from haat.ops.health import host
from haat.ops.health.probe import probe
from haat.ops.health.processes import Process, family
from haat.ops.health.sanity import doubts

PEM = Path(__file__).parents[3] / "support" / "localhost.pem"


class TestProcesses:
    def test_a_process_and_all_that_descend_from_it_are_seen_with_what_they_take(self) -> None:
        program = "import subprocess, sys; subprocess.run([sys.executable, '-c', 'while True: pass'])"
        with subprocess.Popen([sys.executable, "-c", program], start_new_session=True) as parent:
            try:
                wait_until(lambda: len(family(parent.pid)) == 2, "there are two", 20)
                wait_until(lambda: family(parent.pid)[1].cpu > 0.05, "the child is at work", 30)
                head, child = family(parent.pid)
                assert (head.pid, head.name) == (parent.pid, Path(f"/proc/{parent.pid}/comm").read_text().strip())
                assert child.memory > 1_000_000
                assert child.up_seconds <= head.up_seconds < 120
                os.kill(child.pid, signal.SIGSTOP)
                wait_until(lambda: state_of(family(parent.pid), child.pid) == "stopped", "it is seen to be stopped", 10)
            finally:
                os.killpg(parent.pid, signal.SIGKILL)

    def test_nobody_descends_from_nobody(self) -> None:
        assert family(2**22 + 1) == []


def state_of(found: list[Process], pid: int) -> str:
    return next(one.state for one in found if one.pid == pid)


class TestHost:
    def test_its_use_is_a_share_of_what_there_is(self) -> None:
        use = host.use(0.05)
        assert 0 <= use.cpu <= 1
        assert 0 < use.memory < 1
        assert (use.cores, use.memory_bytes > 10**8) == (os.cpu_count(), True)

    def test_a_port_is_open_or_not_and_its_connections_are_counted(self) -> None:
        with socket.create_server(("127.0.0.1", 0)) as server:
            port = server.getsockname()[1]
            with socket.create_connection(("127.0.0.1", port)), server.accept()[0]:
                assert host.doors([port, free_port()])[0] == (port, True, 1)
        assert host.doors([port])[0].is_open is False


@contextmanager
def answering(answer: bytes, *, tls: bool = False) -> Iterator[str]:
    """A server that says this to whoever calls, once."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            connection, _ = server.accept()
            try:
                if tls:
                    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
                    context.load_cert_chain(PEM)
                    connection = context.wrap_socket(connection, server_side=True)
                connection.recv(1 << 16)
                connection.sendall(answer)
            except OSError:
                pass
            finally:
                connection.close()

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield f"{'https' if tls else 'http'}://localhost:{server.getsockname()[1]}/health"
        thread.join(10)


class TestProbe:
    @pytest.fixture(autouse=True)
    def _ipv4(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("SSL_CERT_FILE", str(PEM))

    def test_every_stretch_of_the_way_is_timed(self) -> None:
        with answering(b"HTTP/1.1 200 OK\r\n\r\nok") as url:
            found = probe(url.replace("localhost", "127.0.0.1"), 5)
        assert [one.name for one in found.stretches] == ["name", "connect", "first byte", "rest"]
        assert (found.status, found.bytes, found.certificate_days) == (200, 21, None)
        assert found.ms == pytest.approx(sum(one.ms for one in found.stretches), abs=0.01)

    def test_how_long_a_certificate_is_good_is_told(self) -> None:
        with answering(b"HTTP/1.1 503 Unavailable\r\n\r\n", tls=True) as url:
            found = probe(url, 5)
        assert found.status == 503
        assert found.certificate_days is not None
        assert "tls" in [one.name for one in found.stretches]

    def test_a_certificate_that_nobody_knows_is_told_at_the_stretch_where_it_is_met(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("SSL_CERT_FILE", "/dev/null")
        with answering(b"", tls=True) as url, pytest.raises(Unavailable) as refused:
            probe(url, 5)
        assert "tls" in refused.value.why

    @pytest.mark.parametrize(("answer", "why"), [(b"SSH-2.0\r\n", "SSH"), (b"", "It said")])
    def test_what_is_no_web_server_is_told(self, answer: bytes, why: str) -> None:
        with answering(answer) as url, pytest.raises(Unavailable) as refused:
            probe(url.replace("localhost", "127.0.0.1"), 5)
        assert why in refused.value.why

    def test_where_nobody_listens_it_says_how_far_it_came(self) -> None:
        with pytest.raises(Unavailable) as refused:
            probe(f"http://127.0.0.1:{free_port()}/", 5)
        assert "connect" in refused.value.why
        with pytest.raises(Unavailable) as refused:
            probe("http://nobody.invalid/", 5)
        assert "name" in refused.value.why

    @pytest.mark.parametrize(
        "url", ["", "shop.example", "ftp://a/", "http://", "http://a:x/", "http://a/\r\nX: y", "http://a/ b"]
    )
    def test_what_is_no_address_is_refused(self, url: str) -> None:
        with pytest.raises(Invalid):
            probe(url, 1)


class TestDoubts:
    @pytest.fixture
    def data(self, tmp_path: Path) -> Path:
        tmp_path.chmod(0o750)
        ensure_secrets(tmp_path)
        return tmp_path

    def test_a_stack_on_a_desk_gives_no_reason_for_any(self, data: Path) -> None:
        assert list(doubts(load(data, {}, {}))) == []

    @pytest.mark.parametrize(
        ("settings", "said"),
        [
            ('[web]\npublic_url = "http://shop.example"', "in the open"),
            ('[web]\nhost = "0.0.0.0"', "web.public_url is empty"),
            ('[web]\npublic_url = "https://shop.example"', "mail.host is empty"),
            ('[web]\npublic_url = "https://shop.example"\n[mail]\nhost = "m.example"', "invoices.issuer"),
            ('[mail]\nhost = "m.example"\nsecurity = "none"\npassword = "sesame"', "mail.security"),
        ],
    )
    def test_what_should_not_go_live_is_named_with_what_to_do(self, data: Path, settings: str, said: str) -> None:
        (data / "haat.toml").write_text(settings, "utf-8")
        (data / "haat.toml").chmod(0o600)
        assert said in " ".join(doubts(load(data, {}, {})))

    def test_a_folder_that_everybody_may_enter_is_named(self, data: Path) -> None:
        data.chmod(0o755)
        assert f"chmod o-rwx {data}" in " ".join(doubts(load(data, {}, {})))
