"""Categories as a tree. A category has the attributes of all above it, and its own."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Literal, NamedTuple, TypeAlias

from haat.kernel.errors import NotFound

Kind: TypeAlias = Literal["text", "number", "choice", "yes_no"]


class Category(NamedTuple):
    """`path` are the slugs from the root: kitchen/cups."""

    id: int
    parent_id: int | None
    slug: str
    name: str
    path: str
    position: int


class Attribute(NamedTuple):
    """What can be said about every listing of a category. `unit` is for numbers, `choices` for choices."""

    id: int
    category_id: int
    key: str
    name: str
    kind: Kind
    unit: str
    choices: tuple[str, ...]
    is_facet: bool
    is_required: bool


class Tree:
    """All categories at one moment; it never changes. Brothers and sisters stand by position, then by name."""

    def __init__(self, categories: Iterable[Category], attributes: Iterable[Attribute]) -> None:
        ordered = sorted(categories, key=lambda category: (category.position, category.name, category.id))
        self._by_id = {category.id: category for category in ordered}
        self._by_slug = {category.slug: category for category in ordered}
        self._children: dict[int | None, tuple[Category, ...]] = {}
        for category in ordered:
            self._children[category.parent_id] = (*self._children.get(category.parent_id, ()), category)
        self._own: dict[int, tuple[Attribute, ...]] = {}
        for attribute in attributes:
            self._own[attribute.category_id] = (*self._own.get(attribute.category_id, ()), attribute)
        self.all = tuple(self._walk(None))

    def get(self, category_id: int) -> Category:
        """The category. Raises NotFound."""
        category = self._by_id.get(category_id)
        if category is None:
            raise NotFound("There is no such category.")
        return category

    def by_slug(self, slug: str) -> Category:
        """The category with this slug. Raises NotFound."""
        category = self._by_slug.get(slug)
        if category is None:
            raise NotFound("There is no such category.", why=f"None is called “{slug[:80]}”.")
        return category

    def by_names(self, names: Sequence[str]) -> Category | None:
        """The category at the end of these names from the root, whatever their case."""
        found: Category | None = None
        for name in names:
            folded = name.casefold()
            children = self.children(found.id if found else None)
            found = next((child for child in children if child.name.casefold() == folded), None)
            if found is None:
                return None
        return found

    def children(self, category_id: int | None) -> tuple[Category, ...]:
        """Those directly below it; the top ones for None."""
        return self._children.get(category_id, ())

    def breadcrumbs(self, category_id: int) -> tuple[Category, ...]:
        """From the root down to the category itself."""
        category: Category | None = self.get(category_id)
        upward: list[Category] = []
        while category is not None:
            upward.append(category)
            category = self._by_id[category.parent_id] if category.parent_id is not None else None
        return tuple(reversed(upward))

    def attributes(self, category_id: int) -> tuple[Attribute, ...]:
        """Inherited ones first. A category that defines a key again replaces what it inherits."""
        found: dict[str, Attribute] = {}
        for category in self.breadcrumbs(category_id):
            for attribute in self._own.get(category.id, ()):
                found[attribute.key] = attribute
        return tuple(found.values())

    def name_of_attribute(self, key: str) -> str:
        """What an attribute is called, wherever it is defined; its key where it is not."""
        return next((a.name for own in self._own.values() for a in own if a.key == key), key)

    def _walk(self, category_id: int | None) -> Iterable[Category]:
        for child in self.children(category_id):
            yield child
            yield from self._walk(child.id)
