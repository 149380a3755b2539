"""Where shops are paid and on what terms, invoices, statements, runs of paying out, and what the gateway says beside the books."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Annotated

from msgspec import Meta

from haat.kernel import clock, ids
from haat.kernel.errors import Conflict, Invalid, NotFound, TooMany
from haat.market.accounts.account import get
from haat.market.accounts.shop import shop_by_slug, shops_by_id
from haat.market.deals import deal as dealing
from haat.market.documents import document, imprint
from haat.market.documents.document import Document
from haat.market.documents.imprint import NewImprint
from haat.market.documents.statement import statement_paper
from haat.market.payments import monthly, payout, payout_account, reconcile, terms
from haat.market.payments.monthly import Month
from haat.market.payments.payout_account import Account, NewAccount
from haat.market.payments.reconcile import WHAT_TO_DO, Mismatch
from haat.market.payments.terms import NewTerms
from haat.web.api.own_shop import own
from haat.web.api.paging import PageQuery, before, cut
from haat.web.api.running import ShopPayout, shop_payout
from haat.web.api.sales import StatementLine, line
from haat.web.http import Context
from haat.web.routes import Endpoint, Input, Output

Code = Annotated[str, Meta(pattern="^[A-Z]{3}$")]
Words = Annotated[str, Meta(max_length=500)]
_YEAR = 365 * clock.DAY


class PayoutAccount(Output, frozen=True):
    """Where your shop is paid in a currency. `state` is resting (until `usable_at`), usable, or bounced: the bank sent a payout back, and
    nothing more goes there. Of the number only the last four are shown."""

    currency: str
    last_four: str
    holder: str
    state: str
    usable_at: int
    version: int


class PayoutTerms(Output, frozen=True):
    """How your shop is paid: what an order brought is due `hold` milliseconds after its completion; `reserve` (basis points) of it is kept
    for `reserve_for` milliseconds."""

    accounts: list[PayoutAccount]
    hold: int
    reserve: int
    reserve_for: int


class NewPayoutAccount(Input, frozen=True):
    """An IBAN, or with the sandbox one of its test accounts; `version` is that of the account that it replaces, 0 for the first."""

    currency: Code
    holder: Annotated[str, Meta(max_length=120)]
    number: Annotated[str, Meta(max_length=60)]
    version: Annotated[int, Meta(ge=0, le=1_000_000)]
    password: Annotated[str, Meta(max_length=200)]


class Imprint(Output, frozen=True):
    """Who your shop is on its invoices."""

    name: str
    address: str
    tax_number: str
    version: int


class ImprintText(Input, frozen=True):
    """`version` is the one that was read, 0 where there was none."""

    name: Annotated[str, Meta(max_length=200)]
    address: Annotated[str, Meta(max_length=400)]
    version: Annotated[int, Meta(ge=0, le=1_000_000)]
    tax_number: Annotated[str, Meta(max_length=80)] = ""


class TaxShare(Output, frozen=True):
    """What stands under one rate of tax (basis points): `net` without it."""

    rate: int
    net: int
    tax: int


class Paperwork(Output, frozen=True):
    """An invoice or a credit note. `kind` is sale, sale_credit, fee or fee_credit; `credits` is the invoice that a credit note takes back,
    `order` what it is about."""

    id: str
    kind: str
    name: str
    order: str | None
    credits: str | None
    currency: str
    total: int
    tax: int
    rates: list[TaxShare]
    issued_at: int


class PaperworkPage(Output, frozen=True):
    """The youngest first."""

    items: list[Paperwork]
    next: str | None


class PaperworkList(Output, frozen=True):
    """The oldest first."""

    items: list[Paperwork]


class PrintedFile(Output, frozen=True):
    """A file: its `content` in Base64."""

    name: str
    type: str
    content: bytes


class MonthQuery(Input, frozen=True):
    """In the market's main currency unless another is named."""

    currency: Code | None = None


class MonthStatement(Output, frozen=True):
    """What your shop had when the month of the market's calendar began, what was booked, and what it had in the end."""

    month: str
    currency: str
    opening: int
    closing: int
    lines: list[StatementLine]


class BatchSum(Output, frozen=True):
    """What a batch pays out in a currency, by the state that the payouts are in."""

    currency: str
    state: str
    payouts: int
    amount: int


class Batch(Output, frozen=True):
    """One run of paying out; not `finished_at` yet while it is under way, or was left by a process that died and is gone on with."""

    id: str
    begun_at: int
    finished_at: int | None
    sums: list[BatchSum]


class BatchPage(Output, frozen=True):
    """The youngest first."""

    items: list[Batch]
    next: str | None


class BatchWhole(Output, frozen=True):
    """A batch with its payouts."""

    batch: Batch
    payouts: list[ShopPayout]


class OwnTerms(Output, frozen=True):
    """What was set for one shop; null where it is as for everybody."""

    hold: int | None
    reserve: int | None
    reserve_for: int | None
    why: str
    version: int


class TermsText(Input, frozen=True):
    """`hold` and `reserve_for` in milliseconds, `reserve` in basis points; null: as for everybody. `version` is the one that was read."""

    why: Words
    version: Annotated[int, Meta(ge=0, le=1_000_000)]
    hold: Annotated[int, Meta(ge=0, le=_YEAR)] | None = None
    reserve: Annotated[int, Meta(ge=0, le=10_000)] | None = None
    reserve_for: Annotated[int, Meta(ge=0, le=_YEAR)] | None = None


class Difference(Output, frozen=True):
    """Where gateway and books disagree. `kind` is missing_here, missing_there, amount, state or duplicate; `about` is charge, refund,
    payout or payout_returned."""

    id: str
    day: str
    kind: str
    about: str
    key: str
    ref: str
    ours: str
    theirs: str
    to_do: str
    found_at: int
    resolved_at: int | None
    note: str | None


class DifferencePage(Output, frozen=True):
    """What is open, the youngest first."""

    items: list[Difference]
    next: str | None


class DayToCompare(Input, frozen=True):
    """A day in UTC, such as 2026-11-28."""

    day: Annotated[str, Meta(max_length=20)]


class DayCompared(Output, frozen=True):
    """How many movements the gateway had on the day, and where the two disagree."""

    day: str
    looked_at: int
    open: list[Difference]


class Resolution(Input, frozen=True):
    """What came of it."""

    note: Words


def show_terms(ctx: Context) -> PayoutTerms:
    shop_id = own(ctx)
    now = terms.in_force(ctx.store, shop_id)
    accounts = [_account(row) for row in payout_account.of_shop(ctx.store, shop_id)]
    return PayoutTerms(accounts=accounts, hold=now.hold, reserve=now.reserve, reserve_for=now.reserve_for)


def change_account(ctx: Context, body: NewPayoutAccount) -> PayoutAccount:
    new = NewAccount(body.currency, body.holder, body.number, body.version)
    owner, shop_id = get(ctx.store, ctx.member.id), own(ctx)
    rules, rest = ctx.settings.accounts, ctx.app.accounts_rest
    return _account(payout_account.change(ctx.store, rules, rest, owner, shop_id, new, body.password, ctx.address))


def show_imprint(ctx: Context) -> Imprint:
    said = imprint.of_shop(ctx.store, own(ctx))
    return Imprint(name=said.name, address=said.address, tax_number=said.tax_number, version=said.version)


def set_imprint(ctx: Context, body: ImprintText) -> Imprint:
    new = NewImprint(body.name, body.address, body.tax_number)
    imprint.set_imprint(ctx.store, own(ctx), new, seen=body.version)
    return show_imprint(ctx)


def show_documents(ctx: Context, query: PageQuery) -> PaperworkPage:
    return _page(document.of_shop(ctx.store, own(ctx), before=before(query), most=query.limit + 1), query)


def show_document(ctx: Context, id: int) -> Paperwork:
    return _paperwork(_own_document(ctx, id))


def print_document(ctx: Context, id: int) -> PrintedFile:
    return _printed(ctx, _own_document(ctx, id))


def show_statement(ctx: Context, month: str, query: MonthQuery) -> MonthStatement:
    found = _statement(ctx, month, query)
    return MonthStatement(
        month=str(found.month),
        currency=found.currency,
        opening=found.opening,
        closing=found.closing,
        lines=[line(row) for row in found.lines],
    )


def print_statement(ctx: Context, month: str, query: MonthQuery) -> PrintedFile:
    shop_id, found = own(ctx), _statement(ctx, month, query)
    pdf = ctx.app.print_paper(statement_paper(ctx.app.clerk, shop_id, found))
    return PrintedFile(name=f"{found.month}-{found.currency}.pdf", type="application/pdf", content=pdf)


def show_documents_of_purchase(ctx: Context, id: int) -> PaperworkList:
    deal = dealing.get(ctx.store, id)
    if deal.buyer_id != ctx.member.id:
        raise NotFound("There is no such order.", try_="Look for it in the list of your orders.")
    return PaperworkList(items=[_paperwork(row) for row in document.of_deal(ctx.store, id)])


def print_document_of_purchase(ctx: Context, id: int, document_id: int) -> PrintedFile:
    found = document.get(ctx.store, document_id)
    if found.deal_id != id or dealing.get(ctx.store, id).buyer_id != ctx.member.id:
        raise NotFound("There is no such document.")
    return _printed(ctx, found)


def show_batches(ctx: Context, query: PageQuery) -> BatchPage:
    found = payout.batches(ctx.store, before=before(query), most=query.limit + 1)
    shown, next_ = cut(found, query.limit)
    sums = payout.sums_of(ctx.store, shown)
    return BatchPage(items=[_batch(row, sums[row.id]) for row in shown], next=next_)


def show_batch(ctx: Context, id: int) -> BatchWhole:
    found = payout.batch(ctx.store, id)
    paid = payout.of_batch(ctx.store, id)
    shops = shops_by_id(ctx.store, [row.shop_id for row in paid])
    sums = payout.sums_of(ctx.store, [found])[id]
    return BatchWhole(batch=_batch(found, sums), payouts=[shop_payout(row, shops[row.shop_id].slug) for row in paid])


def show_own_terms(ctx: Context, slug: str) -> OwnTerms:
    return _own_terms(terms.own(ctx.store, shop_by_slug(ctx.store, slug).id))


def set_own_terms(ctx: Context, slug: str, body: TermsText) -> OwnTerms:
    shop = shop_by_slug(ctx.store, slug)
    new = NewTerms(body.hold, body.reserve, body.reserve_for, body.why)
    terms.set_own(ctx.store, shop.id, new, ctx.member.id, seen=body.version)
    return _own_terms(terms.own(ctx.store, shop.id))


def show_all_documents(ctx: Context, query: PageQuery) -> PaperworkPage:
    return _page(document.of_market(ctx.store, before=before(query), most=query.limit + 1), query)


def show_differences(ctx: Context, query: PageQuery) -> DifferencePage:
    shown, next_ = cut(reconcile.queue(ctx.store, before=before(query), most=query.limit + 1), query.limit)
    return DifferencePage(items=[_difference(row) for row in shown], next=next_)


def compare(ctx: Context, body: DayToCompare) -> DayCompared:
    done = reconcile.compare_with_gateway(ctx.store, ctx.app.gateway, reconcile.day_of(body.day))
    return DayCompared(day=done.day, looked_at=done.looked_at, open=[_difference(row) for row in done.open])


def resolve(ctx: Context, id: int, body: Resolution) -> None:
    reconcile.resolve(ctx.store, id, body.note, ctx.member.id)


def _own_document(ctx: Context, document_id: int) -> Document:
    found = document.get(ctx.store, document_id)
    if found.shop_id != own(ctx):
        raise NotFound("There is no such document.")
    return found


def _statement(ctx: Context, month: str, query: MonthQuery) -> monthly.Statement:
    currency = query.currency or ctx.settings.market.currency
    return monthly.statement_of(ctx.store, own(ctx), currency, Month.read(month, ctx.zone))


def _account(row: Account) -> PayoutAccount:
    return PayoutAccount(
        currency=row.currency,
        last_four=row.last_four,
        holder=row.holder,
        state=row.state(clock.now()),
        usable_at=row.usable_at,
        version=row.version,
    )


def _page(rows: Sequence[Document], query: PageQuery) -> PaperworkPage:
    shown, next_ = cut(rows, query.limit)
    return PaperworkPage(items=[_paperwork(row) for row in shown], next=next_)


def _paperwork(row: Document) -> Paperwork:
    return Paperwork(
        id=ids.encode(row.id),
        kind=row.kind,
        name=row.name,
        order=None if row.deal_id is None else ids.encode(row.deal_id),
        credits=None if row.credits_id is None else ids.encode(row.credits_id),
        currency=row.currency,
        total=row.total,
        tax=row.tax,
        rates=[TaxShare(rate=rate.rate, net=rate.net, tax=rate.tax) for rate in row.rates],
        issued_at=row.issued_at,
    )


def _printed(ctx: Context, row: Document) -> PrintedFile:
    return PrintedFile(name=f"{row.name}.pdf", type="application/pdf", content=ctx.app.print_paper(row.paper))


def _batch(row: payout.Batch, sums: Sequence[payout.BatchSum]) -> Batch:
    return Batch(
        id=ids.encode(row.id),
        begun_at=row.begun_at,
        finished_at=row.finished_at,
        sums=[BatchSum(currency=s.currency, state=s.state, payouts=s.payouts, amount=s.amount) for s in sums],
    )


def _own_terms(row: terms.Own) -> OwnTerms:
    return OwnTerms(hold=row.hold, reserve=row.reserve, reserve_for=row.reserve_for, why=row.why, version=row.version)


def _difference(row: Mismatch) -> Difference:
    return Difference(
        id=ids.encode(row.id),
        day=row.day,
        kind=row.kind,
        about=row.about,
        key=row.key,
        ref=row.ref,
        ours=row.ours,
        theirs=row.theirs,
        to_do=WHAT_TO_DO[row.kind][1],
        found_at=row.found_at,
        resolved_at=row.resolved_at,
        note=row.note,
    )


_selling = partial(Endpoint, needs="seller", scope="sales:read")
_buying = partial(Endpoint, needs="signed_in", scope="purchases:read")
_administrators = partial(Endpoint, needs="administrator", scope="market:administer")

ENDPOINTS = [
    _selling("GET", "/shop/payout-terms", show_terms, "Where your shop is paid, and on what terms", gives=PayoutTerms),
    Endpoint(
        "PUT",
        "/shop/payout-account",
        change_account,
        "Have your shop paid to another bank account",
        takes=NewPayoutAccount,
        gives=PayoutAccount,
        needs="seller",
        scope="sales:write",
        errors=(Invalid, Conflict, TooMany),
        description="It asks for your password. You are told by mail, and nothing is sent to the new account before `usable_at`.",
    ),
    _selling("GET", "/shop/imprint", show_imprint, "Who your shop is on its invoices", gives=Imprint),
    Endpoint(
        "PUT",
        "/shop/imprint",
        set_imprint,
        "Say who your shop is on its invoices",
        takes=ImprintText,
        gives=Imprint,
        needs="seller",
        scope="sales:write",
        errors=(Invalid, Conflict),
        description="On those that are issued from now on; what was issued stays as it is.",
    ),
    _selling(
        "GET",
        "/shop/documents",
        show_documents,
        "Invoices and credit notes of your shop",
        query=PageQuery,
        gives=PaperworkPage,
        errors=(Invalid,),
    ),
    _selling("GET", "/shop/documents/{id:id}", show_document, "One of them", gives=Paperwork, errors=(NotFound,)),
    _selling(
        "GET",
        "/shop/documents/{id:id}/file",
        print_document,
        "One of them as PDF",
        gives=PrintedFile,
        errors=(NotFound,),
    ),
    _selling(
        "GET",
        "/shop/statements/{month}",
        show_statement,
        "The statement of a month, such as 2026-11",
        query=MonthQuery,
        gives=MonthStatement,
        errors=(Invalid,),
    ),
    _selling(
        "GET",
        "/shop/statements/{month}/file",
        print_statement,
        "The statement of a month as PDF",
        query=MonthQuery,
        gives=PrintedFile,
        errors=(Invalid,),
    ),
    _buying(
        "GET",
        "/purchases/{id:id}/documents",
        show_documents_of_purchase,
        "Invoice and credit notes of a purchase",
        gives=PaperworkList,
        errors=(NotFound,),
    ),
    _buying(
        "GET",
        "/purchases/{id:id}/documents/{document_id:id}/file",
        print_document_of_purchase,
        "One of them as PDF",
        gives=PrintedFile,
        errors=(NotFound,),
    ),
    _administrators(
        "GET",
        "/market/payout-batches",
        show_batches,
        "The runs of paying out",
        query=PageQuery,
        gives=BatchPage,
        errors=(Invalid,),
    ),
    _administrators(
        "GET",
        "/market/payout-batches/{id:id}",
        show_batch,
        "One run, with its payouts",
        gives=BatchWhole,
        errors=(NotFound,),
    ),
    _administrators(
        "GET",
        "/market/payout-terms/{slug}",
        show_own_terms,
        "The terms that were set for one shop",
        gives=OwnTerms,
        errors=(NotFound,),
    ),
    _administrators(
        "PUT",
        "/market/payout-terms/{slug}",
        set_own_terms,
        "Set the terms of one shop",
        takes=TermsText,
        gives=OwnTerms,
        errors=(NotFound, Invalid, Conflict),
        description="They are frozen into each order when it is completed; what was completed before keeps its own.",
    ),
    _administrators(
        "GET",
        "/market/documents",
        show_all_documents,
        "Invoices and credit notes of everybody",
        query=PageQuery,
        gives=PaperworkPage,
        errors=(Invalid,),
    ),
    _administrators(
        "GET",
        "/market/mismatches",
        show_differences,
        "Where gateway and books disagree",
        query=PageQuery,
        gives=DifferencePage,
        errors=(Invalid,),
    ),
    _administrators(
        "POST",
        "/market/reconciliations",
        compare,
        "Compare a day with the gateway",
        takes=DayToCompare,
        gives=DayCompared,
        errors=(Invalid,),
        description="This is done each day by itself; again it finds the same difference once.",
    ),
    _administrators(
        "POST",
        "/market/mismatches/{id:id}/resolution",
        resolve,
        "Write down what came of a mismatch",
        takes=Resolution,
        errors=(Invalid, NotFound, Conflict),
    ),
]
