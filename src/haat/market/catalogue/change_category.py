"""Make a category, or change what one is called."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import bindparam, func, select, update

from haat.kernel.errors import Invalid
from haat.kernel.ids import new_id
from haat.kernel.text import free_name
from haat.market.catalogue.categories import Categories
from haat.market.catalogue.category import Category
from haat.market.catalogue.handle import handle_of
from haat.market.catalogue.tables import categories
from haat.store import Tx

LONGEST_NAME = 120
DEEPEST = 6
_LONGEST_SLUG = 60  # six of them and their slashes fit in a path


def add_category(tx: Tx, tree: Categories, name: str, parent_id: int | None = None) -> int:
    """A new category below its parent, or at the top. Raises Invalid for a name that is empty or taken there, NotFound for the parent."""
    alone(tx)
    above = tree.tree(tx).breadcrumbs(parent_id) if parent_id is not None else ()
    if len(above) >= DEEPEST:
        raise Invalid("Categories go no deeper.", fields={"parent": f"At most {DEEPEST} steps from the top."})
    brothers = tree.tree(tx).children(parent_id)
    name = _checked(name, brothers)
    wanted = handle_of(name, _LONGEST_SLUG) or "thing"
    slug = free_name(wanted, lambda slug: tx.first(_IS_TAKEN, slug=slug) is not None, _LONGEST_SLUG)
    category_id = new_id()
    tx.insert(
        categories,
        id=category_id,
        parent_id=parent_id,
        slug=slug,
        name=name,
        path="/".join([*(category.slug for category in above), slug]),
        position=max((brother.position for brother in brothers), default=0) + 1,
        changed=0,
    )
    mark_changed(tx, category_id)
    return category_id


def ensure_category(tx: Tx, tree: Categories, names: Sequence[str]) -> int:
    """The category at the end of these names from the root; what is missing of them is made. Raises as `add_category` does."""
    if not names:
        raise Invalid("A category needs a name.", fields={"category": "Name one."})
    known = tree.tree(tx).by_names(names)
    if known is None:
        alone(tx)
        known = tree.tree(tx).by_names(names)  # Somebody may have made it while we waited.
    if known is not None:
        return known.id
    parent_id = ensure_category(tx, tree, names[:-1]) if len(names) > 1 else None
    return add_category(tx, tree, names[-1], parent_id)


def rename_category(tx: Tx, tree: Categories, category_id: int, name: str) -> None:
    """Call it something else. Its address stays, so links to it do not break. Raises Invalid and NotFound."""
    alone(tx)
    category = tree.tree(tx).get(category_id)
    others = [one for one in tree.tree(tx).children(category.parent_id) if one.id != category_id]
    tx.run(_RENAME, category=category_id, new_name=_checked(name, others))
    mark_changed(tx, category_id)


def alone(tx: Tx) -> None:
    """Changes of the tree come one after the other, so that its version, the largest there is, always tells of the latest."""
    tx.alone("categories")


def mark_changed(tx: Tx, category_id: int) -> None:
    """Give the tree a version that it never had."""
    tx.run(_MARK, category=category_id, version=max(new_id(), (tx.value(_VERSION) or 0) + 1))


def _checked(name: str, brothers: Sequence[Category]) -> str:
    name = " ".join(name.split())
    problem = _problem(name, brothers)
    if problem:
        raise Invalid("The category cannot be called this.", fields={"name": problem})
    return name


def _problem(name: str, brothers: Sequence[Category]) -> str:
    if not handle_of(name):
        return "Write a name with at least one letter or figure."
    if len(name) > LONGEST_NAME:
        return f"Use at most {LONGEST_NAME} characters."
    if any(brother.name.casefold() == name.casefold() for brother in brothers):
        return f"There is already a “{name}” in the same place."
    return ""


_IS_TAKEN = select(categories.c.id).where(categories.c.slug == bindparam("slug"))
_RENAME = update(categories).where(categories.c.id == bindparam("category")).values(name=bindparam("new_name"))
_MARK = update(categories).where(categories.c.id == bindparam("category")).values(changed=bindparam("version"))
_VERSION = select(func.max(categories.c.changed))
