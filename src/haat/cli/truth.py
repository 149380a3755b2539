"""`haat truth`: every promise of the market, checked against its rows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from haat.cli import codes
from haat.cli.command import Answer, Call, Command
from haat.cli.output import paint, sign, table

if TYPE_CHECKING:
    from haat.market.truth.truth import Finding


def _truth(call: Call) -> Answer:
    from haat.market.truth.truth import check_all
    from haat.ops.logs import instant

    app = call.stack
    findings = check_all(app.store, app.truths(instant.asked(call.args.at) if call.args.at else None))
    is_true = all(finding.holds for finding in findings)
    data = {"true": is_true, "checks": [{**finding._asdict(), "holds": finding.holds} for finding in findings]}
    return Answer(data, "\n".join(_text(findings)), codes.DONE if is_true else codes.NOT_SO)


def _text(findings: Sequence[Finding]) -> Iterator[str]:
    rows = [
        (sign("ok" if finding.holds else "failed"), f"{finding.seconds * 1000:.1f} ms", finding.name, finding.promise)
        for finding in findings
    ]
    yield table(rows, right=(1,))
    broken = [finding for finding in findings if not finding.holds]
    for finding in broken:
        yield f"\n{paint(finding.name, 'bad')}"
        yield from _offending(finding)
    yield ""
    yield f"{len(broken)} of {len(findings)} promises are broken." if broken else f"All {len(findings)} promises hold."


def _offending(finding: Finding) -> Iterator[str]:
    for row in finding.offending:
        yield f"  {row}"
    if finding.how_many > len(finding.offending):
        yield f"  … and {finding.how_many - len(finding.offending):,} more"


COMMANDS = {
    "": Command(
        _truth,
        shape='{"true": false, "checks": [{"name": "ledger balances", "promise": "…", "holds": false, '
        '"offending": ["movement 7 (sale) is off by 100 EUR"], "how_many": 1, "seconds": 0.004}]}',
    )
}
