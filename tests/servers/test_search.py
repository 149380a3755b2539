"""Whatever database a stack runs on, its pages and its API find the same, count the same and turn the same pages."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode
from urllib.request import urlopen

import pytest
from tests.support.databases import Databases
from tests.support.stall import Stall
from tests.support.up import Up

from haat.market.search.index import index
from haat.store import Store

Ask = Callable[..., str]


@pytest.fixture
def ask(databases: Databases, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Ask]:
    """Asks a stack, in processes of its own, that sells thirty bowls, every third of them blue, and a lantern."""
    database = databases.bare()
    (tmp_path / "address").write_text(f"{database.reveal()}\n")
    monkeypatch.setenv("HAAT_STORE__URL_FILE", str(tmp_path / "address"))
    up = Up(tmp_path / "data", "--empty", environ={"HAAT_WEB__WORKERS": "1", "HAAT_WEB__PAGE_CACHE": "0s"})
    up.wait_for("ready")
    store = Store(database)
    stall = Stall(store, index)
    kitchen = stall.category("Kitchen")
    stall.attribute(kitchen, "colour", kind="choice", choices=("blue", "red", "green"))
    for number in range(30):
        stall.sell(
            f"Crème bowl No {number}", category=kitchen, attributes={"colour": ("blue", "red", "green")[number % 3]}
        )
    stall.sell("Garden lantern", category=stall.category("Lamps"))
    store.close()

    def ask_up(path: str, **query: object) -> str:
        with urlopen(f"{up.url}{path}?{urlencode(query)}") as answer:
            return str(answer.read().decode())

    yield ask_up
    up.close()


def test_pages_and_api_find_count_and_turn_pages(ask: Ask) -> None:
    first = found(ask, q="creme bowl", limit=20)
    rest = found(ask, q="creme bowl", limit=20, after=first["next"])
    titles = [one["title"] for one in first["items"] + rest["items"]]
    assert titles == [f"Crème bowl No {number}" for number in reversed(range(30))]
    assert (first["count"], first["is_capped"], rest["next"]) == (30, False, None)
    assert counts(first) == {"blue": 10, "red": 10, "green": 10}
    narrowed = found(ask, q="creme bowl", f="colour:blue")
    assert len(narrowed["items"]) == narrowed["count"] == 10
    assert counts(narrowed) == {"blue": 10, "red": 10, "green": 10}
    assert found(ask, q="lantren")["shown_for"] == "lantern"
    assert found(ask, q="xyzzy")["items"] == []

    page = ask("/search", q="creme bowl")
    assert page.count('href="/item/') >= 24
    assert "Crème bowl No 29" in page
    assert "Garden lantern" not in page
    assert "Garden lantern" in ask("/search", q="lantren")
    assert "Crème bowl No 28" not in ask("/search", **{"q": "creme bowl", "f.colour": "blue"})


def found(ask: Ask, **query: object) -> dict[str, Any]:
    page: dict[str, Any] = json.loads(ask("/api/v1/search", **query))
    return page


def counts(page: dict[str, Any]) -> dict[str, int]:
    return {value["value"]: value["count"] for facet in page["facets"] for value in facet["values"]}
