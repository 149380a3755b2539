"""Where no worker runs nobody notices by slowness or by silence: requests do not do its work, and health says that nobody does."""

from __future__ import annotations

from msgspec import to_builtins

from haat.jobs.waiting import list_waiting
from haat.kernel import clock, ids
from haat.market.notices.mail import list_mails
from tests.support.stack import Stack
from tests.support.world import ADDRESS

CARD = {"number": "4000001000000018", "expiry": "12/34", "cvc": "123"}
WISH = {
    "email": "ines@example.org",
    "password": "seven green umbrellas",
    "name": "Ines",
    "country": "AT",
    "language": "en",
}


def test_nothing_is_done_inside_a_request_and_health_says_since_when_the_oldest_job_waits(stack: Stack) -> None:
    with clock.frozen():
        variant = stack.world.variant(stack.world.shop())
        program = stack.program(stack.world.account())
        lines = [{"variant": ids.encode(variant), "quantity": 1}]
        order = {"key": "the-only-order", "address": to_builtins(ADDRESS), "card": CARD, "lines": lines}
        deal = program.call("POST", "/api/v1/checkouts", order).json["deals"][0]["id"]
        program.call("POST", f"/api/v1/purchases/{deal}/moves/call_off", {"reason": "Too late"})
        stack.browser().call("POST", "/api/v1/accounts", WISH)
        clock.advance(5 * clock.MINUTE)
        program.get("/api/v1/purchases")
        stack.browser().get("/")

        assert [line.kind for line in stack.app.gateway.statement(0)] == ["charge"]
        assert list_mails(stack.app.store) == []
        waiting = list_waiting(stack.app.store)
        assert {"refund.send", "deal.moved"} < {job.topic for job in waiting}
        assert {job.attempts for job in waiting} == {0}
        assert queue(stack) == ("failed", "A job has been due for too long. 300 s; is the worker running?")

        stack.work()
        assert [line.kind for line in stack.app.gateway.statement(0)] == ["charge", "refund"]
        assert stack.letters("ines@example.org")
        assert queue(stack) == ("ok", "0 waiting, 0 given up")


def queue(stack: Stack) -> tuple[str, str]:
    """How health says that the queue is."""
    parts = stack.browser().get("/api/health").json["parts"]
    return next((part["status"], part["detail"]) for part in parts if part["name"] == "queue")
