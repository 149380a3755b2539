"""Show a face: a picture of whoever stands behind a shop."""

from __future__ import annotations

from sqlalchemy import bindparam, update

from haat.kernel.errors import NotFound
from haat.market.accounts.tables import shops
from haat.store import Tx


def show_face(tx: Tx, account_id: int, sha: str | None) -> None:
    """Let the shop of an account show a picture that is kept, or none. Raises NotFound where there is no shop."""
    if tx.run(_SHOW, owner=account_id, sha=sha) != 1:
        raise NotFound("You have no shop yet.", try_="Open one first.")


_SHOW = (
    update(shops)
    .where(shops.c.owner_id == bindparam("owner"))
    .values(portrait=bindparam("sha"), version=shops.c.version + 1)
)
