"""`haat payments`: what the gateway says, beside what stands here."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from haat.cli import codes
from haat.cli.command import Answer, Call, Command
from haat.cli.output import paint, sign, table

if TYPE_CHECKING:
    from haat.market.payments.reconcile import Compared


def _reconcile(call: Call) -> Answer:
    from haat.market.payments import reconcile, report

    app, args = call.stack, call.args
    day = reconcile.day_of(args.day) if args.day else reconcile.yesterday()
    if args.file:
        lines = report.read(args.file.read_text("utf-8"))
        done = reconcile.compare_with_report(app.store, day, lines, args.file.name)
    else:
        done = reconcile.compare_with_gateway(app.store, app.gateway, day)
    data = {**done._asdict(), "open": [one._asdict() for one in done.open]}
    return Answer(data, "\n".join(_text(done)), codes.NOT_SO if done.open else codes.DONE)


def _report(call: Call) -> Answer:
    from haat.kernel.clock import DAY
    from haat.market.payments import reconcile, report

    app, args = call.stack, call.args
    start = reconcile.begin_of(reconcile.day_of(args.day) if args.day else reconcile.yesterday())
    text = report.write(app.gateway.statement(start, start + DAY))
    return Answer({"report": text}, text.rstrip("\n"))


def _text(done: Compared) -> Iterator[str]:
    from haat.market.payments.reconcile import WHAT_TO_DO

    for one in done.open:
        what, to_do = WHAT_TO_DO[one.kind]
        yield f"{sign('failed')}  {paint(what, 'bad')}"
        rows = [("about", f"{one.about} {one.key}"), ("here", one.ours or "–"), ("there", one.theirs or "–")]
        yield table([*rows, ("ref", one.ref or "–"), ("to do", to_do)], indent=2)
    movements = "1 movement" if done.looked_at == 1 else f"{done.looked_at:,} movements"
    if done.open:
        yield ""
        yield f"{done.day}: {movements}, says {done.source}; mismatches open: {len(done.open)}."
    else:
        yield f"{done.day}: {movements}, says {done.source}; the books agree."


COMMANDS = {
    "reconcile": Command(
        _reconcile,
        shape='{"day": "2026-11-28", "source": "sandbox", "looked_at": 12, "open": [{"id": 7, "day": "2026-11-28", "kind": "amount", '
        '"about": "charge", "key": "…", "ref": "…", "ours": "12.00 EUR", "theirs": "12.50 EUR", "found_at": 1764288000000, '
        '"resolved_at": null, "resolved_by": null, "note": null}]}',
    ),
    "report": Command(_report, shape='{"report": "at,kind,key,ref,amount,currency\\n…"}'),
}
