"""The report of a gateway as a file: one movement of money a line.

A CSV in UTF-8 whose first line names the columns, in any order; columns that are not listed here are passed over.

| column     | what stands there                                                              |
|------------|--------------------------------------------------------------------------------|
| `at`       | when, as 2026-11-28T13:05:00Z                                                  |
| `kind`     | charge and payout_returned came in, refund and payout went out                 |
| `key`      | ours: that of the order behind it                                              |
| `ref`      | the gateway's own name for it                                                  |
| `amount`   | above zero, in the currency's own units with a point: 12.50 EUR, 1250 JPY      |
| `currency` | its ISO 4217 code                                                              |
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import get_args

from haat.kernel import money
from haat.kernel.clock import as_datetime
from haat.kernel.errors import Invalid
from haat.market.payments.ports import MovementKind, StatementLine

COLUMNS = ("at", "kind", "key", "ref", "amount", "currency")
_MOST_PROBLEMS = 20


def write(lines: Iterable[StatementLine]) -> str:
    """The report as text."""
    out = io.StringIO()
    table = csv.writer(out, lineterminator="\n")
    table.writerow(COLUMNS)
    for line in lines:
        at = as_datetime(line.at).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        amount = money.as_decimal(line.amount.amount, line.amount.currency)
        table.writerow((at, line.kind, line.key, line.ref, f"{amount:f}", line.amount.currency))
    return out.getvalue()


def read(text: str) -> list[StatementLine]:
    """The movements of a report. Raises Invalid that names the first lines that cannot be read: half a report is none."""
    table = csv.DictReader(io.StringIO(text.lstrip("\ufeff")))
    missing = [name for name in COLUMNS if name not in (table.fieldnames or ())]
    if missing:
        raise Invalid(
            "This is not a report of a gateway.",
            why=f"Its first line does not name {', '.join(missing)}.",
            try_=f"Give it the columns {', '.join(COLUMNS)}.",
        )
    lines: list[StatementLine] = []
    wrong: dict[str, str] = {}
    for row in table:
        try:
            lines.append(_line(row))
        except (Invalid, ValueError) as error:
            wrong[f"line {table.line_num}"] = error.what if isinstance(error, Invalid) else str(error)
    if wrong:
        raise Invalid(
            "Some of the report cannot be read.",
            why="; ".join(f"{where}: {what}" for where, what in list(wrong.items())[:_MOST_PROBLEMS]),
            fields=wrong,
        )
    return lines


def _line(row: dict[str, str | None]) -> StatementLine:
    cells = {name: (row[name] or "").strip() for name in COLUMNS}
    if cells["kind"] not in get_args(MovementKind):
        raise ValueError(f"“{cells['kind']}” is none of {', '.join(get_args(MovementKind))}.")
    if not cells["key"]:
        raise ValueError("There is no key.")
    at = datetime.fromisoformat(cells["at"].replace("Z", "+00:00"))
    if at.tzinfo is None:
        at = at.replace(tzinfo=UTC)
    return StatementLine(
        cells["kind"],  # type: ignore[arg-type]  # asked above
        cells["key"],
        cells["ref"],
        money.parse(cells["amount"], cells["currency"]),
        round(at.timestamp() * 1000),
    )
