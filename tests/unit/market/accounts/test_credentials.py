"""Changing what opens an account: what it takes, and what it ends."""

from __future__ import annotations

import pytest
from sqlalchemy import select
from tests.support.members import AWAY, HOME, PASSWORD, RULES, mailed_link, member, person

from haat.jobs.tables import jobs
from haat.kernel import clock
from haat.kernel.errors import Conflict, Invalid, NotFound, TooMany
from haat.market.accounts import letters
from haat.market.accounts.account import find, get
from haat.market.accounts.change_email import ask_to_change_email, change_email
from haat.market.accounts.change_password import change_password
from haat.market.accounts.edit_profile import edit_profile
from haat.market.accounts.renew_password import renew_password
from haat.market.accounts.reset_password import ask_for_reset, reset_password
from haat.market.accounts.sessions import list_sessions
from haat.market.accounts.sign_in import NotRecognised, sign_in
from haat.market.accounts.sign_up import sign_up
from haat.market.accounts.sweep import sweep
from haat.market.accounts.tables import letters_asked, mail_links, sessions, sign_in_attempts
from haat.market.accounts.tokens import create_token, list_tokens
from haat.store import Store

NEW = "nine quiet harbours"


def asked(store: Store) -> list[str]:
    return [topic for (topic,) in store.read(select(jobs.c.topic).order_by(jobs.c.id))]


def test_a_reset_sets_the_password_and_signs_out_everywhere(store: Store) -> None:
    account_id = member(store)
    sign_in(store, RULES, "ada@example.org", PASSWORD, HOME)
    reset_password(store, RULES, mailed_link(store, "reset", "ada@example.org"), NEW)
    assert list_sessions(store, account_id) == []
    with pytest.raises(NotRecognised):
        sign_in(store, RULES, "ada@example.org", PASSWORD, HOME)
    assert sign_in(store, RULES, "ada@example.org", NEW, HOME)
    assert asked(store) == [letters.PASSWORD_RESET]


def test_a_reset_revokes_every_token(store: Store) -> None:
    account_id, other_id = member(store), member(store, "bob@example.org", "Bob")
    for owner in (account_id, account_id, other_id):
        create_token(store, owner, "script", ["account:read"])
    reset_password(store, RULES, mailed_link(store, "reset", "ada@example.org"), NEW)
    assert (list_tokens(store, account_id), len(list_tokens(store, other_id))) == ([], 1)


def test_a_password_that_the_operator_renews_revokes_every_token(store: Store) -> None:
    account_id = member(store)
    create_token(store, account_id, "script", ["account:read"])
    renew_password(store, "ada@example.org")
    assert list_tokens(store, account_id) == []
    assert asked(store) == [letters.PASSWORD_RESET]


def test_programs_go_on_working_when_their_owner_changes_the_password(store: Store) -> None:
    account_id = member(store)
    here = sign_in(store, RULES, "ada@example.org", PASSWORD, HOME)
    create_token(store, account_id, "script", ["account:read"])
    change_password(store, RULES, account_id, PASSWORD, NEW, session_id=here.session_id, address=HOME.address)
    assert len(list_tokens(store, account_id)) == 1


def test_a_reset_link_works_once_and_ends_the_others(store: Store) -> None:
    member(store)
    first, second = (mailed_link(store, "reset", "ada@example.org") for _ in range(2))
    reset_password(store, RULES, second, NEW)
    for used in (first, second):
        with pytest.raises(NotFound):
            reset_password(store, RULES, used, "yet another password")


def test_an_unfit_password_leaves_the_link_to_be_used_again(store: Store) -> None:
    member(store)
    secret = mailed_link(store, "reset", "ada@example.org")
    with pytest.raises(Invalid):
        reset_password(store, RULES, secret, "short")
    reset_password(store, RULES, secret, NEW)


def test_a_reset_confirms_the_address_and_lets_a_waiting_account_in(store: Store) -> None:
    sign_up(store, RULES, person(), PASSWORD, address=HOME.address)
    for _ in range(RULES.sign_ins_per_account):
        with pytest.raises(NotRecognised):
            sign_in(store, RULES, "ada@example.org", "not the password", AWAY)
    with pytest.raises(TooMany):
        sign_in(store, RULES, "ada@example.org", PASSWORD, HOME)
    with clock.frozen(clock.now() + 1):
        reset_password(store, RULES, mailed_link(store, "reset", "ada@example.org"), NEW)
        assert sign_in(store, RULES, "ada@example.org", NEW, HOME)


def test_asking_for_a_reset_is_the_same_for_every_address(store: Store) -> None:
    member(store)
    ask_for_reset(store, RULES, "ADA@example.org", address=HOME.address)
    ask_for_reset(store, RULES, "nobody@example.org", address=HOME.address)
    assert asked(store) == [letters.RESET_PASSWORD] * 2


def test_a_changed_password_signs_out_everywhere_but_here(store: Store) -> None:
    account_id = member(store)
    here = sign_in(store, RULES, "ada@example.org", PASSWORD, HOME)
    sign_in(store, RULES, "ada@example.org", PASSWORD, AWAY)
    reset_link = mailed_link(store, "reset", "ada@example.org")
    change_password(store, RULES, account_id, PASSWORD, NEW, session_id=here.session_id, address=HOME.address)
    assert [session.id for session in list_sessions(store, account_id)] == [here.session_id]
    assert sign_in(store, RULES, "ada@example.org", NEW, AWAY)
    with pytest.raises(NotFound):
        reset_password(store, RULES, reset_link, "yet another password")


def test_a_borrowed_session_cannot_change_the_password_nor_guess_it(store: Store) -> None:
    account_id = member(store)

    def change(old: str) -> None:
        change_password(store, RULES, account_id, old, NEW, session_id=1, address=HOME.address)

    for _ in range(RULES.sign_ins_per_account):
        with pytest.raises(Invalid) as raised:
            change("not the password")
        assert list(raised.value.fields) == ["password"]
    with pytest.raises(TooMany):
        change(PASSWORD)


def test_a_new_address_takes_over_when_its_mailbox_says_so(store: Store) -> None:
    account_id = member(store)
    ask_to_change_email(store, RULES, account_id, " Ada@New.example ", PASSWORD, address=HOME.address)
    assert get(store, account_id).email == "ada@example.org"
    reset_link = mailed_link(store, "reset", "ada@example.org")
    change_email(store, mailed_link(store, "move", "ada@example.org", to="ada@new.example"))
    assert get(store, account_id).email == "ada@new.example"
    assert asked(store) == [letters.CONFIRM_NEW_ADDRESS, letters.ADDRESS_CHANGED]
    with pytest.raises(NotFound):
        reset_password(store, RULES, reset_link, NEW)


def test_an_address_that_was_taken_meanwhile_is_refused(store: Store) -> None:
    account_id = member(store)
    secret = mailed_link(store, "move", "ada@example.org", to="ada@new.example")
    member(store, "ada@new.example")
    with pytest.raises(Conflict):
        change_email(store, secret)
    assert get(store, account_id).email == "ada@example.org"


def test_a_new_address_needs_the_password(store: Store) -> None:
    account_id = member(store)
    with pytest.raises(Invalid):
        ask_to_change_email(store, RULES, account_id, "eve@example.org", "a guess", address=HOME.address)
    assert asked(store) == []


def test_a_profile_is_saved_whole_or_not_at_all(store: Store) -> None:
    account_id = member(store)
    edit_profile(store, account_id, name=" Ada  Lovelace ", language="de", country="ch")
    account = get(store, account_id)
    assert (account.name, account.language, account.country) == ("Ada Lovelace", "de", "CH")
    with pytest.raises(Invalid) as raised:
        edit_profile(store, account_id, name="Eve", language="klingon", country="")
    assert set(raised.value.fields) == {"language", "country"}
    assert get(store, account_id) == account


def test_what_is_of_no_more_use_is_swept_away(store: Store) -> None:
    account_id = member(store)
    with clock.frozen():
        sign_in(store, RULES, "ada@example.org", PASSWORD, HOME)
        mailed_link(store, "reset", "ada@example.org")
        ask_for_reset(store, RULES, "ada@example.org", address=HOME.address)
        assert sweep(store) == "Forgot 0 attempts to sign in, 0 wishes for a letter, 0 links and 0 sessions."
        clock.advance(RULES.session + 30 * clock.DAY + 1)
        assert sweep(store) == "Forgot 1 attempts to sign in, 1 wishes for a letter, 1 links and 1 sessions."
    swept = (sign_in_attempts, letters_asked, mail_links, sessions)
    assert [store.read(select(table)) for table in swept] == [[], [], [], []]
    assert find(store, "ada@example.org") == get(store, account_id)
