"""What every drill must have."""

from __future__ import annotations

import pytest

from haat.kernel.errors import NotFound
from haat.ops.drills.programme import DRILLS, drill
from haat.ops.runbook import PROCEDURES


def test_every_drill_can_be_broken_on_purpose() -> None:
    assert [one.name for one in DRILLS.values() if not one.mutations] == []


def test_every_procedure_is_proved_by_a_drill() -> None:
    assert set(PROCEDURES) == {name for one in DRILLS.values() for name in one.procedures}


def test_a_drill_proves_no_procedure_that_can_be_broken_without_its_failing() -> None:
    """Each that it names is broken in one of its mutations, of which the drill must fail."""
    proved = {one.name: set(one.procedures) for one in DRILLS.values()}
    broken = {one.name: {mutation.breaks for mutation in one.mutations} for one in DRILLS.values()}
    assert {name: left for name in DRILLS if (left := proved[name] - broken[name])} == {}


def test_a_drill_is_found_by_its_name_and_a_misspelt_one_is_guessed() -> None:
    assert drill("web-killed").name == "web-killed"
    with pytest.raises(NotFound) as raised:
        drill("web-kiled")
    assert "web-killed" in raised.value.try_
