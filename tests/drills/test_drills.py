"""Drills on real stacks, in their short form: nothing may be lost, whatever the machine's speed; with the answer broken they fail."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from haat.demo.practice import PracticeShop
from haat.ops.drills.blank import Blanks
from haat.ops.drills.drill import Budget
from haat.ops.drills.programme import drill
from haat.ops.drills.run import Report, perform
from haat.ops.drills.servers import is_installed
from haat.ops.drills.stage import blanks

SLOW = 20  # times as slow as a quiet machine
WAYS_TO_FAIL = ("The fault did not take", "It was not over in time")


@pytest.fixture(scope="module")
def made() -> Iterator[Blanks]:
    """What all stages here are copies of."""
    with TemporaryDirectory(prefix="haat-drill-") as folder:
        yield blanks(Path(folder), PracticeShop)


def run(made: Blanks, name: str, database: str, mutation: str = "") -> Report:
    """The drill on a machine that may be busy with other tests; broken, it gets only the seconds that show it."""
    if not is_installed(database):
        pytest.skip(f"{database} is not installed here")
    one = drill(name)
    if why := one.why_not():
        pytest.skip(why)
    if one.has_cache and not is_installed("redis"):
        pytest.skip("Redis is not installed here")
    budget = one.budget
    if mutation:
        [broken] = [broken for broken in one.mutations if broken.name == mutation]
        return perform(one._replace(budget=budget._replace(proof=2.0)), database, broken, PracticeShop, print, made)
    patient = Budget(*(most and SLOW * most for most in budget))
    return perform(one._replace(budget=patient), database, None, PracticeShop, print, made)


@pytest.mark.parametrize(
    ("name", "database"),
    [
        ("web-killed", "sqlite"),
        ("worker-killed", "sqlite"),
        ("disk-full", "sqlite"),
        ("database-killed", "postgresql"),
        ("checkout-blocked", "mariadb"),
        ("statistics-lost", "mariadb"),
        ("cache-flushed", "postgresql"),
        ("cache-killed", "sqlite"),
        ("orders-deleted", "sqlite"),
        ("machine-lost", "sqlite"),
        ("database-damaged", "mariadb"),
        ("database-damaged", "postgresql"),
        ("server-lost", "mariadb"),
    ],
)
def test_a_drill_passes_and_no_acknowledged_order_is_lost(made: Blanks, name: str, database: str) -> None:
    report = run(made, name, database)
    assert report.reasons == ()
    assert report.figures.lost == 0
    assert report.figures.acknowledged > 0


@pytest.mark.parametrize(
    ("name", "database", "mutation", "because"),
    [
        ("database-restarted", "postgresql", "restarts-nothing", "is still the server"),
        ("statistics-lost", "sqlite", "renews-nothing", "0 things are known"),
        ("checkout-blocked", "postgresql", "ends-nobody", "still wait"),
        ("cache-flushed", "sqlite", "not-warmed", "of 4 pages"),
        ("cache-killed", "sqlite", "not-cleared", "is still shown as it was yesterday"),
        ("database-gone", "sqlite", "unproved", "nobody has looked at the copy"),
        ("database-damaged", "sqlite", "not-at-rest", "no copy was put"),
        ("server-lost", "postgresql", "recovers-nothing", "no copy was put"),
    ],
)
def test_a_drill_whose_answer_is_broken_fails_of_that(
    made: Blanks, name: str, database: str, mutation: str, because: str
) -> None:
    report = run(made, name, database, mutation)
    assert report.is_as_it_should_be
    assert any(reason.startswith(WAYS_TO_FAIL) and because in reason for reason in report.reasons)
