"""Procedures that are broken on purpose: what a drill proves of them, it must not prove of these."""

from __future__ import annotations

from haat.ops.procedure import Finding, Procedure
from haat.ops.procedure.step import never_done, only_looks


def lazy(procedure: Procedure) -> Procedure:
    """The procedure with steps that do nothing."""
    steps = tuple(step._replace(act=only_looks, timeout=1.0) for step in procedure.steps)
    return procedure._replace(steps=steps)


def blind(procedure: Procedure) -> Procedure:
    """The procedure with steps that do nothing, and look at nothing before and after."""
    unseen = Finding(True, "is not looked at")
    steps = tuple(step._replace(check=never_done, verify=lambda scene: unseen) for step in procedure.steps)
    return lazy(procedure._replace(steps=steps))
