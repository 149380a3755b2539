"""Bring one draft into a shop: begin the listing, or change what differs of the one that is there.

What the file does not say stays as it is, and an import never takes away: variants and photos that the file does not name stay too.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from sqlalchemy import bindparam, select

from haat.kernel.errors import HaatError, Invalid, Refused
from haat.market.catalogue.attribute import read_facts
from haat.market.catalogue.change_category import ensure_category
from haat.market.catalogue.create import create
from haat.market.catalogue.define_attribute import NewAttribute, define_attribute
from haat.market.catalogue.description import EMPTY, Description
from haat.market.catalogue.edit import edit
from haat.market.catalogue.end import end
from haat.market.catalogue.importing.bring_photos import bring_photos
from haat.market.catalogue.importing.bring_variants import bring_variants
from haat.market.catalogue.importing.bringing import Bringing
from haat.market.catalogue.importing.found import Draft, Note
from haat.market.catalogue.importing.known import Known, known_listing
from haat.market.catalogue.listing import Catalogue, ListingText, refresh
from haat.market.catalogue.photos import Picture
from haat.market.catalogue.publish import publish
from haat.market.catalogue.tables import listings
from haat.store import Tx

NO_CATEGORY = ("Other",)


def bring_in(
    tx: Tx,
    catalogue: Catalogue,
    shop_id: int,
    draft: Draft,
    kept: Mapping[str, Picture],
    header_of: Callable[[str], str],
) -> Bringing:
    """Returns what became of the draft. Raises ProductRefused, which the caller has to answer with a rollback."""
    # The steps below tell of a change many times; the search index is told once, at the end.
    bringing = Bringing(tx, replace(catalogue, on_change=_nobody), shop_id, draft, kept, header_of)
    tx.first(_TAKE, shop=shop_id, handle=draft.handle)
    known = known_listing(tx, shop_id, draft.handle)
    try:
        listing_id = _begin(bringing) if known is None else _renew(bringing, known)
    except HaatError as error:
        raise bringing.refusal(error) from error
    if bringing.outcome != "unchanged":
        refresh(tx, catalogue, listing_id)
    return bringing


def _nobody(tx: Tx, listing_id: int) -> None:
    return


def _begin(bringing: Bringing) -> int:
    bringing.outcome = "created"
    draft = bringing.draft
    category_id = _category(bringing)
    text = ListingText(
        title=draft.title,
        category_id=category_id,
        description=draft.description or EMPTY,
        attributes=_words(bringing, category_id, {}),
        handle=draft.handle,
    )
    listing_id = create(bringing.tx, bringing.catalogue, bringing.shop_id, text)
    variant_ids = bring_variants(bringing, listing_id, [])
    if not variant_ids:
        raise Refused("None of its variants can be taken.")
    bring_photos(bringing, listing_id, [], variant_ids)
    wanted = draft.state or "active"
    if wanted != "draft" and _publish(bringing, listing_id) and wanted == "ended":
        end(bringing.tx, bringing.catalogue, bringing.shop_id, listing_id)
    return listing_id


def _renew(bringing: Bringing, known: Known) -> int:
    if known.state == "removed":
        raise Refused("A moderator removed this listing.", try_="Ask them to restore it first.")
    _edit(bringing, known)
    variant_ids = bring_variants(bringing, known.id, known.variants)
    bring_photos(bringing, known.id, known.photos, variant_ids)
    _set_state(bringing, known)
    return known.id


def _category(bringing: Bringing) -> int:
    names = bringing.draft.category
    if names is None:
        about = f"products without a category stand in “{' > '.join(NO_CATEGORY)}” now"
        bringing.found.append(Note(bringing.draft.line, about, bringing.header_of("category"), bringing.draft.handle))
    return ensure_category(bringing.tx, bringing.catalogue.categories, names or NO_CATEGORY)


def _words(bringing: Bringing, category_id: int, said: Mapping[str, str]) -> dict[str, str]:
    """The attributes as they will be: what the file says where it fits, and what is said already where the file is silent."""
    _define_new_attributes(bringing, category_id)
    attributes = bringing.catalogue.categories.tree(bringing.tx).attributes(category_id)
    asked = {attribute.key for attribute in attributes}
    told = {attribute.key: attribute.words for attribute in bringing.draft.attributes if attribute.key in asked}
    facts, unfit = read_facts(attributes, told)
    for key, reason in unfit.items():
        hint = "Correct the value, or ask for the attribute of the category to be changed."
        bringing.problem(bringing.draft.line, f"attribute.{key}", told[key], reason, hint, "value")
    kept = {key: words for key, words in said.items() if key in asked and (key not in told or key in unfit)}
    return kept | {fact.key: fact.words for fact in facts}


def _define_new_attributes(bringing: Bringing, category_id: int) -> None:
    categories = bringing.catalogue.categories
    asked = {attribute.key for attribute in categories.tree(bringing.tx).attributes(category_id)}
    for attribute in bringing.draft.attributes:
        if attribute.words and attribute.key not in asked:
            define_attribute(bringing.tx, categories, category_id, NewAttribute(attribute.key, attribute.name[:120]))


def _edit(bringing: Bringing, known: Known) -> None:
    draft = bringing.draft
    category_id = _category(bringing) if draft.category else known.category_id
    words = _words(bringing, category_id, known.said)
    description = known.description if draft.description is None else draft.description
    before = (known.title, known.category_id, known.description, known.said)
    if (draft.title, category_id, description, words) == before:
        return
    text = ListingText(draft.title, category_id, Description(description), words)
    edit(bringing.tx, bringing.catalogue, bringing.shop_id, known.id, text)
    bringing.changed()


def _set_state(bringing: Bringing, known: Known) -> None:
    wanted = bringing.draft.state or known.state
    if wanted == "active" and known.state != "active":
        if _publish(bringing, known.id):
            bringing.changed()
    elif wanted != "active" and known.state == "active":
        end(bringing.tx, bringing.catalogue, bringing.shop_id, known.id)
        bringing.changed()


def _publish(bringing: Bringing, listing_id: int) -> bool:
    """Put it on sale; False, and told, when something is missing for that."""
    try:
        publish(bringing.tx, bringing.catalogue, bringing.shop_id, listing_id)
    except Invalid as missing:
        reason = f"It is not put on sale: {' '.join(missing.fields.values())}"
        hint = "Add what is missing, and import the file again."
        bringing.problem(bringing.draft.line, "state", bringing.draft.state or "", reason, hint, "value")
        return False
    return True


# Two imports of one file take turns with each of its products.
_TAKE = (
    select(listings.c.id)
    .where(listings.c.shop_id == bindparam("shop"), listings.c.handle == bindparam("handle"))
    .with_for_update(key_share=True)
)
