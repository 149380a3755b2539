from __future__ import annotations

import pytest
from tests.support.stall import Stall

from haat.market.search.index import index
from haat.market.search.search import Search
from haat.store import Store


@pytest.fixture
def stall(store: Store) -> Stall:
    return Stall(store, index)


@pytest.fixture
def search(store: Store, stall: Stall) -> Search:
    return Search(store, stall.catalogue.categories)
