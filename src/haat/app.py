"""The composition root: the one place that reads settings and names what is concrete.

Every part is made when it is first asked for, so a command starts only what it uses.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from haat.adapters.files.media import Media
    from haat.adapters.sandbox.gateway import Sandbox
    from haat.cache.pages import Pages
    from haat.cache.shared import SharedPages
    from haat.config.schema import Settings
    from haat.jobs.job import Handler
    from haat.jobs.schedule import Every
    from haat.market.accounts.presence import Presence
    from haat.market.catalogue.listing import Catalogue, Kind, KindRules
    from haat.market.classifieds.article import Rules as ArticleRules
    from haat.market.deals.engine import Engine
    from haat.market.deals.hire import Hire
    from haat.market.deals.place import Place
    from haat.market.deals.settle import Settle
    from haat.market.deals.till import Till
    from haat.market.documents.clerk import Clerk
    from haat.market.documents.paper import Paper
    from haat.market.handwork.fund import Fund
    from haat.market.notices.ports import Mailer
    from haat.market.notices.post import Post
    from haat.market.payments.payout_account import Rest
    from haat.market.promotion.promote import Promote
    from haat.market.search.search import Search
    from haat.market.truth.truth import Check
    from haat.store import Store


class App:
    """One stack."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings

    @classmethod
    def of(cls, data: Path, environ: Mapping[str, str], flags: Mapping[str, object] | None = None) -> App:
        """The stack in this folder. Raises WrongSettings."""
        from haat.config.load import load

        return cls(load(data, environ, flags or {}))

    @cached_property
    def store(self) -> Store:
        """The database."""
        from haat.store import Store
        from haat.store.driver import LEAST_FREE

        return Store(self.settings.database, keeps_free=LEAST_FREE)

    @cached_property
    def media(self) -> Path:
        """The folder of photos."""
        return self.settings.data / "media"

    @cached_property
    def pictures(self) -> Media:
        """Who keeps photos, in every width."""
        from haat.adapters.files.media import Media

        rules = self.settings.media
        return Media(self.media, rules.widths, rules.max_size)

    @cached_property
    def evidence(self) -> Media:
        """Who keeps the photos of deals, which only their sides see: apart from those that everybody may."""
        from haat.adapters.files.media import Media

        rules = self.settings.media
        return Media(self.settings.data / "evidence", rules.widths, rules.max_size)

    @cached_property
    def presence(self) -> Presence:
        """When sessions and tokens were last used."""
        from haat.market.accounts.presence import Presence

        return Presence(self.store, self.settings.accounts)

    @cached_property
    def catalogue(self) -> Catalogue:
        """What changes to listings need; every change is in the search index with its own transaction."""
        from haat.market.catalogue.categories import Categories
        from haat.market.catalogue.listing import Catalogue
        from haat.market.classifieds.article import kind_rules
        from haat.market.handwork.job import JOB
        from haat.market.hire.equip import EQUIPMENT
        from haat.market.search.index import index

        currency, articles = self.settings.market.currency, kind_rules(self.article_rules)
        kinds: dict[Kind, KindRules] = {"equipment": EQUIPMENT, "job": JOB, "article": articles}
        return Catalogue(currency, Categories(), index, kinds)

    @cached_property
    def article_rules(self) -> ArticleRules:
        """The market's terms for articles."""
        from haat.market.classifieds.article import Rules

        terms = self.settings.catalogue
        return Rules(terms.approval, terms.approval_first, terms.article_term, terms.expiry_notice)

    @cached_property
    def search(self) -> Search:
        """What people look for."""
        from haat.market.search.search import Search

        kept_for = self.settings.web.page_cache / 1000
        return Search(self.store, self.catalogue.categories, self.settings.search.candidates, kept_for)

    @cached_property
    def pages(self) -> Pages:
        """The pages that are kept for visitors who are nobody in particular."""
        from haat.cache.own import OwnPages
        from haat.cache.pages import Pages

        own = OwnPages(self.settings.web.page_cache / 1000)
        return Pages(own, self._shared_pages(own.life), self.search.forget_counts)

    def _shared_pages(self, life: float) -> SharedPages | None:
        """Those on the server of the settings; None where there is none. Only then is anything of it loaded."""
        address = self.settings.cache.url
        if address is None or not life:
            return None
        from haat.cache.names import names_of
        from haat.cache.server import Server
        from haat.cache.shared import PATIENCE, SharedPages

        return SharedPages(Server(address, PATIENCE), names_of(self.settings), life)

    @cached_property
    def gateway(self) -> Sandbox:
        """Who takes and pays out the money."""
        from haat.adapters.sandbox.gateway import Sandbox

        return Sandbox(self.settings.data / "sandbox.db", self.settings.payments.webhook_secret.reveal())

    @cached_property
    def accounts_rest(self) -> Rest:
        """What is asked of the bank accounts of shops."""
        from haat.adapters.sandbox.cards import ACCOUNTS
        from haat.market.payments.payout_account import Rest

        test_numbers = frozenset(account.number for account in ACCOUNTS)
        return Rest(self.settings.market.all_currencies, self.settings.payments.account_rest, test_numbers)

    def note_terms(self) -> None:
        """Write down on what terms shops are paid from now on: a release of money freezes them, and knows no settings."""
        from haat.market.payments import terms

        rules = self.settings.payments
        terms.note_market(self.store, terms.Terms(rules.payout_hold, rules.reserve, rules.reserve_for))

    def count_hires(self) -> None:
        """Count days and hours of hires in the zone of the settings. Raises Refused while hires are on that were counted in another."""
        from haat.market.hire.count_in import count_in

        count_in(self.store, self.settings.market.time_zone)

    def refuse_other_zone(self) -> None:
        """Raises Refused where `count_hires` would."""
        from haat.market.hire.count_in import refuse_other

        refuse_other(self.store, self.settings.market.time_zone)

    @cached_property
    def engine(self) -> Engine:
        """What moves deals."""
        from haat.market.deals.engine import Engine
        from haat.market.handwork import effects as handwork
        from haat.market.promotion import effects as promotion

        more = {**handwork.effects_of(self.catalogue), **promotion.effects_of(self.catalogue)}
        return Engine(self.settings.deals._asdict(), more, self.settings.market.time_zone)

    @cached_property
    def settle(self) -> Settle:
        """Where all news of payments ends."""
        from haat.market.deals.settle import Settle

        return Settle(self.store, self.engine, self.gateway)

    @cached_property
    def till(self) -> Till:
        """Who takes the money of checkouts."""
        from haat.market.deals.till import Till

        return Till(self.store, self.gateway, self.settle)

    @cached_property
    def place(self) -> Place:
        """The checkout of a cart."""
        from haat.market.deals.place import Market, Place
        from haat.market.deals.tax import RatesByCountry

        market = self.settings.market
        terms = Market(market.all_currencies, market.commission, "purchase")
        return Place(self.store, self.engine, self.till, RatesByCountry(market.taxes), terms)

    @cached_property
    def hire(self) -> Hire:
        """The checkout of what is hired."""
        from haat.market.deals.hire import Hire, Terms
        from haat.market.deals.tax import RatesByCountry

        market = self.settings.market
        terms = Terms(market.currency, market.commission, self.settings.hire.kept_when_late, market.time_zone)
        return Hire(self.store, self.engine, self.till, RatesByCountry(market.taxes), terms)

    @cached_property
    def fund(self) -> Fund:
        """Who takes what customers pay in for milestones."""
        from haat.market.handwork.fund import Fund

        return Fund(self.store, self.till, self.settings.market.commission)

    @cached_property
    def promote(self) -> Promote:
        """Who lets listings stand out."""
        from haat.market.promotion.promote import Promote
        from haat.market.promotion.promotion import Terms

        rules, currency = self.settings.promotion, self.settings.market.currency
        prices = {int(days): price for days, price in rules.prices.items()}
        return Promote(self.store, self.engine, self.till, Terms(rules.kinds, prices, currency))

    @cached_property
    def mailer(self) -> Mailer:
        """The mail server of the settings; without one mail stays on the outbox page."""
        from haat.adapters.smtp.mailer import SmtpMailer
        from haat.market.notices.kept import KeptMailer

        if self.settings.mail.host:
            return SmtpMailer(self.settings.mail, self.settings.market.name)
        return KeptMailer()

    @cached_property
    def post(self) -> Post:
        """Who writes the mails."""
        from haat.market.notices.letter import Letterhead
        from haat.market.notices.post import Post
        from haat.words import words

        market = self.settings.market
        head = Letterhead(market.name, self.settings.web.url, market.all_currencies, market.time_zone)
        return Post(self.store, self.mailer, words, head, self.settings.accounts.mail_link)

    @cached_property
    def clerk(self) -> Clerk:
        """Who writes invoices and credit notes."""
        from haat.market.documents.clerk import Clerk, Market
        from haat.words import words

        market, rules = self.settings.market, self.settings.invoices
        return Clerk(
            self.store, words, Market(market.name, *rules, currencies=market.all_currencies, zone=market.time_zone)
        )

    def print_paper(self, paper: Paper) -> bytes:
        """A document as PDF. What sets it is loaded with the first one."""
        from haat.adapters.pdf.press import print_paper

        return print_paper(paper)

    def handlers(self) -> dict[str, Handler]:
        """Who sees to which topic of the outbox."""
        from haat.market.accounts.suspend import SUSPENSION
        from haat.market.catalogue import moderate
        from haat.market.catalogue.hide import follow_suspension
        from haat.market.classifieds import leave
        from haat.market.deals import effects, engine, tell
        from haat.market.documents import sale
        from haat.market.payments import events, payout, refund
        from haat.market.promotion.follow_removal import follow_removal

        return {
            **self.post.handlers(),
            SUSPENSION: lambda job: follow_suspension(self.store, self.catalogue, job["account"]),
            engine.MOVED: lambda job: tell.tell_of_move(self.store, job),
            moderate.REMOVED: lambda job: follow_removal(self.store, self.engine, job),
            effects.SOLD: lambda job: leave.end_sold(self.store, self.catalogue, job["listing"]),
            effects.WITHDRAW: lambda job: self.settle.withdraw(job["payment"]),
            effects.INVOICE: lambda job: sale.issue_for_sale(self.clerk, job),
            events.HEARD: self._heed,
            refund.SEND: lambda job: refund.send(self.store, self.gateway, job["refund"]),
            payout.SEND: lambda job: payout.send(self.store, self.gateway, job["payout"]),
            payout.SETTLED: lambda job: tell.tell_of_payout(self.store, job),
        }

    def schedule(self) -> list[Every]:
        """What is done again and again."""
        from haat.jobs import answers
        from haat.jobs.schedule import Every
        from haat.kernel import clock
        from haat.kernel.clock import HOUR, MINUTE, SECOND
        from haat.market.accounts.sweep import sweep
        from haat.market.classifieds import leave
        from haat.market.deals import cart
        from haat.market.documents import fee
        from haat.market.handwork import change_order
        from haat.market.notices.mail import sweep_mails
        from haat.market.payments import events, payout, payout_account, reconcile, reserve
        from haat.market.truth.truth import check_all, in_a_sentence

        store, terms = self.store, self.settings
        return [
            Every(name="run timers", every_ms=2 * SECOND, do=lambda: self.engine.run_timers(store)),
            Every(name="expire articles", every_ms=MINUTE, do=lambda: leave.expire_due(store, self.catalogue)),
            Every(name="warn of expiry", every_ms=HOUR, do=lambda: leave.warn_of_expiry(store, self.article_rules)),
            Every(name="ask for payments", every_ms=5 * SECOND, do=self.settle.ask_all),
            Every(name="give reserves back", every_ms=10 * MINUTE, do=lambda: reserve.release_due(store)),
            Every(
                name="pay out",
                every_ms=terms.payments.payout_every,
                do=lambda: payout.claim_all(store, terms.payments.payout_least),
            ),
            Every(
                name="finish payouts",
                every_ms=5 * MINUTE,
                do=lambda: payout.go_on(store, terms.payments.payout_least),
            ),
            Every(
                name="forget carts",
                every_ms=HOUR,
                do=lambda: cart.forget_stale(store, clock.now() - terms.deals.cart_kept),
            ),
            Every(name="lapse changes", every_ms=MINUTE, do=lambda: change_order.lapse_all(store)),
            Every(name="invoice commission", at="03:10", do=lambda: fee.issue_fees(self.clerk)),
            Every(name="reconcile", every_ms=HOUR, do=lambda: reconcile.compare_due(store, self.gateway)),
            Every(name="sweep accounts", every_ms=30 * MINUTE, do=lambda: sweep(store)),
            Every(name="sweep answers", every_ms=HOUR, do=lambda: answers.sweep(store)),
            Every(name="sweep mails", every_ms=HOUR, do=lambda: sweep_mails(store)),
            Every(name="cut account numbers", every_ms=HOUR, do=lambda: payout_account.forget_numbers(store)),
            Every(name="sweep gateway messages", every_ms=HOUR, do=lambda: events.sweep_events(store)),
            Every(name="check truth", every_ms=HOUR, do=lambda: in_a_sentence(check_all(store, self.truths()))),
        ]

    def truths(self, at: int | None = None) -> list[Check]:
        """Everything that must hold: now, or of a copy that is as the shop was at this instant (ms since 1970)."""
        from haat.kernel import clock
        from haat.market.truth import articles, books, goods, handwork, hires, papers, promotions, work

        now = clock.now() if at is None else at
        gateway, media = books.gateway_check(self.gateway, now), goods.media_check(self.pictures.has)
        return [
            *books.CHECKS,
            *papers.CHECKS,
            gateway,
            *goods.CHECKS,
            media,
            *hires.CHECKS,
            *articles.CHECKS,
            *handwork.CHECKS,
            *promotions.CHECKS,
            *work.CHECKS,
        ]

    def pictures_in_use(self) -> set[str]:
        """The names of all pictures that the market refers to, in either folder. Raises Unavailable."""
        from haat.market.truth.pictures import in_use
        from haat.store import Store
        from haat.store.drivers import driver_of

        driver_of(self.settings.database).ask("SELECT 1")  # Where there is no database, none is made.
        store = Store(self.settings.database)  # Operations ask rarely, and keep nothing of the shop's open.
        try:
            return in_use(store)
        finally:
            store.close()

    def _heed(self, news: Mapping[str, Any]) -> None:
        """The gateway said that something happened: ask it what."""
        from haat.market.payments import payment, payout, refund

        match news["about"]:
            case "charge":
                self.settle.ask(payment.id_of_key(news["key"]))
            case "refund":
                refund.send(self.store, self.gateway, refund.of_key(news["key"]))
            case "payout":
                payout.ask(self.store, self.gateway, payment.id_of_key(news["key"]))

    def close(self) -> None:
        """Let go of what was opened."""
        if "gateway" in self.__dict__:
            self.gateway.close()
        if "store" in self.__dict__:
            self.store.close()
