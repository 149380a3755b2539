"""A million listings on PostgreSQL: what they cost beside ten thousand, and beside what this machine can do, in the same run.

The server is the bench's own. It and its two databases stay in FOLDER for the next run.
"""

from __future__ import annotations

import random
import signal
import statistics
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from bench import bare, goods, market, serving
from bench.cluster import cluster
from haat.app import App
from haat.config.address import Address
from haat.config.load import load
from haat.config.secrets import ensure_secrets
from haat.kernel import clock, ids
from haat.kernel.clock import DAY
from haat.market.hire.period import date_of
from haat.ops.drills.servers import OwnPostgres
from haat.store import Store
from haat.store.migrate import migrate
from haat.web.shop import shop

FOLDER = Path("data/bench/million")
FEW, MANY = 10_000, 1_000_000
ROUNDS = 3
_WARM_UP, _SECONDS = 4, 6
_PATIENCE = 10  # times, until a machine that does much else lets it be answered at all
_DIFFERENT = 4000  # requests of one question
_REPEATED = 200  # of them by the limit, which has to learn each
_MOST_MEMORY = 150  # MB of a worker


class Market(NamedTuple):
    """How to open one of the two; connections do not survive a fork, so each process opens its own."""

    folder: Path
    address: Address

    def app(self) -> App:
        return App(load(self.folder, {}, {"store.url": self.address.reveal()}))


class Question(NamedTuple):
    """Something that is asked of both. Beside the larger one stands a limit; `goal` is the least ratio to it, `most_growth` how much longer the
    larger one may take, `most_p99` how long at the most."""

    ask: Callable[[App], list[str]]
    limit: Callable[[App, Sequence[str]], Any]
    goal: float
    most_growth: float | None = None
    most_p99: float | None = None
    connections: int = serving.CONNECTIONS


class Answer(NamedTuple):
    """Medians of ROUNDS."""

    few: serving.Load
    many: serving.Load
    limit: float

    @property
    def ratio(self) -> float:
        return self.many.per_second / self.limit

    @property
    def growth(self) -> float:
        return self.many.p50 / self.few.p50


def main(wanted: Sequence[str] = ()) -> int:
    """Ask everything, or only what is wanted; 1 when something was not reached."""
    missed = 0
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("ended before everything was asked"))
    with cluster(FOLDER) as server:
        few, many = _market(server, FEW), _market(server, MANY)
        print(f"\n{'':26} {'at 10,000':^21}  {'at 1,000,000':^21}")
        load_heads = f"{'/s':>7} {'p50':>6} {'p99':>6}"
        print(f"{'':26} {load_heads}  {load_heads} growth limit/s ratio    MB failed  not reached", flush=True)
        for name, question in _QUESTIONS.items():
            if wanted and name not in wanted:
                continue
            answer = _beside(question, few, many)
            misses = list(_misses(question, answer))
            print(_line(name, answer), ", ".join(misses), flush=True)
            missed += len(misses)
    return 1 if missed else 0


def _market(server: OwnPostgres, count: int) -> Market:
    """The market of so many listings; one that is not there is filled, and examined."""
    name = f"market_{count}"
    found = Market(FOLDER / name, server.address(name))
    found.folder.mkdir(exist_ok=True)
    ensure_secrets(found.folder)
    if not _has(server, name):
        server.ask(f"DROP DATABASE IF EXISTS {name}_unfinished")
        server.ask(f"CREATE DATABASE {name}_unfinished")
        unfinished = server.address(f"{name}_unfinished")
        migrate(unfinished)
        print(goods.fill(unfinished, count), flush=True)
        server.ask(f"ALTER DATABASE {name}_unfinished RENAME TO {name}")
        app = found.app()
        goods.examine(app)
        app.close()
    migrate(found.address)
    return found


def _has(server: OwnPostgres, name: str) -> bool:
    store = Store(server.address("postgres"))
    found = store.connection().execute("SELECT 1 FROM pg_database WHERE datname = %s", (name,)).fetchone()
    store.close()
    return found is not None


def _beside(question: Question, few: Market, many: Market) -> Answer:
    """Both markets and the limit in turn, so that what else the machine does meets all of them."""
    asked = {market.folder: _asked(question, market) for market in (few, many)}
    repeated = asked[many.folder][:_REPEATED]

    def rounds() -> Iterator[tuple[serving.Load, serving.Load, serving.Load]]:
        for _ in range(ROUNDS):
            yield (
                _load(question, lambda: _ours(few), asked[few.folder]),
                _load(question, lambda: _ours(many), asked[many.folder]),
                _load(question, lambda: question.limit(many.app(), repeated), repeated),
            )

    few_loads, many_loads, limits = zip(*rounds(), strict=True)
    return Answer(_median(few_loads), _median(many_loads), statistics.median(one.per_second for one in limits))


def _asked(question: Question, market: Market) -> list[str]:
    app = market.app()
    paths = question.ask(app)
    app.close()
    random.Random(6).shuffle(paths)
    return paths


def _load(question: Question, make: Callable[[], Any], paths: Sequence[str]) -> serving.Load:
    requests = [f"GET\t{path}\tCookie={bare.SOMEBODY}" for path in paths]
    with serving.serving(make, threads=2) as workers:
        for _ in range(_PATIENCE):
            if serving.load(workers, requests, _WARM_UP, question.connections).per_second:
                break
        return serving.load(workers, requests, _SECONDS, question.connections)


def _ours(market: Market) -> Any:
    application = shop(market.app())
    application.start()
    return application


def _median(loads: Sequence[serving.Load]) -> serving.Load:
    return sorted(loads, key=lambda one: one.per_second)[len(loads) // 2]


def _misses(question: Question, answer: Answer) -> Iterator[str]:
    if answer.ratio < question.goal:
        yield f"ratio {question.goal}"
    if question.most_growth is not None and answer.growth > question.most_growth:
        yield f"growth {question.most_growth}"
    if question.most_p99 is not None and answer.many.p99 > question.most_p99:
        yield f"p99 {question.most_p99:.0f} ms"
    if answer.many.megabytes > _MOST_MEMORY:
        yield f"{_MOST_MEMORY} MB"
    if answer.few.failed or answer.many.failed:
        yield "an answer to everything"


def _line(name: str, answer: Answer) -> str:
    loads = "  ".join(f"{one.per_second:7,.0f} {one.p50:6.1f} {one.p99:6.1f}" for one in (answer.few, answer.many))
    return (
        f"{name:26} {loads} {answer.growth:6.2f} {answer.limit:7,.0f} {answer.ratio:5.2f} "
        f"{answer.many.megabytes:5.0f} {answer.few.failed + answer.many.failed:6} "
    )


# What is asked


def _categories_html(app: App) -> list[str]:
    """First pages and later ones by turns, as many as there can be."""
    first, later = _shelves(app)
    return [
        path
        for n, (slug, at, id_) in enumerate(later)
        for path in (f"/category/{first[n % len(first)]}", f"/category/{slug}?after={at}-{id_}")
    ]


def _categories_json(app: App) -> list[str]:
    first, later = _shelves(app)
    pages = "/api/v1/listings?category="
    return [
        path
        for n, (slug, at, id_) in enumerate(later)
        for path in (f"{pages}{first[n % len(first)]}", f"{pages}{slug}&after={at:x}-{ids.encode(id_)}")
    ]


def _shelves(app: App) -> tuple[list[str], list[tuple[str, int, int]]]:
    """Slugs of categories, and listings in them that a whole page stands behind."""
    slugs = [row[0] for row in _drawn(app, "SELECT slug FROM categories ORDER BY md5(slug)")]
    later = _drawn(
        app,
        "SELECT slug, published_at, listing_id FROM (SELECT slug, published_at, listing_id,"
        " row_number() OVER (PARTITION BY slug ORDER BY published_at) AS behind FROM categories CROSS JOIN LATERAL"
        " (SELECT published_at, listing_id FROM shelves WHERE category_id = categories.id"
        " ORDER BY published_at DESC LIMIT 500) AS newest) AS standing WHERE behind > 24"
        f" ORDER BY md5(listing_id::text || slug) LIMIT {_DIFFERENT // 2}",
    )
    return slugs, later


def _items_html(app: App) -> list[str]:
    return [f"/item/{ids.encode(id_)}/{handle}" for id_, handle in _items(app)]


def _items_json(app: App) -> list[str]:
    return [f"/api/v1/listings/{ids.encode(id_)}" for id_, _ in _items(app)]


def _items(app: App) -> list[tuple[int, str]]:
    return _drawn(app, f"SELECT id, handle FROM listings ORDER BY md5(id::text) LIMIT {_DIFFERENT}")


def _drawn(app: App, text: str) -> list[Any]:
    return app.store.connection().execute(text).fetchall()


def _searches(app: App) -> list[str]:
    """A kind of thing, by itself, with what it looks like or is made of, or with its maker; now and then narrowed down."""
    chance = random.Random(2)
    makers = goods.makers()
    return [f"/api/v1/search?q={_words(chance, makers)}{_narrowed(chance)}" for _ in range(_DIFFERENT)]


def _words(chance: random.Random, makers: Sequence[str]) -> str:
    kind = chance.choice(market.KINDS)
    others = ("", chance.choice(market.LOOKS + market.STUFF), chance.choice(makers))
    (other,) = chance.choices(others, (1, 2, 2))
    return f"{other}+{kind}".lstrip("+")


def _narrowed(chance: random.Random) -> str:
    ways = (
        "",
        f"&f=colour:{chance.choice(market.LOOKS)}",
        f"&category=hall-{chance.randrange(goods.HALLS)}",
        f"&max={chance.randrange(2_000, 20_000)}",
    )
    (way,) = chance.choices(ways, (7, 1, 1, 1))
    return way


def _hires(app: App) -> list[str]:
    """A machine, or a category of them, free for some days of the next two months."""
    chance = random.Random(7)
    paths = []
    for number in range(_DIFFERENT):
        first = clock.now() // DAY + chance.randrange(1, 60)
        days = f"free_from={date_of(first)}&free_until={date_of(first + chance.randrange(10))}"
        place = f"category=part-{chance.randrange(goods.YARDS)}" if number % 2 else f"q={chance.choice(goods.MACHINES)}"
        paths.append(f"/api/v1/search?{place}&{days}")
    return paths


def _item_json_limit(app: App, paths: Sequence[str]) -> Any:
    return bare.item_json(app)


def _page_json_limit(app: App, paths: Sequence[str]) -> Any:
    return bare.page_json(app)


_search = Question(_searches, bare.repeating, 0.5)
_QUESTIONS: dict[str, Question] = {
    "category-html": Question(_categories_html, bare.repeating, 0.5, most_growth=1.3),
    "category-json": Question(_categories_json, _page_json_limit, 0.5, most_growth=1.3),
    "item-html": Question(_items_html, bare.repeating, 0.5, most_growth=1.3),
    "item-json": Question(_items_json, _item_json_limit, 0.5, most_growth=1.3),
    "search": _search,
    "search-8": _search._replace(connections=8, most_p99=150),
    "hire": Question(_hires, bare.repeating, 0.5),
}
