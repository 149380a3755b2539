from __future__ import annotations

import itertools
import threading
from collections import Counter
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from haat.adapters.sandbox.cards import CARDS
from haat.adapters.sandbox.events import post_to
from haat.adapters.sandbox.gateway import Sandbox
from haat.kernel import clock
from haat.kernel.clock import HOUR, MINUTE, SECOND
from haat.kernel.ids import new_id
from haat.kernel.money import Money
from haat.market.payments.ports import Charge, GatewayEvent

TOKENS = {card.name: card.token for card in CARDS}


@pytest.fixture
def sandbox(tmp_path: Path) -> Iterator[Sandbox]:
    with clock.frozen():
        sandbox = Sandbox(tmp_path / "sandbox.db", "a secret between two")
        yield sandbox
        sandbox.close()


def an_event(sandbox: Sandbox) -> str:
    """Make the sandbox have one event that is due; returns the key that it is about."""
    key = str(new_id())
    sandbox.charge(Charge(key, Money(4990, "EUR"), TOKENS["late"], "/orders/back", "Two boards"))
    clock.advance(5 * SECOND)
    return key


def deaf(body: bytes, headers: dict[str, str]) -> int:
    return 503


def listening(body: bytes, headers: dict[str, str]) -> int:
    return 200


def test_news_is_sent_when_it_is_due_and_not_before(sandbox: Sandbox) -> None:
    sandbox.charge(Charge("1", Money(4990, "EUR"), TOKENS["late"], "/orders/back", "Two boards"))
    clock.advance(5 * SECOND - 1)
    assert sandbox.deliver_due(clock.now(), listening) == 0
    clock.advance(1)
    assert sandbox.deliver_due(clock.now(), listening) == 1
    assert sandbox.deliver_due(clock.now() + HOUR, listening) == 0


@pytest.mark.parametrize("status", [0, 302, 400, 404, 500, 503])
def test_news_that_is_not_taken_is_sent_again(sandbox: Sandbox, status: int) -> None:
    an_event(sandbox)
    assert sandbox.deliver_due(clock.now(), lambda body, headers: status) == 0
    clock.advance(2 * SECOND)
    assert sandbox.deliver_due(clock.now(), listening) == 1


def test_the_pauses_grow_and_news_is_given_up_in_the_end(sandbox: Sandbox) -> None:
    an_event(sandbox)
    sent_at: list[int] = []

    def send(body: bytes, headers: dict[str, str]) -> int:
        sent_at.append(clock.now() // SECOND)
        return 503

    for _ in range(20 * 60):
        sandbox.deliver_due(clock.now(), send)
        clock.advance(SECOND)
    pauses = [after - before for before, after in itertools.pairwise(sent_at)]
    assert pauses == [2, 4, 8, 16, 32, 60, 60, 60, 60, 60, 60]
    assert sandbox.deliver_due(clock.now() + HOUR, listening) == 0


def test_news_is_signed_anew_each_time_it_is_sent(sandbox: Sandbox) -> None:
    key = an_event(sandbox)
    sandbox.deliver_due(clock.now(), deaf)
    clock.advance(HOUR)
    heard: list[GatewayEvent] = []

    def send(body: bytes, headers: dict[str, str]) -> int:
        heard.append(sandbox.read_event(body, headers))
        return 200

    sandbox.deliver_due(clock.now(), send)
    assert [event.key for event in heard] == [key]


def test_one_piece_of_news_that_is_not_taken_does_not_hold_up_the_others(sandbox: Sandbox) -> None:
    first, second = an_event(sandbox), an_event(sandbox)

    def send(body: bytes, headers: dict[str, str]) -> int:
        return 500 if sandbox.read_event(body, headers).key == first else 200

    assert sandbox.deliver_due(clock.now(), send) == 1
    clock.advance(2 * SECOND)
    heard: list[str] = []

    def listen(body: bytes, headers: dict[str, str]) -> int:
        heard.append(sandbox.read_event(body, headers).key)
        return 200

    sandbox.deliver_due(clock.now(), listen)
    assert heard == [first]
    assert second not in heard


def test_a_courier_that_died_is_replaced_after_a_minute(sandbox: Sandbox) -> None:
    an_event(sandbox)

    def die(body: bytes, headers: dict[str, str]) -> int:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        sandbox.deliver_due(clock.now(), die)
    assert sandbox.deliver_due(clock.now(), listening) == 0
    clock.advance(MINUTE)
    assert sandbox.deliver_due(clock.now(), listening) == 1


def test_news_that_another_courier_took_meanwhile_is_left_to_it(sandbox: Sandbox) -> None:
    keys = [an_event(sandbox), an_event(sandbox)]
    heard: list[str] = []

    def send(body: bytes, headers: dict[str, str]) -> int:
        heard.append(sandbox.read_event(body, headers).key)
        if len(heard) == 1:
            sandbox.deliver_due(clock.now(), send)
        return 200

    assert sandbox.deliver_due(clock.now(), send) == 1
    assert heard == keys


def test_couriers_at_work_at_once_share_the_news(sandbox: Sandbox) -> None:
    keys = {an_event(sandbox) for _ in range(30)}
    heard: Counter[str] = Counter()
    start = threading.Barrier(4)

    def send(body: bytes, headers: dict[str, str]) -> int:
        heard[sandbox.read_event(body, headers).key] += 1
        return 200

    def run() -> None:
        start.wait()
        while sandbox.deliver_due(clock.now(), send):
            pass

    couriers = [threading.Thread(target=run) for _ in range(4)]
    for courier in couriers:
        courier.start()
    for courier in couriers:
        courier.join()
    while sandbox.deliver_due(clock.now(), send):
        pass
    assert heard == dict.fromkeys(keys, 1)


def test_news_travels_over_http(sandbox: Sandbox) -> None:
    key = an_event(sandbox)
    heard: list[GatewayEvent] = []

    class Market(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            heard.append(sandbox.read_event(body, dict(self.headers)))
            self.send_response(500 if len(heard) == 1 else 204)
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Market) as market:
        threading.Thread(target=market.serve_forever, daemon=True).start()
        send = post_to(f"http://127.0.0.1:{market.server_port}/gateway/sandbox/events")
        assert sandbox.deliver_due(clock.now(), send) == 0
        clock.advance(2 * SECOND)
        assert sandbox.deliver_due(clock.now(), send) == 1
        market.shutdown()
    assert [event.key for event in heard] == [key, key]
    assert len({event.id for event in heard}) == 1


def test_a_market_that_is_down_did_not_take_the_news(sandbox: Sandbox) -> None:
    with HTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler) as market:
        port = market.server_port
    an_event(sandbox)
    assert sandbox.deliver_due(clock.now(), post_to(f"http://127.0.0.1:{port}/gateway/sandbox/events")) == 0
