"""What somebody looks for."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from typing import Literal, TypeAlias

from msgspec import Struct

from haat.kernel.errors import Invalid
from haat.market.hire.period import MOST_SLOTS
from haat.market.places.near import MOST_KM, Near

Sort: TypeAlias = Literal["relevance", "newest", "price_up", "price_down", "nearest"]

MOST_IN_A_PAGE = 100
_MOST_FACETS = 8
_MOST_VALUES = 50
_MOST_MONEY = 10**15


class Question(Struct, frozen=True, kw_only=True):
    """What to look for; every part may be left out. `facts` are values by facet: any of one facet, and all of the facets.

    A price range is in minor units, both ends included. Where the market has several currencies, `currency` is the one that is meant: with a
    price range, and sorted by price, only what is sold in it is found, for prices of different currencies cannot be compared. Of `free_days`, days since 1970 and both in it, something for hire has a unit
    that is free in all of them. `near` leaves those that are within so many kilometres of a point, and only with it can they be sorted by how far they are.
    Among equals the newest come first, and so they do by relevance
    where there are no words. `after` is the `next` of the page before.
    """

    text: str = ""
    category_id: int | None = None
    shop_id: int | None = None
    low: int | None = None
    high: int | None = None
    currency: str = ""
    in_stock: bool = False
    free_days: tuple[int, int] | None = None
    near: Near | None = None
    facts: Mapping[str, Sequence[str]] = {}
    sort: Sort = "relevance"
    after: str = ""
    size: int = 24

    @property
    def chosen(self) -> dict[str, Sequence[str]]:
        """The facets that something was chosen of; a key with a slash is none."""
        return {key: values for key, values in self.facts.items() if values and "/" not in key}

    @property
    def compares_prices(self) -> bool:
        """Whether prices decide what is found, or in what order."""
        return self.low is not None or self.high is not None or self.sort in ("price_up", "price_down")

    @property
    def is_looking_around(self) -> bool:
        """Nothing is asked for by words, in another order, of one shop, or on a later page."""
        is_plain = not (self.text.strip() or self.after) and self.shop_id is None
        return is_plain and self.sort in ("relevance", "newest")

    @property
    def narrowed_to(self) -> Hashable:
        """All that decides which results there are, and not in what order or on which page."""
        chosen = tuple(sorted((key, tuple(values)) for key, values in self.chosen.items()))
        return (
            self.text,
            self.category_id,
            self.shop_id,
            self.low,
            self.high,
            self.currency if self.compares_prices else "",
            self.in_stock,
            self.free_days,
            self.near,
            chosen,
        )

    def check(self) -> None:
        """Raises Invalid for what no page and no sane program asks for."""
        fields = {}
        if not 1 <= self.size <= MOST_IN_A_PAGE:
            fields["size"] = f"Ask for 1 to {MOST_IN_A_PAGE} results."
        if not all(0 <= price <= _MOST_MONEY for price in (self.low, self.high) if price is not None):
            fields["price"] = "Prices are not below zero, and not beyond all measure."
        if self.free_days is not None and not 0 <= self.free_days[1] - self.free_days[0] <= MOST_SLOTS:
            fields["free_days"] = f"Ask for at most {MOST_SLOTS} days, the first one first."
        if self.near is not None and not 1 <= self.near.km <= MOST_KM:
            fields["km"] = f"Look within 1 to {MOST_KM} km."
        if self.sort == "nearest" and self.near is None:
            fields["sort"] = "Say near which place."
        if len(self.facts) > _MOST_FACETS or any(len(values) > _MOST_VALUES for values in self.facts.values()):
            fields["facts"] = f"Choose from at most {_MOST_FACETS} facets, at most {_MOST_VALUES} values of each."
        if fields:
            raise Invalid("This cannot be looked for.", fields=fields)
