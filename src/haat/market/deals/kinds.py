"""By which process the deals of each kind of listing go."""

from __future__ import annotations

from collections.abc import Mapping

from haat.kernel.errors import Refused
from haat.market.catalogue.listing import Kind
from haat.market.deals.library import FOLDER

PROCESS_OF: Mapping[Kind, str] = {"product": "purchase", "equipment": "hire", "job": "job", "article": "classified"}


def is_dealt(kind: Kind) -> bool:
    """Whether there is a process for deals of this kind."""
    return any(FOLDER.glob(f"{PROCESS_OF[kind]}.*.toml"))


def require_process(kind: Kind) -> None:
    """Raises Refused where nobody could deal in a listing of this kind."""
    if not is_dealt(kind):
        raise Refused(
            "Listings of this kind cannot be made here yet.",
            why=f"Deals of the kind “{kind}” go by the process “{PROCESS_OF[kind]}”, which this release does not have.",
            try_="Let the market list another kind, in the setting market.kinds.",
        )
