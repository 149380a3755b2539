"""A process of its own that uses the sandbox: `customer.py BOOKS VERB ARGUMENT…`; prints what it got, one outcome a line."""

import sys
import time
from pathlib import Path

from haat.adapters.sandbox.cards import ACCOUNTS, CARDS
from haat.adapters.sandbox.gateway import Sandbox
from haat.kernel import clock
from haat.kernel.money import Money
from haat.market.payments.ports import Charge, PayoutOrder, RefundOrder

TOKENS = {card.name: card.token for card in CARDS}
PRICE = Money(4990, "EUR")
SECRET = "a secret between two"


def charge(sandbox: Sandbox, key: str, card: str = "approves") -> None:
    print(sandbox.charge(Charge(key, PRICE, TOKENS[card], "/orders/back", "One board")))


def charge_many(sandbox: Sandbox, prefix: str, count: str) -> None:
    """Prints the longest time that one charge took, in milliseconds."""
    longest = 0.0
    for number in range(int(count)):
        began = time.perf_counter()
        sandbox.charge(Charge(f"{prefix}{number}", PRICE, TOKENS["approves"], "/orders/back", "One board"))
        longest = max(longest, time.perf_counter() - began)
    print(longest * 1000)


def confirm(sandbox: Sandbox, door: str) -> None:
    print(sandbox.confirm(door, agrees=True))


def withdraw(sandbox: Sandbox, key: str) -> None:
    print(sandbox.withdraw(key))


def refund(sandbox: Sandbox, key: str, charge_ref: str) -> None:
    print(sandbox.refund(RefundOrder(key, charge_ref, PRICE, "Arrived broken")))


def payout(sandbox: Sandbox, key: str) -> None:
    print(sandbox.pay_out(PayoutOrder(key, ACCOUNTS[0].number, PRICE, "Sales of May")))


def event(sandbox: Sandbox) -> None:
    print(sandbox.deliver_due(clock.now(), lambda body, headers: 204))


VERBS = {verb.__name__: verb for verb in (charge, charge_many, confirm, withdraw, refund, payout, event)}

if __name__ == "__main__":
    VERBS[sys.argv[2]](Sandbox(Path(sys.argv[1]), SECRET), *sys.argv[3:])
