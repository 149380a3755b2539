"""Where goods stand, and what is asked about them."""

from __future__ import annotations

from haat.kernel import ids
from haat.kernel.errors import NotFound
from haat.market.catalogue import category as catalogue
from haat.market.catalogue.category import Tree
from haat.web.api import goods_shapes
from haat.web.http import Context
from haat.web.routes import Endpoint, Output


class Attribute(Output, frozen=True):
    """What can be said about every listing of a category. `kind` is text, number (in `unit`), choice (one of `choices`) or yes_no.
    Results of a search can be narrowed by a facet; what is required must be said before a listing can be on sale."""

    key: str
    name: str
    kind: str
    unit: str
    choices: list[str]
    is_facet: bool
    is_required: bool


class CategoryNode(Output, frozen=True):
    """A category in the tree. `attributes` are those that it adds to the ones of the categories above it."""

    id: str
    slug: str
    name: str
    attributes: list[Attribute]
    children: list[CategoryNode]


class CategoryTree(Output, frozen=True):
    """All categories; `items` are those at the top."""

    items: list[CategoryNode]


class Category(Output, frozen=True):
    """One category. `path` is its way from the top by slugs, `breadcrumbs` the same by names, itself the last. `attributes` are all
    that its listings can have, those of the categories above it too."""

    id: str
    slug: str
    name: str
    path: str
    breadcrumbs: list[goods_shapes.CategoryName]
    attributes: list[Attribute]
    children: list[goods_shapes.CategoryName]


def show_tree(ctx: Context) -> CategoryTree:
    tree = _tree(ctx)
    return CategoryTree(items=[_node(tree, top) for top in tree.children(None)])


def show_category(ctx: Context, slug: str) -> Category:
    tree = _tree(ctx)
    return category(tree, tree.by_slug(slug))


def category(tree: Tree, row: catalogue.Category) -> Category:
    return Category(
        id=ids.encode(row.id),
        slug=row.slug,
        name=row.name,
        path=row.path,
        breadcrumbs=[goods_shapes.category_name(one) for one in tree.breadcrumbs(row.id)],
        attributes=[attribute(one) for one in tree.attributes(row.id)],
        children=[goods_shapes.category_name(one) for one in tree.children(row.id)],
    )


def attribute(row: catalogue.Attribute) -> Attribute:
    return Attribute(
        key=row.key,
        name=row.name,
        kind=row.kind,
        unit=row.unit,
        choices=list(row.choices),
        is_facet=row.is_facet,
        is_required=row.is_required,
    )


def _tree(ctx: Context) -> Tree:
    return ctx.app.catalogue.categories.tree(ctx.store)


def _node(tree: Tree, row: catalogue.Category) -> CategoryNode:
    return CategoryNode(
        id=ids.encode(row.id),
        slug=row.slug,
        name=row.name,
        attributes=[attribute(one) for one in tree.attributes(row.id) if one.category_id == row.id],
        children=[_node(tree, child) for child in tree.children(row.id)],
    )


ENDPOINTS = [
    Endpoint("GET", "/categories", show_tree, "The tree of categories", gives=CategoryTree),
    Endpoint(
        "GET",
        "/categories/{slug}",
        show_category,
        "One category, with all that can be said about its listings",
        gives=Category,
        errors=(NotFound,),
    ),
]
