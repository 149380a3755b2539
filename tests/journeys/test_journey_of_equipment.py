"""In the yard a machine is found for the days it is needed, hired with a deposit, handed over and brought back, and the deposit returns."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import count, islice
from typing import NamedTuple

import pytest
from playwright.sync_api import expect

from haat.demo.goods import PHOTOS
from haat.demo.load import PASSWORD as OF_DEMO
from haat.kernel import clock
from tests.journeys.conftest import Come
from tests.journeys.market import Market
from tests.journeys.people import Person
from tests.support.chromium import SCREENS, Screen

PRESET = "equipment"
OWNER = ("Fatima El Amrani", "fatima.yard@demo.haat.example", OF_DEMO)
MACHINE = "Breaker, 16 kg"  # of which she has two


class Days(NamedTuple):
    """From the first to the last, as they are typed."""

    first: str
    last: str


@pytest.mark.parametrize("screen", SCREENS, ids=lambda screen: screen.name)
def test_a_machine_is_hired_for_some_days_and_the_deposit_returns(come: Come, market: Market, screen: Screen) -> None:
    days = days_on(screen, today())
    hirer, owner, visitor = come("Hanna"), come(*OWNER), come("Willem")
    hirer.sign_up()
    find_what_is_free(hirer, days)
    see_what_both_cost(hirer)
    book(hirer)
    see_that_they_are_taken(visitor, days)
    hand_over(owner)
    bring_back(hirer)
    take_back_and_return_the_deposit(owner)
    hirer.page.reload()
    hirer.sees_heading("Back, and done")
    hirer.sees("Deposit given back", "€160.00")
    assert market.lies() == {}


def test_the_days_are_in_one_month_whatever_day_it_is() -> None:
    """The calendar shows one month at a time."""
    for number in range(366):
        some_day = date(2027, 1, 1) + timedelta(days=number)
        chosen = [days_on(screen, some_day) for screen in SCREENS]
        for first, last in chosen:
            assert first[:7] == last[:7] and date.fromisoformat(first) > some_day + timedelta(days=7)
        assert len({*chosen}) == len(SCREENS)


def today() -> date:
    return datetime.fromtimestamp(clock.now() / 1000, UTC).date()


def days_on(screen: Screen, today: date) -> Days:
    """Two days of a week and a month in which nobody else hires: Tuesday and Wednesday, as on Sundays the yard is closed."""
    tuesdays = (today + timedelta(days=7 * week + 1 - today.weekday()) for week in count(2))
    chosen = (Days(f"{day}", f"{day + timedelta(days=1)}") for day in tuesdays if (day + timedelta(days=1)).day > 1)
    return next(islice(chosen, SCREENS.index(screen), None))


def find_what_is_free(hirer: Person, days: Days) -> None:
    hirer.window.open("/")
    hirer.fill(q="breaker", free_from=days.first, free_until=days.last)
    hirer.press("See what is free")
    hirer.choose(MACHINE)


def see_what_both_cost(hirer: Person) -> None:
    """The days that were searched for are still chosen."""
    hirer.sees("It is free")
    hirer.fill(quantity="2")
    hirer.press("Work out what it costs")
    hirer.sees("4 × Day at €38.00", "Deposit, which comes back", "€160.00")


def book(hirer: Person) -> None:
    hirer.follow("Book")
    hirer.fill_in_address("Netherlands")
    hirer.pay()
    hirer.sees_heading("Thank you, it is paid")
    hirer.follow("Follow it")
    hirer.sees_heading("Booked and paid")


def see_that_they_are_taken(visitor: Person, days: Days) -> None:
    visitor.window.open("/")
    visitor.fill(q="breaker")
    visitor.press("See what is free")
    visitor.choose(MACHINE)
    visitor.fill(start=days.first, end=days.last)
    visitor.press("Work out what it costs")
    expect(visitor.page.locator(".calendar .taken time")).to_have_count(2)
    for day in days:
        expect(visitor.page.locator(f".calendar .taken time[datetime='{day}']")).to_be_visible()
    expect(visitor.page.get_by_role("link", name="Book")).to_have_count(0)


def hand_over(owner: Person) -> None:
    owner.sign_in()
    owner.go_by_menu("My yard")
    owner.follow(MACHINE)
    owner.make_move("Hand it over", note="Both run. One chisel is blunt.", photo=PHOTOS / "hire-breaker.webp")
    owner.sees("The hire is: Handed over.")
    owner.sees_heading("Handed over")


def bring_back(hirer: Person) -> None:
    """After a look at how it was when it was handed over."""
    hirer.read_notice(f"Handed over to you: {MACHINE}")
    hirer.sees("One chisel is blunt.")
    expect(hirer.page.locator(".evidence img")).to_have_count(1)
    hirer.make_move("I have brought it back", note="Washed, and both chisels are sharp.")
    hirer.sees_heading("Said to be back")


def take_back_and_return_the_deposit(owner: Person) -> None:
    owner.read_notice(f"Brought back: {MACHINE}")
    owner.sees("both chisels are sharp")
    owner.make_move("It is back")
    owner.sees("Deposit under review")
    owner.make_move("Give all of it back")
    owner.sees("It is now: Deposit given back.")
