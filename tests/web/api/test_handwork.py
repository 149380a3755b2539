"""A job by way of the API: posted, asked about, bid on, agreed, paid in, changed and completed."""

from __future__ import annotations

from typing import Any

from haat.kernel import clock, ids
from haat.kernel.clock import DAY
from haat.market.catalogue.change_category import ensure_category
from tests.support.browser import Browser
from tests.support.members import administrator
from tests.support.stack import Stack
from tests.web.api.acts import CARD, got, made

PLAN = [{"title": "First", "share": 30, "days": 5}, {"title": "Second", "share": 70, "days": 9}]


def posted(stack: Stack, customer: Browser, **more: Any) -> dict[str, Any]:
    tree = stack.app.catalogue.categories
    category_id = stack.app.store.write(lambda tx: ensure_category(tx, tree, ["Building", "Roofs"]))
    fields = {"title": "Mend the roof", "category": ids.encode(category_id), "place": "Graz", "country": "AT"}
    job = made(customer, "/jobs", **(fields | {"bids_until": clock.now() + 7 * DAY} | more))
    answer = customer.call("PUT", f"/api/v1/jobs/{job['id']}/state", {"state": "active"})
    assert answer.status == 200, answer.text
    value: dict[str, Any] = answer.json
    return value


def did(program: Browser, method: str, path: str, **body: Any) -> Any:
    answer = program.call(method, f"/api/v1{path}", body)
    assert answer.status in (200, 204), answer.text
    return answer.json if answer.status == 200 else None


def test_a_job_from_the_post_to_the_last_milestone(stack: Stack) -> None:
    ada, ines = stack.program(stack.world.account("Ada")), stack.program(stack.world.account("Ines"))
    job = posted(stack, ada, budget_to=500_00)
    assert job["takes_bids"] and got(stack.browser(), f"/jobs/{job['id']}")["place"] == "Graz"
    bid = made(ines, f"/jobs/{job['id']}/bids", amount=100_01, words="I mend roofs.", days=9, plan=PLAN)
    assert [stage["amount"] for stage in bid["plan"]] == [30_00, 70_01]
    changed = did(ines, "PUT", f"/bids/{bid['id']}", amount=200_00, words="I mend roofs.", days=9, plan=PLAN)
    assert changed["amount"] == 200_00
    (seen,) = got(stack.browser(), f"/jobs/{job['id']}/bids")["items"]
    assert (seen["amount"], seen["words"], seen["plan"]) == (200_00, "", [])

    did(ada, "POST", f"/purchases/{bid['id']}/moves/award")
    assert got(ada, f"/jobs/{job['id']}")["taken_by"] == bid["id"]
    assert got(ines, f"/jobs/{job['id']}")["taken_by"] is None
    did(ines, "PUT", f"/bids/{bid['id']}/plan", plan=PLAN)
    did(ines, "POST", f"/shop/sales/{bid['id']}/moves/propose")
    agreed = did(ada, "POST", f"/purchases/{bid['id']}/moves/agree")
    milestones = [one["id"] for one in agreed["children"]]
    assert [one["total"] for one in agreed["children"]] == [60_00, 140_00]

    paid = did(ada, "POST", f"/agreements/{bid['id']}/payments", key="key-of-ada-1", milestones=milestones, card=CARD)
    assert paid["payment"] == "paid"
    changes = did(ines, "POST", f"/agreements/{bid['id']}/changes", amount=5_00, why="Nails", title="Nails", days=3)
    (change,) = changes["items"]
    did(ada, "PUT", f"/changes/{change['id']}/answer", answer="accepted")
    (change,) = got(ada, f"/agreements/{bid['id']}/changes")["items"]
    did(
        ada,
        "POST",
        f"/agreements/{bid['id']}/payments",
        key="key-of-ada-2",
        milestones=[change["milestone"]],
        card=CARD,
    )
    for one in (*milestones, change["milestone"]):
        did(ines, "POST", f"/shop/sales/{one}/moves/submit")
        did(ada, "POST", f"/purchases/{one}/moves/release")
    assert got(ada, f"/purchases/{bid['id']}")["deal"]["state"] == "completed"
    stack.work()
    assert stack.lies() == {}


def test_what_cannot_be_says_why(stack: Stack) -> None:
    ada, ines = stack.program(stack.world.account("Ada")), stack.program(stack.world.account("Ines"))
    job = posted(stack, ada, bidding="sealed")
    again = {"amount": 5, "words": "Me", "days": 1}
    made(ines, f"/jobs/{job['id']}/bids", **again)
    for program, code in ((ines, "conflict"), (ada, "refused")):
        answer = program.call("POST", f"/api/v1/jobs/{job['id']}/bids", again)
        assert answer.json["code"] == code
    assert got(stack.browser(), f"/jobs/{job['id']}/bids")["items"] == []
    assert len(got(ada, f"/jobs/{job['id']}/bids")["items"]) == 1
    draft = made(
        ada,
        "/jobs",
        **{name: job[name] for name in ("title", "bids_until", "place", "country")},
        category=_category(stack),
    )
    assert ines.get(f"/api/v1/jobs/{draft['id']}").status == 404
    assert len(got(ada, "/jobs")["items"]) == 2
    wrong = ada.call("POST", "/api/v1/shop/listings", {"title": "Roof", "category": _category(stack), "kind": "job"})
    assert (wrong.status, list(wrong.json["fields"])) == (422, ["kind"])
    did(ada, "PUT", f"/jobs/{job['id']}/state", state="ended")
    assert got(ada, f"/jobs/{job['id']}/bids")["items"][0]["state"] == "turned_down"


def test_questions_are_read_by_everybody_and_removed_by_moderators(stack: Stack) -> None:
    ada, ines = stack.program(stack.world.account("Ada")), stack.program(stack.world.account("Ines"))
    job = posted(stack, ada)
    asked = made(ines, f"/listings/{job['id']}/questions", question="Which tiles?")
    did(ada, "PUT", f"/questions/{asked['id']}/answer", answer="Red ones.")
    (shown,) = got(stack.browser(), f"/listings/{job['id']}/questions")["items"]
    assert (shown["question"], shown["answer"]) == ("Which tiles?", "Red ones.")
    moderator = stack.program(administrator(stack.app.store))
    assert len(got(moderator, "/market/questions")["items"]) == 1
    did(moderator, "PUT", f"/market/questions/{asked['id']}/removal", why="No")
    assert got(stack.browser(), f"/listings/{job['id']}/questions")["items"] == []


def _category(stack: Stack) -> str:
    tree = stack.app.catalogue.categories
    return ids.encode(stack.app.store.write(lambda tx: ensure_category(tx, tree, ["Building", "Roofs"])))
