"""Operators sign in with a password and a code that is good once; who guesses is stopped."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.support.operator import EVE

from haat.config.load import load
from haat.config.schema import Accounts
from haat.kernel import clock
from haat.kernel.errors import Conflict, HaatError, Invalid, NotFound, NotSignedIn, TooMany
from haat.ops.operators import acts, roster, sign_in
from haat.ops.operators.acts import Hand
from haat.ops.operators.codes import code_of
from haat.ops.operators.roster import Keys
from haat.ops.tables import opened
from haat.store import Store


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = opened(tmp_path / "ops.db")
    yield store
    store.close()


@pytest.fixture
def rules(tmp_path: Path) -> Accounts:
    return load(tmp_path, {}, {}).accounts


def code_now(keys: Keys) -> str:
    return code_of(keys.factor, clock.now() // 30_000)


def enter(store: Store, rules: Accounts, keys: Keys, name: str = "ada", **instead: str) -> str:
    given = {"password": keys.password, "code": code_now(keys), "address": "203.0.113.7", **instead}
    return sign_in.sign_in(store, rules, name, given["password"], given["code"], given["address"])


def test_who_has_both_keys_is_in_until_they_leave_or_half_a_day_is_over(store: Store, rules: Accounts) -> None:
    keys = roster.add(store, "ada", "operate", EVE)
    with clock.frozen():
        secret = enter(store, rules, keys)
        found = sign_in.behind(store, secret)
        assert found is not None
        assert (found.name, found.role) == ("ada", "operate")
        clock.advance(12 * clock.HOUR)
        assert sign_in.behind(store, secret) is None
        other = enter(store, rules, keys)
        sign_in.sign_out(store, other)
        assert sign_in.behind(store, other) is None


def test_a_wrong_key_of_either_kind_and_an_unknown_name_are_answered_alike(store: Store, rules: Accounts) -> None:
    keys = roster.add(store, "ada", "view", EVE)
    said = []
    for attempt in ({"password": "nothing like it"}, {"code": "12345"}, {"name": "nobody"}):
        with pytest.raises(NotSignedIn) as caught:
            enter(store, rules, keys, **attempt)
        said.append((caught.value.what, caught.value.why))
    assert len(set(said)) == 1


def test_of_many_who_use_one_code_at_once_one_gets_in(store: Store, rules: Accounts) -> None:
    keys = roster.add(store, "ada", "view", EVE)
    code, secrets, refused = code_now(keys), [], []

    def try_() -> None:
        try:
            secrets.append(enter(store, rules, keys, code=code))
        except NotSignedIn as error:
            refused.append(error)

    threads = [threading.Thread(target=try_) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(secrets), len(refused)) == (1, 5)


def test_who_guesses_has_to_wait_and_a_new_password_opens_the_door(store: Store, rules: Accounts) -> None:
    keys = roster.add(store, "ada", "view", EVE)
    rules = rules._replace(sign_ins_per_account=3)
    with clock.frozen():
        for _ in range(3):
            with pytest.raises(NotSignedIn):
                enter(store, rules, keys, password="guess")
        with pytest.raises(TooMany) as caught:
            enter(store, rules, keys)
        assert 0 < caught.value.retry_after <= rules.sign_in_window / 1000
        keys = roster.renew(store, "ada", EVE)
        assert enter(store, rules, keys)
        for _ in range(3):
            with pytest.raises(NotSignedIn):
                enter(store, rules, keys, password="guess")
        clock.advance(rules.sign_in_window)
        assert enter(store, rules, keys)


def test_one_address_cannot_try_name_after_name(store: Store, rules: Accounts) -> None:
    keys = roster.add(store, "ada", "view", EVE)
    rules = rules._replace(sign_ins_per_address=2)
    for name in ("first", "second"):
        with pytest.raises(NotSignedIn):
            enter(store, rules, keys, name=name)
    with pytest.raises(TooMany):
        enter(store, rules, keys)
    assert enter(store, rules, keys, address="198.51.100.1")


@pytest.mark.parametrize("change", [roster.renew, roster.remove, roster.sign_out_everywhere])
def test_whose_keys_change_or_who_is_removed_is_out_at_once(store: Store, rules: Accounts, change: object) -> None:
    secret = enter(store, rules, roster.add(store, "ada", "administer", EVE))
    assert callable(change)
    change(store, "ada", EVE)
    assert sign_in.behind(store, secret) is None


def test_who_let_whom_in_and_out_is_on_the_record_and_what_was_refused_is_not(store: Store) -> None:
    roster.add(store, "ada", "administer", EVE)
    with pytest.raises(Conflict):
        roster.add(store, "ada", "view", EVE)
    with pytest.raises(NotFound):
        roster.remove(store, "adda", EVE)
    roster.renew(store, "ada", EVE)
    roster.sign_out_everywhere(store, "ada", Hand("ada", "console"))
    roster.remove(store, "ada", EVE)
    assert [(one.who, one.way_in, one.what) for one in acts.newest(store, 9)] == [
        ("eve", "cli", "let ada out, who had the role “administer”"),
        ("ada", "console", "signed ada out everywhere"),
        ("eve", "cli", "gave ada new keys"),
        ("eve", "cli", "let ada in, with the role “administer”"),
    ]


def test_old_keys_are_worth_nothing_after_new_ones(store: Store, rules: Accounts) -> None:
    old = roster.add(store, "ada", "view", EVE)
    new = roster.renew(store, "ada", EVE)
    for keys in (old, Keys(old.password, new.factor), Keys(new.password, old.factor)):
        with pytest.raises(NotSignedIn):
            enter(store, rules, keys)
    assert enter(store, rules, new)


def test_neither_password_nor_session_can_be_read_from_the_file(store: Store, rules: Accounts, tmp_path: Path) -> None:
    keys = roster.add(store, "ada", "view", EVE)
    secret = enter(store, rules, keys)
    store.close()
    content = b"".join(file.read_bytes() for file in tmp_path.glob("ops.db*"))
    assert keys.password.encode() not in content
    assert secret.encode() not in content
    assert (tmp_path / "ops.db").stat().st_mode & 0o077 == 0


def test_names_and_roles_are_looked_at_before_anything_is_kept(store: Store) -> None:
    roster.add(store, "ada", "view", EVE)
    wrong: list[tuple[str, str, type[HaatError]]] = [
        ("Ada Lovelace", "view", Invalid),
        ("bo", "god", Invalid),
        ("ada", "view", Conflict),
    ]
    for name, role, error in wrong:
        with pytest.raises(error):
            roster.add(store, name, role, EVE)
    with pytest.raises(NotFound, match="adda"):
        roster.remove(store, "adda", EVE)
    assert [one.name for one in roster.everybody(store)] == ["ada"]
