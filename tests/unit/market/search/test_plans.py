"""Pages of results are read in the order they are shown, without sorting what nobody sees."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import Select

from haat.market.search import queries
from haat.market.search.fts5 import FTS5
from haat.market.search.queries import Shape
from haat.store import Store

pytestmark = pytest.mark.only_on("sqlite", "it is about the plans of SQLite")

VALUES = {"match": "mug", "size": 25, "place": 10**18, "by": 0, "most": 1000, "low": 0, "high": 10**9}


def plan(store: Store, statement: Select[Any]) -> list[str]:
    text, constants = store._statements.of(statement)
    rows = store.connection().execute(f"EXPLAIN QUERY PLAN {text}", {**constants, **VALUES})
    return [row[3] for row in rows]


@pytest.mark.parametrize("has_price", [False, True])
@pytest.mark.parametrize("in_stock", [False, True])
@pytest.mark.parametrize("text", [None, FTS5.tidy, FTS5.whole])
def test_the_newest_are_read_newest_first(store: Store, text: Any, has_price: bool, in_stock: bool) -> None:
    shape = Shape(text, has_price, in_stock)
    for statement in (queries.page(shape, "newest"), queries.sample(shape), queries.count(shape)):
        steps = plan(store, statement)
        inner = steps[: next((i for i, step in enumerate(steps) if step.startswith("SCAN found")), len(steps))]
        assert not any("TEMP B-TREE" in step for step in inner), steps
        tables = [step for step in inner if step.startswith(("SCAN", "SEARCH"))]
        assert ("VIRTUAL TABLE" in tables[0]) == (text is not None), steps


def test_the_whole_market_is_sorted_by_price_along_an_index(store: Store) -> None:
    steps = plan(store, queries.page(Shape(None, False, False), "price_up"))
    assert any("ix_search_rows_price_place" in step for step in steps), steps


def test_only_a_statement_of_a_new_shape_is_built() -> None:
    assert queries.page(Shape(FTS5.tidy, False, False), "newest") is queries.page(
        Shape(FTS5.tidy, False, False), "newest"
    )
