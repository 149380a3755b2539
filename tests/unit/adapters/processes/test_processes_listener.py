"""The door of the shop."""

from __future__ import annotations

import os
import socket
import sys
import threading

import pytest

from haat.adapters.processes.listener import let_nobody_else_in, listen, owner_of
from haat.kernel.errors import Unavailable


def test_a_port_in_use_is_refused_with_the_name_of_who_has_it() -> None:
    with listen("127.0.0.1", 0) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(Unavailable) as refused:
            listen("127.0.0.1", port)
    assert f"(process {os.getpid()})" in refused.value.why
    assert str(port) in refused.value.what


def test_an_address_of_another_machine_is_refused() -> None:
    with pytest.raises(Unavailable) as refused:
        listen("192.0.2.1", 8000)
    assert "web.host" in refused.value.try_


def test_a_name_that_nobody_knows_is_refused() -> None:
    with pytest.raises(Unavailable):
        listen("no-such-machine.invalid", 8000)


def test_a_free_port_belongs_to_nobody() -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        assert owner_of(probe.getsockname()[1]) is None


def test_both_kinds_of_addresses_can_be_listened_on() -> None:
    with listen("localhost", 0) as listener:
        assert listener.getsockname()[1] > 0


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux can turn newcomers away at an open door")
def test_who_waits_at_the_door_is_let_in_and_newcomers_are_not() -> None:
    listener = listen("127.0.0.1", 0)
    address = listener.getsockname()
    waiting = [socket.create_connection(address, timeout=5) for _ in range(3)]
    closing = threading.Thread(target=let_nobody_else_in, args=(listener,))
    closing.start()
    let_in = [listener.accept()[0] for _ in waiting]
    closing.join()
    with pytest.raises(TimeoutError):
        socket.create_connection(address, timeout=0.1)
    for connection in (*waiting, *let_in):
        connection.close()
    listener.close()
