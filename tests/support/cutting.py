"""A wire to a database that can be cut at a word: it passes bytes on both ways until the client says it."""

from __future__ import annotations

import socket
import threading
from contextlib import suppress


class Cutter:
    """Listens on `port` and passes on to another port of this machine. `cut_at` is then cut once, before it passes or after."""

    def __init__(self, target: int) -> None:
        self._target = target
        self._door = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._door.getsockname()[1]
        self.word: bytes | None = None
        self.passes = False
        self._open: list[socket.socket] = []
        threading.Thread(target=self._accept, daemon=True).start()

    def cut_at(self, word: bytes, *, passes: bool) -> None:
        """The next time that the client says this the wire is cut; the server hears it only when it `passes`."""
        self.word, self.passes = word, passes

    def lead_to(self, target: int) -> None:
        """From now on; whoever is connected is cut off."""
        self._target = target
        while self._open:
            _end(self._open.pop())

    def close(self) -> None:
        self._door.close()
        for end in self._open:
            end.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._door.accept()
                server = socket.create_connection(("127.0.0.1", self._target))
                self._open += [client, server]
                threading.Thread(target=self._pass_on, args=(client, server), daemon=True).start()
                threading.Thread(target=self._answer, args=(server, client), daemon=True).start()

    def _pass_on(self, client: socket.socket, server: socket.socket) -> None:
        with suppress(OSError):
            while said := client.recv(65536):
                if self.word is not None and self.word in said:
                    self.word = None
                    _end(client)
                    if self.passes:
                        server.sendall(said)
                        server.recv(65536)  # It has answered, and so it has done it.
                    break
                server.sendall(said)
        _end(client)
        _end(server)

    def _answer(self, server: socket.socket, client: socket.socket) -> None:
        with suppress(OSError):
            while said := server.recv(65536):
                client.sendall(said)
        _end(client)


def _end(end: socket.socket) -> None:
    with suppress(OSError):
        end.shutdown(socket.SHUT_RDWR)
