"""A job on pages: posted by somebody without a shop, asked about, bid on, awarded, paid in, worked on and completed."""

from __future__ import annotations

import re

from tests.support.browser import Browser
from tests.support.desk import one_of_the_team, somebody
from tests.support.forms import form_of
from tests.support.stack import Stack

from haat.kernel import clock, ids
from haat.kernel.clock import DAY, as_datetime
from haat.market.accounts.account import find
from haat.market.accounts.open_shop import Sign, open_shop
from haat.market.catalogue.change_category import ensure_category
from haat.market.deals.deal import children, get
from haat.market.handwork.bid import visible_bids
from haat.market.handwork.job import Job, jobs_of
from haat.market.questions.question import questions_about

CARD = {"card_number": "4000 0010 0000 0018", "card_expiry": "12/34", "card_cvc": "123", "card_name": "Ada"}


def day_from_now(days: int) -> str:
    return f"{as_datetime(clock.now() + days * DAY):%Y-%m-%d}"


def category(stack: Stack) -> str:
    return ids.encode(
        stack.app.store.write(lambda tx: ensure_category(tx, stack.app.catalogue.categories, ["Building", "Roofs"]))
    )


def posted(stack: Stack, browser: Browser, email: str = "ada@example.org", **more: str) -> Job:
    """A job that somebody posts by its form."""
    fields = {
        "title": "Mend the roof",
        "category": category(stack),
        "description": "It leaks.",
        "place": "Graz",
        "country": "AT",
        "bids_until": day_from_now(7),
        "bidding": "open",
        "budget_to": "500",
        "do": "publish",
    }
    answer = browser.post("/selling/jobs", **(fields | more))
    assert answer.status == 303, answer.text
    (job, *_) = jobs_of(stack.app.store, account_of(stack, email))
    return job


def account_of(stack: Stack, email: str) -> int:
    account = find(stack.app.store, email)
    assert account is not None
    return account.id


def bid(browser: Browser, job: Job, **more: str) -> None:
    fields = {"amount": "300", "days": "5", "words": "I mend roofs.", "part-0-title": "All of it", "part-0-share": "1"}
    answer = browser.post(f"/item/{ids.encode(job.id)}/bid", **(fields | {"part-0-days": "5"} | more))
    assert answer.status == 303, answer.text


def deals_on(browser: Browser, room: str) -> list[str]:
    return re.findall(rf'href="{room}/([0-9a-z]{{13}})"', browser.get(room).text)


def test_a_job_is_found_near_its_town_by_whatever_name_it_was_written(stack: Stack) -> None:
    ada = somebody(stack)
    job = posted(stack, ada, place="Wien")
    found = stack.browser().get("/search?near=Vienna%2C+AT&km=10").text
    assert "Mend the roof" in found and "Wien · " in found and "0 km away" in found
    posted(stack, ada, title="Mend the gutter", place="The mill above Sankt Nirgendwo")
    assert "The mill above Sankt Nirgendwo · " in stack.browser().get("/search?q=gutter").text
    mine = f"/selling/jobs/{ids.encode(job.id)}"
    moved = form_of(ada.get(mine).text, mine) | {"place": "Graz", "do": "save"}
    assert ada.submit(mine, **moved).status == 200
    assert "Mend the roof" not in ada.get("/search?near=Vienna%2C+AT&km=10").text
    assert "Mend the roof" in stack.browser().get("/search?near=Graz%2C+AT&km=10").text
    assert stack.lies() == {}


def test_a_job_goes_from_the_form_to_the_last_milestone(stack: Stack) -> None:
    ada, ines = somebody(stack), somebody(stack, "ines@example.org", "Ines")
    assert "Post a job" in ada.get("/").text
    assert ada.get("/selling/jobs/new").status == 200
    job = posted(stack, ada)
    page = f"/item/{ids.encode(job.id)}/{job.handle}"
    assert "Mend the roof" in stack.browser().get(page).text
    assert "Bid on this job" in ines.get(page).text

    ines.post(f"/item/{ids.encode(job.id)}/questions", question="Which tiles?")
    assert "Which tiles?" in ines.get(page).text
    asked = re.search(r"/questions/([0-9a-z]{13})/answer", ada.get(page).text)
    assert asked
    ada.post(f"/questions/{asked[1]}/answer", answer="Red ones.")
    assert "Red ones." in ines.get(page).text

    bid(ines, job, **{"part-0-title": "First", "part-1-title": "Second", "part-1-share": "2", "part-1-days": "9"})
    assert "300" in somebody(stack, "eve@example.org", "Eve").get(page).text
    mine = f"/selling/jobs/{ids.encode(job.id)}"
    deal_id = re.search(r"/purchases/([0-9a-z]{13})", ada.get(mine).text)[1]  # type: ignore[index]
    assert ada.post(f"/purchases/{deal_id}/moves/award").status == 303
    agreement = f"/agreements/{deal_id}"
    assert "Accept the award" in ines.get(f"/selling/orders/{deal_id}").text
    assert ines.get(agreement).status == 200
    assert ines.post(f"/selling/orders/{deal_id}/moves/propose").status == 303
    assert ada.post(f"/purchases/{deal_id}/moves/agree").status == 303

    milestones = children(stack.app.store, ids.decode(deal_id))
    assert [one.total for one in milestones] == [100_00, 200_00]
    page_of_ada = ada.get(agreement).text
    assert "Pay in" in page_of_ada and "Pay in" not in ines.get(agreement).text
    chosen = [ids.encode(one.id) for one in milestones]
    paid = ada.post(f"{agreement}/payments", milestones=chosen, key="key-of-ada-1", **CARD)
    assert paid.status == 303
    assert "Thank you" in ada.get(paid.header("Location") or "").text
    for one in chosen:
        assert ines.post(f"/selling/orders/{one}/moves/submit", note="Done").status == 303
        assert ada.post(f"/purchases/{one}/moves/release").status == 303
    assert get(stack.app.store, ids.decode(deal_id)).state == "completed"
    stack.work()
    assert stack.lies() == {}


def test_what_is_wrong_with_a_job_is_told_beside_what_was_typed(stack: Stack) -> None:
    ada = somebody(stack)
    answer = ada.post("/selling/jobs", title="Mend the roof", budget_from="much", place="", do="publish")
    assert answer.status == 422
    for field in ("budget_from", "category", "bids_until"):
        assert f'href="#f-{field}"' in answer.text, field
    assert form_of(answer.text, "/selling/jobs")["title"] == "Mend the roof"
    assert jobs_of(stack.app.store, account_of(stack, "ada@example.org")) == []


def test_a_job_is_changed_and_taken_back_by_its_customer_alone(stack: Stack) -> None:
    ada, ines = somebody(stack), somebody(stack, "ines@example.org", "Ines")
    job = posted(stack, ada)
    path = f"/selling/jobs/{ids.encode(job.id)}"
    fields = form_of(ada.get(path).text, path)
    fields["title"] = "Mend the whole roof"
    assert ada.post(path, **fields, do="save").status == 303
    assert "Mend the whole roof" in ada.get(path).text
    assert ada.post(path, **fields, do="save").status == 409
    assert ines.get(path).status == 403
    posted(stack, ines, "ines@example.org")
    assert ines.get(path).status == 404
    bid(ines, job)
    assert ada.post(f"{path}/end").status == 303
    assert "Bid turned down" in ada.get(path).text


def test_what_is_wrong_with_a_bid_is_told_beside_what_was_typed(stack: Stack) -> None:
    ada, ines = somebody(stack), somebody(stack, "ines@example.org", "Ines")
    job = posted(stack, ada, bidding="sealed")
    form = f"/item/{ids.encode(job.id)}/bid"
    answer = ines.post(form, amount="lots", days="5", words="Me")
    assert answer.status == 422 and 'href="#f-amount"' in answer.text
    assert form_of(answer.text, form)["words"] == "Me"
    bid(ines, job)
    assert form_of(ines.get(form).text, form)["amount"] == "300.00"
    bid(ines, job, amount="250")
    page = f"/item/{ids.encode(job.id)}/{job.handle}"
    assert "250" in ines.get(page).text
    assert "Bids are sealed" in stack.browser().get(page).text
    assert ada.post(form, amount="1", days="1", words="Mine").status == 422
    assert stack.browser().get(form).status in (303, 401)


def test_a_plan_of_many_milestones_stands_in_the_form_whole(stack: Stack) -> None:
    ada, ines = somebody(stack), somebody(stack, "ines@example.org", "Ines")
    job = posted(stack, ada)
    plan = {f"part-{n}-{name}": text for n in range(7) for name, text in (("title", f"Stage {n}"), ("days", "3"))}
    bid(ines, job, **plan, **{f"part-{n}-share": "1" for n in range(1, 7)})
    assert 'value="Stage 6"' in ines.get(f"/item/{ids.encode(job.id)}/bid").text
    deal_id = re.search(r"/purchases/([0-9a-z]{13})", ada.get(f"/selling/jobs/{ids.encode(job.id)}").text)[1]  # type: ignore[index]
    assert 'value="Stage 6"' in ines.get(f"/agreements/{deal_id}").text


def test_changes_are_proposed_and_answered_on_the_page_of_the_agreement(stack: Stack) -> None:
    ada, ines = somebody(stack), somebody(stack, "ines@example.org", "Ines")
    job = posted(stack, ada)
    bid(ines, job)
    deal_id = re.search(r"/purchases/([0-9a-z]{13})", ada.get(f"/selling/jobs/{ids.encode(job.id)}").text)[1]  # type: ignore[index]
    ada.post(f"/purchases/{deal_id}/moves/award")
    agreement = f"/agreements/{deal_id}"
    answer = ines.post(f"{agreement}/plan", **{"part-0-title": "All", "part-0-share": "x", "part-0-days": "3"})
    assert answer.status == 422
    assert (
        ines.post(f"{agreement}/plan", **{"part-0-title": "All", "part-0-share": "1", "part-0-days": "3"}).status == 303
    )
    ines.post(f"/selling/orders/{deal_id}/moves/propose")
    ada.post(f"/purchases/{deal_id}/moves/agree")
    assert ines.post(f"{agreement}/changes", amount="", why="").status == 422
    assert ines.post(f"{agreement}/changes", amount="50", why="More", title="New beams", days="3").status == 303
    order = re.search(rf"{agreement}/changes/([0-9a-z]{{13}})", ada.get(agreement).text)
    assert order
    assert ada.post(f"{agreement}/changes/{order[1]}", do="accept").status == 303
    assert "New beams" in ada.get(agreement).text
    assert get(stack.app.store, ids.decode(deal_id)).total == 350_00
    assert somebody(stack, "eve@example.org", "Eve").get(agreement).status == 404
    assert ada.post(f"{agreement}/payments", key="key-of-ada-2").status == 422
    assert stack.lies() == {}


def test_a_moderator_removes_a_question_and_it_is_gone(stack: Stack) -> None:
    ada, ines = somebody(stack), somebody(stack, "ines@example.org", "Ines")
    job = posted(stack, ada)
    page = f"/item/{ids.encode(job.id)}/{job.handle}"
    ines.post(f"/item/{ids.encode(job.id)}/questions", question="Call 0123!")
    moderator = one_of_the_team(stack, "moderator")
    found = re.search(r"/admin/questions/([0-9a-z]{13})/remove", moderator.get("/admin/questions").text)
    assert found
    refused = moderator.post(f"/admin/questions/{found[1]}/remove", why="No numbers here. " * 100)
    assert refused.status == 422
    assert "No numbers here. No numbers here." in refused.text
    assert moderator.post(f"/admin/questions/{found[1]}/remove", why="No numbers").status == 303
    assert "Call 0123" not in ada.get(page).text
    assert "No numbers" in moderator.get("/admin/questions").text
    assert ada.get("/admin/questions").status == 403


def test_a_refused_question_and_a_refused_answer_keep_what_was_typed(stack: Stack) -> None:
    customer, bidder = somebody(stack, "ada@example.org"), somebody(stack, "max@example.org", "Max")
    job = posted(stack, customer)
    page = f"/item/{ids.encode(job.id)}"
    long = "How steep is it? " * 200
    refused = bidder.post(f"{page}/questions", question=long)
    assert refused.status == 422 and long.strip() in refused.text and "1 to 2000 characters" in refused.text
    assert bidder.post(f"{page}/questions", question="How steep is it?").status == 303
    (question,) = questions_about(stack.app.store, job.id)
    refused = customer.post(f"/questions/{ids.encode(question.id)}/answer", answer=long)
    assert refused.status == 422 and long.strip() in refused.text


def test_a_job_and_its_bids_are_in_the_currency_of_the_customers_shop(stack: Stack) -> None:
    customer = somebody(stack, "yuki@example.org", "Yuki")
    open_shop(stack.app.store, account_of(stack, "yuki@example.org"), Sign("Yuki", "", "AT"), "JPY")
    job = posted(stack, customer, "yuki@example.org", budget_to="50000")
    assert (job.currency, job.budget_to) == ("JPY", 50000)
    assert "¥" in customer.get(f"/selling/jobs/{ids.encode(job.id)}").text
    bidder = somebody(stack, "max@example.org", "Max")
    bid(bidder, job, amount="40000")
    (made,) = visible_bids(stack.app.store, job, job.customer_id)
    assert (made.amount, made.currency) == (40000, "JPY")
