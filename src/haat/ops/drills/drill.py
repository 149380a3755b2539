"""A drill: a fault, and the proof that what answers it keeps its promises while clients order."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple, TypeAlias

from haat.ops.drills.loss import Losses
from haat.ops.drills.stage import Stage
from haat.ops.procedure import Finding
from haat.ops.procedure.procedure import EVERYWHERE

Look: TypeAlias = Callable[[Stage], Finding]
Answer: TypeAlias = Callable[[Stage], None]


class Budget(NamedTuple):
    """What a fault may cost. No acknowledged order may ever be lost, so there is no budget for that.

    `gap` is the longest time in seconds without an acknowledged order, `failed` how many orders may be answered by an error or not at all,
    `seconds` the time from the fault to the proof that it is over, `proof` that part of it from the answer on: no proof is waited for longer,
    so a broken answer shows itself as soon as a good one would have been proved. `loss` is of how many seconds before the fault something that was
    acknowledged may be gone, of a drill that measures that.
    """

    gap: float
    failed: int
    seconds: float
    proof: float
    loss: float | None = None


class Mutation(NamedTuple):
    """The same drill with its answer broken on purpose. The drill must fail, or it proves nothing.

    `before` is what is broken before the fault, which may then not take; most break only the answer, and the fault has to take as ever.
    `verify` is the part of the proof that the answer is broken for, where the whole of it would fail of something else as well. `breaks` names
    the procedure of which a part is left out; it is empty where none is run, or one that is whole.
    """

    name: str
    purpose: str
    answer: Answer
    before: Answer | None = None
    verify: Look | None = None
    breaks: str = ""


class Drill(NamedTuple):
    """`fault` does it, and says whether it took. `answer` does what the runbook says, or nothing where the stack answers by itself.

    `verify` is asked again and again until it holds. It proves the `procedures` that it names: each of them, broken, makes it fail. The stack has a `disk` of so many bytes of its
    own, if that is not 0. `why_not` says why the drill cannot be carried out on this machine, and nothing where it can.
    """

    name: str
    purpose: str
    fault: Look
    answer: Answer
    verify: Look
    budget: Budget
    mutations: Sequence[Mutation]
    procedures: Sequence[str] = ()
    databases: Sequence[str] = EVERYWHERE
    has_cache: bool = False  # whether the stack keeps pages on a server
    disk: int = 0
    ships: bool = False  # whether all that is committed is kept in a repository
    # Between which moments (seconds of the monotonic clock) orders were acknowledged that the answer takes back on purpose, and says so.
    taken_back: Callable[[Stage], tuple[float, float]] = lambda stage: (0.0, 0.0)
    # What is lost of what was acknowledged before the fault; asked when all is over. `kept` are the keys of the orders that are in the books.
    losses: Callable[[Stage, set[str]], Losses | None] = lambda stage, kept: None
    why_not: Callable[[], str] = lambda: ""


def by_itself(stage: Stage) -> None:
    """The answer to a fault that the stack answers without anybody's help."""
