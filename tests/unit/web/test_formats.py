"""Money, numbers and times as they are written in each language."""

from __future__ import annotations

from datetime import UTC, datetime

from haat.kernel import clock
from haat.kernel.clock import DAY, HOUR, MINUTE
from haat.kernel.money import Money
from haat.kernel.zone import zone_of
from haat.web.formats import Formats

AT = int(datetime(2026, 3, 7, 12, 30, tzinfo=UTC).timestamp() * 1000)


def test_money_has_the_decimals_of_its_currency_and_the_habits_of_its_reader() -> None:
    english, polish = Formats("en"), Formats("pl")
    assert english.money(Money(1_234_50, "EUR")) == "€1,234.50"
    assert english.money(Money(1250, "JPY")) == "¥1,250"
    assert english.money({"amount": 1250, "currency": "KWD"}) == "KWD1.250"
    assert polish.money(Money(1_234_50, "PLN")) == "1\xa0234,50\xa0zł"


def test_numbers_are_grouped() -> None:
    assert Formats("en").number(1234567) == "1,234,567"


def test_a_moment_is_told_from_now_with_the_exact_instant_behind_it() -> None:
    with clock.frozen(AT):
        said = str(Formats("en").when(AT - 3 * MINUTE))
        assert ">3 minutes ago</time>" in said
        assert 'datetime="2026-03-07T12:27:00+00:00"' in said
        assert "UTC" in said
        assert ">in 2 hours</time>" in str(Formats("en").when(AT + 2 * HOUR))
        assert ">3 minuty temu</time>" in str(Formats("pl").when(AT - 3 * MINUTE))


def test_days_and_times_are_those_of_the_market() -> None:
    late = int(datetime(2026, 3, 7, 22, 30, tzinfo=UTC).timestamp() * 1000)
    at_home = Formats("en", zone=zone_of("Africa/Johannesburg"))
    assert at_home.date(late) == "March 8, 2026"
    assert at_home.minute(late) == "March 8, 2026, 12:30\u202fAM SAST"
    with clock.frozen(late):
        assert 'datetime="2026-03-08T00:30:00+02:00" title="Mar 8, 2026, 12:30:00\u202fAM SAST"' in str(
            at_home.when(late)
        )
    assert Formats("en").minute(late) == "March 7, 2026, 10:30\u202fPM UTC"
    assert Formats("pl", zone=zone_of("Asia/Kathmandu")).minute(late) == "8 marca 2026, 04:15 UTC+05:45"


def test_the_hour_that_comes_twice_can_be_told_apart() -> None:
    first = int(datetime(2026, 10, 25, 0, 30, tzinfo=UTC).timestamp() * 1000)
    berlin = Formats("pl", zone=zone_of("Europe/Berlin"))
    assert [berlin.minute(at)[-10:] for at in (first, first + HOUR)] == ["02:30 CEST", " 02:30 CET"]


def test_what_is_long_ago_is_a_date() -> None:
    with clock.frozen(AT + 40 * DAY):
        assert ">March 7, 2026</time>" in str(Formats("en").when(AT))
    assert Formats("pl").date(AT) == "7 marca 2026"


def test_whole_days_of_the_market_are_told_by_the_first_and_the_last() -> None:
    home = zone_of("Europe/Amsterdam")
    first, after_last = (
        home.begin_of(20_540),
        home.begin_of(20_542),
    )  # the clocks of 29 March 2026 go forward in between
    written = Formats("en", zone=home)
    assert written.days(first, after_last) == (written.day(20_540), written.day(20_541))
    assert written.days(first, home.begin_of(20_541)) == (written.day(20_540), written.day(20_540))
    assert written.days(first + HOUR, after_last) is None
    assert Formats("en").days(first, after_last) is None
