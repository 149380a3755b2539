"""The editor of a listing. One form holds everything, and each of its buttons saves it first: nothing typed is lost on the way."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from haat.kernel import clock, ids
from haat.kernel.errors import Conflict, Invalid, NotFound
from haat.kernel.money import Money
from haat.market.catalogue.category import Attribute, Tree
from haat.market.catalogue.create import create
from haat.market.catalogue.end import end
from haat.market.catalogue.item import Item, item
from haat.market.catalogue.listing import Kind, ListingText
from haat.market.catalogue.own import OwnVariant, own_attributes, own_variants
from haat.market.catalogue.photos import MOST, Picture
from haat.market.catalogue.publish import publish
from haat.market.places.settle import duplicate_there, place_of
from haat.web.http import Context, Response, redirect
from haat.web.pages import views
from haat.web.pages.desk import TOLD, View, known, optional_amount, said, symbol, wrong
from haat.web.pages.promoting import can_be_promoted
from haat.web.pages.selling.editor_form import (
    OPTIONS,
    SPARE_ROWS,
    Row,
    Typing,
    in_the_form,
    read,
    shown,
    understand,
)
from haat.web.pages.selling.room import currency_of, selling_page, shop_id_of
from haat.web.pages.selling.save_listing import Photos, save_words
from haat.web.routes import Page


def _(message: str) -> str:
    """Marks what the message catalogue is to hold; it is translated where it is shown."""
    return message


_KINDS: Mapping[Kind, str] = {
    "product": _("Goods for sale"),
    "equipment": _("Things for hire"),
}
_STEPS = ("first", "up", "down", "remove")


class Edited(NamedTuple):
    """The shop's listing, as it stands."""

    item: Item
    variants: list[OwnVariant]
    said: Mapping[str, str]
    place: str


def show_new(ctx: Context) -> Response:
    """GET /selling/listings/new. Jobs and articles are begun elsewhere."""
    if not _kinds_made_here(ctx):
        return redirect("/selling/jobs/new" if "job" in ctx.settings.market.kinds else "/articles/new")
    return _new_page(ctx, {}, {})


def create_it(ctx: Context) -> Response:
    """POST /selling/listings."""
    if not _kinds_made_here(ctx):
        return show_new(ctx)
    form = ctx.form
    if form.get("kind") == "job":
        return redirect("/selling/jobs/new")
    try:
        listing_id = _create(ctx, form.get("title"), form.get("category"), form.get("kind"))
    except TOLD as error:
        return _new_page(ctx, form.first_values(), wrong(ctx, error), status=422)
    return redirect(_path(listing_id))


def show(ctx: Context, id: int) -> Response:
    """GET /selling/listings/ID."""
    edited = _own(ctx, id)
    if edited.item.kind == "job":
        return redirect(f"/selling/jobs/{ids.encode(id)}")
    if edited.item.kind == "article":
        return redirect(f"/articles/{ids.encode(id)}")
    return _page(ctx, edited, shown(edited.item, edited.variants, edited.said, edited.place), {})


def save(ctx: Context, id: int) -> Response:
    """POST /selling/listings/ID: save, and then what the button says."""
    edited, typing = _own(ctx, id), read(ctx.form)
    try:
        version, errors = save_photos(ctx, edited.item, typing)
    except Conflict as error:
        return _page(ctx, edited, typing._replace(seen=edited.item.version), {"": said(ctx, error)}, status=409)
    errors |= _save_words(ctx, edited, typing, version)
    if errors:
        edited = _own(ctx, id)
        return _page(ctx, edited, typing._replace(seen=edited.item.version), errors, status=422)
    return _go_on(ctx, id, ctx.form.get("do"), typing)


def _kinds_made_here(ctx: Context) -> list[Kind]:
    return [kind for kind in ctx.settings.market.kinds if kind in _KINDS]


def _create(ctx: Context, title: str, category: str, kind: str) -> int:
    try:
        category_id = ids.decode(category)
    except NotFound as error:
        raise Invalid("The listing cannot be begun like this.", fields={"category": "Choose a category."}) from error
    shop_id, kinds = shop_id_of(ctx), _kinds_made_here(ctx)
    chosen = next((one for one in kinds if one == kind), kinds[0])
    return ctx.store.write(lambda tx: create(tx, ctx.app.catalogue, shop_id, ListingText(title, category_id), chosen))


def _new_page(ctx: Context, values: Mapping[str, str], errors: Mapping[str, str], status: int = 200) -> Response:
    return selling_page(
        ctx,
        "selling/new.html",
        "listings",
        status=status,
        values=values,
        errors=errors,
        all_categories=categories_of(_tree(ctx)),
        kinds=[{"value": kind, "label": known(ctx, _KINDS[kind])} for kind in _kinds_made_here(ctx)],
    )


def _own(ctx: Context, listing_id: int) -> Edited:
    shop_id, found = shop_id_of(ctx), item(ctx.store, listing_id)
    if found is None or found.shop_id != shop_id:
        raise NotFound("There is no such listing in your shop.")
    variants = own_variants(ctx.store, shop_id, listing_id)
    town = place_of(ctx.store, listing_id)
    said = own_attributes(ctx.store, shop_id, listing_id)
    return Edited(found, variants, said, town.called if town else "")


def save_photos(ctx: Context, found: Item, typing: Typing) -> tuple[int, dict[str, str]]:
    """The version after it, and what is wrong. Pictures are read before the transaction, which is no place to wait."""
    added, errors = pictures(ctx)
    photos = Photos(found, typing, added, step(ctx.form.get("photo")))
    try:
        return ctx.store.write(lambda tx: photos.save(tx, ctx.app.catalogue)), errors
    except (Invalid, NotFound) as error:
        return typing.seen, {**errors, "photos": " ".join(wrong(ctx, error).values())}


def pictures(ctx: Context) -> tuple[list[Picture], dict[str, str]]:
    kept: list[Picture] = []
    problems: list[str] = []
    for upload in ctx.form.files("photos")[:MOST]:
        try:
            kept.append(ctx.app.pictures.put(upload.file.read()))
        except Invalid as error:
            problems.append(f"{upload.name[:80]}: {' '.join(wrong(ctx, error).values())}")
    return kept, {"photos": " ".join(problems)} if problems else {}


def step(text: str) -> tuple[str, int] | None:
    step, _, photo = text.partition(":")
    return (step, ids.decode(photo)) if step in _STEPS else None


def _save_words(ctx: Context, edited: Edited, typing: Typing, version: int) -> dict[str, str]:
    try:
        meaning = understand(ctx, typing, edited.item, edited.variants)
        ctx.store.write(lambda tx: save_words(tx, ctx.app.catalogue, edited.item, meaning, edited.variants, version))
    except TOLD as error:
        return wrong(ctx, error)
    return {}


def _go_on(ctx: Context, listing_id: int, do: str, typing: Typing) -> Response:
    """What comes after saving."""
    shop_id, catalogue = shop_id_of(ctx), ctx.app.catalogue
    if do == "copy":
        copy_id = ctx.store.write(lambda tx: duplicate_there(tx, catalogue, shop_id, listing_id))
        ctx.flash(ctx.gettext("This is the copy: a draft without stock. Change what is different."))
        return redirect(_path(copy_id))
    try:
        if do == "publish":
            ctx.store.write(lambda tx: publish(tx, catalogue, shop_id, listing_id))
            ctx.flash(ctx.gettext("It is saved, and on sale."))
        elif do == "end":
            ctx.store.write(lambda tx: end(tx, catalogue, shop_id, listing_id))
            ctx.flash(ctx.gettext("It is saved, and no longer on sale. What is already ordered goes on."))
        else:
            ctx.flash(ctx.gettext("It is saved."))
    except TOLD as error:
        return _page_after(ctx, listing_id, typing, in_the_form(wrong(ctx, error)), status=422)
    if do == "save" and _has_only_names(ctx, listing_id, typing):
        return _page_after(ctx, listing_id, typing, {})
    return redirect(_path(listing_id))


def _has_only_names(ctx: Context, listing_id: int, typing: Typing) -> bool:
    """Whether it is said what the variants are to differ in, and there are none yet that could keep it."""
    variants = own_variants(ctx.store, shop_id_of(ctx), listing_id)
    return any(name.strip() for name in typing.option_names) and all(one.retired_at is not None for one in variants)


def _page_after(
    ctx: Context, listing_id: int, typing: Typing, errors: Mapping[str, str], status: int = 200
) -> Response:
    """The listing as it was saved."""
    edited = _own(ctx, listing_id)
    saved = shown(edited.item, edited.variants, edited.said, edited.place)
    if not saved.rows:
        saved = saved._replace(option_names=typing.option_names)
    return _page(ctx, edited, saved, errors, status)


def _page(ctx: Context, edited: Edited, typing: Typing, errors: Mapping[str, str], status: int = 200) -> Response:
    found, tree = edited.item, _tree(ctx)
    rows = [*typing.rows, *_spare(typing)]
    return selling_page(
        ctx,
        "selling/editor.html",
        "listings",
        status=status,
        listing={
            "id": ids.encode(found.id),
            "kind": found.kind,
            "title": found.title,
            "state": found.state,
            "free": found.free,
            "href": f"/item/{ids.encode(found.id)}/{found.handle}",
            "removed_why": known(ctx, found.removed_why or ""),
            "published_at": found.published_at,
            "updated_at": found.updated_at,
        },
        can_promote=can_be_promoted(ctx, found.kind, found.state),
        typing=typing,
        errors=errors,
        labels=_labels(ctx, rows, tree, typing),
        all_categories=categories_of(tree),
        attributes=attributes_asked(ctx, tree, typing),
        photos=[
            {"id": ids.encode(one.id), "photo": views.photo(one.sha, one.alt, one.width, one.height)}
            for one in found.photos
        ],
        most_photos=MOST,
        rows=rows,
        promised={f"v{ids.encode(one.id)}": one.stock.held + one.stock.sold for one in edited.variants},
        symbol=symbol(ctx, currency_of(ctx)),
        preview=_preview(ctx, found, typing),
    )


def _spare(typing: Typing) -> list[Row]:
    """Empty rows for what may be added: the first variant, or another one where they can be told apart."""
    if any(row.key.startswith("n") for row in typing.rows):
        return []
    if typing.rows and not any(name.strip() for name in typing.option_names):
        return []
    return [Row(f"n{number}", ("",) * OPTIONS, "", "", "", "", False) for number in range(SPARE_ROWS)]


def _asked(tree: Tree, typed_category: str) -> tuple[Attribute, ...]:
    """What the category that was chosen asks for; nothing where none was."""
    try:
        return tree.attributes(ids.decode(typed_category))
    except NotFound:
        return ()


def attributes_asked(ctx: Context, tree: Tree, typing: Typing) -> list[View]:
    return [
        {
            "name": f"a-{one.key}",
            "label": one.name,
            "kind": one.kind,
            "unit": one.unit,
            "choices": [{"value": choice, "label": choice} for choice in one.choices],
            "is_required": one.is_required,
            "value": _bare(one, typing.attributes.get(one.key, "")),
        }
        for one in _asked(tree, typing.category)
    ]


def _bare(attribute: Attribute, value: str) -> str:
    """A number without its unit, which stands beside the field."""
    return value.removesuffix(attribute.unit).strip() if attribute.kind == "number" and attribute.unit else value


def _labels(ctx: Context, rows: list[Row], tree: Tree, typing: Typing) -> dict[str, str]:
    """What each field is called, for the list of what is wrong."""
    say = ctx.gettext
    labels = {
        "title": say("Title"),
        "category": say("Category"),
        "description": say("Description"),
        "place": say("Town"),
        "photos": say("Photos"),
        "variants": say("Price and stock"),
        "prices": say("Prices"),
        "units": say("Units"),
    }
    labels |= {f"a-{one.key}": one.name for one in _asked(tree, typing.category)}
    columns = {
        "price": say("Price"),
        "before": say("Price before"),
        "sku": say("SKU"),
        "free": say("Stock"),
        "o0": say("Options"),
    }
    for number, row in enumerate(rows, 1):
        labels |= {f"{row.key}-{name}": f"{label}, {say('row')} {number}" for name, label in columns.items()}
    return labels


def _preview(ctx: Context, found: Item, typing: Typing) -> View:
    """The card as the market will show it."""
    currency = currency_of(ctx)
    prices = [price for row in typing.rows if (price := _price(row.price, currency))]
    cheapest = next((row for row in typing.rows if _price(row.price, currency) == min(prices, default=0)), None)
    before = _price(cheapest.before, currency) if cheapest else None
    cover = found.photos[0] if found.photos else None
    shop = {"name": found.shop_name, "slug": found.shop_slug}
    return {
        "id": ids.encode(found.id),
        "kind": found.kind,
        "per": "day",
        "facts": {fact.key: fact.words for fact in found.facts},
        "published_at": found.published_at or clock.now(),
        "slug": found.handle,
        "title": typing.title or ctx.gettext("Title"),
        "price": Money(min(prices, default=found.price_from), currency),
        "price_from": len(set(prices)) > 1,
        "was": Money(before, currency) if before else None,
        "town": typing.place.partition(",")[0],
        "photo": views.photo(cover.sha, cover.alt, cover.width, cover.height) if cover else None,
        "seller": shop,
        "state": "sold_out" if found.state == "active" and found.free == 0 else "",
    }


def _price(text: str, currency: str) -> int | None:
    try:
        return optional_amount(text, currency)
    except ValueError:
        return None


def categories_of(tree: Tree) -> list[View]:
    """All of them by their way from the top, in the order of the tree."""
    return [
        {"value": ids.encode(one.id), "label": " › ".join(step.name for step in tree.breadcrumbs(one.id))}
        for one in tree.all
    ]


def _tree(ctx: Context) -> Tree:
    return ctx.app.catalogue.categories.tree(ctx.store)


def _path(listing_id: int) -> str:
    return f"/selling/listings/{ids.encode(listing_id)}"


PAGES = [
    Page("GET", "/selling/listings/new", show_new, needs="seller"),
    Page("POST", "/selling/listings", create_it, needs="seller"),
    Page("GET", "/selling/listings/{id:id}", show, needs="seller"),
    Page("POST", "/selling/listings/{id:id}", save, needs="seller"),
]
