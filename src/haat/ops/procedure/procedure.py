"""A procedure: what it is for, what it needs to be told, and its steps."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from haat.config.kinds import Kind, Unfit
from haat.kernel.errors import Invalid
from haat.ops.procedure.step import Irreversible, Step

EVERYWHERE = ("sqlite", "postgresql", "mariadb")


class Parameter(NamedTuple):
    """What a procedure has to be told. `meaning` is how it is explained, `kind` what it may be."""

    name: str
    meaning: str
    kind: Kind


class Procedure(NamedTuple):
    """Steps for one purpose. `symptoms` are what somebody sees who needs it; `databases` the kinds of stacks that it can be run on. One that `gives_way`
    leaves nothing half done wherever it is killed: nobody has to see to a run of it that was. One that `only_reads` keeps nothing else from being done
    either. For one that `goes_first` a set that is being taken is given up.
    """

    name: str
    purpose: str
    symptoms: Sequence[str]
    steps: Sequence[Step]
    parameters: Sequence[Parameter] = ()
    databases: Sequence[str] = EVERYWHERE
    gives_way: bool = False
    only_reads: bool = False
    goes_first: bool = False

    def read(self, words: Mapping[str, str]) -> dict[str, Any]:
        """The values of all parameters. Raises Invalid, which names everything that is wrong."""
        wrong = dict(self._wrong(words))
        if wrong:
            raise Invalid(
                f"“{self.name}” was not told what it needs.",
                fields=wrong,
                try_=f"`haat runbook show {self.name}` explains it.",
            )
        return {parameter.name: parameter.kind.read(words[parameter.name]) for parameter in self.parameters}

    def show(self, given: Mapping[str, Any]) -> dict[str, str]:
        """The values as they are written; `read` reads them back."""
        return {parameter.name: parameter.kind.show(given[parameter.name]) for parameter in self.parameters}

    def problems(self) -> Iterator[str]:
        """What is wrong with how it is put together; nothing when it can be run."""
        if not self.steps:
            yield "it has no steps"
        for step, following in zip(self.steps, self.steps[1:], strict=False):
            if isinstance(step.undo, Irreversible) and not isinstance(following.undo, Irreversible):
                yield f"“{following.title}” could be undone, but stands after “{step.title}”, which cannot"

    def _wrong(self, words: Mapping[str, str]) -> Iterator[tuple[str, str]]:
        known = {parameter.name for parameter in self.parameters}
        yield from ((name, "is not one of its parameters") for name in words if name not in known)
        for parameter in self.parameters:
            if parameter.name not in words:
                yield parameter.name, f"is missing; expected {parameter.kind.expected}"
                continue
            try:
                parameter.kind.read(words[parameter.name])
            except Unfit as error:
                yield parameter.name, f"is “{words[parameter.name]}”; expected {error.expected}"
