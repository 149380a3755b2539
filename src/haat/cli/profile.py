"""`haat profile`: where the processes of a service spend their time. They look at themselves; no right beyond their own user's is needed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from haat.cli.command import Answer, Call, Command
from haat.cli.output import paint, table
from haat.kernel.errors import Invalid

if TYPE_CHECKING:
    from haat.ops.profiles.sampler import Profile

_USUAL_SECONDS = 10
_MOST_SHOWN = 8


def _profile(call: Call) -> Answer:
    from haat.ops.profiles.shelf import keep
    from haat.ops.profiles.take import take

    service, seconds = call.args.service or "web", _seconds(call)
    profiles = take(call.settings.data, service, seconds)
    files = [keep(call.settings.data, one) for one in profiles]
    text = "\n\n".join("\n".join(_told(one, file)) for one, file in zip(profiles, files, strict=True))
    return Answer({"profiles": [_data(one, file) for one, file in zip(profiles, files, strict=True)]}, text)


def _seconds(call: Call) -> int:
    """Raises Invalid."""
    from haat.config.kinds import Unfit, Whole
    from haat.ops.profiles.sampler import LONGEST

    if call.args.seconds is None:
        return _USUAL_SECONDS
    try:
        return int(Whole(1, LONGEST).read(call.args.seconds))
    except Unfit as unfit:
        wrong = f"is “{call.args.seconds}”; expected {unfit.expected}"
        raise Invalid("That is no time for a profile.", fields={"--seconds": wrong}) from None


def _told(profile: Profile, file: Path) -> Iterator[str]:
    from haat.ops.profiles.flame import hottest

    yield (
        f"{paint(profile.program, 'strong')}, process {profile.pid}: {profile.looks} looks in {profile.seconds:.1f} s, "
        f"which took {profile.cost:.1%} of a core."
    )
    rows = [(f"{one.share:.1%}", one.name) for one in hottest(profile)[:_MOST_SHOWN]]
    yield (
        table(rows, indent=2, right=(0,)) or "  It had nothing to do, or hangs; the page says where its threads stood."
    )
    yield f"The page is {file}."


def _data(profile: Profile, file: Path) -> dict[str, Any]:
    from haat.ops.profiles.flame import hottest

    hot = [one._asdict() for one in hottest(profile)]
    figures = {name: getattr(profile, name) for name in ("program", "pid", "at", "seconds", "looks", "cost")}
    return {**figures, "hottest": hot, "page": str(file)}


COMMANDS = {
    "": Command(
        _profile,
        shape='{"profiles": [{"program": "web", "pid": 4711, "at": 1767225600000, "seconds": 10.0, "looks": 985, "cost": 0.012, '
        '"hottest": [{"name": "haat.store.sqlite:SQLite.run", "share": 0.31}], "page": "/srv/shop/profiles/web-4711-20260101-000000.html"}]}',
    )
}
