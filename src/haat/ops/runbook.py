"""Every procedure, on one page. There is no other runbook."""

from __future__ import annotations

from haat.kernel.errors import NotFound
from haat.ops.databases.end_session import END_SESSION
from haat.ops.databases.upkeep import UPKEEP
from haat.ops.procedure import Procedure

PROCEDURES: dict[str, Procedure] = {procedure.name: procedure for procedure in (END_SESSION, UPKEEP)}


def procedure(name: str) -> Procedure:
    """Raises NotFound."""
    if name not in PROCEDURES:
        from haat.config.words import nearest

        meant = nearest(name, PROCEDURES)
        raise NotFound(
            f"There is no procedure “{name}”.",
            try_=f"Did you mean “{meant}”?" if meant else "`haat runbook list` shows all of them.",
        )
    return PROCEDURES[name]
