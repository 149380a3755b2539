"""Signing up tells nobody but the mailbox whether an address has an account."""

from __future__ import annotations

import pytest
from sqlalchemy import select
from tests.support.members import AWAY, HOME, PASSWORD, RULES, mailed_link, member, person

from haat.jobs.tables import jobs
from haat.kernel import clock
from haat.kernel.errors import Invalid, NotFound, TooMany
from haat.market.accounts import letters
from haat.market.accounts.account import find
from haat.market.accounts.links import make
from haat.market.accounts.reset_password import ask_for_reset
from haat.market.accounts.secret import new_secret
from haat.market.accounts.sign_in import NotRecognised, sign_in
from haat.market.accounts.sign_up import ask_for_confirmation, sign_up
from haat.market.accounts.verify import verify
from haat.store import Store

ASKED = select(jobs.c.topic).order_by(jobs.c.id)
BODIES = select(jobs.c.payload)


def asked(store: Store) -> list[str]:
    return [topic for (topic,) in store.read(ASKED)]


def test_an_account_works_once_its_address_is_confirmed(store: Store) -> None:
    sign_up(store, RULES, person(" Ada@Example.ORG "), PASSWORD, address=HOME.address)
    assert asked(store) == [letters.CONFIRM_ADDRESS]
    with pytest.raises(NotRecognised):
        sign_in(store, RULES, "ada@example.org", PASSWORD, HOME)
    verify(store, mailed_link(store, "confirm", "ada@example.org"))
    account = find(store, "ADA@example.org")
    assert account is not None and account.is_verified
    assert sign_in(store, RULES, "ada@example.org", PASSWORD, HOME).account_id == account.id


def test_an_address_that_has_an_account_gets_a_mail_and_the_account_stays_as_it_was(store: Store) -> None:
    member(store)
    before = find(store, "ada@example.org")
    sign_up(store, RULES, person(name="Eve"), "another password", address=HOME.address)
    assert find(store, "ada@example.org") == before
    assert asked(store) == [letters.ADDRESS_IN_USE]


def test_nobody_can_lie_in_wait_in_an_account_that_was_never_confirmed(store: Store) -> None:
    sign_up(store, RULES, person(name="Eve"), "the password of Eve", address=HOME.address)
    eves_link = mailed_link(store, "confirm", "ada@example.org")
    sign_up(store, RULES, person(), PASSWORD, address=HOME.address)
    with pytest.raises(NotFound):
        verify(store, eves_link)
    verify(store, mailed_link(store, "confirm", "ada@example.org"))
    with pytest.raises(NotRecognised):
        sign_in(store, RULES, "ada@example.org", "the password of Eve", HOME)
    assert sign_in(store, RULES, "ada@example.org", PASSWORD, HOME)


def test_the_same_link_clicked_twice_is_no_error(store: Store) -> None:
    sign_up(store, RULES, person(), PASSWORD, address=HOME.address)
    secret = mailed_link(store, "confirm", "ada@example.org")
    verify(store, secret)
    verify(store, secret)


def test_a_link_that_has_run_out_or_never_was_does_not_work(store: Store) -> None:
    with clock.frozen():
        sign_up(store, RULES, person(), PASSWORD, address=HOME.address)
        secret = mailed_link(store, "confirm", "ada@example.org")
        clock.advance(RULES.mail_link)
        with pytest.raises(NotFound, match="does not work any more"):
            verify(store, secret)
        with pytest.raises(NotFound):
            verify(store, "made up")


def test_a_link_of_one_purpose_serves_no_other(store: Store) -> None:
    sign_up(store, RULES, person(), PASSWORD, address=HOME.address)
    with pytest.raises(NotFound):
        verify(store, mailed_link(store, "reset", "ada@example.org"))


def test_a_mailbox_is_not_flooded_with_links(store: Store) -> None:
    account_id = member(store)
    with clock.frozen():
        for expected in (True, True, True, True, True, False):
            made = store.write(
                lambda tx: make(tx, new_secret(), "reset", account_id, "ada@example.org", RULES.mail_link)
            )
            assert made is expected
        clock.advance(clock.HOUR)
        assert store.write(lambda tx: make(tx, new_secret(), "reset", account_id, "ada@example.org", RULES.mail_link))


def test_one_mailbox_is_written_to_only_so_often_whoever_asks(store: Store) -> None:
    asks = [
        lambda n: sign_up(store, RULES, person(), PASSWORD, address=f"203.0.113.{n}"),
        lambda n: ask_for_confirmation(store, RULES, " ADA@example.org", address=f"203.0.113.{n}"),
        lambda n: ask_for_reset(store, RULES, "ada@example.org", address=f"203.0.113.{n}"),
    ]
    with clock.frozen():
        for n in range(RULES.letters_per_mailbox):
            asks[n % 3](n)
            clock.advance(clock.MINUTE)
        for ask in asks:
            with pytest.raises(TooMany) as raised:
                ask(99)
            assert raised.value.retry_after == (60 - RULES.letters_per_mailbox) * 60
        clock.advance((60 - RULES.letters_per_mailbox) * clock.MINUTE)
        ask_for_reset(store, RULES, "ada@example.org", address="203.0.113.99")


def test_one_address_on_the_network_signs_up_only_so_many(store: Store) -> None:
    for n in range(RULES.letters_per_address):
        sign_up(store, RULES, person(f"ada-{n}@example.org"), PASSWORD, address=HOME.address)
    for refused in (
        lambda: sign_up(store, RULES, person("eve@example.org"), PASSWORD, address=HOME.address),
        lambda: ask_for_confirmation(store, RULES, "eve@example.org", address=HOME.address),
        lambda: ask_for_reset(store, RULES, "eve@example.org", address=HOME.address),
    ):
        with pytest.raises(TooMany):
            refused()
    assert find(store, "eve@example.org") is None
    sign_up(store, RULES, person("eve@example.org"), PASSWORD, address=AWAY.address)
    assert find(store, "eve@example.org") is not None


def test_what_cannot_be_signed_up_does_not_count(store: Store) -> None:
    for _ in range(RULES.letters_per_mailbox):
        with pytest.raises(Invalid):
            sign_up(store, RULES, person(), "short", address=HOME.address)
    sign_up(store, RULES, person(), PASSWORD, address=HOME.address)


def test_asking_for_the_link_again_is_the_same_for_every_address(store: Store) -> None:
    ask_for_confirmation(store, RULES, "nobody@example.org", address=HOME.address)
    ask_for_confirmation(store, RULES, "nobody@example.org", address=HOME.address)
    assert asked(store) == [letters.CONFIRM_ADDRESS]


def test_what_waits_in_the_outbox_holds_no_secret(store: Store) -> None:
    sign_up(store, RULES, person(), PASSWORD, address=HOME.address)
    assert all(PASSWORD not in body and "argon2" not in body for (body,) in store.read(BODIES))


def test_all_that_is_wrong_is_said_at_once(store: Store) -> None:
    with pytest.raises(Invalid) as raised:
        sign_up(store, RULES, person("ada@nowhere", " \n "), "short", address=HOME.address)
    assert set(raised.value.fields) == {"email", "name", "password"}
    assert find(store, "ada@nowhere") is None


@pytest.mark.parametrize("password", ["aaaaaaaaaaaa", "ada@example.org", "x" * 201, "Ada Lovelace"])
def test_a_password_that_is_easily_guessed_is_refused(store: Store, password: str) -> None:
    with pytest.raises(Invalid) as raised:
        sign_up(store, RULES, person(name="Ada Lovelace"), password, address=HOME.address)
    assert list(raised.value.fields) == ["password"]
