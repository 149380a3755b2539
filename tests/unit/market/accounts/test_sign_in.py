"""Signing in: one answer for everything that is wrong, and only so many tries."""

from __future__ import annotations

import threading
import time

import pytest
from argon2 import PasswordHasher
from sqlalchemy import select, update
from tests.support.members import AWAY, HOME, PASSWORD, RULES, administrator, member, person

from haat.jobs.tables import jobs
from haat.kernel import clock
from haat.kernel.errors import NotAllowed, NotFound, TooMany
from haat.market.accounts import letters, passwords
from haat.market.accounts.limits import network_of
from haat.market.accounts.presence import Presence
from haat.market.accounts.queries import MEMBER_BY_SESSION, MEMBER_BY_TOKEN
from haat.market.accounts.secret import hashed
from haat.market.accounts.sessions import Device, end_session, list_sessions
from haat.market.accounts.sign_in import NotRecognised, sign_in
from haat.market.accounts.sign_out import sign_out, sign_out_everywhere
from haat.market.accounts.sign_up import sign_up
from haat.market.accounts.suspend import suspend, unsuspend
from haat.market.accounts.tables import accounts, sessions
from haat.market.accounts.tokens import create_token, revoke_token
from haat.store import Store

KEPT = select(sessions.c.secret_hash)


def try_wrong(store: Store, times: int, email: str = "ada@example.org", device: Device = HOME) -> None:
    for _ in range(times):
        with pytest.raises(NotRecognised):
            sign_in(store, RULES, email, "not the password", device)


def test_what_is_kept_of_a_session_does_not_open_it(store: Store) -> None:
    member(store)
    started = sign_in(store, RULES, "ADA@example.org ", PASSWORD, HOME)
    assert store.read(KEPT) == [(hashed(started.secret),)]
    assert len(started.secret) >= 43


@pytest.mark.usefixtures("real_passwords")
def test_an_unknown_address_and_a_wrong_password_get_the_same_answer_after_as_long(store: Store) -> None:
    member(store)
    seconds = []
    for email in ("ada@example.org", "nobody@example.org") * 3:
        begun = time.process_time()
        with pytest.raises(NotRecognised) as raised:
            sign_in(store, RULES, email, "not the password", HOME)
        seconds.append(time.process_time() - begun)
        assert raised.value.what == "That address and password do not match an account."
    assert min(seconds[1::2]) > min(seconds[0::2]) / 2


def test_an_account_has_to_wait_after_so_many_failures_wherever_they_come_from(store: Store) -> None:
    member(store)
    with clock.frozen():
        for n in range(RULES.sign_ins_per_account):
            try_wrong(store, 1, device=Device(f"203.0.113.{n}", ""))
            clock.advance(clock.MINUTE)
        with pytest.raises(TooMany) as raised:
            sign_in(store, RULES, "ada@example.org", PASSWORD, AWAY)
        assert raised.value.retry_after == 10 * 60
        clock.advance(10 * clock.MINUTE)
        assert sign_in(store, RULES, "ada@example.org", PASSWORD, AWAY)


def test_an_address_has_to_wait_whichever_accounts_it_tries(store: Store) -> None:
    member(store)
    for n in range(RULES.sign_ins_per_address):
        try_wrong(store, 1, email=f"guess-{n}@example.org")
    with pytest.raises(TooMany):
        sign_in(store, RULES, "ada@example.org", PASSWORD, HOME)
    assert sign_in(store, RULES, "ada@example.org", PASSWORD, AWAY)


def test_signing_in_forgives_the_account_and_not_the_address(store: Store) -> None:
    member(store)
    try_wrong(store, RULES.sign_ins_per_account - 1)
    sign_in(store, RULES, "ada@example.org", PASSWORD, HOME)
    try_wrong(store, RULES.sign_ins_per_address - RULES.sign_ins_per_account + 1)
    with pytest.raises(TooMany):
        sign_in(store, RULES, "ada@example.org", PASSWORD, HOME)


@pytest.mark.usefixtures("real_passwords")
def test_many_tries_at_once_are_all_counted(store: Store) -> None:
    member(store)
    outcomes: list[type] = []

    def guess() -> None:
        try:
            sign_in(store, RULES, "ada@example.org", "not the password", HOME)
        except (NotRecognised, TooMany) as error:
            outcomes.append(type(error))

    threads = [threading.Thread(target=guess) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert outcomes.count(NotRecognised) == RULES.sign_ins_per_account
    assert outcomes.count(TooMany) == 12 - RULES.sign_ins_per_account


def test_one_customer_of_ipv6_is_one_address() -> None:
    assert network_of("2001:db8:1:2:3:4:5:6") == network_of("2001:db8:1:2::9") == "2001:db8:1:2::/64"
    assert network_of("2001:db8:1:3::9") != network_of("2001:db8:1:2::9")
    assert network_of("::ffff:203.0.113.7") == "203.0.113.7"
    assert network_of("unix:") == "unix:"


def test_who_has_not_confirmed_the_address_learns_nothing_and_gets_the_link_again(store: Store) -> None:
    sign_up(store, RULES, person(), PASSWORD, address=HOME.address)
    store.write(lambda tx: tx.run(jobs.delete()))
    with pytest.raises(NotRecognised):
        sign_in(store, RULES, "ada@example.org", PASSWORD, HOME)
    assert store.value(select(jobs.c.topic)) == letters.CONFIRM_ADDRESS


def test_a_suspended_account_is_signed_out_and_stays_out(store: Store) -> None:
    root, account_id = administrator(store), member(store)
    sign_in(store, RULES, "ada@example.org", PASSWORD, HOME)
    suspend(store, root, account_id, "Sold what was not there")
    assert list_sessions(store, account_id) == []
    with pytest.raises(NotAllowed) as raised:
        sign_in(store, RULES, "ada@example.org", PASSWORD, HOME)
    assert raised.value.why == "Sold what was not there"
    with pytest.raises(NotRecognised):
        sign_in(store, RULES, "ada@example.org", "not the password", HOME)
    unsuspend(store, root, account_id)
    assert sign_in(store, RULES, "ada@example.org", PASSWORD, HOME)


@pytest.mark.usefixtures("real_passwords")
def test_a_hash_of_old_parameters_is_renewed_when_its_password_is_typed(store: Store) -> None:
    account_id = member(store)
    old = PasswordHasher(time_cost=1, memory_cost=1024, parallelism=1).hash(PASSWORD)
    store.write(lambda tx: tx.run(update(accounts).values(password_hash=old)))
    sign_in(store, RULES, "ada@example.org", PASSWORD, HOME)
    fresh = store.value(select(accounts.c.password_hash).where(accounts.c.id == account_id))
    assert not passwords.is_outdated(fresh)
    assert passwords.is_right(fresh, PASSWORD)


@pytest.mark.usefixtures("real_passwords")
def test_a_guess_costs_memory_and_time() -> None:
    assert passwords.hash_password(PASSWORD).startswith("$argon2id$v=19$m=19456,t=3,p=1$")


def test_the_same_password_typed_on_another_keyboard_is_the_same() -> None:
    assert passwords.is_right(passwords.hash_password("pa\u00dfwörter"), "pa\u00dfwo\u0308rter")


def test_sessions_are_listed_and_ended_one_by_one(store: Store) -> None:
    account_id, other = member(store), member(store, "bob@example.org", "Bob")
    with clock.frozen():
        sign_in(store, RULES, "ada@example.org", PASSWORD, HOME)
        clock.advance(1)
        sign_in(store, RULES, "ada@example.org", PASSWORD, AWAY)
    newest, oldest = list_sessions(store, account_id)
    assert (newest.agent, oldest.address) == ("Safari on iPhone", "203.0.113.7")
    with pytest.raises(NotFound):
        end_session(store, other, oldest.id)
    end_session(store, account_id, oldest.id)
    with pytest.raises(NotFound):
        end_session(store, account_id, oldest.id)
    assert list_sessions(store, account_id) == [newest]


def test_signing_out_ends_this_session_and_signing_out_everywhere_all(store: Store) -> None:
    account_id = member(store)
    started = [sign_in(store, RULES, "ada@example.org", PASSWORD, HOME) for _ in range(3)]
    sign_out(store, started[0].secret)
    sign_out(store, started[0].secret)
    sign_out(store, "made up")
    assert {session.id for session in list_sessions(store, account_id)} == {s.session_id for s in started[1:]}
    assert sign_out_everywhere(store, account_id) == 2
    assert list_sessions(store, account_id) == []


def test_a_session_lasts_as_long_as_it_is_used(store: Store) -> None:
    account_id = member(store)
    presence = Presence(store, RULES)
    with clock.frozen():
        started = sign_in(store, RULES, "ada@example.org", PASSWORD, HOME)
        clock.advance(RULES.session - clock.DAY)
        presence.see_session(started.session_id)
        clock.advance(clock.DAY)
        [session] = list_sessions(store, account_id)
        assert session.seen_at == clock.now() - clock.DAY
        clock.advance(RULES.session - clock.DAY)
        assert list_sessions(store, account_id) == []


def test_a_session_in_use_is_written_down_every_few_minutes_at_most(store: Store) -> None:
    account_id = member(store)
    with clock.frozen():
        started = sign_in(store, RULES, "ada@example.org", PASSWORD, HOME)
        begun = clock.now()
        presence = Presence(store, RULES)
        for _ in range(11):
            clock.advance(clock.MINUTE)
            presence.see_session(started.session_id)
        # Looked at after 1 and after 6 minutes; the first time was too early to matter.
        assert list_sessions(store, account_id)[0].seen_at in (begun + 6 * clock.MINUTE, begun + 11 * clock.MINUTE)


def test_who_asks_is_known_while_the_session_lasts_and_the_account_is_not_suspended(store: Store) -> None:
    root, account_id = administrator(store), member(store)

    def who(secret: str) -> tuple | None:
        return store.first(MEMBER_BY_SESSION, secret_hash=hashed(secret), now=clock.now())

    with clock.frozen():
        first, second = (sign_in(store, RULES, "ada@example.org", PASSWORD, HOME) for _ in range(2))
        row = who(first.secret)
        assert row is not None
        assert row[:3] == (account_id, "Ada", "ada@example.org")
        assert row[6:11] == (None, None, 0, 0, first.session_id)
        sign_out(store, first.secret)
        assert who(first.secret) is None
        clock.advance(RULES.session)
        assert who(second.secret) is None
        third = sign_in(store, RULES, "ada@example.org", PASSWORD, HOME)
        assert who(third.secret) is not None
        suspend(store, root, account_id, "Sold what was not there")
        assert who(third.secret) is None
        assert who("made up") is None


def test_a_token_says_who_asks_and_what_they_may(store: Store) -> None:
    root = administrator(store)
    created = create_token(store, root, "Robot", {"sales:read"})

    def who() -> tuple | None:
        return store.first(MEMBER_BY_TOKEN, secret_hash=hashed(created.secret), now=clock.now())

    row = who()
    assert row is not None
    assert row[8:] == (0, 1, None, "sales:read")
    revoke_token(store, root, created.id)
    assert who() is None
