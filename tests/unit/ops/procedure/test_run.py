"""A run of a procedure: written down before it acts, and finished or taken back whatever happens to it."""

from __future__ import annotations

import fcntl
import os
import signal
import threading
from collections.abc import Sequence
from pathlib import Path

import pytest

from haat.app import App
from haat.kernel import faults
from haat.kernel.errors import Conflict, NotFound, Refused, Unavailable
from haat.ops.procedure import Deed, Finding, Irreversible, Procedure, Program, Scene, Step
from haat.ops.procedure.journal import Journal, Run
from haat.ops.procedure.lock import held, is_held
from haat.ops.procedure.run import Runner, plan, plan_to_resume, plan_to_undo

STEPS = 3
DEEDS = 2
POINTS = [
    *(
        f"{side}.{event}.{step}"
        for step in range(STEPS)
        for event in ("intended", "acted", "verified")
        for side in ("before", "after")
    ),
    *(f"deed.{deed}" for deed in range(DEEDS)),
]
UNDOING_POINTS = [
    f"{side}.{event}.{step}" for step in range(STEPS) for event in ("undoing", "undone") for side in ("before", "after")
]


def folder(scene: Scene) -> Path:
    return scene.settings.data / "made"


def making(name: str, undo: bool = True, fails: bool = False) -> Step:
    """A step that makes a file by two programs: one begins it, the other finishes it."""

    def is_made(scene: Scene) -> Finding:
        return Finding((folder(scene) / name).exists(), f"{name} is there or not")

    def make(scene: Scene) -> Sequence[Deed]:
        begun = str(folder(scene) / f"{name}.begun")
        return [Program(("touch", begun)), Program(("false",) if fails else ("cp", begun, str(folder(scene) / name)))]

    def take_away(scene: Scene) -> Sequence[Deed]:
        return [Program(("rm", "-f", str(folder(scene) / name), str(folder(scene) / f"{name}.begun")))]

    return Step(
        f"Make {name}", is_made, make, is_made, take_away if undo else Irreversible("files are for ever"), 5.0, 0.2
    )


MAKE = Procedure("make", "Make three files", (), tuple(making(name) for name in "abc"))


@pytest.fixture
def scene(tmp_path: Path) -> Scene:
    scene = Scene(App.of(tmp_path, {}).settings, {})
    folder(scene).mkdir()
    return scene


@pytest.fixture
def journal(tmp_path: Path) -> Journal:
    return Journal(tmp_path / "ops.db")


@pytest.fixture
def runner(journal: Journal, tmp_path: Path) -> Runner:
    return Runner(journal, tmp_path / "ops.lock", lambda *_: None)


def files(scene: Scene) -> set[str]:
    return {file.name for file in folder(scene).iterdir()}


ALL_MADE = {"a", "a.begun", "b", "b.begun", "c", "c.begun"}


def start(runner: Runner, procedure: Procedure, scene: Scene) -> Run:
    return runner.start(procedure, scene, "ada", "cli")


def events(journal: Journal, run: Run) -> list[tuple[int, str]]:
    return [(entry.step, entry.event) for entry in journal.entries(run.id)]


def test_every_step_is_intended_acted_and_verified_in_this_order(
    runner: Runner, journal: Journal, scene: Scene
) -> None:
    run = start(runner, MAKE, scene)
    assert run.state == "done"
    assert files(scene) == ALL_MADE
    assert events(journal, run) == [(step, event) for step in range(3) for event in ("intended", "acted", "verified")]


def test_a_run_leaves_what_each_step_cost_beside_its_budget(runner: Runner, scene: Scene) -> None:
    run = start(runner, MAKE, scene)
    assert [step["budget_ms"] for step in run.evidence["steps"]] == [5000] * 3
    assert run.evidence["is_within_budget"]


def test_what_is_done_already_is_not_done_again(runner: Runner, journal: Journal, scene: Scene) -> None:
    (folder(scene) / "b").touch()
    run = start(runner, MAKE, scene)
    assert (1, "already") in events(journal, run)
    assert (1, "intended") not in events(journal, run)


def test_a_plan_says_what_would_be_done_and_does_nothing(scene: Scene) -> None:
    (folder(scene) / "a").touch()
    planned = plan(MAKE, scene)
    assert [str(deed) for deed in planned[1].deeds] == [
        f"touch {folder(scene) / 'b.begun'}",
        f"cp {folder(scene) / 'b.begun'} {folder(scene) / 'b'}",
    ]
    assert (planned[0].already, planned[0].deeds) == ("a is there or not", ())
    assert files(scene) == {"a"}


def test_a_step_that_fails_ends_the_run_says_why_and_can_be_taken_back(
    runner: Runner, journal: Journal, scene: Scene
) -> None:
    broken = MAKE._replace(steps=(making("a"), making("b", fails=True), making("c")))
    with pytest.raises(Unavailable, match="false"):
        start(runner, broken, scene)
    [run] = journal.newest(5)
    assert run.state == "failed"
    assert events(journal, run)[-1] == (1, "failed")
    assert runner.undo(run, broken, scene, "ada", "cli").state == "undone"
    assert files(scene) == set()


def test_a_failed_run_goes_on_where_it_stopped(runner: Runner, journal: Journal, scene: Scene) -> None:
    with pytest.raises(Unavailable):
        start(runner, MAKE._replace(steps=(making("a"), making("b", fails=True), making("c"))), scene)
    [run] = journal.newest(5)
    assert runner.resume(run, MAKE, scene, "ada", "cli").state == "done"
    assert files(scene) == ALL_MADE
    assert events(journal, run).count((0, "intended")) == 1


def test_what_going_on_and_taking_back_would_do_is_told_and_nothing_is_done(
    runner: Runner, journal: Journal, scene: Scene
) -> None:
    with pytest.raises(Unavailable):
        start(runner, MAKE._replace(steps=(making("a"), making("b", fails=True), making("c"))), scene)
    [run] = journal.newest(5)
    entries, made = journal.entries(run.id), files(scene)
    begun, whole = (f"{folder(scene) / name}" for name in ("b.begun", "b"))
    onward, back = (ask(run, MAKE, scene, entries) for ask in (plan_to_resume, plan_to_undo))
    assert [one.title for one in onward] == ["Make b", "Make c"]
    assert [str(deed) for deed in onward[0].deeds] == [f"touch {begun}", f"cp {begun} {whole}"]
    assert [(one.title, one.deeds) for one in back] == [
        (step.title, tuple(step.undo(scene)) if not isinstance(step.undo, Irreversible) else ())
        for step in (MAKE.steps[1], MAKE.steps[0])
    ]
    assert (files(scene), journal.entries(run.id), journal.run(run.id)) == (made, entries, run)
    taken_back = runner.undo(run, MAKE, scene, "ada", "cli")
    for ask in (plan_to_resume, plan_to_undo):
        with pytest.raises(Refused):
            ask(taken_back, MAKE, scene, journal.entries(run.id))


def test_what_was_taken_back_in_part_is_done_again_when_it_goes_on(
    runner: Runner, journal: Journal, scene: Scene
) -> None:
    def refuse(scene: Scene) -> Sequence[Deed]:
        raise Unavailable("It cannot be taken back now.")

    run = start(runner, MAKE, scene)
    stubborn = MAKE._replace(steps=(making("a")._replace(undo=refuse), *MAKE.steps[1:]))
    with pytest.raises(Unavailable):
        runner.undo(run, stubborn, scene, "ada", "cli")
    assert files(scene) == {"a", "a.begun"}
    assert runner.resume(run, MAKE, scene, "ada", "cli").state == "done"
    assert files(scene) == ALL_MADE


def test_nothing_goes_on_and_nothing_is_taken_back_while_another_run_is_half_done(
    runner: Runner, journal: Journal, scene: Scene, tmp_path: Path
) -> None:
    with pytest.raises(Unavailable):
        start(runner, MAKE._replace(steps=(making("b", fails=True),)), scene)
    [failed] = journal.newest(1)
    die(tmp_path, "after.intended.0", "start")
    killed = journal.newest(1)[0]
    for do in (runner.resume, runner.undo):
        with pytest.raises(Refused, match="was killed"):
            do(failed, MAKE, scene, "ada", "cli")
    assert runner.resume(killed, MAKE, scene, "ada", "cli").state == "done"
    assert runner.undo(failed, MAKE, scene, "ada", "cli").state == "undone"


def test_a_step_that_does_not_take_is_a_failure(runner: Runner, journal: Journal, scene: Scene) -> None:
    lame = making("a")._replace(act=lambda scene: [Program(("true",))])
    with pytest.raises(Unavailable, match="did not take"):
        start(runner, MAKE._replace(steps=(lame,)), scene)
    assert journal.newest(1)[0].state == "failed"


def test_a_check_that_cannot_look_is_a_failure_and_written_down(runner: Runner, journal: Journal, scene: Scene) -> None:
    def blind(scene: Scene) -> Finding:
        raise Unavailable("Nothing is to be seen.")

    with pytest.raises(Unavailable, match="Nothing is to be seen"):
        start(runner, MAKE._replace(steps=(making("a")._replace(check=blind),)), scene)
    run = journal.newest(1)[0]
    assert (run.state, events(journal, run)) == ("failed", [(0, "failed")])


def test_what_cannot_be_undone_refuses_before_anything_is_taken_back(runner: Runner, scene: Scene) -> None:
    procedure = MAKE._replace(steps=(making("a"), making("b", undo=False)))
    run = start(runner, procedure, scene)
    with pytest.raises(Refused, match="cannot be taken back"):
        runner.undo(run, procedure, scene, "ada", "cli")
    assert "a" in files(scene)


def test_what_one_step_will_refuse_is_refused_before_another_is_taken_back(
    runner: Runner, journal: Journal, scene: Scene
) -> None:
    def refuse(scene: Scene) -> Sequence[Deed]:
        raise Refused("Somebody else has put something there since.")

    procedure = MAKE._replace(steps=(making("a")._replace(undo=refuse), making("b")))
    run = start(runner, procedure, scene)
    with pytest.raises(Refused, match="Somebody else"):
        runner.undo(run, procedure, scene, "ada", "cli")
    assert files(scene) >= {"a", "b"}
    assert journal.run(run.id).state == "done"


def test_a_run_that_was_taken_back_is_over(runner: Runner, scene: Scene) -> None:
    run = runner.undo(start(runner, MAKE, scene), MAKE, scene, "ada", "cli")
    for again in (runner.undo, runner.resume):
        with pytest.raises(Refused):
            again(run, MAKE, scene, "ada", "cli")


def test_one_dangerous_thing_at_a_time(runner: Runner, scene: Scene, tmp_path: Path) -> None:
    with held(tmp_path / "ops.lock", "“something else”"), pytest.raises(Conflict) as refused:
        start(runner, MAKE, scene)
    assert f"process {os.getpid()}, for “something else”" in refused.value.why


def test_whoever_only_looks_whether_somebody_is_at_it_is_in_nobodys_way(tmp_path: Path) -> None:
    file = tmp_path / "ops.lock"
    file.touch()
    with file.open() as looking:
        fcntl.flock(looking, fcntl.LOCK_SH)
        assert not is_held(file)
        threading.Timer(0.03, lambda: fcntl.flock(looking, fcntl.LOCK_UN)).start()
        with held(file, "“something”"):
            assert is_held(file)
    assert not is_held(file)


def test_a_procedure_for_another_database_is_refused(runner: Runner, scene: Scene) -> None:
    with pytest.raises(NotFound):
        start(runner, MAKE._replace(databases=("mariadb",)), scene)


def test_what_can_be_undone_may_not_stand_after_what_cannot() -> None:
    assert list(MAKE.problems()) == []
    assert list(MAKE._replace(steps=(making("a", undo=False), making("b"))).problems())


def test_an_interruption_by_hand_is_written_down(runner: Runner, journal: Journal, scene: Scene) -> None:
    def interrupt(scene: Scene) -> Finding:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        start(runner, MAKE._replace(steps=(making("a")._replace(verify=interrupt),)), scene)
    run = journal.newest(1)[0]
    assert (run.state, journal.entries(run.id)[-1].said) == ("failed", "interrupted by hand")


class TestKilled:
    """`kill -9` before and after every entry of the journal, and in the middle of what is done."""

    @pytest.fixture(params=POINTS)
    def killed(self, request: pytest.FixtureRequest, scene: Scene, tmp_path: Path) -> None:
        die(tmp_path, request.param, "start")

    @pytest.mark.usefixtures("killed")
    def test_it_goes_on_to_its_end(self, runner: Runner, journal: Journal, scene: Scene) -> None:
        [run] = journal.newest(5) or [None]
        if run is not None and run.state != "done":
            with pytest.raises(Refused, match="was killed"):
                start(runner, MAKE, scene)
            assert runner.resume(run, MAKE, scene, "ada", "cli").state == "done"
        assert files(scene) == ALL_MADE

    @pytest.mark.usefixtures("killed")
    def test_it_is_taken_back_whole(self, runner: Runner, journal: Journal, scene: Scene) -> None:
        [run] = journal.newest(5)
        assert runner.undo(run, MAKE, scene, "ada", "cli").state == "undone"
        assert files(scene) == set()

    @pytest.mark.parametrize("point", UNDOING_POINTS)
    def test_taking_back_goes_on_too(
        self, point: str, runner: Runner, journal: Journal, scene: Scene, tmp_path: Path
    ) -> None:
        run = start(runner, MAKE, scene)
        die(tmp_path, point, "undo")
        assert runner.undo(journal.run(run.id), MAKE, scene, "ada", "cli").state == "undone"
        assert files(scene) == set()


def die(data: Path, point: str, what: str) -> None:
    """Do it in a process of its own, which is killed at this point."""
    pid = os.fork()
    if pid == 0:
        faults._POINT, faults._MARKER = point, str(data / "died")
        try:
            in_a_process(data, what)
        finally:
            os._exit(1)
    _, status = os.waitpid(pid, 0)
    assert os.WIFSIGNALED(status)
    assert os.WTERMSIG(status) == signal.SIGKILL


def in_a_process(data: Path, what: str) -> None:
    scene = Scene(App.of(data, {}).settings, {})
    journal = Journal(data / "ops.db")
    runner = Runner(journal, data / "ops.lock", lambda *_: None)
    if what == "start":
        start(runner, MAKE, scene)
    else:
        runner.undo(journal.newest(1)[0], MAKE, scene, "ada", "cli")


@pytest.mark.parametrize(
    ("state", "does_for_good", "named"),
    [
        ("running", False, ["resume", "undo"]),
        ("running", True, ["resume"]),
        ("undoing", False, ["undo"]),
    ],
)
def test_of_a_run_that_was_killed_only_what_can_be_done_is_named(
    runner: Runner, journal: Journal, scene: Scene, state: str, does_for_good: bool, named: list[str]
) -> None:
    killed = journal.begin("drop-old-logs", {}, "ada", "cli")
    if does_for_good:
        journal.note(killed, 0, "intended", "[]")
    if state == "undoing":
        journal.go_back(killed, "ada", "cli")
    with pytest.raises(Refused, match="may be half done") as refused:
        start(runner, MAKE, scene)
    assert [word for word in ("resume", "undo") if f"`haat runbook {word} " in refused.value.try_] == named
    if state == "undoing":
        with pytest.raises(Refused, match="cannot go on") as refused:
            runner.resume(journal.run(killed), MAKE, scene, "ada", "cli")
        assert "haat runbook undo" in refused.value.try_
