"""Where a shop is paid: one account for each currency. A new one has to rest before money goes there, and its owner is told.

The whole number is read by `number_of` alone, for the gateway; everything else knows its last four. What no payout needs any more is cut to them.
"""

from __future__ import annotations

from collections.abc import Container, Sequence
from typing import TYPE_CHECKING, Literal, NamedTuple

from haat.kernel.clock import DAY
from haat.kernel.errors import Conflict, Invalid, NotFound
from haat.kernel.ids import new_id
from haat.market.accounts.account import Account as Member
from haat.market.accounts.confirm_password import confirm_password
from haat.market.notices import notice
from haat.market.payments import bank, queries
from haat.market.payments.tables import payout_accounts
from haat.store import IntegrityError, Store, Tx

if TYPE_CHECKING:
    from haat.config.schema import Accounts as Rules

PAGE = "/selling/payouts"

State = Literal["none", "resting", "usable", "bounced"]


class Account(NamedTuple):
    """A row of `payout_accounts`, of its number the last four."""

    id: int
    shop_id: int
    currency: str
    version: int
    last_four: str
    holder: str
    set_by: int
    set_at: int
    usable_at: int
    bounced_at: int | None

    def state(self, now: int) -> State:
        if self.bounced_at is not None:
            return "bounced"
        return "resting" if now < self.usable_at else "usable"


class NewAccount(NamedTuple):
    """What a seller types; `seen` is the version that the seller was shown, 0 where there was none."""

    currency: str
    holder: str
    number: str
    seen: int


class Rest(NamedTuple):
    """What the market asks of accounts: the currencies that it knows, how long a new one rests, and the gateway's own test numbers."""

    currencies: Sequence[str]
    ms: int
    test_numbers: Container[str]


def number_of(store: Store, account_id: int) -> str:
    """The whole number, which nobody but the gateway is given. Raises NotFound."""
    number: str | None = store.value(queries.NUMBER_OF_ACCOUNT, id=account_id)
    if number is None:
        raise NotFound("There is no such bank account.")
    return number


def newest(store: Store | Tx, shop_id: int, currency: str) -> Account | None:
    """Where the shop is paid in this currency, if it has said so."""
    row = store.first(queries.NEWEST_ACCOUNT, shop_id=shop_id, currency=currency)
    return None if row is None else Account(*row)


def of_shop(store: Store, shop_id: int) -> list[Account]:
    """Those that hold, by currency."""
    rows = [Account(*row) for row in store.read(queries.ACCOUNTS_OF_SHOP, shop_id=shop_id)]
    return list({account.currency: account for account in rows}.values())


def change(
    store: Store, rules: Rules, rest: Rest, owner: Member, shop_id: int, new: NewAccount, password: str, address: str
) -> Account:
    """Say where money goes from now on. `address` is where the request came from.

    Raises Invalid with the fields that are wrong (a wrong password too), TooMany as signing in does, and Conflict when the account was
    changed meanwhile.
    """
    number = check(new, rest)
    confirm_password(store, rules, owner, password, address)

    def work(tx: Tx) -> Account:
        last = newest(tx, shop_id, new.currency)
        if (last.version if last else 0) != new.seen:
            raise _outdated()
        account = put_down(tx, shop_id, new._replace(number=number), owner.id, tx.now + rest.ms)
        told = {"account": account.last_four, "currency": account.currency, "usable": account.usable_at}
        notice.tell(tx, owner.id, "payout_account_changed", told, PAGE, cause=account.id)
        return account

    try:
        return store.write(work)
    except IntegrityError as error:
        raise _outdated() from error


def put_down(tx: Tx, shop_id: int, new: NewAccount, by: int, usable_at: int) -> Account:
    """Write an account down as the next version after the one that was seen. Two at once break a rule of the table."""
    last_four, holder = bank.last_four(new.number), new.holder.strip()
    account = Account(
        new_id(), shop_id, new.currency, new.seen + 1, last_four, holder, by, tx.now, usable_at, bounced_at=None
    )
    row = account._asdict()
    del row["last_four"]
    tx.insert(payout_accounts, number=new.number, **row)
    return account


def forget_numbers(store: Store) -> str:
    """Cut the numbers of accounts that were replaced, once no payout is on its way there; says how many that were."""
    cut = 0
    while some := store.write(_forget_some):
        cut += some
    return f"Numbers of bank accounts cut to their last four: {cut}."


def _forget_some(tx: Tx) -> int:
    old = [(account_id, number) for account_id, number in tx.read(queries.REPLACED_ACCOUNTS, before=tx.now - DAY)]
    tx.many(queries.CUT_NUMBER, [{"key": one, "last_four": bank.last_four(number)} for one, number in old])
    return len(old)


def check(new: NewAccount, rest: Rest) -> str:
    """The number, tidy. Raises Invalid with all the fields that are wrong."""
    number, holder = bank.tidy(new.number), new.holder.strip()
    wrong: dict[str, str] = {}
    if new.currency not in rest.currencies:
        wrong["currency"] = "The market does not pay out in this currency."
    if not 2 <= len(holder) <= 120:
        wrong["holder"] = "Write the name of the account's owner, in 2 to 120 characters."
    if number not in rest.test_numbers and (problem := bank.problem_of_iban(number)):
        wrong["number"] = problem
    if wrong:
        raise Invalid("The bank account cannot be used.", fields=wrong)
    return number


def _outdated() -> Conflict:
    return Conflict(
        "The bank account was changed meanwhile.",
        why="It is no longer the one that you were shown.",
        try_="Look at it as it is now, and change it again.",
    )
