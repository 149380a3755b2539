"""Say what is asked about every listing of a category and of all below it."""

from __future__ import annotations

import re
from collections.abc import Sequence

import msgspec
from sqlalchemy import bindparam, func, select, update

from haat.kernel.errors import Invalid
from haat.kernel.ids import new_id
from haat.market.catalogue.categories import Categories
from haat.market.catalogue.category import Kind
from haat.market.catalogue.change_category import alone, mark_changed
from haat.market.catalogue.tables import attributes
from haat.store import Tx

_KEY = re.compile(r"[a-z0-9][a-z0-9_-]{0,59}")


class NewAttribute(msgspec.Struct, frozen=True):
    """An attribute to be. The `key` is for programs and addresses, the `name` for people."""

    key: str
    name: str
    kind: Kind = "text"
    unit: str = ""
    choices: Sequence[str] = ()
    is_facet: bool = True
    is_required: bool = False


def define_attribute(tx: Tx, tree: Categories, category_id: int, new: NewAttribute) -> int:
    """Add the attribute to the category, or change the one it has under this key; returns its id. Raises Invalid and NotFound.

    What listings already say stays as it is until they are edited; the kind of an attribute that is there does not change.
    """
    alone(tx)
    tree.tree(tx).get(category_id)
    problems = _problems(new)
    known = tx.first(_KNOWN, category=category_id, wanted=new.key)
    if known is not None and known[1] != new.kind:
        problems["kind"] = f"It is “{known[1]}”, and listings already speak of it so. Use another key."
    if problems:
        raise Invalid("This attribute cannot be used.", fields=problems)
    attribute_id: int = known[0] if known is not None else _add(tx, category_id, new)
    tx.run(_CHANGE, attribute=attribute_id, **_changeable(new))
    mark_changed(tx, category_id)
    return attribute_id


def _problems(new: NewAttribute) -> dict[str, str]:
    found: dict[str, str] = {}
    if not _KEY.fullmatch(new.key):
        found["key"] = "Use small letters, figures, “-” and “_”, at most 60."
    if not new.name.strip() or len(new.name) > 120:
        found["name"] = "Write a name of at most 120 characters."
    if len(new.unit) > 20 or (new.unit and new.kind != "number"):
        found["unit"] = "Only numbers have a unit, of at most 20 characters."
    if (new.kind == "choice") != bool(new.choices):
        found["choices"] = "A choice needs at least one choice, and only a choice has them."
    return found


def _add(tx: Tx, category_id: int, new: NewAttribute) -> int:
    attribute_id = new_id()
    position = tx.value(_LAST, category=category_id) + 1
    fields = {"name": "", "is_facet": 0, "is_required": 0, "position": position}
    tx.insert(attributes, id=attribute_id, category_id=category_id, key=new.key, kind=new.kind, **fields)
    return attribute_id


def _changeable(new: NewAttribute) -> dict[str, str | int]:
    return {
        "new_name": new.name.strip(),
        "new_unit": new.unit,
        "new_choices": msgspec.json.encode(new.choices).decode(),
        "new_facet": int(new.is_facet),
        "new_required": int(new.is_required),
    }


_KNOWN = select(attributes.c.id, attributes.c.kind).where(
    attributes.c.category_id == bindparam("category"), attributes.c.key == bindparam("wanted")
)
_LAST = select(func.coalesce(func.max(attributes.c.position), 0)).where(
    attributes.c.category_id == bindparam("category")
)
_CHANGE = (
    update(attributes)
    .where(attributes.c.id == bindparam("attribute"))
    .values(
        name=bindparam("new_name"),
        unit=bindparam("new_unit"),
        choices=bindparam("new_choices"),
        is_facet=bindparam("new_facet"),
        is_required=bindparam("new_required"),
    )
)
