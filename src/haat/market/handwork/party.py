"""The two sides of a job: its customer and its craftsperson."""

from __future__ import annotations

from typing import Literal, TypeAlias

from haat.kernel.errors import NotFound
from haat.market.accounts.shop import get_shop
from haat.market.deals.deal import Deal
from haat.store import Store, Tx

Party: TypeAlias = Literal["buyer", "seller"]


def party_of(store: Store | Tx, job: Deal, account_id: int) -> Party:
    """Which side of the job this account is. Raises NotFound for everybody else, and for deals that are no jobs."""
    if job.process == "job" and job.buyer_id == account_id:
        return "buyer"
    if job.process == "job" and get_shop(store, job.shop_id).owner_id == account_id:
        return "seller"
    raise NotFound("There is no such job of yours.")


def other(side: Party) -> Party:
    return "seller" if side == "buyer" else "buyer"
