"""Keep somebody out of the market for a while, and let them in again."""

from __future__ import annotations

from haat.jobs import outbox
from haat.kernel.errors import Invalid, Refused
from haat.market.accounts import links, queries
from haat.market.accounts.account import get
from haat.market.accounts.roles import TEAM, require_administrator, roles_of
from haat.market.accounts.sessions import end_every_session
from haat.store import Store, Tx

SUSPENSION = "account.suspension"  # account: it was suspended, or let in again
_LONGEST_REASON = 500


def suspend(store: Store, by: int, account_id: int, why: str) -> None:
    """Sign the account out everywhere and let it in no more; its tokens stop working too. The reason is shown to its owner.

    What its shop offers is hidden and cannot be bought meanwhile, and what the shop has earned is not paid out.

    Raises Invalid without a reason, NotFound, NotAllowed to all but administrators, Refused for people who run the market.
    """
    why = " ".join(why.split())
    if not why or len(why) > _LONGEST_REASON:
        raise Invalid("Say why.", fields={"why": f"Give a reason of at most {_LONGEST_REASON} characters."})
    store.write(lambda tx: _suspend(tx, by, account_id, why))


def unsuspend(store: Store, by: int, account_id: int) -> None:
    """Let the account in again. Raises NotFound, NotAllowed to all but administrators."""
    store.write(lambda tx: _unsuspend(tx, by, account_id))


def _suspend(tx: Tx, by: int, account_id: int, why: str) -> None:
    tx.alone(TEAM)
    require_administrator(tx, by)
    get(tx, account_id)
    if roles_of(tx, account_id):
        raise Refused("People who run the market cannot be suspended.", try_="Take their role away first.")
    tx.run(queries.SUSPEND, account=account_id, at=tx.now, by=by, why=why)
    links.end_all(tx, account_id)
    end_every_session(tx, account_id)
    _tell(tx, account_id)


def _unsuspend(tx: Tx, by: int, account_id: int) -> None:
    require_administrator(tx, by)
    get(tx, account_id)
    tx.run(queries.UNSUSPEND, account=account_id)
    _tell(tx, account_id)


def _tell(tx: Tx, account_id: int) -> None:
    outbox.tell(tx, SUSPENSION, {"account": account_id}, key=f"suspension:{account_id}")
