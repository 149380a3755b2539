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
from tests.support.mail_server import PASSWORD, USER, MailServer, running
from tests.support.running import free_port, wait_until

from haat.config.load import load
from haat.config.schema import Mail
from haat.config.secrets import ensure_secrets
from haat.kernel.errors import Invalid, Unavailable
from haat.ops.drills import small_disk
from haat.ops.health import host
from haat.ops.health.disks import FULL, LOW, Disk, disks, disks_of_shop
from haat.ops.health.mail import call
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

    def test_the_files_that_it_has_open_are_counted_beside_those_that_it_may(self, tmp_path: Path) -> None:
        before = family(os.getpid())[0]
        handles = [(tmp_path / str(number)).open("w") for number in range(5)]
        after = family(os.getpid())[0]
        for handle in handles:
            handle.close()
        assert (after.files or 0) - (before.files or 0) == 5
        assert after.most_files is None or after.most_files > (after.files or 0)

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

    def test_calls_to_a_port_are_counted_at_the_end_of_who_calls(self) -> None:
        with socket.create_server(("127.0.0.1", 0)) as server:
            port = server.getsockname()[1]
            assert host.calls(port) == 0
            with socket.create_connection(("127.0.0.1", port)), server.accept()[0]:
                assert host.calls(port) == 1

    def test_it_is_told_in_words_without_its_name(self) -> None:
        said = host.in_words()
        assert said.startswith(f"{os.cpu_count()} core")
        assert said.endswith(" GB")
        assert socket.gethostname() not in said


class TestDisks:
    @pytest.mark.parametrize(
        ("free", "files_left", "is_read_only", "status", "problem"),
        [
            (LOW, None, False, "ok", ""),
            (LOW - 1, 5000, False, "attention", "nearly full"),
            (FULL - 1, 5000, False, "failed", "is full"),
            (LOW, 3, False, "failed", "3 more files"),
            (LOW, None, True, "failed", "read-only"),
        ],
    )
    def test_a_disk_is_well_as_long_as_something_can_be_written_to_it(
        self, free: int, files_left: int | None, is_read_only: bool, status: str, problem: str
    ) -> None:
        disk = Disk(Path("/srv"), ("data folder",), free, 2 * LOW, files_left, is_read_only)
        assert disk.status == status
        assert problem in disk.problem
        assert bool(disk.problem) == (status != "ok")

    def test_each_is_named_once_with_all_that_is_on_it(self, tmp_path: Path) -> None:
        [disk] = disks(load(tmp_path, {}, {}))
        assert disk.holds == ("data folder", "database", "media", "evidence", "logs", "backups")
        assert tmp_path.is_relative_to(disk.mount)
        assert 0 < disk.free <= disk.total

    @pytest.mark.skipif(bool(small_disk.why_not()), reason=small_disk.why_not())
    def test_where_backups_go_is_none_of_the_shops_business(self, tmp_path: Path) -> None:
        (tmp_path / "elsewhere").mkdir()
        small_disk.mount(tmp_path / "elsewhere", 8_000_000)
        try:
            settings = load(tmp_path, {}, {"backup.to": "elsewhere/sets"})
            assert [disk.holds for disk in disks(settings)][1:] == [("backups",)]
            assert [disk.holds[0] for disk in disks_of_shop(settings)] == ["data folder"]
        finally:
            small_disk.unmount(tmp_path / "elsewhere")

    @pytest.mark.skipif(bool(small_disk.why_not()), reason=small_disk.why_not())
    def test_a_folder_that_is_a_disk_of_its_own_is_told_apart(self, tmp_path: Path) -> None:
        logs = tmp_path / "logs"
        logs.mkdir()
        small_disk.mount(logs, 8_000_000)
        try:
            first, second = disks(load(tmp_path, {}, {}))
            assert "logs" not in first.holds
            assert (second.holds, second.mount, second.status) == (("logs",), logs, "failed")
            small_disk.fill(logs / "web.log")
            assert disks(load(tmp_path, {}, {}))[1].free == 0
        finally:
            small_disk.unmount(logs)


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


class TestMail:
    @pytest.fixture(autouse=True)
    def _certificates(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("SSL_CERT_FILE", str(PEM))

    def settings(self, tmp_path: Path, port: int, security: str) -> Mail:
        flags = {"mail.host": "localhost", "mail.port": port, "mail.security": security, "mail.password": PASSWORD}
        return load(tmp_path, {}, flags | {"mail.user": USER}).mail

    @pytest.mark.parametrize(
        ("security", "stretches"),
        [
            ("none", ["name", "connect", "greeting"]),
            ("starttls", ["name", "connect", "greeting", "starttls", "tls"]),
            ("tls", ["name", "connect", "tls", "greeting"]),
        ],
    )
    def test_it_is_called_as_the_mailer_calls_it_and_told_nothing_secret(
        self, tmp_path: Path, security: str, stretches: list[str]
    ) -> None:
        with running(MailServer(has_tls=True, has_users=True, is_wrapped=security == "tls")) as server:
            way = call(self.settings(tmp_path, server.port, security), 5)
        assert [one.name for one in way.stretches] == stretches
        assert (way.certificate_days is not None) == (security != "none")
        assert (server.users, server.received) == ([], [])

    def test_a_server_that_cannot_do_tls_is_told_where_it_ends(self, tmp_path: Path) -> None:
        with running(MailServer()) as server, pytest.raises(Unavailable) as refused:
            server.answers["STAR"] = "502 not here"
            call(self.settings(tmp_path, server.port, "starttls"), 5)
        assert "starttls" in refused.value.why
        assert "502 not here" in refused.value.why

    def test_a_certificate_that_nobody_knows_ends_the_way(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("SSL_CERT_FILE", "/dev/null")
        with running(MailServer(has_tls=True)) as server, pytest.raises(Unavailable) as refused:
            call(self.settings(tmp_path, server.port, "starttls"), 5)
        assert "“tls”" in refused.value.why


class TestDoubts:
    @pytest.fixture
    def data(self, tmp_path: Path) -> Path:
        tmp_path.chmod(0o750)
        ensure_secrets(tmp_path)
        return tmp_path

    def test_a_stack_on_a_desk_gives_no_reason_for_any(self, data: Path) -> None:
        assert list(doubts(load(data, {}, {}))) == []
        assert list(doubts(load(data, {}, {"cache.url": "redis://127.0.0.1"}))) == []
        assert list(doubts(load(data, {}, {"cache.url": "redis://:long-and-by-chance@cache.example"}))) == []

    @pytest.mark.parametrize(
        ("settings", "said"),
        [
            ('[web]\npublic_url = "http://shop.example"', "in the open"),
            ('[web]\nhost = "0.0.0.0"', "web.public_url is empty"),
            ('[web]\npublic_url = "https://shop.example"', "mail.host is empty"),
            ('[web]\npublic_url = "https://shop.example"\n[mail]\nhost = "m.example"', "invoices.issuer"),
            ('[mail]\nhost = "m.example"\nsecurity = "none"\npassword = "sesame"', "mail.security"),
            ('[mail]\nhost = "m.example"\nuser = "shop-mail"\npassword = "Shop-Mail"', "mail.password is one"),
            ('[store]\nurl = "postgresql://shop:changeme@db.example/shop"', "password in store.url"),
            ('[cache]\nurl = "redis://cache.example"', "password in cache.url"),
            ('[cache]\nurl = "redis://:changeme@cache.example"', "password in cache.url"),
            (f'[web]\nsigning_key = "{"ab" * 32}"', "web.signing_key can be guessed"),
            ('[console]\nhost = "0.0.0.0"', "console.host"),
        ],
    )
    def test_what_should_not_go_live_is_named_with_what_to_do(self, data: Path, settings: str, said: str) -> None:
        (data / "haat.toml").write_text(settings, "utf-8")
        (data / "haat.toml").chmod(0o600)
        assert said in " ".join(doubts(load(data, {}, {})))

    def test_goods_to_look_at_should_not_go_live_with_their_known_password(self, data: Path) -> None:
        (data / "stack.json").write_text('{"goods": "demo", "is_done": true}', "utf-8")
        assert "haat up --empty" not in " ".join(doubts(load(data, {}, {})))
        assert "haat up --empty" in " ".join(doubts(load(data, {}, {"web.public_url": "https://shop.example"})))

    def test_what_operators_sign_in_with_is_for_its_owner_alone(self, data: Path) -> None:
        (data / "ops.db").touch(0o600)
        assert "chmod 600" not in " ".join(doubts(load(data, {}, {})))
        (data / "ops.db").chmod(0o640)
        assert f"chmod 600 {data / 'ops.db'}*" in " ".join(doubts(load(data, {}, {})))

    def test_a_database_elsewhere_is_looked_at_too(self, data: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
        file = tmp_path_factory.mktemp("elsewhere") / "shop.db"
        file.touch(0o644)
        assert f"chmod o-rwx {file}*" in " ".join(doubts(load(data, {}, {"store.url": f"sqlite:///{file}"})))

    @pytest.mark.skipif(os.geteuid() != 0, reason="only root can give files away")
    def test_files_that_a_command_left_as_somebody_else_are_named(self, data: Path) -> None:
        (data / "ops.db").touch(0o600)
        os.chown(data / "ops.db", 12345, -1)
        assert f"chown -R root {data}" in " ".join(doubts(load(data, {}, {})))

    def test_a_folder_that_everybody_may_enter_is_named(self, data: Path) -> None:
        data.chmod(0o755)
        assert f"chmod o-rwx {data}" in " ".join(doubts(load(data, {}, {})))
