"""Runs every question in turn, each beside its limit, several rounds, and prints the medians."""

from __future__ import annotations

import json
import shutil
import statistics
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from bench import backup, bare, base, clearing, logs, market, million, operate, proof, serving, writer
from haat.app import App
from haat.config.load import load
from haat.kernel import ids
from haat.market.deals.place import Address, Order
from haat.market.deals.quote import Wanted
from haat.web.shop import shop

FOLDER = Path("data/bench")
ROUNDS = 3
_BUYERS = 64
_ADDRESS = {"name": "Ada", "street": "Street 1", "city": "Graz", "postcode": "8010", "country": "AT"}
_WITHOUT_A_SHOP: dict[str, Callable[[], int]] = {
    "logs": lambda: logs.ask(FOLDER),
    "backup": lambda: backup.ask(FOLDER),
    "base": lambda: base.ask(FOLDER),
    "proof": lambda: proof.ask(FOLDER),
    "clearing": clearing.main,
    "operate": lambda: operate.ask(FOLDER),
}
_CARD = {"number": "4000001000000018", "expiry": "12/34", "cvc": "123"}


class Answer(NamedTuple):
    """Ours beside the limit, medians of ROUNDS. `goal` is the least ratio; `limit_p99` is None where the limit is no server."""

    question: str
    ours: serving.Load
    limit: float
    limit_p99: float | None
    goal: float

    @property
    def ratio(self) -> float:
        return self.ours.per_second / self.limit


def main() -> int:
    """Returns how many figures were not reached."""
    wanted = sys.argv[1:]
    missed = sum(ask() for name, ask in _WITHOUT_A_SHOP.items() if not wanted or name in wanted)
    return missed if wanted and set(wanted) <= _WITHOUT_A_SHOP.keys() else missed + _ask_the_shop(wanted)


def _ask_the_shop(wanted: Sequence[str]) -> int:
    if shutil.which("wrk") is None:
        raise SystemExit("bench needs wrk, which sends the requests: apt-get install wrk")
    if wanted[:1] == ["million"]:
        return million.main(wanted[1:])
    made = market.open_market(FOLDER)
    if made.seconds is not None:
        rate = market.LISTINGS / made.seconds
        print(f"import of {market.LISTINGS:,} listings: {made.seconds:.0f} s, {rate:,.0f}/s, {made.megabytes:.0f} MB\n")
    heads = (
        f"{'ours/s':>9} {'limit/s':>9} {'ratio':>6} {'goal':>5} {'p50 ms':>7} {'p99 ms':>7} {'limit p99':>9} {'MB':>5}"
    )
    print(f"{'':30} {heads} failed")
    missed = 0
    for name, ask in _QUESTIONS.items():
        if wanted and name not in wanted:
            continue
        answer = ask(made.app)
        print(_line(answer), flush=True)
        missed += answer.ratio < answer.goal
    made.app.close()
    return missed


def _line(answer: Answer) -> str:
    ours = answer.ours
    limit_p99 = "" if answer.limit_p99 is None else f"{answer.limit_p99:.1f}"
    return (
        f"{answer.question:30} {ours.per_second:9,.0f} {answer.limit:9,.0f} {answer.ratio:6.2f} {answer.goal:5.2f} "
        f"{ours.p50:7.1f} {ours.p99:7.1f} {limit_p99:>9} {ours.megabytes:5.0f} {ours.failed:6}"
    )


def _item_json(app: App) -> Answer:
    requests = [f"GET\t/api/v1/listings/{id_}" for id_ in market.items(app, 5000)]
    return _beside("item as JSON", _ours, lambda: bare.item_json(_fresh()), requests, 0.6)


def _page_json(app: App) -> Answer:
    requests = [f"GET\t/api/v1/listings?category={slug}" for slug in market.shelves(app)]
    return _beside("page of 24 as JSON", _ours, lambda: bare.page_json(_fresh()), requests, 0.6)


def _page_html(app: App) -> Answer:
    paths = [f"/category/{slug}" for slug in market.shelves(app)]
    return _beside(
        "page of 24 as HTML",
        lambda: _ours("1s"),
        lambda: bare.repeating(_fresh(), paths),
        _get(paths, bare.SOMEBODY),
        1.0,
    )


def _item_html(app: App) -> Answer:
    handles = market.addresses(app, 500)
    return _beside(
        "item as HTML",
        lambda: _ours("1s"),
        lambda: bare.repeating(_fresh(), handles),
        _get(handles, bare.SOMEBODY),
        0.6,
    )


def _kept_page(app: App) -> Answer:
    paths = [f"/category/{slug}" for slug in market.shelves(app)[:20]]
    return _beside("kept page", lambda: _ours("1s"), lambda: bare.static(b"x" * 30_000), _get(paths), 0.7)


def _search(app: App) -> Answer:
    paths = [f"/api/v1/search?q={words}" for words in market.questions(200)]
    return _beside(
        "search with facets as JSON", lambda: _ours("1s"), lambda: bare.repeating(_fresh(), paths), _get(paths), 0.5
    )


def _checkout(app: App) -> Answer:
    variants = market.pieces(app, 2000)
    tokens = market.buyers(app, _BUYERS)
    requests = [_order(tokens[number % _BUYERS], variant) for number, variant in enumerate(variants)]
    units, first = writer.trace(app.store, lambda: _buy(app, variants[0]))
    rounds = [(_load(_ours, requests), writer.run(app.store, units, first, serving.SECONDS)) for _ in range(ROUNDS)]
    ours = _median([ours for ours, _ in rounds])
    return Answer("whole checkout", ours, statistics.median(limit for _, limit in rounds), None, 0.3)


_QUESTIONS: dict[str, Callable[[App], Answer]] = {
    "item-json": _item_json,
    "page-json": _page_json,
    "page-html": _page_html,
    "item-html": _item_html,
    "kept-page": _kept_page,
    "search": _search,
    "checkout": _checkout,
}


def _beside(
    question: str, ours: Callable[[], Any], limit: Callable[[], Any], requests: Sequence[str], goal: float
) -> Answer:
    """Ours and the limit in turn, so that what else the machine does meets both."""
    rounds = [(_load(ours, requests), _load(limit, requests)) for _ in range(ROUNDS)]
    limit_load = _median([limit_load for _, limit_load in rounds])
    return Answer(
        question, _median([ours_load for ours_load, _ in rounds]), limit_load.per_second, limit_load.p99, goal
    )


def _load(make: Callable[[], Any], requests: Sequence[str]) -> serving.Load:
    with serving.serving(make, _threads()) as workers:
        serving.load(workers, requests, serving.WARM_UP)
        return serving.load(workers, requests)


def _median(loads: Sequence[serving.Load]) -> serving.Load:
    return sorted(loads, key=lambda one: one.per_second)[len(loads) // 2]


def _ours(page_cache: str = "0s") -> Any:
    application = shop(_fresh(page_cache))
    application.start()
    return application


def _fresh(page_cache: str = "0s") -> App:
    """An app of this process's own: connections do not survive a fork."""
    return App(load(FOLDER, {}, {"web.page_cache": page_cache}))


def _threads() -> int:
    threads: int = load(FOLDER, {}, {}).web.threads
    return threads


def _get(paths: Sequence[str], cookie: str = "haat_lang=en") -> list[str]:
    return [f"GET\t{path}\tCookie={cookie}" for path in paths]


def _order(token: str, variant: str) -> str:
    lines = [{"variant": variant, "quantity": 1}]
    body = json.dumps({"key": "bench-%KEY%", "address": _ADDRESS, "card": _CARD, "lines": lines})
    return f"POST\t/api/v1/checkouts\tAuthorization=Bearer {token}\tContent-Type=application/json\t@{body}"


def _buy(app: App, variant: str) -> None:
    from haat.market.accounts.account import list_accounts

    buyer = list_accounts(app.store)[0].id
    order = Order(f"trace-{ids.new_id()}", [Wanted(ids.decode(variant), 1)], Address(**_ADDRESS), {}, None, None, None)
    app.place.run(buyer, order, "sandbox_approves_0018", "/")


if __name__ == "__main__":
    raise SystemExit(1 if main() else 0)
