"""A listing: what a shop offers. A draft becomes active when it is published; it ends, or a moderator removes it.

draft ── publish ──▶ active ── end ──▶ ended ── publish ──▶ active        any ── remove ──▶ removed ── restore ──▶ as before

What is active is hidden while its seller is suspended.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, NamedTuple, TypeAlias

from msgspec import Struct
from sqlalchemy.sql import ClauseElement

from haat.kernel.errors import Invalid, NotFound
from haat.kernel.text import one_line
from haat.market.catalogue import queries
from haat.market.catalogue.attribute import Fact, Value, missing, read_facts
from haat.market.catalogue.categories import Categories
from haat.market.catalogue.category import Attribute
from haat.market.catalogue.description import EMPTY, Description
from haat.market.catalogue.description import LONGEST as LONGEST_DESCRIPTION
from haat.store import Store, Tx

State: TypeAlias = Literal["draft", "active", "hidden", "ended", "removed"]
# Goods in stock, things for hire, work that is asked for, single things that somebody parts with.
Kind: TypeAlias = Literal["product", "equipment", "job", "article"]

LONGEST_TITLE = 200


class KindRules(NamedTuple):
    """What is particular to a kind of listing.

    `refresh` is a statement of `queries.refreshing`; `missing` says what a listing of the kind lacks before it can be on sale, by field;
    `goes_on_sale` is called when it is, and `copies` with a listing and a draft that was begun from it, in place of
    copying variants: what only the kind has is copied.
    """

    refresh: ClauseElement
    missing: Callable[[Tx, int], dict[str, str]]
    goes_on_sale: Callable[[Tx, int], None] | None = None
    copies: Callable[[Tx, int, int], None] | None = None


@dataclass(frozen=True)
class Catalogue:
    """What the use cases of this room are given: the market's main currency, its categories, and whom to tell of a change.

    `on_change(tx, listing_id)` is called in the transaction of every change that a reader could see; it keeps the search index. `kinds`
    are those kinds of listings that are not goods in stock.
    """

    currency: str
    categories: Categories
    on_change: Callable[[Tx, int], None]
    kinds: Mapping[Kind, KindRules] = field(default_factory=dict)

    def rules(self, kind: Kind) -> KindRules:
        return PRODUCT if kind == "product" else self.kinds[kind]


class ListingText(Struct, frozen=True):
    """What a seller writes about a listing. `attributes` by key, as typed; an empty handle is made of the title."""

    title: str
    category_id: int
    description: Description = EMPTY
    attributes: Mapping[str, Value] = {}
    handle: str = ""


class Owned(NamedTuple):
    """A listing as its own shop may act on it."""

    id: int
    kind: Kind
    state: State
    category_id: int
    handle: str
    version: int
    published_at: int | None

    @property
    def is_offered(self) -> bool:
        """On sale, or would be if its seller were not suspended."""
        return self.state in ("active", "hidden")


class Checked(NamedTuple):
    """A text whose every part can be stored. `attributes` are those of its category."""

    title: str
    facts: Sequence[Fact]
    attributes: Sequence[Attribute]


def own(tx: Tx, shop_id: int, listing_id: int) -> Owned:
    """The shop's listing, which nobody else changes until this transaction ends. Raises NotFound, also when it is somebody else's."""
    row = tx.first(queries.TAKE_OWNED, listing=listing_id, shop=shop_id)
    if row is None:
        raise NotFound("There is no such listing in your shop.")
    return Owned(*row)


def check(store: Store | Tx, catalogue: Catalogue, text: ListingText, *, on_sale: bool) -> Checked:
    """Raises Invalid with all that is wrong. What the category requires is asked for only when the listing is on sale."""
    tree = catalogue.categories.tree(store)
    attributes = tree.attributes(text.category_id)
    facts, problems = read_facts(attributes, text.attributes)
    if on_sale:
        problems = missing(attributes, facts) | problems
    fields = {f"attributes.{key}": problem for key, problem in problems.items()}
    title = one_line(text.title)
    if not 1 <= len(title) <= LONGEST_TITLE:
        fields["title"] = f"Write a title of 1 to {LONGEST_TITLE} characters."
    if len(text.description) > LONGEST_DESCRIPTION:
        fields["description"] = f"Use at most {LONGEST_DESCRIPTION:,} characters."
    if fields:
        raise Invalid("The listing cannot be saved like this.", fields=fields)
    return Checked(title, facts, attributes)


def refresh(tx: Tx, catalogue: Catalogue, listing_id: int) -> None:
    """After any change: count the version up, set what the card shows, and tell."""
    tx.first(queries.TAKE, listing=listing_id)  # What is counted now must not change before it is written down.
    rules = catalogue.rules(tx.value(queries.KIND, listing=listing_id))
    tx.run(rules.refresh, listing=listing_id, now=tx.now)
    catalogue.on_change(tx, listing_id)


def _missing_of_product(tx: Tx, listing_id: int) -> dict[str, str]:
    if tx.value(queries.HAS_VARIANT, listing=listing_id):
        return {}
    return {"variants": "Say what it costs and how many you have."}


PRODUCT = KindRules(queries.REFRESH, _missing_of_product)
