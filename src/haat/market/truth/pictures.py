"""Which pictures the market refers to, by the hashes under which they are kept. Whatever is not among them may be thrown away."""

from __future__ import annotations

import re
from collections.abc import Iterator

from sqlalchemy import select

from haat.market.accounts.tables import shops
from haat.market.catalogue.tables import listings, photos
from haat.market.deals.tables import deal_events, deal_lines
from haat.store import Reader, Store

# Every column that holds one; what was shown in a deal stands in the text of its events.
COLUMNS = (photos.c.sha, listings.c.photo, shops.c.portrait, deal_lines.c.photo)
_OF_COLUMNS = [select(column).where(column.is_not(None)).distinct() for column in COLUMNS]
_OF_EVENTS = select(deal_events.c.data).where(deal_events.c.data.like('%"photos"%'))
_HASH = re.compile(r"\b[0-9a-f]{64}\b")


def in_use(store: Store) -> set[str]:
    """All of them, as the market stands at one moment."""
    with store.snapshot() as reader:
        return set(_hashes(reader))


def _hashes(reader: Reader) -> Iterator[str]:
    for statement in _OF_COLUMNS:
        yield from (sha for (sha,) in reader.read(statement) if sha)
    for (data,) in reader.read(_OF_EVENTS):
        yield from _HASH.findall(data)
