"""The tree of categories, kept in the process and read again only when it has changed."""

from __future__ import annotations

import msgspec
from sqlalchemy import func, select

from haat.market.catalogue.category import Attribute, Category, Tree
from haat.market.catalogue.tables import attributes, categories
from haat.store import Store, Tx


class Categories:
    """Asking costs one look at the version, so what another process has changed is seen at once."""

    def __init__(self) -> None:
        self._known: tuple[int | None, Tree] = (None, Tree((), ()))

    def tree(self, store: Store | Tx) -> Tree:
        """The categories as this database, or this transaction, sees them."""
        version, tree = self._known
        now = store.value(_VERSION)
        if now != version:
            tree = _read(store)
            self._known = (now, tree)
        return tree


def _read(store: Store | Tx) -> Tree:
    return Tree(
        (Category(*row) for row in store.read(_CATEGORIES)),
        (_attribute(*row) for row in store.read(_ATTRIBUTES)),
    )


def _attribute(*row: object) -> Attribute:
    *start, choices, is_facet, is_required = row
    return Attribute._make((*start, _decode(str(choices)), bool(is_facet), bool(is_required)))


_decode = msgspec.json.Decoder(tuple[str, ...]).decode

_VERSION = select(func.max(categories.c.changed))

_CATEGORIES = select(
    categories.c.id,
    categories.c.parent_id,
    categories.c.slug,
    categories.c.name,
    categories.c.path,
    categories.c.position,
)

_ATTRIBUTES = select(
    attributes.c.id,
    attributes.c.category_id,
    attributes.c.key,
    attributes.c.name,
    attributes.c.kind,
    attributes.c.unit,
    attributes.c.choices,
    attributes.c.is_facet,
    attributes.c.is_required,
).order_by(attributes.c.category_id, attributes.c.position, attributes.c.id)
