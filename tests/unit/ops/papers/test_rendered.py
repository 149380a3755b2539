"""The runbook on paper."""

from __future__ import annotations

import re
from pathlib import Path

import msgspec
import pytest

from haat.ops.drills.run import Figures, Report, Slice
from haat.ops.papers import figures
from haat.ops.papers.rendered import Names, chapters, html, markdown
from haat.ops.runbook import PROCEDURES

PAGE = Path(__file__).parents[4] / "docs" / "runbook.md"
NAMES = Names("Clay & Co", "/srv/the shop", "PostgreSQL at db.example", "postgresql")


def report(database: str = "postgresql", mutation: str = "") -> Report:
    cost = Figures(orders=60, acknowledged=58, failed=2, lost=0, usual_gap=0.1, gap=1.25, seconds=2.0)
    return Report("checkout-blocked", database, mutation, 0, (), (), cost, (), "2 cores")


def test_the_runbook_of_the_project_is_what_the_procedures_say() -> None:
    assert PAGE.read_text("utf-8") == markdown(None, figures.of_the_project())


def test_the_figures_of_the_project_name_a_day_and_a_machine_and_nothing_of_its_files() -> None:
    for one in figures.of_the_project():
        assert (one.at > 0, bool(one.machine)) == (True, True)
    assert not re.search(r"/(tmp|home|work|root|srv)/", figures.FILE.read_text("utf-8"))


def test_what_is_kept_of_a_run_is_read_as_it_was_written(tmp_path: Path) -> None:
    failed = msgspec.structs.replace(
        report(mutation="ends-nobody"), reasons=("It was late. See /tmp/x.",), slices=(Slice(1, 0),)
    )
    kept = msgspec.json.decode(figures.written([report(), failed]), type=list[Report])
    assert kept == [report(), msgspec.structs.replace(failed, reasons=("It was late",), slices=())]


def test_every_procedure_every_step_and_every_symptom_is_in_it() -> None:
    text = markdown(None, ())
    for one in PROCEDURES.values():
        assert f"## {one.name}" in text
        assert all(step.title in text for step in one.steps)
        assert all(symptom in text for symptom in one.symptoms)


def test_the_runbook_of_a_stack_has_its_own_names_in_it() -> None:
    for text in (markdown(NAMES, ()), html(NAMES, ())):
        assert "PostgreSQL at db.example" in text
        assert "/srv/the shop" in text
    assert "haat runbook run end-session session=SESSION --data '/srv/the shop'" in markdown(NAMES, ())
    assert "Clay &amp; Co" in html(NAMES, ())


@pytest.mark.parametrize("kind", ["sqlite", "postgresql", "mariadb"])
def test_a_stack_is_told_all_that_can_be_run_on_it_and_nothing_else(kind: str) -> None:
    told = {chapter.name for chapter in chapters(NAMES._replace(kind=kind), ())}
    assert told == {one.name for one in PROCEDURES.values() if kind in one.databases}


def test_what_the_last_drill_came_to_stands_beside_the_procedure_and_broken_drills_do_not() -> None:
    text = markdown(NAMES, [report(), report(mutation="ends-nobody")])
    assert text.count("1.25 s without an order, 2 orders failed, 0 lost") == 1


def test_the_page_takes_nothing_from_elsewhere() -> None:
    text = html(NAMES, [report()])
    assert not any(word in text for word in ("http://", "https://", "src=", "@import"))
