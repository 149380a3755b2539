"""Clients that order all the time and never try again, and what became of each order."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Sequence
from http.client import HTTPConnection, HTTPException
from itertools import pairwise
from typing import NamedTuple

from haat.ops.drills.shop import Order

_PATIENCE = 10.0  # seconds that a client waits for an answer
_IN_A_HURRY = (
    0.02  # seconds between an answer and the next order, as long as the fault is to meet as many orders as it can
)
_AT_LEISURE = 0.4  # seconds from then on, as people read what they are told: the answer is measured, and not how busy the machine is


class Sent(NamedTuple):
    """An order: when it was sent and answered (seconds of the monotonic clock), and how. Status 0 is no answer."""

    key: str
    began: float
    ended: float
    status: int

    @property
    def is_acknowledged(self) -> bool:
        return 200 <= self.status < 300


class Load:
    """One client for each order, all of this machine. They are in a hurry until they are told to take their time."""

    def __init__(self, port: int, orders: Sequence[Order]) -> None:
        self._port = port
        self.sent: list[Sent] = []
        self._between = _IN_A_HURRY
        self._is_over = threading.Event()
        self._clients = [
            threading.Thread(target=self._order, args=(number, order), daemon=True)
            for number, order in enumerate(orders)
        ]

    def start(self) -> None:
        for client in self._clients:
            client.start()

    def take_time(self) -> None:
        """They go on ordering, and read what they are told in between."""
        self._between = _AT_LEISURE

    def stop(self) -> None:
        """No client sends anything any more, and each has its answer or has given up."""
        self._is_over.set()
        for client in self._clients:
            client.join()

    @property
    def acknowledged(self) -> int:
        return sum(one.is_acknowledged for one in self.sent)

    def _order(self, client: int, order: Order) -> None:
        number = 0
        while not self._is_over.wait(self._between):
            number += 1
            key = f"client-{client}-{number}"
            began = time.monotonic()
            status = self._send(order, key)
            self.sent.append(Sent(key, began, time.monotonic(), status))

    def _send(self, order: Order, key: str) -> int:
        connection = HTTPConnection("127.0.0.1", self._port, timeout=_PATIENCE)
        try:
            connection.request("POST", order.path, json.dumps({**order.body, "key": key}), dict(order.headers))
            answer = connection.getresponse()
            answer.read()
        except (OSError, HTTPException):
            return 0
        finally:
            connection.close()
        return answer.status


def longest_gap(sent: Sequence[Sent], since: float, until: float) -> float:
    """The longest time in seconds, between these two moments, in which no order was acknowledged."""
    answered = sorted(one.ended for one in sent if one.is_acknowledged and since <= one.ended <= until)
    moments = [since, *answered, until]
    return max(later - earlier for earlier, later in pairwise(moments))
