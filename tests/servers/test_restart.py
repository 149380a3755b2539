"""The ground goes from under a market that is sold in: its database is killed and comes back, or on one machine its web process is killed.

Eight people order meanwhile and never try again by themselves. Each gets an answer, nothing that was acknowledged is lost, and what was not may
be sent again under its key without being bought twice.
"""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable, Iterator
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from msgspec import json, to_builtins
from tests.support.databases import Databases, Server, Servers, lay, server_of
from tests.support.running import Running, wait_until
from tests.support.stack import Stack
from tests.support.up import pid_of
from tests.support.world import ADDRESS

from haat.kernel import ids
from haat.market.accounts.tokens import SCOPES, create_token

PEOPLE = 8
ENOUGH = 40  # orders before it happens, and as many each time after
PATIENCE = 90.0  # seconds, on a machine that may be busy
CARD = {"number": "4000001000000018", "expiry": "12/34", "cvc": "123"}


class Answered(NamedTuple):
    """What became of an order: status 0 is no answer at all."""

    person: int
    key: str
    status: int
    retry_after: str | None
    checkout: str


class Crowd:
    """A stack that runs, and people who order from it as fast as they are answered."""

    def __init__(self, data: Path) -> None:
        self.stack = Stack(data)
        world = self.stack.world
        self._variants = [ids.encode(world.variant(world.shop(), pieces=100_000)) for _ in range(3)]
        self._tokens = [
            create_token(self.stack.app.store, world.account(), "test", SCOPES).secret for _ in range(PEOPLE)
        ]
        self.running = Running(data, {"HAAT_WEB__WORKERS": "2"})
        self.answers: list[Answered] = []
        self._are_done = threading.Event()
        self._threads = [threading.Thread(target=self._order_on, args=(person,)) for person in range(PEOPLE)]

    def come(self) -> None:
        for thread in self._threads:
            thread.start()

    def go(self) -> None:
        self._are_done.set()
        for thread in self._threads:
            thread.join(PATIENCE)
        assert not any(thread.is_alive() for thread in self._threads)

    def wait_for_more(self) -> None:
        """Until so many more orders were taken."""
        until = self.how_many(200) + ENOUGH
        wait_until(lambda: self.how_many(200) >= until, f"{until} orders are taken", PATIENCE)

    def how_many(self, status: int) -> int:
        return sum(answer.status == status for answer in self.answers)

    def send_again(self, known: Answered) -> Answered:
        """The same order, for as long as there is no word of it."""
        again = [known]

        def is_taken() -> bool:
            again.append(self._order(known.person, known.key))
            return again[-1].status == 200

        wait_until(is_taken, f"{known.key} is taken", PATIENCE)
        return again[-1]

    def bought(self, person: int) -> dict[str, str]:
        """The state of the purchase of each checkout, as the buyer sees it."""
        found: dict[str, str] = {}
        after = ""
        while True:
            path = f"/api/v1/purchases?limit=100{after and f'&after={after}'}"
            page = self.running.insist("GET", path, token=self._tokens[person])
            found |= {deal["checkout"]: deal["state"] for deal in page["items"]}
            if not (after := page["next"]):
                return found

    def states(self) -> list[str]:
        """Of all purchases."""
        return [state for person in range(PEOPLE) for state in self.bought(person).values()]

    def _order_on(self, person: int) -> None:
        count = 0
        while not self._are_done.is_set():
            count += 1
            self.answers.append(self._order(person, f"order-{person}-{count}"))

    def _order(self, person: int, key: str) -> Answered:
        lines = [{"variant": self._variants[person % len(self._variants)], "quantity": 1}]
        order = {"key": key, "address": to_builtins(ADDRESS), "card": CARD, "lines": lines}
        connection = HTTPConnection("127.0.0.1", self.running.port, timeout=PATIENCE)
        headers = {"Authorization": f"Bearer {self._tokens[person]}", "Content-Type": "application/json"}
        try:
            connection.request("POST", "/api/v1/checkouts", json.encode(order), headers)
            answer = connection.getresponse()
            said: Any = json.decode(answer.read())
        except (OSError, HTTPException):
            return Answered(person, key, 0, None, "")
        finally:
            connection.close()
        return Answered(person, key, answer.status, answer.getheader("Retry-After"), said.get("id", ""))

    def close(self) -> None:
        self._are_done.set()
        assert self.running.stop() == 0
        self.stack.close()


@pytest.fixture
def server(databases: Databases) -> Iterator[Server | None]:
    """One that keeps what it has committed when it is killed."""
    server = server_of(databases.kind, is_durable=True) if isinstance(databases, Servers) else None
    yield server
    if server is not None:
        server.stop()


@pytest.fixture
def crowd(server: Server | None, lay_database: Callable[[Path], None], tmp_path: Path) -> Iterator[Crowd]:
    if server is None:
        lay_database(tmp_path)
    else:
        lay(Servers(server).fresh(), tmp_path)
    crowd = Crowd(tmp_path)
    yield crowd
    crowd.close()


@pytest.mark.only_on("postgresql mariadb", "a file cannot be killed")
def test_a_database_that_is_killed_while_people_order_costs_nobody_an_order_or_an_answer(
    crowd: Crowd, server: Server
) -> None:
    crowd.come()
    crowd.wait_for_more()
    server.kill()
    server.start()
    crowd.wait_for_more()
    server.kill()
    wait_until(lambda: crowd.how_many(503) >= 1, "somebody is told to come back later", PATIENCE)
    server.start()
    crowd.wait_for_more()
    crowd.go()
    assert {answer.status for answer in crowd.answers} == {200, 503}
    prove(crowd)


@pytest.mark.only_on("sqlite", "elsewhere it is the database that goes")
def test_a_web_process_that_is_killed_while_people_order_costs_nobody_an_order_and_few_an_answer(crowd: Crowd) -> None:
    crowd.come()
    for program in ("web 1", "web 2", "web 1"):
        crowd.wait_for_more()
        os.kill(pid_of(crowd.running.process.pid, program), signal.SIGKILL)
    crowd.wait_for_more()
    crowd.go()
    assert {answer.status for answer in crowd.answers} <= {200, 0}
    assert crowd.how_many(0) <= 3 * PEOPLE  # Who was being served; who only called waited at the door.
    prove(crowd)


def prove(crowd: Crowd) -> None:
    """Nothing that was acknowledged is lost, nothing is bought twice, and everything that is said of the market is true."""
    answers = crowd.answers
    assert all(answer.retry_after for answer in answers if answer.status == 503)
    taken = [answer if answer.status == 200 else crowd.send_again(answer) for answer in answers]
    wait_until(lambda: crowd.stack.lies() == {}, "everything is true", PATIENCE)
    charges = [line.key for line in crowd.stack.app.gateway.statement(0) if line.kind == "charge"]
    # Of what was charged while the answer was lost the shop hears by itself, in a while.
    wait_until(lambda: crowd.states().count("paid") == len(charges), "every charge is known", PATIENCE)
    assert len({*charges}) == len(charges)
    # Whoever was cut off before the gateway was asked has an order that waits to be paid.
    assert {*crowd.states()} <= {"paid", "unpaid"}
    for person in range(PEOPLE):
        bought = crowd.bought(person)
        wanted = [answer.checkout for answer in taken if answer.person == person]
        assert bought.keys() == {*wanted}
        assert len({*wanted}) == len(wanted)
        known = [answer.checkout for answer in answers if answer.person == person and answer.status == 200]
        assert {bought[checkout] for checkout in known} <= {"paid"}
