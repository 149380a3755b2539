"""The tree of categories, and what is asked about the listings of each."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from haat.kernel import ids
from haat.kernel.errors import Invalid
from haat.market.catalogue.category import Attribute, Kind, Tree
from haat.market.catalogue.change_category import add_category, rename_category
from haat.market.catalogue.define_attribute import NewAttribute, define_attribute
from haat.market.catalogue.handle import handle_of
from haat.web.http import Context, Response, redirect
from haat.web.pages.admin.room import admin_page
from haat.web.pages.desk import TOLD, View, wrong
from haat.web.routes import Page

_KINDS: tuple[Kind, ...] = ("text", "number", "choice", "yes_no")
_LONGEST_KEY = 60


class _Failed(NamedTuple):
    """A form that came back: which, what was typed, what is wrong."""

    form: str
    values: Mapping[str, str]
    errors: Mapping[str, str]


_NOTHING = _Failed("", {}, {})


def show_all(ctx: Context) -> Response:
    """GET /admin/categories."""
    return _tree_page(ctx, _NOTHING)


def show(ctx: Context, id: int) -> Response:
    """GET /admin/categories/ID?attribute=KEY: with an attribute in the form, to be changed."""
    chosen = next((one for one in _own(_tree(ctx), id) if one.key == ctx.query.get("attribute")), None)
    return _category_page(ctx, id, _Failed("define", _typed(chosen), {}) if chosen else _NOTHING)


def add(ctx: Context) -> Response:
    """POST /admin/categories: at the top, or below `parent`."""
    form, tree = ctx.form, ctx.app.catalogue.categories
    parent_id = ids.decode(form.get("parent")) if form.get("parent") else None
    try:
        category_id = ctx.store.write(lambda tx: add_category(tx, tree, form.get("name"), parent_id))
    except TOLD as error:
        failed = _Failed("add", form.first_values(), wrong(ctx, error))
        return _tree_page(ctx, failed) if parent_id is None else _category_page(ctx, parent_id, failed)
    ctx.flash(ctx.gettext("The category is there."))
    return redirect(_path(category_id))


def rename(ctx: Context, id: int) -> Response:
    """POST /admin/categories/ID."""
    form, tree = ctx.form, ctx.app.catalogue.categories
    try:
        ctx.store.write(lambda tx: rename_category(tx, tree, id, form.get("name")))
    except TOLD as error:
        return _category_page(ctx, id, _Failed("rename", form.first_values(), wrong(ctx, error)))
    ctx.flash(ctx.gettext("It has its new name. Its address stays."))
    return redirect(_path(id))


def define(ctx: Context, id: int) -> Response:
    """POST /admin/categories/ID/attributes."""
    form, tree = ctx.form, ctx.app.catalogue.categories
    try:
        new = _understood(form.first_values())
        ctx.store.write(lambda tx: define_attribute(tx, tree, id, new))
    except TOLD as error:
        return _category_page(ctx, id, _Failed("define", form.first_values(), wrong(ctx, error)))
    ctx.flash(ctx.gettext("“%(name)s” is asked about these listings from now on.", name=new.name))
    return redirect(_path(id))


def _understood(values: Mapping[str, str]) -> NewAttribute:
    kind = values.get("kind", "text")
    if kind not in _KINDS:
        raise Invalid("This attribute cannot be used.", fields={"kind": "Choose what kind of answer it has."})
    name = values.get("name", "")
    choices = [" ".join(line.split()) for line in values.get("choices", "").splitlines()]
    return NewAttribute(
        key=values.get("key", "").strip() or handle_of(name, _LONGEST_KEY),
        name=name,
        kind=kind,
        unit=values.get("unit", "").strip(),
        choices=tuple(dict.fromkeys(filter(None, choices))),
        is_facet="is_facet" in values,
        is_required="is_required" in values,
    )


def _typed(one: Attribute) -> dict[str, str]:
    """An attribute as it would have been typed."""
    flags = {"is_facet": one.is_facet, "is_required": one.is_required}
    words = {"key": one.key, "name": one.name, "kind": one.kind, "unit": one.unit, "choices": "\n".join(one.choices)}
    return words | {name: "1" for name, is_set in flags.items() if is_set}


def _tree_page(ctx: Context, failed: _Failed) -> Response:
    tree = _tree(ctx)
    rows = [
        {
            "id": ids.encode(one.id),
            "name": one.name,
            "path": one.path,
            "depth": len(tree.breadcrumbs(one.id)) - 1,
            "asked": ", ".join(attribute.name for attribute in _own(tree, one.id)),
        }
        for one in tree.all
    ]
    status = 422 if failed.errors else 200
    return admin_page(ctx, "admin/categories.html", "categories", status=status, rows=rows, failed=failed)


def _category_page(ctx: Context, category_id: int, failed: _Failed) -> Response:
    tree = _tree(ctx)
    *above, category = tree.breadcrumbs(category_id)
    return admin_page(
        ctx,
        "admin/category.html",
        "categories",
        status=422 if failed.errors else 200,
        category={"id": ids.encode(category.id), "name": category.name, "slug": category.slug},
        above=[{"label": one.name, "href": _path(one.id)} for one in above],
        children=[{"label": one.name, "href": _path(one.id)} for one in tree.children(category_id)],
        attributes=[_row(ctx, one, category_id) for one in tree.attributes(category_id)],
        kinds=[{"value": name, "label": label} for name, label in _words(ctx).items()],
        failed=failed,
    )


def _own(tree: Tree, category_id: int) -> list[Attribute]:
    return [one for one in tree.attributes(category_id) if one.category_id == category_id]


def _row(ctx: Context, one: Attribute, category_id: int) -> View:
    return {
        "key": one.key,
        "name": one.name,
        "kind": one.kind,
        "kind_word": _words(ctx)[one.kind],
        "unit": one.unit,
        "choices": one.choices,
        "is_facet": one.is_facet,
        "is_required": one.is_required,
        "is_own": one.category_id == category_id,
    }


def _words(ctx: Context) -> dict[str, str]:
    return {
        "text": ctx.gettext("a few words"),
        "number": ctx.gettext("a number"),
        "choice": ctx.gettext("one of a list"),
        "yes_no": ctx.gettext("yes or no"),
    }


def _tree(ctx: Context) -> Tree:
    return ctx.app.catalogue.categories.tree(ctx.store)


def _path(category_id: int) -> str:
    return f"/admin/categories/{ids.encode(category_id)}"


PAGES = [
    Page("GET", "/admin/categories", show_all, needs="administrator"),
    Page("POST", "/admin/categories", add, needs="administrator"),
    Page("GET", "/admin/categories/{id:id}", show, needs="administrator"),
    Page("POST", "/admin/categories/{id:id}", rename, needs="administrator"),
    Page("POST", "/admin/categories/{id:id}/attributes", define, needs="administrator"),
]
