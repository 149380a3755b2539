"""The post room: what is asked for is written in the reader's language, once, and carried."""

from __future__ import annotations

import re
from gettext import NullTranslations

import msgspec
import pytest
from sqlalchemy import select
from tests.support.members import HOME, PASSWORD, RULES, member, person

from haat.jobs.dead import list_dead
from haat.jobs.tables import jobs
from haat.jobs.worker import Worker
from haat.kernel import clock
from haat.kernel.errors import Unavailable
from haat.kernel.money import Money
from haat.market import notices
from haat.market.accounts import letters
from haat.market.accounts.account import find, get
from haat.market.accounts.change_email import ask_to_change_email, change_email
from haat.market.accounts.edit_profile import edit_profile
from haat.market.accounts.reset_password import ask_for_reset, reset_password
from haat.market.accounts.sign_in import sign_in
from haat.market.accounts.sign_up import ask_for_confirmation, sign_up
from haat.market.accounts.verify import verify
from haat.market.notices.kept import KeptMailer
from haat.market.notices.letter import Letterhead
from haat.market.notices.mail import KeptMail, get_mail, list_mails, sweep_mails
from haat.market.notices.notice import list_notices
from haat.market.notices.ports import Mail, Mailer, Undeliverable
from haat.market.notices.post import Post
from haat.store import Store
from haat.words import Words

NEW = "nine quiet harbours"


class German(NullTranslations):
    """A catalogue of two messages."""

    def gettext(self, message: str) -> str:
        known = {
            "Completed: %(item)s": "Abgeschlossen: %(item)s",
            "The order is completed": "Die Bestellung ist fertig",
        }
        return known.get(message, message)


class FullMailbox:
    """A carrier that takes nothing: for good, or for now."""

    name = "full"
    is_record = False

    def __init__(self, error: Exception) -> None:
        self._error = error

    def send(self, mail: Mail) -> None:
        raise self._error


@pytest.fixture
def post(store: Store) -> Post:
    return post_with(store, KeptMailer())


def post_with(store: Store, mailer: Mailer) -> Post:
    def words(language: str) -> Words:
        return Words(German() if language == "de" else NullTranslations())

    return Post(store, mailer, words, Letterhead("Haat", "https://haat.example"), RULES.mail_link)


def work(post: Post) -> list[KeptMail]:
    """Do all that is due; returns the mails there are, oldest first."""
    Worker(post.store, post.handlers()).drain()
    return list_mails(post.store)[::-1]


def link_in(mail: KeptMail) -> str:
    found = re.search(r"^https://haat\.example(/\S+)$", mail.text, re.MULTILINE)
    assert found is not None
    return found[1]


def secret_in(mail: KeptMail) -> str:
    return link_in(mail).partition("?token=")[2]


def test_who_signs_up_confirms_the_address_by_mail_and_signs_in(store: Store, post: Post) -> None:
    sign_up(store, RULES, person(), PASSWORD, address=HOME.address)
    [mail] = work(post)
    assert (mail.recipient, mail.subject) == ("ada@example.org", "Confirm your address for Haat")
    assert link_in(mail) == f"/verify?token={secret_in(mail)}"
    verify(store, secret_in(mail))
    assert sign_in(store, RULES, "ada@example.org", PASSWORD, HOME)


def test_who_signs_up_again_is_told_by_mail_once_a_day(store: Store, post: Post) -> None:
    member(store)
    with clock.frozen():
        for _ in range(3):
            sign_up(store, RULES, person(), PASSWORD, address=HOME.address)
            work(post)
        assert [mail.subject for mail in work(post)] == ["You have an account at Haat already"]
        clock.advance(clock.DAY)
        sign_up(store, RULES, person(), PASSWORD, address=HOME.address)
        assert len(work(post)) == 2


def test_an_address_without_an_account_gets_no_mail(store: Store, post: Post) -> None:
    ask_for_reset(store, RULES, "nobody@example.org", address=HOME.address)
    ask_for_confirmation(store, RULES, "nobody@example.org", address=HOME.address)
    assert work(post) == []
    assert list_dead(store) == []


def test_a_forgotten_password_is_chosen_anew_by_mail(store: Store, post: Post) -> None:
    account_id = member(store)
    ask_for_reset(store, RULES, "ada@example.org", address=HOME.address)
    [mail] = work(post)
    reset_password(store, RULES, secret_in(mail), NEW)
    assert sign_in(store, RULES, "ada@example.org", NEW, HOME)
    assert [mail.subject for mail in work(post)] == ["Choose a new password for Haat", "You have a new password"]
    assert [notice.kind for notice in list_notices(store, account_id)] == ["password_reset"]


def test_a_mailbox_gets_only_so_many_links_an_hour(store: Store, post: Post) -> None:
    member(store)
    lenient = RULES._replace(letters_per_mailbox=100, letters_per_address=100)
    for _ in range(9):
        ask_for_reset(store, lenient, "ada@example.org", address=HOME.address)
        work(post)
    assert len(work(post)) == 5


def test_moving_to_another_address_is_told_to_both(store: Store, post: Post) -> None:
    account_id = member(store)
    ask_to_change_email(store, RULES, account_id, "ada@new.example", PASSWORD, address=HOME.address)
    [asked] = work(post)
    assert asked.recipient == "ada@new.example"
    change_email(store, secret_in(asked))
    assert get(store, account_id).email == "ada@new.example"
    assert [(mail.recipient, mail.subject) for mail in work(post)[1:]] == [
        ("ada@example.org", "Your account at Haat has a new address")
    ]


def test_moving_to_an_address_that_has_an_account_tells_its_owner(store: Store, post: Post) -> None:
    account_id = member(store)
    member(store, "bob@example.org", "Bob")
    ask_to_change_email(store, RULES, account_id, "bob@example.org", PASSWORD, address=HOME.address)
    assert [(mail.recipient, mail.subject) for mail in work(post)] == [
        ("bob@example.org", "You have an account at Haat already")
    ]


def test_a_job_that_runs_twice_writes_one_mail_and_one_notice(store: Store, post: Post) -> None:
    account_id = member(store)
    sign_up(store, RULES, person("bob@example.org", "Bob"), PASSWORD, address=HOME.address)
    store.write(lambda tx: letters.ask_about_account(tx, letters.PASSWORD_CHANGED, account_id))
    ask_for_reset(store, RULES, "ada@example.org", address=HOME.address)
    for topic, handler in post.handlers().items():
        for _ in range(2):
            for (body,) in store.read(select(jobs.c.payload).where(jobs.c.topic == topic)):
                handler(msgspec.json.decode(body))
    assert len(work(post)) == 3
    assert len(list_notices(store, account_id)) == 1


def test_a_notice_goes_out_in_the_language_of_its_reader(store: Store, post: Post) -> None:
    account_id = member(store)
    edit_profile(store, account_id, name="Ada", language="de", country="AT")
    store.write(lambda tx: notices.tell(tx, account_id, "order_completed", {"item": "USB-Hub"}, "/sales/7"))
    [mail] = work(post)
    assert mail.subject == "Abgeschlossen: USB-Hub"
    assert 'lang="de"' in mail.html
    assert ">Die Bestellung ist fertig</h1>" in mail.html


def test_what_people_wrote_cannot_break_out_of_a_mail(store: Store, post: Post) -> None:
    account_id = member(store)
    evil = 'Hub"><script>alert(1)</script>\r\nBcc: eve@example.org'
    store.write(
        lambda tx: notices.tell(
            tx, account_id, "order_refunded", {"item": evil, "amount": Money(5, "EUR")}, "/purchases/7"
        )
    )
    [mail] = work(post)
    assert "<script" not in mail.html
    assert "\n" not in mail.subject and "\r" not in mail.subject


def test_a_mail_needs_nothing_from_elsewhere_and_says_the_same_in_text_and_html(store: Store, post: Post) -> None:
    account_id = member(store)
    store.write(lambda tx: notices.tell(tx, account_id, "order_completed", {"item": "Hub"}, "/sales/7"))
    [mail] = work(post)
    assert set(re.findall(r"https?://[^/\"']+", mail.html)) == {"https://haat.example"}
    assert "src=" not in mail.html
    assert link_in(mail) == "/sales/7"
    assert 'href="https://haat.example/sales/7"' in mail.html
    for said in ("The order is completed", "What you have earned with Hub"):
        assert said in mail.html and said in mail.text
    assert all(len(line) <= 78 for line in mail.text.splitlines())


def test_a_mail_that_is_refused_for_good_is_a_dead_letter_with_the_reason(store: Store) -> None:
    member(store)
    post = post_with(store, FullMailbox(Undeliverable("It was refused.", why="It answered: 550 no such mailbox")))
    ask_for_reset(store, RULES, "ada@example.org", address=HOME.address)
    [mail] = work(post)
    assert (mail.sent_at, mail.attempts) == (None, 1)
    assert mail.problem == "It was refused. It answered: 550 no such mailbox"
    assert [dead.attempts for dead in list_dead(store)] == [1]


def test_a_mail_that_is_put_off_goes_out_later(store: Store) -> None:
    member(store)
    with clock.frozen():
        ask_for_reset(store, RULES, "ada@example.org", address=HOME.address)
        [mail] = work(post_with(store, FullMailbox(Unavailable("Later."))))
        assert (mail.problem, mail.sent_at) == ("Later.", None)
        clock.advance(clock.MINUTE)
        [mail] = work(post_with(store, KeptMailer()))
        assert (mail.problem, mail.sent_at, mail.attempts) == (None, clock.now(), 2)


def test_what_waits_in_the_outbox_and_in_dead_letters_opens_no_account(store: Store) -> None:
    member(store)
    ask_for_reset(store, RULES, "ada@example.org", address=HOME.address)
    [mail] = work(post_with(store, FullMailbox(Undeliverable("It was refused."))))
    assert all(secret_in(mail) not in dead.body for dead in list_dead(store))


def test_mails_are_forgotten_some_time_after_they_were_sent(store: Store, post: Post) -> None:
    member(store)
    with clock.frozen():
        ask_for_reset(store, RULES, "ada@example.org", address=HOME.address)
        [mail] = work(post)
        assert get_mail(store, mail.id) == mail
        assert sweep_mails(store) == "Forgot 0 mails that were sent long ago."
        clock.advance(91 * clock.DAY)
        assert sweep_mails(store) == "Forgot 1 mails that were sent long ago."
    assert find(store, "ada@example.org") is not None
