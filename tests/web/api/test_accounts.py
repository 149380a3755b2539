"""Coming in through the API, and one's own account."""

from __future__ import annotations

import re

import pytest

from haat.kernel import clock, ids
from haat.kernel.clock import DAY
from haat.market.accounts.sessions import Device
from haat.market.accounts.sign_in import sign_in
from haat.market.accounts.tokens import SCOPES
from haat.market.notices.notice import tell
from tests.support.browser import Browser
from tests.support.members import PASSWORD, member
from tests.support.stack import Stack
from tests.web.api.acts import every_page, got, made

NEW = {"email": "ada@example.org", "name": "Ada", "password": PASSWORD, "country": "AT"}
TOKEN = {"email": "ada@example.org", "password": PASSWORD, "name": "phone", "scopes": ["account:read"]}


def mailed_token(stack: Stack, admin: Browser) -> str:
    """The token in the last mail, as a member of the team reads it on the outbox page."""
    stack.work()
    last = got(admin, "/market/mails?limit=1")["items"][0]
    found = re.search(r"token=([\w-]+)", got(admin, f"/market/mails/{last['id']}")["text"])
    assert found is not None
    return found[1]


def test_somebody_signs_up_confirms_the_address_and_works_with_a_token(stack: Stack, admin: Browser) -> None:
    stranger = stack.browser()
    assert stranger.call("POST", "/api/v1/accounts", NEW).status == 204
    assert stranger.call("POST", "/api/v1/tokens", TOKEN).status == 401
    link = {"token": mailed_token(stack, admin)}
    assert [stranger.call("POST", "/api/v1/accounts/confirmations", link).status for _ in range(2)] == [204, 204]
    stranger.headers["Authorization"] = f"Bearer {made(stranger, '/tokens', **TOKEN)['secret']}"
    me = got(stranger, "/account")
    assert (me["email"], me["name"], me["country"], me["shop"], me["roles"]) == (
        "ada@example.org",
        "Ada",
        "AT",
        None,
        [],
    )


def test_signing_up_tells_nobody_who_has_an_account(stack: Stack) -> None:
    member(stack.app.store)
    answers = [
        stack.browser().call("POST", "/api/v1/accounts", NEW | {"email": email})
        for email in ("ada@example.org", "bob@example.org")
    ]
    assert [(answer.status, answer.body) for answer in answers] == [(204, b""), (204, b"")]


def test_a_forgotten_password_is_chosen_anew_by_the_mailed_link(stack: Stack, admin: Browser) -> None:
    member(stack.app.store)
    stranger = stack.browser()
    assert stranger.call("POST", "/api/v1/accounts/password-mails", {"email": "ada@example.org"}).status == 204
    link = {"token": mailed_token(stack, admin), "password": "eight yellow umbrellas"}
    assert stranger.call("POST", "/api/v1/accounts/passwords", link).status == 204
    assert stranger.call("POST", "/api/v1/accounts/passwords", link).status == 404
    assert stranger.call("POST", "/api/v1/tokens", TOKEN).status == 401
    assert made(stranger, "/tokens", **TOKEN | {"password": "eight yellow umbrellas"})["secret"]


def test_an_account_moves_to_another_address_by_the_mailed_link(stack: Stack, admin: Browser) -> None:
    ada = stack.program(member(stack.app.store))
    wish = {"email": "ada@new.example", "password": PASSWORD}
    assert ada.call("POST", "/api/v1/account/address-mails", wish).status == 204
    assert got(ada, "/account")["email"] == "ada@example.org"
    link = {"token": mailed_token(stack, admin)}
    assert stack.browser().call("POST", "/api/v1/accounts/addresses", link).status == 204
    assert got(ada, "/account")["email"] == "ada@new.example"


def test_a_token_leaves_no_session_behind_and_does_no_more_than_its_scopes(stack: Stack) -> None:
    member(stack.app.store)
    program = stack.browser()
    program.headers["Authorization"] = f"Bearer {made(program, '/tokens', **TOKEN)['secret']}"
    assert got(program, "/account/sessions")["items"] == []
    assert got(program, "/tokens")["items"][0]["scopes"] == ["account:read"]
    refused = program.call("PATCH", "/api/v1/account", {"name": "Eve"})
    assert (refused.status, refused.json["code"]) == (403, "scope_missing")


def test_guessing_passwords_for_tokens_is_limited_as_signing_in_is(stack: Stack) -> None:
    member(stack.app.store)
    wrong = TOKEN | {"password": "something else"}
    most = stack.app.settings.accounts.sign_ins_per_account
    statuses = [stack.browser().call("POST", "/api/v1/tokens", wrong).status for _ in range(most)]
    assert statuses == [401] * most
    answer = stack.browser().call("POST", "/api/v1/tokens", TOKEN)
    assert (answer.status, answer.json["code"]) == (429, "too_many")
    assert int(answer.header("Retry-After") or 0) > 0


@pytest.mark.parametrize("path", ["/accounts", "/accounts/confirmation-mails", "/accounts/password-mails"])
def test_who_has_us_write_too_many_letters_is_told_how_long_to_wait(stack: Stack, path: str) -> None:
    most = stack.app.settings.accounts.letters_per_mailbox
    wish = NEW if path == "/accounts" else {"email": NEW["email"]}
    answers = [stack.browser().call("POST", f"/api/v1{path}", wish) for _ in range(most + 1)]
    assert [answer.status for answer in answers] == [204] * most + [429]
    assert 0 < int(answers[-1].header("Retry-After") or 0) <= 3600


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"scopes": []}, "scopes"),
        ({"scopes": ["everything"]}, "scopes"),
        ({"name": " "}, "name"),
        ({"expires_at": 1}, "expires_at"),
        ({"scope": "account:read"}, "scope"),
    ],
)
def test_a_wrong_token_names_the_field(stack: Stack, change: dict[str, object], field: str) -> None:
    member(stack.app.store)
    answer = stack.browser().call("POST", "/api/v1/tokens", TOKEN | change)
    assert answer.status == 422
    assert list(answer.json["fields"]) == [field]


def test_a_token_ends_when_it_runs_out_and_when_it_is_revoked(stack: Stack) -> None:
    member(stack.app.store)
    program = stack.browser()
    with clock.frozen():
        soon = made(program, "/tokens", **TOKEN | {"scopes": list(SCOPES), "expires_at": clock.now() + DAY})
        program.headers["Authorization"] = f"Bearer {soon['secret']}"
        assert program.get("/api/v1/account").status == 200
        clock.advance(DAY)
        assert program.get("/api/v1/account").status == 401
    lasting = made(program, "/tokens", **TOKEN | {"scopes": list(SCOPES)})
    program.headers["Authorization"] = f"Bearer {lasting['secret']}"
    assert program.call("DELETE", f"/api/v1/tokens/{lasting['id']}").status == 204
    assert program.get("/api/v1/account").status == 401


def test_somebody_elses_token_and_session_are_not_there(stack: Stack, buyer: Browser) -> None:
    member(stack.app.store)
    token = made(stack.browser(), "/tokens", **TOKEN)["id"]
    device = Device("203.0.113.7", "Firefox")
    session = sign_in(stack.app.store, stack.app.settings.accounts, "ada@example.org", PASSWORD, device).session_id
    assert buyer.call("DELETE", f"/api/v1/tokens/{token}").status == 404
    assert buyer.call("DELETE", f"/api/v1/account/sessions/{ids.encode(session)}").status == 404


def test_a_profile_is_changed_in_part(stack: Stack) -> None:
    ada = stack.program(member(stack.app.store))
    changed = ada.call("PATCH", "/api/v1/account", {"name": "Ada Lovelace"}).json
    assert (changed["name"], changed["country"], changed["language"]) == ("Ada Lovelace", "AT", "en")
    wrong = ada.call("PATCH", "/api/v1/account", {"language": "??"})
    assert (wrong.status, list(wrong.json["fields"])) == (422, ["language"])
    assert got(ada, "/account")["name"] == "Ada Lovelace"


def test_a_password_is_changed_by_whoever_knows_the_old_one(stack: Stack) -> None:
    ada = stack.program(member(stack.app.store))
    path = "/api/v1/account/password"
    wrong = ada.call("PUT", path, {"password": "not this one", "new_password": "eight yellow umbrellas"})
    assert (wrong.status, list(wrong.json["fields"])) == (422, ["password"])
    weak = ada.call("PUT", path, {"password": PASSWORD, "new_password": "short"})
    assert (weak.status, list(weak.json["fields"])) == (422, ["new_password"])
    assert ada.call("PUT", path, {"password": PASSWORD, "new_password": "eight yellow umbrellas"}).status == 204
    assert stack.browser().call("POST", "/api/v1/tokens", TOKEN).status == 401


def test_sessions_are_listed_and_ended(stack: Stack) -> None:
    ada = stack.program(member(stack.app.store))
    for agent in ("Firefox", "Safari", "Chrome"):
        device = Device("203.0.113.7", agent)
        sign_in(stack.app.store, stack.app.settings.accounts, "ada@example.org", PASSWORD, device)
    sessions = got(ada, "/account/sessions")["items"]
    assert [one["agent"] for one in sessions] == ["Chrome", "Safari", "Firefox"]
    path = f"/api/v1/account/sessions/{sessions[0]['id']}"
    assert [ada.call("DELETE", path).status for _ in range(2)] == [204, 404]
    assert ada.call("DELETE", "/api/v1/account/sessions").json == {"ended": 2}
    assert got(ada, "/account/sessions")["items"] == []


def test_notices_come_in_pages_and_are_marked_as_read(stack: Stack) -> None:
    me = member(stack.app.store)
    ada = stack.program(me)
    for _ in range(5):
        stack.app.store.write(lambda tx: tell(tx, me, "password_changed", {}, "/account/sessions"))
    notices = every_page(ada, "/account/notices", 2)
    assert len(set(notices)) == len(notices) == 5
    page = got(ada, "/account/notices?limit=1")
    assert (page["unread"], page["items"][0]["link"], page["items"][0]["read_at"]) == (5, "/account/sessions", None)
    assert page["items"][0]["subject"]
    assert ada.call("PUT", f"/api/v1/account/notices/{notices[0]}/read").status == 204
    assert got(ada, "/account/notices")["unread"] == 4
    assert ada.call("PUT", "/api/v1/account/notices/read", {"up_to": notices[3]}).json == {"read": 2}
    assert got(ada, "/account/notices")["unread"] == 2
    stranger = stack.program(stack.world.account())
    assert stranger.call("PUT", f"/api/v1/account/notices/{notices[0]}/read").status == 404


@pytest.mark.parametrize(
    "path", ["/account", "/tokens", "/account/notices", "/shop", "/shop/sales", "/market/accounts", "/cart"]
)
def test_nobody_sees_anything_of_an_account_without_a_token(stack: Stack, path: str) -> None:
    answer = stack.browser().get(f"/api/v1{path}")
    assert (answer.status, answer.json["code"], answer.header("WWW-Authenticate")) == (401, "not_signed_in", "Bearer")
