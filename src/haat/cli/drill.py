"""`haat drill`: break a stack of its own on purpose, and prove that what answers it works."""

from __future__ import annotations

import signal
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, NamedTuple, NoReturn

from haat.cli import codes
from haat.cli.command import Answer, Call, Command
from haat.cli.output import paint, print_line, sign, table
from haat.kernel.errors import Invalid, NotFound, Unavailable

if TYPE_CHECKING:
    from concurrent.futures import Future

    from haat.ops.drills.blank import Blanks
    from haat.ops.drills.clearing import Clearing
    from haat.ops.drills.drill import Drill, Mutation
    from haat.ops.drills.run import Report


class Planned(NamedTuple):
    """One drill to carry out: on which database, and broken how."""

    drill: Drill
    database: str
    mutation: Mutation | None

    def __str__(self) -> str:
        broken = f", broken: {self.mutation.name}" if self.mutation else ""
        return f"{self.drill.name} on {self.database}{broken}"


class LeftOut(NamedTuple):
    """A drill that belongs to all and cannot be carried out here: on this database, or on none. It has proved nothing."""

    drill: str
    database: str
    why: str

    def __str__(self) -> str:
        return f"{self.drill} on {self.database}" if self.database else self.drill


def _list(call: Call) -> Answer:
    from haat.ops.drills.programme import DRILLS

    rows = [(paint(one.name, "accent"), one.purpose, " ".join(one.databases)) for one in DRILLS.values()]
    data = [
        {
            "name": one.name,
            "purpose": one.purpose,
            "databases": [*one.databases],
            "procedures": [*one.procedures],
            "mutations": [{"name": broken.name, "purpose": broken.purpose} for broken in one.mutations],
            "budget": one.budget._asdict(),
        }
        for one in DRILLS.values()
    ]
    return Answer({"drills": data}, table(rows))


def _run(call: Call) -> Answer:
    from haat.ops.drills.clearing import Clearing

    plan, left_out = list(_plan(call)), list(_left_out(call))
    signal.signal(signal.SIGTERM, _leave)  # What was started is ended, however this is.
    with _blanks(plan) as blanks, Clearing() as clearing:
        begun = [_carry_out(call, number, len(plan), one, blanks, clearing) for number, one in enumerate(plan, 1)]
    reports = [one.result() for one in begun]
    is_well = bool(reports) and all(report.is_as_it_should_be for report in reports)
    data = {**_data(reports), "left_out": [one._asdict() for one in left_out]}
    text = [*_text(reports), *(f"{sign('none')}  {one} was left out: {one.why}." for one in left_out)]
    return Answer(data, "\n".join(text), codes.DONE if is_well else codes.NOT_SO)


def _report(call: Call) -> Answer:
    from haat.ops.drills.page import page
    from haat.ops.drills.programme import DRILLS
    from haat.ops.drills.records import kept

    folder = _folder(call)
    reports = kept(folder)
    if not reports:
        raise NotFound(
            f"No drill has been carried out in {call.data}.", try_="`haat drill run --all` does all of them."
        )
    file = folder / "report.html"
    file.write_text(page(reports, DRILLS), "utf-8")
    text = "\n".join([*_text(reports), "", f"The page is {file}."])
    return Answer({**_data(reports), "page": str(file)}, text)


def _plan(call: Call) -> Iterator[Planned]:
    """Raises NotFound, Invalid."""
    from haat.ops.drills.programme import drill

    wanted = call.args
    if bool(wanted.drill) == wanted.all:
        raise Invalid("Which drill?", try_="Name one, as `haat drill list` shows them, or say --all.")
    for one in _possible() if wanted.all else [_insist_on(drill(wanted.drill))]:
        databases = _databases(one, wanted.database, is_one_of_many=wanted.all)
        yield from (Planned(one, database, None) for database in databases if not wanted.mutation)
        if databases:
            yield from (Planned(one, databases[0], broken) for broken in _mutations(one, wanted.mutation))


def _possible() -> Iterator[Drill]:
    from haat.ops.drills.programme import DRILLS

    return (one for one in DRILLS.values() if not one.why_not())


def _insist_on(drill: Drill) -> Drill:
    """Raises Unavailable where it cannot be carried out."""
    why = drill.why_not()
    if why:
        raise Unavailable(f"“{drill.name}” cannot be carried out on this machine.", why=f"{why}.")
    return drill


def _left_out(call: Call) -> Iterator[LeftOut]:
    """What of all, on the database that is wanted or on each, cannot be carried out on this machine."""
    from haat.ops.drills.programme import DRILLS
    from haat.ops.drills.servers import is_installed

    for one in DRILLS.values() if call.args.all else ():
        wanted = [name for name in one.databases if call.args.database in (None, name)]
        why = one.why_not() or ("this machine has no redis" if one.has_cache and not is_installed("redis") else "")
        if wanted and why:
            yield LeftOut(one.name, "", why)
        elif wanted:
            yield from (
                LeftOut(one.name, name, f"this machine has no {name}") for name in wanted if not is_installed(name)
            )


def _databases(drill: Drill, wanted: str | None, *, is_one_of_many: bool) -> list[str]:
    """Those that it is about and that this machine has. Raises NotFound, Invalid."""
    from haat.ops.drills.servers import is_installed

    if drill.has_cache and not is_installed("redis"):
        if is_one_of_many:
            return []
        raise NotFound(
            f"This machine has no Redis, which “{drill.name}” is about.",
            try_="Install it: `apt-get install redis-server`.",
        )
    if wanted and wanted not in drill.databases:
        if is_one_of_many:
            return []
        raise Invalid(f"“{drill.name}” is not about “{wanted}”.", why=f"It is about {' and '.join(drill.databases)}.")
    found = [database for database in ([wanted] if wanted else drill.databases) if is_installed(database)]
    if not found and not is_one_of_many:
        raise NotFound(
            f"This machine has no database that “{drill.name}” is about.",
            why=f"It is about {' and '.join(drill.databases)}.",
            try_="Install one: `apt-get install postgresql` or `apt-get install mariadb-server`.",
        )
    return found


def _mutations(drill: Drill, wanted: str | None) -> Sequence[Mutation]:
    """The one that is wanted, or all. Raises NotFound."""
    if not wanted:
        return drill.mutations
    found = [broken for broken in drill.mutations if broken.name == wanted]
    if not found:
        names = " and ".join(f"“{broken.name}”" for broken in drill.mutations)
        raise NotFound(f"“{drill.name}” has no mutation “{wanted}”.", why=f"It has {names}.")
    return found


@contextmanager
def _blanks(plan: Sequence[Planned]) -> Iterator[Blanks | None]:
    """For one drill alone a stack is made sooner than two."""
    from haat.demo.practice import PracticeShop
    from haat.ops.drills.stage import blanks

    if len(plan) == 1:
        yield None
        return
    with TemporaryDirectory(prefix="haat-drill-") as folder:
        yield blanks(Path(folder), PracticeShop)


def _carry_out(
    call: Call, number: int, count: int, planned: Planned, blanks: Blanks | None, clearing: Clearing
) -> Future[Report]:
    from haat.demo.practice import PracticeShop
    from haat.ops.drills.records import keep
    from haat.ops.drills.run import carry_out

    def tell(what: str) -> None:
        """Live, on the side of errors, so that what is answered can be read by a program."""
        print_line(f"{number}/{count} {planned}: {what}", to=sys.stderr)

    def write_down(report: Report) -> None:
        keep(_folder(call), report)
        as_it_must = ", as it must" if planned.mutation and not report.has_passed else ""
        tell(f"{'passed' if report.has_passed else 'failed'}{as_it_must}")

    return carry_out(
        planned.drill, planned.database, planned.mutation, PracticeShop, tell, write_down, clearing, blanks
    )


def _text(reports: Sequence[Report]) -> Iterator[str]:
    if not reports:
        yield "No drill was carried out, so nothing is proved."
        return
    heads = [("", "drill", "on", "gap", "failed", "lost", "loss", "over after", "took", "")]
    yield table([tuple(paint(head, "quiet") for head in heads[0]), *map(_row, reports)], right=(3, 4, 5, 6, 7, 8))
    for report in reports:
        if not report.is_as_it_should_be:
            yield f"\n{paint(report.drill, 'bad')} on {report.database}"
            yield from (
                f"  {reason}" for reason in report.reasons or ("It passed with its answer broken: it proves nothing.",)
            )
    wrong = sum(not report.is_as_it_should_be for report in reports)
    yield ""
    came_out = f"{wrong} of {len(reports)} came out wrong" if wrong else f"All {len(reports)} came out as they should"
    yield f"{came_out}, in {sum(report.took for report in reports) / 60:.1f} minutes."


def _row(report: Report) -> tuple[str, ...]:
    figures = report.figures
    return (
        sign("ok" if report.is_as_it_should_be else "failed"),
        report.drill,
        report.database,
        f"{figures.gap:.2f} s",
        str(figures.failed),
        str(figures.lost),
        str(figures.losses.data) if figures.losses else "",
        f"{figures.seconds:.1f} s",
        f"{report.took:.0f} s",
        f"broken: {report.mutation}" if report.mutation else "",
    )


def _data(reports: Sequence[Report]) -> dict[str, Any]:
    import msgspec

    found = [
        {**msgspec.to_builtins(report), "passed": report.has_passed, "as_it_should_be": report.is_as_it_should_be}
        for report in reports
    ]
    for one in found:
        del one["slices"]  # They are for the picture.
    return {"drills": found}


def _folder(call: Call) -> Path:
    return call.data / "drills"


def _leave(*_: object) -> NoReturn:
    raise SystemExit(codes.INTERRUPTED)


_REPORT = (
    '{"drill": "web-killed", "database": "sqlite", "mutation": "", "at": 1767225600000, "reasons": [], '
    '"moments": [{"name": "the fault", "at": 1.2, "said": "…"}], "figures": {"orders": 92, "acknowledged": 88, "failed": 4, "lost": 0, '
    '"usual_gap": 0.1, "gap": 0.65, "seconds": 0.5, "losses": {"data": {"seconds": 0.42, "count": 3}, "files": null, "settings": null}}, "machine": "2 cores of …, 24 GB", "took": 7.1, "passed": true, "as_it_should_be": true}'
)

COMMANDS = {
    "list": Command(
        _list,
        shape='{"drills": [{"name": "web-killed", "purpose": "…", "databases": ["sqlite"], "procedures": ["end-session"], '
        '"mutations": [{"name": "no-supervisor", "purpose": "…"}], "budget": {"gap": 1.5, "failed": 8, "seconds": 5.0, "proof": 5.0, "loss": null}}]}',
    ),
    "run": Command(
        _run, shape=f'{{"drills": [{_REPORT}], "left_out": [{{"drill": "disk-full", "database": "", "why": "…"}}]}}'
    ),
    "report": Command(_report, shape=f'{{"drills": [{_REPORT}], "page": "/srv/shop/drills/report.html"}}'),
}
