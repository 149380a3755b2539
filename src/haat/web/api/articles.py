"""Articles: single things that somebody parts with, the offers for them, and what moderators look at before they are on sale."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Annotated, Literal

from msgspec import Meta, field

from haat.kernel import ids
from haat.kernel.errors import Conflict, Invalid, NotFound, Refused, TooMany
from haat.market.catalogue.description import describe
from haat.market.catalogue.listing import ListingText
from haat.market.classifieds import article as articles
from haat.market.classifieds import decide
from haat.market.classifieds.article import ArticleText, Asking, Standing, Wear, own
from haat.market.classifieds.leave import take_off
from haat.market.classifieds.offer import offer
from haat.market.classifieds.post import edit, post
from haat.market.classifieds.renew import renew
from haat.market.classifieds.send_off import send_off, take_back
from haat.web.api import deal_shapes
from haat.web.api.buying import whole
from haat.web.api.kinds import Amount, Id
from haat.web.api.own_listings import Said
from haat.web.api.paging import PageQuery, before, cut
from haat.web.http import Context
from haat.web.routes import Endpoint, Input, Output


class NewArticle(Input, frozen=True):
    """What an article is to say. `category` is an id; `description` is plain text or HTML, of which only what is harmless is kept. `price`
    counts where it is `fixed` or `negotiable`; where it is `free`, or `offers` are asked for, there is none."""

    title: Annotated[str, Meta(max_length=1000)]
    category: Id
    asking: Asking
    wear: Wear
    price: Amount = 0
    description: Annotated[str, Meta(max_length=100_000)] = ""
    attributes: Mapping[str, Said] = field(default_factory=dict)


class ArticleChange(NewArticle, frozen=True):
    """What the article is to say from now on; all of it is replaced. With the `version` that this was made from, nothing is changed when it
    is another by now."""

    version: Annotated[int, Meta(ge=1, le=2**31)] | None = None


class ArticleState(Input, frozen=True):
    """What it is to be: on sale (which may be after somebody has looked at it), a draft again that nobody looks at, off sale, or sold
    elsewhere."""

    state: Literal["on_sale", "draft", "ended", "sold_elsewhere"]


class NewOffer(Input, frozen=True):
    """What you would pay, in minor units: at a fixed price exactly that, for a gift nothing."""

    amount: Amount
    note: Annotated[str, Meta(max_length=2000)] = ""


class Approval(Input, frozen=True):
    """The version that you have read."""

    version: Annotated[int, Meta(ge=1, le=2**31)]


class Refusal(Input, frozen=True):
    """Why; the seller is told."""

    why: Annotated[str, Meta(min_length=1, max_length=decide.LONGEST_REASON)]


class WaitingQuery(Input, frozen=True):
    """`after` is the `next` of the page before."""

    after: Id | None = None
    limit: Annotated[int, Meta(ge=1, le=100)] = 24


class Article(Output, frozen=True):
    """An article of yours. `price` is 0 where there is none. `expires_at` is when it goes off sale by itself."""

    id: str
    title: str
    handle: str
    standing: Standing
    asking: Asking
    price: int
    currency: str
    wear: Wear
    photo: str | None
    version: int
    expires_at: int | None


class ArticlePage(Output, frozen=True):
    """What you have posted, the youngest first."""

    items: list[Article]
    next: str | None


class WaitingArticle(Output, frozen=True):
    """An article that waits to be looked at."""

    id: str
    title: str
    price: int
    currency: str
    photo: str | None
    shop: str
    shop_name: str
    sent_at: int


class WaitingPage(Output, frozen=True):
    """Those that wait longest first."""

    items: list[WaitingArticle]
    next: str | None


def show_articles(ctx: Context, query: PageQuery) -> ArticlePage:
    rows = articles.of_account(ctx.store, ctx.member.id, before=before(query), most=query.limit + 1)
    shown, next_ = cut(rows, query.limit)
    return ArticlePage(items=[_article(row) for row in shown], next=next_)


def create_article(ctx: Context, body: NewArticle) -> Article:
    by, catalogue, text = ctx.member.id, ctx.app.catalogue, _text(body)
    return _show(ctx, ctx.store.write(lambda tx: post(tx, catalogue, by, text)))


def show_article(ctx: Context, id: int) -> Article:
    return _show(ctx, id)


def change_article(ctx: Context, id: int, body: ArticleChange) -> Article:
    by, catalogue, text = ctx.member.id, ctx.app.catalogue, _text(body)
    ctx.store.write(lambda tx: edit(tx, catalogue, by, id, text, body.version))
    return _show(ctx, id)


def change_state(ctx: Context, id: int, body: ArticleState) -> Article:
    by, app, store = ctx.member.id, ctx.app, ctx.store
    match body.state:
        case "on_sale":
            store.write(lambda tx: send_off(tx, app.catalogue, app.article_rules, by, id))
        case "draft":
            store.write(lambda tx: take_back(tx, by, id))
        case state:
            elsewhere = state == "sold_elsewhere"
            store.write(lambda tx: take_off(tx, app.catalogue, app.engine, by, id, sold_elsewhere=elsewhere))
    return _show(ctx, id)


def renew_article(ctx: Context, id: int) -> Article:
    by, app = ctx.member.id, ctx.app
    ctx.store.write(lambda tx: renew(tx, app.catalogue, app.article_rules, by, id))
    return _show(ctx, id)


def make_offer(ctx: Context, id: int, body: NewOffer) -> deal_shapes.DealWhole:
    by, engine = ctx.member.id, ctx.app.engine
    deal_id = ctx.store.write(lambda tx: offer(tx, engine, by, id, body.amount, body.note))
    return whole(ctx, deal_id, "buyer")


def show_waiting(ctx: Context, query: WaitingQuery) -> WaitingPage:
    after = ids.decode(query.after) if query.after else 0
    rows = decide.waiting(ctx.store, after=after, most=query.limit + 1)
    more = ids.encode(rows[query.limit - 1].submission_id) if len(rows) > query.limit else None
    return WaitingPage(items=[_waiting(row) for row in rows[: query.limit]], next=more)


def approve(ctx: Context, id: int, body: Approval) -> None:
    by, catalogue = ctx.member.id, ctx.app.catalogue
    ctx.store.write(lambda tx: decide.approve(tx, catalogue, by, id, body.version))


def refuse(ctx: Context, id: int, body: Refusal) -> None:
    ctx.store.write(lambda tx: decide.refuse(tx, ctx.member.id, id, body.why))


def _text(body: NewArticle) -> ArticleText:
    words = ListingText(body.title, ids.decode(body.category), describe(body.description), body.attributes)
    return ArticleText(words, body.asking, body.wear, body.price)


def _show(ctx: Context, listing_id: int) -> Article:
    return _article(own(ctx.store, ctx.member.id, listing_id))


def _article(row: articles.Article) -> Article:
    return Article(
        id=ids.encode(row.id),
        title=row.title,
        handle=row.handle,
        standing=row.standing,
        asking=row.asking,
        price=row.price,
        currency=row.currency,
        wear=row.wear,
        photo=row.photo,
        version=row.version,
        expires_at=row.expires_at,
    )


def _waiting(row: decide.Waiting) -> WaitingArticle:
    return WaitingArticle(
        id=ids.encode(row.listing_id),
        title=row.title,
        price=row.price,
        currency=row.currency,
        photo=row.photo,
        shop=row.shop_slug,
        shop_name=row.shop,
        sent_at=row.sent_at,
    )


_reading = partial(Endpoint, needs="signed_in", scope="listings:read")
_writing = partial(Endpoint, needs="signed_in", scope="listings:write")
_moderators = partial(Endpoint, needs="moderator", scope="market:moderate")

ENDPOINTS = [
    _reading(
        "GET", "/articles", show_articles, "What you have posted", query=PageQuery, gives=ArticlePage, errors=(Invalid,)
    ),
    _writing(
        "POST",
        "/articles",
        create_article,
        "Post an article",
        takes=NewArticle,
        gives=Article,
        status=201,
        errors=(Invalid, Refused, NotFound),
        idempotent=True,
        description="A draft that only you see. Its photos are added as those of every listing of yours.",
    ),
    _reading("GET", "/articles/{id:id}", show_article, "An article of yours", gives=Article, errors=(NotFound,)),
    _writing(
        "PUT",
        "/articles/{id:id}",
        change_article,
        "Change an article",
        takes=ArticleChange,
        gives=Article,
        errors=(Invalid, Refused, Conflict, NotFound),
        description="Offers that were made for it stay as they are.",
    ),
    _writing(
        "PUT",
        "/articles/{id:id}/state",
        change_state,
        "Put an article on sale, or take it off",
        takes=ArticleState,
        gives=Article,
        errors=(Invalid, Refused, Conflict, NotFound),
        description="Where the market looks at articles first it waits until somebody has. Taken off, its open offers end.",
    ),
    _writing(
        "POST",
        "/articles/{id:id}/renewal",
        renew_article,
        "Renew an article for another term",
        gives=Article,
        errors=(Invalid, Refused, NotFound),
    ),
    Endpoint(
        "POST",
        "/articles/{id:id}/offers",
        make_offer,
        "Make an offer",
        needs="signed_in",
        scope="purchases:write",
        takes=NewOffer,
        gives=deal_shapes.DealWhole,
        status=201,
        errors=(Invalid, Refused, TooMany, NotFound),
        idempotent=True,
        description="Begins a deal among your purchases; its owner answers it among the sales. No money goes through the market.",
    ),
    _moderators(
        "GET",
        "/market/articles",
        show_waiting,
        "Articles that wait to be looked at",
        query=WaitingQuery,
        gives=WaitingPage,
        errors=(Invalid,),
    ),
    _moderators(
        "PUT",
        "/market/articles/{id:id}/approval",
        approve,
        "Approve an article",
        takes=Approval,
        errors=(Invalid, Refused, Conflict, NotFound),
        description="It is on sale, and its owner is told.",
    ),
    _moderators(
        "PUT",
        "/market/articles/{id:id}/refusal",
        refuse,
        "Refuse an article",
        takes=Refusal,
        errors=(Invalid, Refused, NotFound),
        description="It is a draft again. Its owner is told why, can change it, and send it off again.",
    ),
]
