"""How a shop sends its goods, where to, and for how much."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from haat.kernel.countries import COUNTRIES
from haat.kernel.errors import Invalid, NotFound, Refused
from haat.kernel.ids import new_id
from haat.market.catalogue.variant import HIGHEST_PRICE
from haat.market.deals import queries
from haat.market.deals.tables import shipping_methods
from haat.store import Store, Tx

_MOST = 50
_MOST_COUNTRIES = 100


class Method(NamedTuple):
    """A way of sending. `countries` are ISO codes separated by spaces; empty means everywhere. Days are working days."""

    id: int
    shop_id: int
    name: str
    countries: str
    price: int
    free_from: int | None
    days_min: int
    days_max: int

    def reaches(self, country: str) -> bool:
        return not self.countries or country in self.countries.split()

    def cost(self, goods: int) -> int:
        """What it costs for goods of this much."""
        return 0 if self.free_from is not None and goods >= self.free_from else self.price


def of_shop(store: Store | Tx, shop_id: int) -> list[Method]:
    """The methods on offer, in the shop's order."""
    return of_shops(store, [shop_id])[shop_id]


def of_shops(store: Store | Tx, shop_ids: Sequence[int]) -> dict[int, list[Method]]:
    """The methods on offer of each of these shops, which may be none."""
    found: dict[int, list[Method]] = {shop_id: [] for shop_id in shop_ids}
    if found:
        given = {f"s{i}": shop_id for i, shop_id in enumerate(found)}
        for row in store.read(queries.methods(len(found)), **given):
            method = Method(*row)
            found[method.shop_id].append(method)
    return found


class NewMethod(NamedTuple):
    """What a seller types to offer a way of sending."""

    name: str
    countries: Sequence[str]
    price: int
    free_from: int | None
    days_min: int
    days_max: int


def check(new: NewMethod) -> None:
    """Raises Invalid with all the fields that are wrong."""
    wrong: dict[str, str] = {}
    if not 1 <= len(new.name.strip()) <= 80:
        wrong["name"] = "Give it a name of at most 80 characters."
    if not 0 <= new.price <= HIGHEST_PRICE:
        wrong["price"] = "The price cannot be negative, nor beyond all measure."
    if new.free_from is not None and not 0 <= new.free_from <= HIGHEST_PRICE:
        wrong["free_from"] = "This cannot be negative, nor beyond all measure."
    if not 0 <= new.days_min <= new.days_max <= 365:
        wrong["days_max"] = "Give the days from the least to the most, at most 365."
    if len(new.countries) > _MOST_COUNTRIES:
        wrong["countries"] = f"Name at most {_MOST_COUNTRIES}, or none for everywhere."
    elif not COUNTRIES.issuperset(new.countries):
        wrong["countries"] = "Use two-letter country codes such as DE."
    if wrong:
        raise Invalid("The shipping method cannot be offered like this.", fields=wrong)


def offer(store: Store, shop_id: int, new: NewMethod) -> int:
    """Add a method; returns its id. Raises Invalid with the fields that are wrong, Refused when there are too many."""
    check(new)
    return store.write(lambda tx: _offer(tx, shop_id, new))


def end(store: Store, shop_id: int, method_id: int) -> None:
    """No longer offer a method; orders that were made with it keep it. Raises NotFound."""
    if store.write(lambda tx: tx.run(queries.END_METHOD, key=method_id, shop=shop_id, at=tx.now)) != 1:
        raise NotFound("There is no such shipping method.")


def _offer(tx: Tx, shop_id: int, new: NewMethod) -> int:
    tx.alone("ways of sending", shop_id)
    count = len(of_shop(tx, shop_id))
    if count >= _MOST:
        raise Refused(f"A shop has at most {_MOST} ways of sending.", try_="End one that is no longer needed.")
    method_id = new_id()
    tidy = new._replace(name=new.name.strip(), countries=" ".join(sorted(set(new.countries))))
    tx.insert(shipping_methods, id=method_id, shop_id=shop_id, **tidy._asdict(), position=count)
    return method_id
