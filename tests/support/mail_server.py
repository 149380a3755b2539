"""A small mail server that really speaks SMTP: it keeps what it is given, and refuses what it is told to refuse."""

from __future__ import annotations

import base64
import socketserver
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

CERTIFICATE = Path(__file__).with_name("localhost.pem")
USER, PASSWORD = "haat", "open sesame"


class MailServer(socketserver.ThreadingTCPServer):
    """`answers` replaces the answer to a command (`RCPT`, `MAIL`, `.` for the mail itself); an answer of None hangs up."""

    allow_reuse_address = True
    daemon_threads = True

    def __init__(self, *, has_tls: bool = False, has_users: bool = False, is_wrapped: bool = False) -> None:
        super().__init__(("127.0.0.1", 0), _Conversation)
        self.has_tls = has_tls
        self.has_users = has_users
        self.is_wrapped = is_wrapped
        self.received: list[EmailMessage] = []
        self.recipients: list[str] = []
        self.was_encrypted: list[bool] = []
        self.users: list[str] = []
        self.answers: dict[str, str | None] = {}
        self.tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.tls.load_cert_chain(CERTIFICATE)

    @property
    def port(self) -> int:
        return int(self.server_address[1])


@contextmanager
def running(server: MailServer) -> Iterator[MailServer]:
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class _Conversation(socketserver.StreamRequestHandler):
    server: MailServer

    def setup(self) -> None:
        super().setup()
        if self.server.is_wrapped:
            self._encrypt()

    def handle(self) -> None:
        self._has_hung_up = False
        self._say("220 localhost ready")
        while not self._has_hung_up and (line := self.rfile.readline().decode("utf-8", "replace").strip()):
            command = line[:4].upper()
            if command in self.server.answers:
                answer = self.server.answers[command]
                if answer is None:
                    return
                self._say(answer)
            elif command == "QUIT":
                self._say("221 bye")
                return
            else:
                getattr(self, f"_{command.lower()}", self._unknown)(line)

    def _ehlo(self, _: str) -> None:
        offers = ["localhost", "8BITMIME"]
        if self.server.has_tls and not self._is_encrypted:
            offers.append("STARTTLS")
        if self.server.has_users:
            offers.append("AUTH PLAIN")
        for offer in offers[:-1]:
            self._say(f"250-{offer}")
        self._say(f"250 {offers[-1]}")

    def _star(self, _: str) -> None:
        self._say("220 go ahead")
        self._encrypt()

    def _auth(self, line: str) -> None:
        _, user, password = base64.b64decode(line.split()[-1]).decode().split("\0")
        if (user, password) == (USER, PASSWORD):
            self.server.users.append(user)
            self._say("235 welcome")
        else:
            self._say("535 wrong name or password")

    def _mail(self, _: str) -> None:
        self._say("250 ok")

    def _rcpt(self, line: str) -> None:
        self._recipient = line.partition("<")[2].partition(">")[0]
        self._say("250 ok")

    def _rset(self, _: str) -> None:
        self._say("250 ok")

    def _data(self, _: str) -> None:
        self._say("354 go ahead")
        lines = []
        while (line := self.rfile.readline()) != b".\r\n":
            lines.append(line.removeprefix(b".").replace(b"\r\n", b"\n"))
        answer = self.server.answers.get(".", "250 kept")
        if answer is not None and answer.startswith("250"):
            self.server.received.append(message_from_bytes(b"".join(lines), policy=policy.default))  # type: ignore[arg-type]
            self.server.recipients.append(self._recipient)
            self.server.was_encrypted.append(self._is_encrypted)
        if answer is None:
            self._has_hung_up = True
        else:
            self._say(answer)

    def _unknown(self, line: str) -> None:
        self._say(f"502 {line[:20]} is not known here")

    @property
    def _is_encrypted(self) -> bool:
        return isinstance(self.connection, ssl.SSLSocket)

    def _encrypt(self) -> None:
        self.connection = self.server.tls.wrap_socket(self.connection, server_side=True)
        self.rfile = self.connection.makefile("rb")
        self.wfile = socketserver._SocketWriter(self.connection)  # type: ignore[attr-defined]

    def _say(self, answer: str) -> None:
        self.wfile.write(answer.encode() + b"\r\n")
