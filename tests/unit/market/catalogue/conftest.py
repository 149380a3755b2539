from __future__ import annotations

import pytest
from tests.support.stall import Stall

from haat.store import Store


@pytest.fixture
def told() -> list[int]:
    """The listings that the search index was told of, in order."""
    return []


@pytest.fixture
def stall(store: Store, told: list[int]) -> Stall:
    return Stall(store, lambda tx, listing_id: told.append(listing_id))
