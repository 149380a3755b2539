"""The same request with the same key is done once and answered the same."""

from __future__ import annotations

import threading

import pytest

from haat.app import App
from haat.jobs import answers
from haat.kernel import clock
from haat.kernel.errors import Refused, Unavailable
from haat.store import Uncertain
from haat.web.api import idempotency
from haat.web.http import Context
from haat.web.routes import Endpoint, Input, Output
from haat.web.wsgi import make_wsgi
from tests.support.browser import Answer, Browser
from tests.web.core.members import account, sign_in


class Order(Input):
    """What to do."""

    what: str


class Done(Output):
    """What was done."""

    number: int


class Till:
    """Counts what it does; does it slowly, refuses, or breaks as it is told."""

    def __init__(self) -> None:
        self.number = 0
        self.may_end = threading.Event()
        self.has_begun = threading.Event()
        self.may_end.set()

    def ring(self, ctx: Context, body: Order) -> Done:
        self.number += 1
        self.has_begun.set()
        self.may_end.wait(5)
        match body.what:
            case "refuse":
                raise Refused(f"Refused, number {self.number}.")
            case "be away":
                raise Unavailable("Away.")
            case "be cut off":
                raise Uncertain(OSError("the connection was lost"))
            case "break":
                raise ValueError
        return Done(number=self.number)


@pytest.fixture
def till() -> Till:
    return Till()


@pytest.fixture
def program(app: App, till: Till) -> Browser:
    endpoint = Endpoint("POST", "/ring", till.ring, "Ring", takes=Order, gives=Done, status=201, idempotent=True)
    return Browser(make_wsgi(app, [], [endpoint]))


def ring(program: Browser, key: str = "k-1", what: str = "ring") -> Answer:
    return program.call(
        "POST", "/api/v1/ring", {"what": what}, **{"Idempotency-Key": key, "Origin": "http://shop.test"}
    )


def test_a_repetition_gets_the_same_answer_and_does_nothing(program: Browser, till: Till) -> None:
    first, second = ring(program), ring(program)
    assert (first.status, first.json) == (second.status, second.json) == (201, {"number": 1})
    assert (first.header("Idempotent-Replay"), second.header("Idempotent-Replay")) == (None, "true")
    assert till.number == 1


def test_without_a_key_each_request_is_its_own(program: Browser, till: Till) -> None:
    for _ in range(2):
        program.call("POST", "/api/v1/ring", {"what": "ring"})
    assert till.number == 2


def test_what_may_have_been_saved_is_not_done_again_under_its_key(program: Browser, till: Till) -> None:
    first, second = ring(program, what="be cut off"), ring(program, what="be cut off")
    assert (first.status, first.json["code"]) == (503, "uncertain")
    assert (second.status, second.json["title"]) == (503, first.json["title"])
    assert till.number == 1


def test_a_refusal_is_given_again_too(program: Browser, till: Till) -> None:
    first, second = ring(program, what="refuse"), ring(program, what="refuse")
    assert first.status == second.status == 409
    assert second.json["title"] == "Refused, number 1."
    assert second.header("Content-Type") == "application/problem+json"


@pytest.mark.parametrize("what", ["be away", "break"])
def test_what_failed_may_be_tried_again(program: Browser, till: Till, what: str) -> None:
    assert ring(program, what=what).status >= 500
    ring(program, what=what)
    assert till.number == 2


def test_a_key_stands_for_one_request(program: Browser, till: Till) -> None:
    ring(program)
    answer = ring(program, what="something else")
    assert (answer.status, answer.json["code"]) == (422, "idempotency_key_reused")


def test_a_key_is_everybodys_own(app: App, program: Browser, till: Till) -> None:
    ring(program)
    sign_in(app, program, account(app))
    assert ring(program).json == {"number": 2}


@pytest.mark.parametrize("key", ["", "two words", "ż", "x" * 121])
def test_a_key_that_cannot_be_kept_is_refused(program: Browser, till: Till, key: str) -> None:
    answer = ring(program, key)
    assert (answer.status, list(answer.json["fields"])) == (422, ["Idempotency-Key"])
    assert till.number == 0


def test_who_comes_meanwhile_waits_for_the_answer(program: Browser, till: Till) -> None:
    till.may_end.clear()
    found: list[Answer] = []
    threads = [threading.Thread(target=lambda: found.append(ring(program))) for _ in range(4)]
    for thread in threads:
        thread.start()
    till.has_begun.wait(5)
    till.may_end.set()
    for thread in threads:
        thread.join()
    assert [answer.json for answer in found] == [{"number": 1}] * 4


def test_who_would_wait_too_long_is_told_to_come_back(
    program: Browser, till: Till, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(idempotency, "_PATIENCE", 0.1)
    till.may_end.clear()
    first = threading.Thread(target=ring, args=(program,))
    first.start()
    till.has_begun.wait(5)
    answer = ring(program)
    till.may_end.set()
    first.join()
    assert (answer.status, answer.json["code"], answer.header("Retry-After")) == (409, "in_flight", "5")


def test_a_request_of_a_process_that_died_is_taken_over_after_a_minute(
    app: App, program: Browser, till: Till, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(idempotency, "_PATIENCE", 0.0)
    with clock.frozen():
        ring(program, "other")
        leave_unanswered(app)
        clock.advance(answers.TAKEN_OVER_AFTER - 1)
        assert ring(program).status == 409
        clock.advance(1)
        assert ring(program).json == {"number": 2}
        assert ring(program).header("Idempotent-Replay") == "true"


def test_answers_are_forgotten_after_a_day(app: App, program: Browser, till: Till) -> None:
    with clock.frozen():
        ring(program)
        clock.advance(answers.KEPT)
        assert answers.sweep(app.store) == "Forgot 0 answers."
        clock.advance(1)
        assert answers.sweep(app.store) == "Forgot 1 answers."
        assert ring(program).json == {"number": 2}


def leave_unanswered(app: App) -> None:
    """As if the process had died in the middle of `ring`."""
    from hashlib import sha256

    hash_ = sha256(b'POST /api/v1/ring\n{"what": "ring"}').hexdigest()
    assert answers.begin(app.store, answers.Request("address:203.0.113.7", "k-1", hash_)) is not None
