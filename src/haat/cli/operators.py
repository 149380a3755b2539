"""`haat operators`: who may sign in to the console. It works while the shop and its database are dead."""

from __future__ import annotations

import getpass
from typing import TYPE_CHECKING, Any

from haat.cli.command import Answer, Call, Command
from haat.cli.memory import memory
from haat.cli.output import paint, table
from haat.kernel import clock

if TYPE_CHECKING:
    from haat.ops.operators.acts import Hand
    from haat.ops.operators.roster import Keys


def _list(call: Call) -> Answer:
    from haat.ops.operators.roster import everybody

    with memory(call) as store:
        found = everybody(store)
    rows = [(one.name, one.role, f"since {clock.as_datetime(one.added_at):%Y-%m-%d}") for one in found]
    data = [{"name": one.name, "role": one.role, "added_at": one.added_at} for one in found]
    nobody = "Nobody may sign in to the console. `haat operators add NAME --role administer` lets somebody in."
    return Answer({"operators": data}, table(rows) or nobody)


def _add(call: Call) -> Answer:
    from haat.ops.operators.roster import add

    name, role = call.args.name, call.args.role
    with memory(call) as store:
        keys = add(store, name, role, _hand())
    return _handed(call, f"{name} may sign in to the console now, with the role “{role}”.", keys, role=role)


def _remove(call: Call) -> Answer:
    from haat.ops.operators.roster import remove

    with memory(call) as store:
        remove(store, call.args.name, _hand())
    return Answer({"name": call.args.name}, f"{call.args.name} is no operator any more, and was signed out everywhere.")


def _new_password(call: Call) -> Answer:
    from haat.ops.operators.roster import renew

    with memory(call) as store:
        keys = renew(store, call.args.name, _hand())
    return _handed(call, f"{call.args.name} has new keys, and was signed out everywhere.", keys)


def _hand() -> Hand:
    from haat.ops.operators.acts import Hand

    return Hand(getpass.getuser(), "cli")


def _handed(call: Call, said: str, keys: Keys, **more: Any) -> Answer:
    from haat.ops.operators.codes import address_of

    factor = address_of(keys.factor, call.args.name, f"{call.settings.market.name} console")
    rows = [
        ("password", paint(keys.password, "accent")),
        ("second factor", paint(factor, "accent")),
    ]
    text = (
        f"{said} This is shown once:\n\n{table(rows, indent=2)}\n\nLet an app that makes codes read the second factor."
    )
    data = {"name": call.args.name, **more, "password": keys.password, "second_factor": factor}
    return Answer(data, text)


_KEYS = '"password": "1f3a-90bc-77de-0a42-c8d1", "second_factor": "otpauth://totp/Haat%20console:ada?secret=…&issuer=Haat%20console"'

COMMANDS = {
    "list": Command(_list, shape='{"operators": [{"name": "ada", "role": "operate", "added_at": 1767225600000}]}'),
    "add": Command(_add, shape=f'{{"name": "ada", "role": "operate", {_KEYS}}}'),
    "remove": Command(_remove, shape='{"name": "ada"}'),
    "new-password": Command(_new_password, shape=f'{{"name": "ada", {_KEYS}}}'),
}
