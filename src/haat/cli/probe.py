"""`haat probe`: how a caller comes to an address."""

from __future__ import annotations

from haat.cli import codes
from haat.cli.command import Answer, Call, Command
from haat.cli.output import table
from haat.ops import running

_PATIENCE = 10.0  # seconds, for each stretch of the way


def _probe(call: Call) -> Answer:
    if call.args.order:
        return _order(call)
    from haat.ops.health.probe import FEW_DAYS, probe

    found = probe(call.args.url or _own(call), _PATIENCE)
    is_well = found.status < 400
    rows = [(one.name, f"{one.ms:.1f} ms") for one in found.stretches]
    lines = [table([*rows, ("together", f"{found.ms:.1f} ms")], right=(1,)), ""]
    lines.append(f"{found.url} answered {found.status} with {found.bytes:,} bytes, from {found.address}.")
    if found.certificate_days is not None:
        hint = " Renew it." if found.certificate_days < FEW_DAYS else ""
        lines.append(f"Its certificate is good for {found.certificate_days:.0f} more days.{hint}")
    data = {**vars(found), "ms": found.ms, "stretches": [one._asdict() for one in found.stretches]}
    return Answer(data, "\n".join(lines), codes.DONE if is_well else codes.NOT_SO)


def _order(call: Call) -> Answer:
    """Where the sandbox is the gateway a thing is bought, paid and given back, all as a buyer does it."""
    from haat.demo.first_order import order_once

    came = order_once(call.stack, _shop(call))
    text = f"{came.said[0].upper()}{came.said[1:]}, after {came.seconds:.2f} s."
    return Answer(came._asdict(), text, codes.DONE if came.is_well else codes.NOT_SO)


def _shop(call: Call) -> str:
    told = running.told(call.data)
    return told.url if told else call.settings.web.own_url


def _own(call: Call) -> str:
    return f"{_shop(call)}/health"


COMMANDS = {
    "": Command(
        _probe,
        shape='{"url": "https://shop.example/health", "address": "203.0.113.7", "status": 200, "bytes": 180, "certificate_days": 61.2, '
        '"stretches": [{"name": "connect", "ms": 0.4}], "ms": 12.5}',
    )
}
