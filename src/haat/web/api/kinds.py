"""What values may be, wherever programs give them. The database holds no larger numbers than these."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta

from haat.kernel import ids
from haat.market.catalogue.variant import HIGHEST_PRICE, MOST_PIECES

ID_PATTERN = "^[0-7][0-9a-hjkmnp-tv-z]{12}$"

Id = Annotated[str, Meta(pattern=ID_PATTERN, max_length=ids.LENGTH)]
Amount = Annotated[int, Meta(ge=0, le=HIGHEST_PRICE)]
Pieces = Annotated[int, Meta(ge=0, le=MOST_PIECES)]
Instant = Annotated[int, Meta(ge=0, le=253_402_300_799_999)]  # the end of the year 9999
Country = Annotated[str, Meta(pattern="^[A-Z]{2}$", max_length=2)]
