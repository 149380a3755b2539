"""A profile as a picture: every function is as wide as the time that was spent in it, and what it called hangs below it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from haat.kernel import clock
from haat.ops.papers.write import write
from haat.ops.profiles.sampler import Profile

_WIDTH, _ROW = 1200, 18  # of the picture, in its own units
_NARROWEST = 0.6  # what is narrower is not drawn
_LETTER = 6.3  # how wide one is, about
_MOST_SHOWN = 15
_NEARLY_ALWAYS = 0.9  # of all looks


class Hot(NamedTuple):
    """A function, and the share of all looks in which a thread was in it, and not in something that it had called."""

    name: str
    share: float


class Waiting(NamedTuple):
    """A thread that was at the same place nearly each time it was looked at."""

    thread: str
    place: str


class Box(NamedTuple):
    """A function in the picture. `tone` says whose it is: ours by its room, or another's."""

    x: float
    y: int
    width: float
    label: str
    said: str
    tone: str


@dataclass
class _Node:
    count: int = 0
    below: dict[str, _Node] = field(default_factory=dict)


def page(profile: Profile) -> str:
    """The page, in HTML: one file, which needs nothing from anywhere."""
    moving, waiting = _parted(profile)
    root = _tree(moving)
    boxes = list(_boxes(root, max(1, root.count)))
    return write(
        "profile.html",
        profile=profile,
        at=clock.in_utc(profile.at),
        boxes=boxes,
        waiting=waiting,
        hot=hottest(profile),
        width=_WIDTH,
        height=max((box.y for box in boxes), default=0) + _ROW,
        row=_ROW,
    )


def hottest(profile: Profile) -> list[Hot]:
    """Where threads were most often, those places left out at which one stood nearly all the time."""
    moving, _ = _parted(profile)
    own: dict[str, int] = {}
    for stack, count in moving.items():
        function = stack.split(";")[-2]
        own[function] = own.get(function, 0) + count
    total = max(1, sum(own.values()))
    ranked = sorted(own.items(), key=lambda one: (-one[1], one[0]))
    return [Hot(name, round(count / total, 4)) for name, count in ranked[:_MOST_SHOWN]]


def folded(profile: Profile) -> str:
    """The lines that other tools read: a stack, a blank, how often."""
    return "".join(f"{stack} {count}\n" for stack, count in sorted(profile.stacks.items()))


def _parted(profile: Profile) -> tuple[dict[str, int], list[Waiting]]:
    """What moved, and where threads stood nearly all the time: drawn, that would leave no room for the rest."""
    many = profile.looks * _NEARLY_ALWAYS
    moving = {stack: count for stack, count in profile.stacks.items() if count < many}
    still = sorted(stack for stack, count in profile.stacks.items() if count >= many)
    return moving, [Waiting(stack.partition(";")[0], _place(stack)) for stack in still]


def _place(stack: str) -> str:
    function, line = stack.split(";")[-2:]
    return f"{function}, {line}"


def _tree(stacks: Mapping[str, int]) -> _Node:
    root = _Node()
    for stack, count in stacks.items():
        node = root
        node.count += count
        for name in stack.split(";"):
            node = node.below.setdefault(name, _Node())
            node.count += count
    return root


def _boxes(root: _Node, total: int) -> Iterator[Box]:
    def below(node: _Node, x: float, depth: int) -> Iterator[Box]:
        for name, child in sorted(node.below.items(), key=lambda one: (-one[1].count, one[0])):
            width = child.count / total * _WIDTH
            if width >= _NARROWEST:
                yield Box(
                    round(x, 2),
                    depth * _ROW,
                    round(width, 2),
                    _fitting(name, width),
                    f"{name}: {child.count / total:.1%}",
                    _tone(name),
                )
                yield from below(child, x, depth + 1)
            x += width

    yield from below(root, 0.0, 0)


def _fitting(name: str, width: float) -> str:
    room = int((width - 6) / _LETTER)
    short = name.partition(":")[2] or name
    for text in (name, short):
        if len(text) <= room:
            return text
    return f"{short[: room - 1]}…" if room >= 4 else ""


def _tone(name: str) -> str:
    parts: Sequence[str] = name.partition(":")[0].split(".")
    if parts[0] != "haat" or len(parts) < 2:
        return "other"
    return parts[1] if parts[1] in ("web", "market", "store", "jobs") else "haat"
