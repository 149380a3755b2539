"""A shop's statement of a month: what stood there when it began, every entry, and what stands there at its end."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import NamedTuple

from sqlalchemy import bindparam, func, select

from haat.kernel import ids
from haat.kernel.clock import as_datetime
from haat.kernel.errors import Invalid
from haat.kernel.money import as_decimal
from haat.kernel.zone import Zone
from haat.market.payments import queries
from haat.market.payments.payout import StatementLine, line_of
from haat.market.payments.tables import entries, movements
from haat.store import Store

_MONTH = re.compile(r"(20[0-9]{2}|19[7-9][0-9])-(0[1-9]|1[0-2])")


class Month(NamedTuple):
    """A month of the calendar in a zone."""

    year: int
    number: int
    zone: Zone

    @classmethod
    def of(cls, at: int, zone: Zone) -> Month:
        """The month that an instant is in."""
        moment = zone.local(at)
        return cls(moment.year, moment.month, zone)

    @classmethod
    def read(cls, text: str, zone: Zone) -> Month:
        """A month as it is written, 2026-11. Raises Invalid."""
        match = _MONTH.fullmatch(text.strip())
        if match is None:
            raise Invalid("This is not a month.", fields={"month": "Write a month such as 2026-11."})
        return cls(int(match[1]), int(match[2]), zone)

    def __str__(self) -> str:
        return f"{self.year}-{self.number:02d}"

    @property
    def begin(self) -> int:
        """Its first instant."""
        return self.zone.instant(int(datetime(self.year, self.number, 1, tzinfo=UTC).timestamp() * 1000))

    @property
    def next(self) -> Month:
        return self._replace(year=self.year + self.number // 12, number=self.number % 12 + 1)

    @property
    def before(self) -> Month:
        return self._replace(year=self.year - (self.number == 1), number=(self.number + 10) % 12 + 1)


class Statement(NamedTuple):
    """What a shop had, what was booked, and what it had in the end; amounts as the shop sees them, oldest line first."""

    month: Month
    currency: str
    opening: int
    lines: tuple[StatementLine, ...]
    closing: int


def statement_of(store: Store, shop_id: int, currency: str, month: Month) -> Statement:
    """The statement of a month, the running one too. All of it is read from one picture of the database."""
    with store.snapshot() as picture:
        of_shop = {"shop_id": shop_id, "currency": currency}
        opening = int(picture.value(_BALANCE_BEFORE, **of_shop, instant=month.begin))
        rows = picture.read(_LINES, **of_shop, start=month.begin, end=month.next.begin)
        closing = int(picture.value(_BALANCE_BEFORE, **of_shop, instant=month.next.begin))
    return Statement(month, currency, opening, tuple(line_of(row) for row in rows), closing)


def months_of(store: Store, shop_id: int, now: int, zone: Zone, most: int = 24) -> list[Month]:
    """The months of which there is a statement, the youngest first: from that of the first entry on."""
    first = store.value(_FIRST_ENTRY, shop_id=shop_id)
    if first is None:
        return []
    months = [Month.of(now, zone)]
    while months[-1].begin > first and len(months) < most:
        months.append(months[-1].before)
    return months


def as_csv(statement: Statement) -> str:
    """The statement as a table: opening balance, entries, closing balance; amounts in the currency's own units with a point."""
    out = io.StringIO()
    table = csv.writer(out, lineterminator="\r\n")
    table.writerow(("at", "kind", "order", "payout", "amount", "balance", "currency"))
    table.writerows(_rows(statement))
    return out.getvalue()


def _rows(statement: Statement) -> Iterator[tuple[str, ...]]:
    balance, currency = statement.opening, statement.currency
    yield (_moment(statement.month.begin), "opening", "", "", "", _plain(balance, currency), currency)
    for line in statement.lines:
        balance += line.amount
        order = ids.encode(line.deal_id) if line.deal_id else ""
        payout = ids.encode(line.payout_id) if line.payout_id else ""
        amount = _plain(line.amount, currency)
        yield (_moment(line.at), line.kind, order, payout, amount, _plain(balance, currency), currency)
    yield (_moment(statement.month.next.begin), "closing", "", "", "", _plain(statement.closing, currency), currency)


def _moment(at: int) -> str:
    return as_datetime(at).isoformat(timespec="seconds").replace("+00:00", "Z")


def _plain(amount: int, currency: str) -> str:
    return f"{as_decimal(amount, currency):f}"


_OF_SHOP = (
    entries.c.account == "seller",
    entries.c.shop_id == bindparam("shop_id"),
)
_BALANCE_BEFORE = (
    select(func.coalesce(-func.sum(entries.c.amount), 0))
    .join(movements, movements.c.id == entries.c.movement_id)
    .where(*_OF_SHOP, entries.c.currency == bindparam("currency"), movements.c.at < bindparam("instant"))
)
_LINES = queries.STATEMENT_LINES.where(
    entries.c.currency == bindparam("currency"),
    movements.c.at >= bindparam("start"),
    movements.c.at < bindparam("end"),
).order_by(movements.c.at, entries.c.id)
_FIRST_ENTRY = select(func.min(movements.c.at)).join(entries, movements.c.id == entries.c.movement_id).where(*_OF_SHOP)
