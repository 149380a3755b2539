"""Who runs the market, who sells in it, and what programs may do."""

from __future__ import annotations

import contextlib
import threading

import pytest
from sqlalchemy import select
from tests.support.members import HOME, PASSWORD, RULES, administrator, member, password_hash, person
from tests.support.together import together

from haat.kernel import clock
from haat.kernel.errors import Conflict, Invalid, NotAllowed, NotFound, Refused
from haat.market.accounts.account import find, list_accounts
from haat.market.accounts.enrol import enrol, first_administrator
from haat.market.accounts.open_shop import Sign, edit_shop, open_shop, shop_for
from haat.market.accounts.presence import Presence
from haat.market.accounts.roles import grant_role, revoke_role, roles_of, team
from haat.market.accounts.secret import hashed
from haat.market.accounts.shop import get_shop, shop_by_slug, shop_of
from haat.market.accounts.sign_in import sign_in
from haat.market.accounts.sign_up import sign_up
from haat.market.accounts.suspend import suspend
from haat.market.accounts.tables import tokens
from haat.market.accounts.tokens import SCOPES, create_token, list_tokens, revoke_token
from haat.store import Store

SIGN = Sign("Ada's Tools", "Files and planes.\n\nSince 1843.", "AT")


def test_the_first_administrator_gets_a_password_once(store: Store) -> None:
    password = first_administrator(store, person("root@example.org", "Root"))
    assert password is not None
    started = sign_in(store, RULES, "root@example.org", password, HOME)
    assert roles_of(store, started.account_id) == ["administrator"]
    assert first_administrator(store, person("root@example.org", "Root")) is None
    assert len(team(store)) == 1


def test_an_account_that_is_there_becomes_administrator_and_keeps_its_password(store: Store) -> None:
    account_id = member(store)
    assert first_administrator(store, person()) is None
    assert roles_of(store, account_id) == ["administrator"]
    assert sign_in(store, RULES, "ada@example.org", PASSWORD, HOME)


def test_to_enrol_somebody_twice_makes_one_account(store: Store) -> None:
    first, second = (store.write(lambda tx: enrol(tx, person(), password_hash())) for _ in range(2))
    assert first == second
    with pytest.raises(Invalid):
        store.write(lambda tx: enrol(tx, person("nobody"), password_hash()))


def test_administrators_say_who_has_a_role(store: Store) -> None:
    root, ada, bob = administrator(store), member(store), member(store, "bob@example.org", "Bob")
    grant_role(store, root, ada, "moderator")
    grant_role(store, root, ada, "moderator")
    assert roles_of(store, ada) == ["moderator"]
    with pytest.raises(NotAllowed):
        grant_role(store, ada, bob, "moderator")
    with pytest.raises(Invalid):
        grant_role(store, root, bob, "emperor")
    assert [(grant.email, grant.granted_by) for grant in team(store)] == [
        ("ada@example.org", root),
        ("root@example.org", None),
    ]
    revoke_role(store, root, ada, "moderator")
    assert roles_of(store, ada) == []


def test_an_account_that_is_not_confirmed_gets_no_role(store: Store) -> None:
    root = administrator(store)
    sign_up(store, RULES, person(), PASSWORD, address=HOME.address)
    account = find(store, "ada@example.org")
    assert account is not None
    with pytest.raises(Refused):
        grant_role(store, root, account.id, "moderator")


def test_the_last_administrator_stays_even_when_two_dismiss_each_other(store: Store) -> None:
    root, ada = administrator(store), member(store)
    with pytest.raises(Refused):
        revoke_role(store, root, root, "administrator")
    grant_role(store, root, ada, "administrator")
    start = threading.Barrier(2)

    def dismiss(by: int, whom: int) -> None:
        start.wait(5)
        with contextlib.suppress(NotAllowed, Refused):
            revoke_role(store, by, whom, "administrator")

    threads = [threading.Thread(target=dismiss, args=pair) for pair in ((root, ada), (ada, root))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(team(store)) == 1


def test_suspending_needs_a_reason_a_right_and_somebody_without_a_role(store: Store) -> None:
    root, ada, bob = administrator(store), member(store), member(store, "bob@example.org", "Bob")
    with pytest.raises(Invalid):
        suspend(store, root, ada, "  ")
    with pytest.raises(NotAllowed):
        suspend(store, bob, ada, "I do not like her")
    with pytest.raises(Refused):
        suspend(store, root, root, "Tired")
    with pytest.raises(NotFound):
        suspend(store, root, 12345, "Nobody")


def test_accounts_are_listed_a_page_at_a_time_by_the_start_of_their_address(store: Store) -> None:
    for n in range(5):
        member(store, f"seller-{n}@example.org")
    member(store, "buyer@example.org")
    first = list_accounts(store, starts_with=" SELLER", most=3)
    second = list_accounts(store, starts_with="seller", before=first[-1].id, most=3)
    assert [account.email[:8] for account in first + second] == [f"seller-{n}" for n in (4, 3, 2, 1, 0)]
    assert len(list_accounts(store)) == 6


def test_a_shop_makes_a_seller_once(store: Store) -> None:
    ada, bob = member(store), member(store, "bob@example.org", "Bob")
    shop = open_shop(store, ada, SIGN)
    assert (shop.slug, shop.commission, shop.version) == ("ada-s-tools", None, 1)
    with pytest.raises(Conflict):
        open_shop(store, ada, SIGN)
    assert open_shop(store, bob, SIGN).slug == "ada-s-tools-2"
    assert shop_of(store, ada) == get_shop(store, shop.id) == shop_by_slug(store, "ada-s-tools") == shop
    with pytest.raises(NotFound):
        shop_by_slug(store, "nowhere")


def test_sixteen_of_the_same_name_open_shops_at_once_and_each_has_an_address(store: Store) -> None:
    people = [member(store, f"ada{number}@example.org") for number in range(16)]
    shops = together(16, lambda number: open_shop(store, people[number], SIGN))
    assert sorted(shop.slug for shop in shops) == sorted(["ada-s-tools", *(f"ada-s-tools-{n}" for n in range(2, 17))])
    again = together(8, lambda _: store.write(lambda tx: shop_for(tx, people[0]).id))
    assert {*again} == {next(shop.id for shop in shops if shop.owner_id == people[0])}


def test_who_posts_several_things_at_once_has_one_shop(store: Store) -> None:
    ada = member(store)
    assert len({*together(12, lambda _: store.write(lambda tx: shop_for(tx, ada).id))}) == 1


def test_a_shop_opens_once_the_address_is_confirmed(store: Store) -> None:
    sign_up(store, RULES, person(), PASSWORD, address=HOME.address)
    account = find(store, "ada@example.org")
    assert account is not None
    with pytest.raises(Refused):
        open_shop(store, account.id, SIGN)


def test_of_two_changes_to_one_state_of_a_shop_the_second_is_told(store: Store) -> None:
    ada = member(store)
    shop = open_shop(store, ada, SIGN)
    edited = edit_shop(store, ada, Sign("Ada", "", "de"), version=shop.version)
    assert (edited.name, edited.slug, edited.country, edited.version) == ("Ada", "ada-s-tools", "DE", 2)
    with pytest.raises(Conflict):
        edit_shop(store, ada, SIGN, version=shop.version)
    with pytest.raises(Invalid) as raised:
        edit_shop(store, ada, Sign(" ", "x" * 5001, "Austria"), version=2)
    assert set(raised.value.fields) == {"name", "about", "country"}


def test_a_token_is_shown_once_and_works_until_it_is_revoked(store: Store) -> None:
    ada, bob = member(store), member(store, "bob@example.org", "Bob")
    created = create_token(store, ada, "Stock robot", {"listings:write", "listings:read"})
    assert created.secret.startswith("haat_")
    assert store.read(select(tokens.c.secret_hash)) == [(hashed(created.secret),)]
    [token] = list_tokens(store, ada)
    assert (token.name, token.scopes) == ("Stock robot", "listings:read listings:write")
    with pytest.raises(NotFound):
        revoke_token(store, bob, created.id)
    revoke_token(store, ada, created.id)
    with pytest.raises(NotFound):
        revoke_token(store, ada, created.id)
    assert list_tokens(store, ada) == []


def test_a_token_needs_a_name_and_scopes_that_exist(store: Store) -> None:
    ada = member(store)
    with pytest.raises(Invalid) as raised:
        create_token(store, ada, " ", {"everything"})
    assert set(raised.value.fields) == {"name", "scopes"}
    with pytest.raises(Invalid):
        create_token(store, ada, "Nothing", set())


def test_all_scopes_fit_into_one_token(store: Store) -> None:
    ada = member(store)
    create_token(store, ada, "Everything", SCOPES)
    assert list_tokens(store, ada)[0].scopes.split() == list(SCOPES)
    assert len(" ".join(SCOPES)) <= 200


def test_a_token_in_use_says_when(store: Store) -> None:
    ada = member(store)
    created = create_token(store, ada, "Stock robot", {"listings:read"})
    with clock.frozen():
        Presence(store, RULES).see_token(hashed(created.secret))
        assert list_tokens(store, ada)[0].used_at == clock.now()
