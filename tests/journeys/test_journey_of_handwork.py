"""On the notice board a job is posted, asked about, bid on, awarded, changed, paid in and released; who was not chosen hears of it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import expect

from haat.demo.goods import PHOTOS
from haat.demo.load import PASSWORD as OF_DEMO
from haat.kernel import clock
from tests.journeys.conftest import Come
from tests.journeys.market import Market
from tests.journeys.people import Person
from tests.support.chromium import SCREENS, Screen

PRESET = "handwork"
TILDA = ("Tilda Brandner", "tilda.hand@demo.haat.example", OF_DEMO)
KOFI = ("Kofi Mensah", "kofi.hand@demo.haat.example", OF_DEMO)


@pytest.mark.parametrize("screen", SCREENS, ids=lambda screen: screen.name)
def test_a_job_is_posted_awarded_and_paid_stage_by_stage(come: Come, market: Market, screen: Screen) -> None:
    title = f"Bench for the hall, seen on the {screen.name}"
    customer, tilda, kofi = come("Ilse"), come(*TILDA), come(*KOFI)
    customer.sign_up()
    post(customer, title)
    ask_and_answer(tilda, customer, title)
    bid(tilda, "900", "Oak from Styria, oiled.", "Measure and draw", "Build and set up")
    find_near_its_town(kofi, title)
    bid(kofi, "1100", "Ash, with a light below.")
    award(customer, title, tilda)
    hear_of_the_other(kofi, title)
    agree(tilda, customer, title)
    pay_in(customer)
    hand_over_and_accept(tilda, customer)
    change(tilda, customer)
    assert market.lies() == {}


def post(customer: Person, title: str) -> None:
    customer.follow("Post a job", within="header")
    until = datetime.fromtimestamp(clock.now() / 1000, UTC).date() + timedelta(days=20)
    customer.fill(title=title, description="Two metres, with a lid.", place="Graz", postcode="8010", budget_to="1200")
    customer.fill(bids_until=until.isoformat())
    customer.page.locator("main [name=category]").select_option(label="Wood and floors › Furniture and fittings")
    customer.page.locator("main [name=country]").select_option(label="Austria")
    customer.page.locator("[name=photos]").set_input_files(PHOTOS / "hand-wardrobe.webp")
    customer.press("Post it")
    customer.sees("The job is posted", "Nobody has bid yet.")
    expect(customer.page.locator(".photo-grid img")).to_have_count(1)


def ask_and_answer(asker: Person, customer: Person, title: str) -> None:
    asker.sign_in()
    asker.look_for(title)
    asker.choose(title)
    asker.fill(question="Is the wall behind it straight?")
    asker.press("Ask")
    customer.read_notice(f"A question about {title}")
    customer.fill(answer="As a ruler.")
    customer.press("Answer")
    asker.read_notice(f"Your question about {title} is answered")
    asker.sees("As a ruler.")


def find_near_its_town(craftsperson: Person, title: str) -> None:
    craftsperson.sign_in()
    craftsperson.look_for("bench")
    if craftsperson.page.locator(".filters-open").is_visible():
        craftsperson.page.locator(".filters-open").click()
    craftsperson.page.locator("[name=near]").fill("Graz")
    craftsperson.page.locator("[name=near]").press("Enter")
    craftsperson.sees("0 km away", "Budget up to €1,200.00")
    craftsperson.choose(title)


def bid(craftsperson: Person, amount: str, words: str, *milestones: str) -> None:
    craftsperson.follow("Bid on this job")
    craftsperson.fill(amount=amount, days="10", words=words)
    for number, milestone in enumerate(milestones):
        row = {"title": milestone, "share": "1", "days": str(5 * (number + 1))}
        craftsperson.fill(**{f"part-{number}-{name}": text for name, text in row.items()})
    craftsperson.press("Make the bid")
    craftsperson.sees("Your bid is made.")


def award(customer: Person, title: str, chosen: Person) -> None:
    customer.go_by_menu("My jobs")
    customer.follow("Jobs", within=".room-nav")
    customer.follow(title)
    customer.sees("€900.00", "€1,100.00")
    of_chosen = customer.page.locator("article", has_text=chosen.name)
    of_chosen.get_by_role("link", name="Look at this bid and decide").click()
    customer.make_move("Award the job")
    customer.sees_heading("Awarded, to be accepted")


def hear_of_the_other(craftsperson: Person, title: str) -> None:
    craftsperson.read_notice(f"Somebody else was chosen: {title}")
    craftsperson.sees_heading("Somebody else was chosen")
    craftsperson.follow(title)
    craftsperson.sees("This job is awarded")


def agree(craftsperson: Person, customer: Person, title: str) -> None:
    craftsperson.read_notice(f"The job is yours: {title}")
    craftsperson.make_move("Accept the award with these milestones")
    craftsperson.sees("The job is: Milestones proposed.")
    customer.page.reload()
    customer.make_move("Agree to the milestones")
    customer.sees_heading("Under way")


def pay_in(customer: Person) -> None:
    """The first milestone, which is chosen already."""
    customer.follow("Milestones, payments and changes")
    customer.sees("Measure and draw", "Build and set up", "€450.00")
    customer.fill_in_card()
    customer.press("Pay in")
    customer.sees_heading("Thank you, it is paid")


def hand_over_and_accept(craftsperson: Person, customer: Person) -> None:
    craftsperson.read_notice("Paid in, you can begin: Measure and draw")
    craftsperson.make_move(
        "Hand the work over", note="The drawing is in the photo.", photo=PHOTOS / "hand-shelves.webp"
    )
    customer.read_notice("Handed over, please look: Measure and draw")
    customer.sees("The drawing is in the photo.")
    customer.make_move("Accept it and release the money")
    customer.sees("Accepted and released")


def change(craftsperson: Person, customer: Person) -> None:
    """The craftsperson proposes one more milestone, and the customer agrees."""
    craftsperson.follow("Milestones, payments and changes")
    door = craftsperson.open_door("Propose a change")
    door.locator("[name=amount]").fill("120")
    door.locator("[name=title]").fill("A cushion for it")
    door.locator("[name=days]").fill("30")
    door.locator("[name=why]").fill("You asked for one.")
    craftsperson.press("Propose it")
    craftsperson.sees("It counts once the other side accepts it.")
    customer.read_notice("A change is proposed: A cushion for it")
    customer.sees("one more milestone for €120.00")
    customer.press("Accept the change")
    customer.sees("The change is agreed.", "A cushion for it")
