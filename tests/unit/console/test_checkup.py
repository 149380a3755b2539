"""The checks: they are those of the command, whoever is slow holds up no page, and a command that does not work is told as that."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.support.operator import Room
from tests.support.running import wait_until

from haat.console.checkup import Checkup
from haat.kernel.errors import Unavailable


def test_until_there_is_an_answer_one_sees_since_when_it_is_asked_and_then_what_was_found(tmp_path: Path) -> None:
    checkup = Checkup(Room(tmp_path).console.desk.settings)
    first, second = checkup.look(patience=0), checkup.look(patience=0)
    assert (first.parts, first.at) == ((), None)
    assert first.asked_since == second.asked_since
    wait_until(lambda: checkup.look(patience=0).at is not None, "the checks have come to an end")
    found = {part.name: part.status for part in checkup.look(patience=20).parts}
    assert found["database"] == "failed"
    assert {"settings", "web", "worker", "machine", "processes"} <= set(found)


def test_a_command_that_does_not_work_is_told_in_its_own_words(tmp_path: Path) -> None:
    checkup = Checkup(Room(tmp_path).console.desk.settings)
    checkup._words = [checkup._words[0], "-c", "import sys; sys.exit('It is broken.')"]
    for _ in range(2):
        with pytest.raises(Unavailable, match="cannot be asked") as error:
            checkup.look(patience=20)
        assert error.value.why == "It is broken."


def test_a_command_that_could_not_be_started_is_told_and_asked_anew_the_next_time(tmp_path: Path) -> None:
    checkup = Checkup(Room(tmp_path).console.desk.settings)
    words, checkup._words = checkup._words, [str(tmp_path / "nothing")]
    with pytest.raises(Unavailable, match="cannot be asked") as error:
        checkup.look(patience=20)
    assert "No such file" in error.value.why
    checkup._words = [words[0], "-c", """print('{"parts": []}')"""]
    assert checkup.look(patience=20).at is not None
