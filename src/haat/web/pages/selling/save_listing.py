"""Save the form of a listing: its words, its variants and its photos.

Words and variants are one unit of work: all of it or nothing. Photos come before and for themselves, so that what was uploaded is not
lost when a price is mistyped.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from haat.kernel.errors import Conflict, HaatError, Invalid, NotFound
from haat.market.catalogue.change_variants import add_variant, change_variant, retire_variant
from haat.market.catalogue.edit import edit
from haat.market.catalogue.item import Item
from haat.market.catalogue.listing import Catalogue, own
from haat.market.catalogue.own import OwnVariant
from haat.market.catalogue.photos import Picture, add_photo, describe_photo, remove_photo, reorder_photos
from haat.market.catalogue.restock import recount
from haat.market.catalogue.tell_apart import tell_apart
from haat.market.catalogue.variant import VariantText
from haat.market.places.settle import settle
from haat.store import Tx
from haat.web.pages.selling.editor_form import FIELDS, Change, Meaning, Typing, in_the_form


class Photos:
    """What is to become of the photos of a listing. `order` is one step: first, up, down or remove, and the photo."""

    def __init__(self, item: Item, typing: Typing, added: Sequence[Picture], order: tuple[str, int] | None) -> None:
        self._item = item
        self._typing = typing
        self._added = added
        self._order = order

    def save(self, tx: Tx, catalogue: Catalogue) -> int:
        """Make it so; returns the version that the listing then has. Raises Conflict when it is not the one that was shown."""
        shop_id, listing_id = self._item.shop_id, self._item.id
        refuse_if_changed(tx, self._item, self._typing.seen)
        for photo in self._item.photos:
            alt = self._typing.alts.get(photo.id, photo.alt)
            if alt.strip() != photo.alt:
                describe_photo(tx, catalogue, shop_id, photo.id, alt)
        for picture in self._added:
            add_photo(tx, catalogue, shop_id, listing_id, picture)
        if self._order is not None:
            self._step(tx, catalogue, *self._order)
        return own(tx, shop_id, listing_id).version

    def _step(self, tx: Tx, catalogue: Catalogue, step: str, photo_id: int) -> None:
        shown = [photo.id for photo in self._item.photos]
        if photo_id not in shown:
            raise NotFound("There is no such photo.")
        if step == "remove":
            remove_photo(tx, catalogue, self._item.shop_id, photo_id)
        elif not self._added:
            reorder_photos(tx, catalogue, self._item.shop_id, self._item.id, _moved(shown, photo_id, step))


def _moved(shown: list[int], photo_id: int, step: str) -> list[int]:
    at = shown.index(photo_id)
    others = [one for one in shown if one != photo_id]
    to = {"first": 0, "up": max(at - 1, 0)}.get(step, at + 1)
    return [*others[:to], photo_id, *others[to:]]


def refuse_if_changed(tx: Tx, item: Item, seen: int) -> None:
    """Raises Conflict when the listing is no longer at the version that the seller was shown."""
    if own(tx, item.shop_id, item.id).version != seen:
        raise Conflict(
            "Somebody changed this listing meanwhile.",
            why="It is no longer the version that you were shown.",
            try_="What you typed is still here: compare it with the listing, and save again.",
        )


def save_words(
    tx: Tx, catalogue: Catalogue, item: Item, meaning: Meaning, variants: Sequence[OwnVariant], seen: int
) -> None:
    """Words, town and variants. Raises Invalid by the names of the form's fields, and Conflict."""
    try:
        edit(tx, catalogue, item.shop_id, item.id, meaning.text, seen)
    except Invalid as error:
        raise Invalid(error.what, fields=in_the_form(error.fields)) from error
    settle(tx, catalogue, item.shop_id, item.id, meaning.town)
    offered = {variant.id: variant for variant in variants if variant.retired_at is None}
    _tell_apart(tx, catalogue, item, meaning.changes, offered)
    for change in meaning.changes:
        with _of_row(change.key):
            _save_variant(tx, catalogue, item, change, offered)
    for change in meaning.changes:
        if change.is_gone and change.id is not None:
            with _of_row(change.key):
                retire_variant(tx, catalogue, item.shop_id, change.id)


def _tell_apart(
    tx: Tx, catalogue: Catalogue, item: Item, changes: Sequence[Change], offered: dict[int, OwnVariant]
) -> None:
    options = {change.id: change.text.options for change in changes if change.id is not None}
    if all(options.get(id_) == variant.options for id_, variant in offered.items()):
        return
    first = next(change.key for change in changes if change.id is not None)
    with _of_row(first):
        tell_apart(tx, catalogue, item.shop_id, item.id, options)


def _save_variant(tx: Tx, catalogue: Catalogue, item: Item, change: Change, offered: dict[int, OwnVariant]) -> None:
    if change.id is None:
        if not change.is_gone:
            add_variant(tx, catalogue, item.shop_id, item.id, change.text, change.free or 0)
        return
    before = offered[change.id]
    if change.text != VariantText(before.price, change.text.options, before.sku, before.compare_at):
        change_variant(tx, catalogue, item.shop_id, change.id, change.text)
    if change.free is not None:
        stock = before.stock
        on_hand = change.free + stock.held + stock.sold
        recount(tx, catalogue, item.shop_id, change.id, on_hand, seen=stock.on_hand)


@contextmanager
def _of_row(key: str) -> Iterator[None]:
    """The same for a row of the table."""
    try:
        yield
    except Invalid as error:
        fields = {f"{key}-{FIELDS.get(name, 'price')}": told for name, told in error.fields.items()}
        raise Invalid(error.what, fields=fields) from error
    except HaatError as error:
        told = " ".join(part for part in (error.what, error.why, error.try_) if part)
        raise Invalid(error.what, fields={f"{key}-free": told}) from error
