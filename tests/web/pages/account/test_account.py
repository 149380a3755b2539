"""Members see to their account by the real pages."""

from __future__ import annotations

import re

import pytest
from tests.support.browser import Browser
from tests.support.desk import path, signed_in, somebody
from tests.support.forms import form_of
from tests.support.members import PASSWORD, member
from tests.support.stack import Stack

from haat.kernel import ids
from haat.market.accounts.account import find, get
from haat.market.accounts.sessions import list_sessions
from haat.market.accounts.tokens import list_tokens
from haat.web.pages.account.devices import browser_of, is_phone, system_of

PAGES = ["/account", "/account/password", "/account/sessions", "/account/tokens"]


@pytest.fixture
def ada(stack: Stack) -> int:
    return member(stack.app.store, "ada@example.org", "Ada")


@pytest.fixture
def browser(stack: Stack, ada: int) -> Browser:
    return signed_in(stack, ada)


@pytest.mark.parametrize("page", PAGES)
def test_every_page_is_for_people_who_are_signed_in(stack: Stack, page: str) -> None:
    assert stack.browser().get(page).status == 303


@pytest.mark.parametrize("page", PAGES)
def test_every_page_answers(browser: Browser, page: str) -> None:
    assert browser.get(page).status == 200


def test_name_language_and_country_are_saved(stack: Stack, ada: int, browser: Browser) -> None:
    answer = browser.submit("/account", name="Ada Lovelace", language="en", country="GB")
    assert "Your profile is saved" in answer.text
    assert get(stack.app.store, ada).name == "Ada Lovelace"
    assert form_of(answer.text, "/account")["country"] == "GB"


def test_a_profile_without_a_name_is_refused(stack: Stack, ada: int, browser: Browser) -> None:
    answer = browser.post("/account", name=" ", language="en", country="GB")
    assert answer.status == 422
    assert 'href="#f-name"' in answer.text
    assert form_of(answer.text, "/account")["country"] == "GB"
    assert get(stack.app.store, ada).name == "Ada"


def test_the_address_moves_only_when_the_new_mailbox_agrees(stack: Stack, ada: int, browser: Browser) -> None:
    assert browser.post("/account/email", email="ada@new.example", password=PASSWORD).status == 303
    stack.work()
    assert get(stack.app.store, ada).email == "ada@example.org"
    link = re.search(r"token=(\S+)", stack.letters("ada@new.example")[0].text)
    assert link and browser.post("/account/address", token=link[1]).status == 200
    assert get(stack.app.store, ada).email == "ada@new.example"


def test_the_address_does_not_move_without_the_password(stack: Stack, browser: Browser) -> None:
    answer = browser.post("/account/email", email="ada@new.example", password="wrong")
    assert answer.status == 422
    assert 'href="#f-password"' in answer.text
    assert form_of(answer.text, "/account/email")["email"] == "ada@new.example"
    stack.work()
    assert stack.letters("ada@new.example") == []


def test_a_new_password_signs_out_everywhere_else(stack: Stack, ada: int, browser: Browser) -> None:
    elsewhere = signed_in(stack, ada)
    answer = browser.submit("/account/password", password=PASSWORD, new_password="nine brown teapots")
    assert "Your new password is in force" in answer.text
    assert browser.get("/account").status == 200
    assert elsewhere.get("/account").status == 303
    assert stack.browser().submit("/sign-in", email="ada@example.org", password="nine brown teapots").status == 200


@pytest.mark.parametrize(
    ("old", "new", "field"), [("wrong", "nine brown teapots", "password"), (PASSWORD, "short", "new_password")]
)
def test_a_password_that_cannot_be_is_refused_and_never_sent_back(
    browser: Browser, old: str, new: str, field: str
) -> None:
    answer = browser.post("/account/password", password=old, new_password=new)
    assert answer.status == 422
    assert f'href="#f-{field}"' in answer.text
    assert new not in answer.text


def test_a_device_is_signed_out_from_another(stack: Stack, ada: int, browser: Browser) -> None:
    elsewhere = signed_in(stack, ada)
    page = browser.get("/account/sessions").text
    assert page.count("Firefox on Linux") == 2
    assert page.count("This device") == 1
    (other,) = re.findall(r'action="/account/sessions/(\w{13})/end"', page)
    assert browser.post(path("/account/sessions", ids.decode(other), "/end")).status == 303
    assert elsewhere.get("/account").status == 303
    assert browser.get("/account").status == 200


def test_nobody_ends_the_session_of_somebody_else(stack: Stack, ada: int, browser: Browser) -> None:
    stranger = somebody(stack, "eve@example.org", "Eve")
    (session,) = list_sessions(stack.app.store, ada)
    assert "not signed in there" in stranger.submit(path("/account/sessions", session.id, "/end")).text
    assert browser.get("/account").status == 200


def test_signing_out_everywhere_ends_this_one_too(stack: Stack, ada: int, browser: Browser) -> None:
    elsewhere = signed_in(stack, ada)
    assert "You are signed out everywhere" in browser.submit("/account/sessions/end").text
    assert (browser.get("/account").status, elsewhere.get("/account").status) == (303, 303)


def test_a_token_is_shown_once_works_and_is_revoked(stack: Stack, ada: int, browser: Browser) -> None:
    answer = browser.post("/account/tokens", name="My script", scopes=["account:read"], days="90")
    assert answer.status == 201
    secret = re.search(r"haat_[\w-]{43}", answer.text)
    assert secret and secret[0] not in browser.get("/account/tokens").text
    program = stack.browser()
    program.headers["Authorization"] = f"Bearer {secret[0]}"
    assert program.get("/api/v1/account").status == 200
    (token,) = list_tokens(stack.app.store, ada)
    assert token.expires_at is not None
    assert browser.post(path("/account/tokens", token.id, "/revoke")).status == 303
    assert program.get("/api/v1/account").status == 401


def test_the_page_of_the_password_says_that_programs_go_on_working_and_where_to_stop_them(browser: Browser) -> None:
    page = browser.get("/account/password").text
    assert "Programs that act for you go on working" in page
    assert page.count('href="/account/tokens"') == 2


def test_a_token_without_anything_to_do_is_refused(stack: Stack, ada: int, browser: Browser) -> None:
    answer = browser.post("/account/tokens", name="My script", days="30")
    assert answer.status == 422
    assert 'href="#f-scopes"' in answer.text
    fields = form_of(answer.text, "/account/tokens")
    assert (fields["name"], fields["days"]) == ("My script", "30")
    assert list_tokens(stack.app.store, ada) == []


def test_scopes_of_the_team_are_offered_to_the_team_alone(browser: Browser) -> None:
    page = browser.get("/account/tokens").text
    assert "listings:write" in page
    assert "market:administer" not in page


def test_nothing_changes_by_looking(stack: Stack, browser: Browser) -> None:
    for page in ("/account/email", "/account/sessions/end", "/account/tokens/0000000000000/revoke"):
        assert browser.get(page).status == 405
    assert find(stack.app.store, "ada@example.org") is not None


@pytest.mark.parametrize(
    ("agent", "browser_name", "system", "phone"),
    [
        ("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox", "Linux", False),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Version/18.0 Mobile Safari/604.1",
            "Safari",
            "iPhone",
            True,
        ),
        (
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/140.0 Safari/537.36 Edg/140.0",
            "Edge",
            "Windows",
            False,
        ),
        (
            "Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 Chrome/140.0 Mobile Safari/537.36",
            "Chrome",
            "Android",
            True,
        ),
        ("something else", "", "", False),
    ],
)
def test_devices_are_called_what_their_owners_call_them(
    agent: str, browser_name: str, system: str, phone: bool
) -> None:
    assert (browser_of(agent), system_of(agent), is_phone(agent)) == (browser_name, system, phone)
