"""Pages of lists. A page is `items`, and `next`: what to send as `after` for the page behind it, or null on the last."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Protocol, TypeVar

from msgspec import Meta

from haat.kernel import ids
from haat.kernel.errors import Invalid, NotFound
from haat.web.routes import Input

Limit = Annotated[int, Meta(ge=1, le=100)]
Cursor = Annotated[str, Meta(max_length=40)]

_AFTER_ALL = 2**63 - 1


class HasId(Protocol):
    """A row of a list that is sorted by id, the youngest first."""

    @property
    def id(self) -> int: ...


Row = TypeVar("Row", bound=HasId)


class PageQuery(Input, frozen=True):
    """`after` is the `next` of the page before; `limit` is how many items a page has at the most."""

    after: Cursor | None = None
    limit: Limit = 24


def before(query: PageQuery) -> int:
    """The id below which the page begins. Raises Invalid for a cursor that no page has given."""
    if query.after is None:
        return _AFTER_ALL
    try:
        return ids.decode(query.after)
    except NotFound:
        raise Invalid("This page does not exist.", fields={"after": "Use the `next` of the page before."}) from None


def cut(rows: Sequence[Row], limit: int) -> tuple[Sequence[Row], str | None]:
    """The rows of one page and its `next`, of rows of which one more than `limit` was asked for."""
    if len(rows) <= limit:
        return rows, None
    return rows[:limit], ids.encode(rows[limit - 1].id)
