"""`haat accounts`: people, for whoever has the machine and cannot sign in."""

from __future__ import annotations

from haat.cli.command import Answer, Call, Command
from haat.cli.output import paint, table
from haat.kernel import clock


def _team(call: Call) -> Answer:
    from haat.kernel import ids
    from haat.market.accounts.roles import team

    grants = team(call.stack.store)
    data = [
        {
            "account": ids.encode(grant.account_id),
            "email": grant.email,
            "name": grant.name,
            "role": grant.role,
            "granted_at": grant.granted_at,
        }
        for grant in grants
    ]
    rows = [
        (grant.email, grant.role, grant.name, f"since {clock.as_datetime(grant.granted_at):%Y-%m-%d}")
        for grant in grants
    ]
    return Answer({"team": data}, table(rows) or "Nobody has a role.")


def _appoint(call: Call) -> Answer:
    from haat.market.accounts.appoint import appoint

    email = call.args.email
    is_new = appoint(call.stack.store, email)
    text = f"{email} is an administrator now." if is_new else f"{email} was an administrator already."
    return Answer({"email": email, "was_already": not is_new}, text)


def _new_password(call: Call) -> Answer:
    from haat.market.accounts.renew_password import renew_password

    email = call.args.email
    password = renew_password(call.stack.store, email)
    shown = paint(password, "accent")
    text = f"The password of {email} is {shown} now (shown this once). They were signed out everywhere."
    return Answer({"email": email, "password": password}, text)


COMMANDS = {
    "team": Command(
        _team,
        shape='{"team": [{"account": "01h2xcejqtf2n", "email": "ada@shop.example", "name": "Ada", "role": "administrator", '
        '"granted_at": 1767225600000}]}',
    ),
    "appoint": Command(_appoint, shape='{"email": "ada@shop.example", "was_already": false}'),
    "new-password": Command(
        _new_password, shape='{"email": "ada@shop.example", "password": "1f3a-90bc-77de-0a42-c8d1"}'
    ),
}
