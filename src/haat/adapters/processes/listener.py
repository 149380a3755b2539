"""The door of the shop: one listening socket, opened by the supervisor and shared by the processes that answer.

While one of them dies and is replaced, those who call wait at the door instead of being turned away.
"""

from __future__ import annotations

import ctypes
import errno
import socket
import struct
import sys
import time
from pathlib import Path

from haat.kernel.errors import Unavailable

BACKLOG = 1024  # callers who wait to be let in

_SO_ATTACH_FILTER = 26
_LONGEST_WAIT = 1.0  # seconds
_LISTENING = "0A"
_OF_SECTION = {"web": "shop", "console": "console"}
_AT_ONCE = {"web": " with --port N, or for good", "console": ","}


def listen(host: str, port: int, section: str = "web") -> socket.socket:
    """Open the door that this section of the settings describes. Raises Unavailable, naming who has the port if that can be seen."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        listener = socket.socket(family, kind, protocol)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
        listener.listen(BACKLOG)
    except OSError as error:
        raise _explained(error, host, port, section) from error
    return listener


def let_nobody_else_in(listener: socket.socket) -> None:
    """Turn newcomers away and wait until those at the door were let in, so that closing it cuts nobody off.

    A listening socket cannot say “no more”: closed, it cuts off whoever waits to be accepted. On Linux a filter drops the first packet of
    new connections, and their callers hear a moment later that nobody listens. Elsewhere this does nothing.
    """
    if sys.platform != "linux":
        return
    _drop_first_packets(listener)
    until = time.monotonic() + _LONGEST_WAIT
    while _waiting_at(listener) and time.monotonic() < until:
        time.sleep(0.002)


def owner_of(port: int) -> str | None:
    """The process that listens on a port, like “nginx (process 812)”, as far as this user may see it."""
    sockets = {
        f"socket:[{inode}]" for table in ("tcp", "tcp6") for inode in _listening(Path("/proc/net") / table, port)
    }
    for handle in Path("/proc").glob("[0-9]*/fd/*") if sockets else ():
        try:
            if str(handle.readlink()) in sockets:
                process = handle.parents[1]
                return f"{(process / 'comm').read_text().strip()} (process {process.name})"
        except OSError:  # Not ours to see, or gone meanwhile.
            continue
    return None


def _explained(error: OSError, host: str, port: int, section: str) -> Unavailable:
    place = f"{host}, port {port}"
    if error.errno == errno.EADDRINUSE:
        owner = owner_of(port)
        return Unavailable(
            f"Port {port} is in use.",
            why=f"{owner or 'Another program'} listens on {place}.",
            try_=f"End it, or choose another port{_AT_ONCE[section]} as port under [{section}] in haat.toml.",
        )
    if error.errno == errno.EACCES:
        why, try_ = (
            f"This user may not listen on {place}.",
            "Ports below 1024 are for the system; choose another with --port.",
        )
    else:
        why, try_ = f"{place}: {error.strerror}.", f"{section}.host has to be an address of this machine."
    return Unavailable(f"The {_OF_SECTION[section]} cannot be reached here.", why=why, try_=try_)


def _drop_first_packets(listener: socket.socket) -> None:
    program = (
        (0x30, 0, 0, 13),  # load the flags of the TCP header
        (0x45, 0, 1, 0x02),  # is this the first packet of a connection (SYN)?
        (0x06, 0, 0, 0),  # then drop it,
        (0x06, 0, 0, 0xFFFFFFFF),  # else let it through.
    )
    code = ctypes.create_string_buffer(b"".join(struct.pack("HBBI", *line) for line in program))
    listener.setsockopt(socket.SOL_SOCKET, _SO_ATTACH_FILTER, struct.pack("HP", len(program), ctypes.addressof(code)))


def _waiting_at(listener: socket.socket) -> int:
    """Connections that are made and not accepted yet: for a listening socket, Linux tells them as tcpi_unacked."""
    info = listener.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 28)
    return int(struct.unpack_from("I", info, 24)[0])


def _listening(table: Path, port: int) -> list[str]:
    try:
        lines = table.read_text().splitlines()[1:]
    except OSError:
        return []
    fields = [line.split() for line in lines]
    return [field[9] for field in fields if field[3] == _LISTENING and int(field[1].rpartition(":")[2], 16) == port]
