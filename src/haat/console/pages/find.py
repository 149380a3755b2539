"""Find a page, a procedure, a run or a request by a word: what the palette shows, and a page for whoever has no script."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple
from urllib.parse import urlencode

from haat.console.request import Answer, Request, page
from haat.console.rooms import ROOMS
from haat.console.words import ago
from haat.kernel.ids import encode
from haat.ops.procedure.journal import state_of
from haat.ops.runbook import PROCEDURES

_MOST_RUNS = 200  # that are looked through
_MOST_SHOWN = 8  # of each kind
_REQUEST = re.compile(r"[\w.-]*[0-9][\w.-]{5,}")


class Match(NamedTuple):
    """What was found: what kind of thing it is, where it is, its name, and a sentence."""

    kind: str
    to: str
    name: str
    said: str


_MORE_PAGES = (
    Match("page", "/logs/patterns", "What is said most", "Messages of the logs, counted"),
    Match("page", "/database/sessions", "Sessions", "Who is connected to the database"),
    Match("page", "/database/explain", "Explain", "The way to an answer of the database"),
    Match("page", "/drills", "Drills", "What faults cost, and what they came to"),
    Match("page", "/drills/pictures", "Pictures of drills", "Orders over the time of each drill"),
)


def show(ask: Request) -> Answer:
    wanted = ask.query.get("q").strip()
    return page(ask, "find.html", wanted=wanted, found=list(_found(ask, wanted)))


def _found(ask: Request, wanted: str) -> Iterator[Match]:
    words = wanted.casefold().split()
    yield from _fitting(words, _pages(ask))
    if not words:
        return
    yield from _fitting(words, _procedures())
    yield from _fitting(words, _runs(ask))
    if _REQUEST.fullmatch(wanted):
        yield Match(
            "request", f"/logs?{urlencode({'request': wanted})}", wanted, "All that was written down of this request"
        )
    yield Match("logs", f"/logs?{urlencode({'text': wanted})}", f"“{wanted}” in the logs", "Lines in which it stands")


def _fitting(words: list[str], matches: Iterator[Match]) -> list[Match]:
    """Those in which all words stand, first those whose name begins with the first of them."""
    fitting = [one for one in matches if all(word in f"{one.name} {one.said}".casefold() for word in words)]
    first = words[0] if words else ""
    return sorted(fitting, key=lambda one: not one.name.casefold().startswith(first))[: _MOST_SHOWN if words else None]


def _pages(ask: Request) -> Iterator[Match]:
    for room in ROOMS:
        if ask.operator.may(room.needs):
            yield Match("page", room.path, room.name, room.said)
    yield from _MORE_PAGES


def _procedures() -> Iterator[Match]:
    for one in PROCEDURES.values():
        yield Match("procedure", f"/runbook/{one.name}", one.name, f"{one.purpose} {'; '.join(one.symptoms)}")


def _runs(ask: Request) -> Iterator[Match]:
    attendance = ask.desk.attendance
    for run in ask.desk.journal.newest(_MOST_RUNS):
        id_ = encode(run.id)
        said = f"{run.procedure} by {run.who}, {ago(run.began_at)}: {state_of(run, attendance.is_at(run))}"
        yield Match("run", f"/runs/{id_}", id_, said)
