"""A market of 100,000 listings, made by the product's own import, and kept for the next run."""

from __future__ import annotations

import csv
import random
import resource
import time
from functools import partial
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import func, select

from haat.app import App
from haat.config.load import load
from haat.config.secrets import ensure_secrets
from haat.kernel import ids
from haat.kernel.ids import new_id
from haat.market.accounts.enrol import Person, enrol
from haat.market.accounts.open_shop import Sign, open_shop
from haat.market.accounts.shop import shop_of
from haat.market.accounts.tokens import create_token
from haat.market.catalogue.importing.reading import look_over
from haat.market.catalogue.importing.run import import_listings
from haat.market.catalogue.tables import categories, listings, variants
from haat.market.deals import shipping
from haat.market.deals.shipping import NewMethod
from haat.store.migrate import migrate

LISTINGS = 100_000
_SHELVES = 200  # categories without any below them
KINDS = "kettle mug bowl lamp chair table blanket scarf hammer chisel saddle bell fern pot jar plate knife board basket clock".split()
LOOKS = "blue red green black white yellow grey brown small large round square tall old new plain striped dotted heavy light".split()
STUFF = "oak beech steel copper clay glass wool linen cotton leather brass stone cork paper iron silver maple ash slate felt".split()
PLACES = "Graz Ghent Porto Bergen Cork Turin Lyon Leeds Delft Brno Riga Vigo Arles Basel Malmo Tartu Jena Lund Pisa Bath".split()


class Market(NamedTuple):
    """What was made, and what it took. `seconds` and `megabytes` are of the import, None when the market was there already."""

    app: App
    seconds: float | None
    megabytes: float | None


def open_market(folder: Path) -> Market:
    """The market in the folder, filled if it is not full."""
    folder.mkdir(parents=True, exist_ok=True)
    ensure_secrets(folder)
    app = App(load(folder, {}, {"web.page_cache": "0s"}))
    migrate(app.settings.database)
    app.media.mkdir(exist_ok=True)
    if app.store.value(select(func.count()).select_from(listings)) >= LISTINGS:
        return Market(app, None, None)
    file = folder / "catalogue.csv"
    _write(file)
    shop_id = _shop(app)
    before = _most_memory()
    began = time.perf_counter()
    report = import_listings(app.store, app.catalogue, shop_id, look_over(file, "EUR"))
    took = time.perf_counter() - began
    if report.problems_in_all:
        raise SystemExit(f"the catalogue was not taken whole: {report.problems_in_all} problems")
    return Market(app, took, _most_memory() - before)


def buyers(app: App, count: int) -> list[str]:
    """Tokens of accounts that may buy."""
    made = []
    for number in range(count):
        person = Person(f"buyer-{number}-{new_id()}@example.org", f"Buyer {number}", "en", "AT")
        account = app.store.write(partial(enrol, person=person, password_hash="-"))
        made.append(create_token(app.store, account, "bench", ["purchases:write", "purchases:read"]).secret)
    return made


def items(app: App, count: int) -> list[str]:
    """Ids of listings, drawn at random, the same ones in each run."""
    every = [row[0] for row in app.store.read(select(listings.c.id).order_by(listings.c.id))]
    return [ids.encode(id_) for id_ in random.Random(1).sample(every, count)]


def addresses(app: App, count: int) -> list[str]:
    """Paths of the pages of listings, drawn at random."""
    every = app.store.read(select(listings.c.id, listings.c.handle).order_by(listings.c.id))
    return [f"/item/{ids.encode(id_)}/{handle}" for id_, handle in random.Random(3).sample(every, count)]


def shelves(app: App) -> list[str]:
    """Slugs of the categories that hold goods themselves."""
    rows = app.store.read(
        select(categories.c.slug).where(categories.c.parent_id.is_not(None)).order_by(categories.c.id)
    )
    return [row[0] for row in rows]


def pieces(app: App, count: int) -> list[str]:
    """Ids of variants to be bought."""
    rows = app.store.read(select(variants.c.id).order_by(variants.c.id).limit(count))
    return [ids.encode(row[0]) for row in rows]


def questions(count: int) -> list[str]:
    """What people look for: one or two words, now and then misspelt."""
    chance = random.Random(2)
    asked = []
    for _ in range(count):
        words = [chance.choice(LOOKS + STUFF), chance.choice(KINDS)][chance.randrange(2) :]
        asked.append("+".join(words))
    return asked


def _shop(app: App) -> int:
    owner = app.store.write(lambda tx: enrol(tx, Person("seller@example.org", "Seller", "en", "AT"), "-"))
    shop = shop_of(app.store, owner) or open_shop(app.store, owner, Sign("The large shop", "", "AT"))
    if not shipping.of_shop(app.store, shop.id):
        shipping.offer(app.store, shop.id, NewMethod("Parcel", (), 490, None, 1, 3))
    return shop.id


def _write(file: Path) -> None:
    chance = random.Random(0)
    with file.open("w", newline="", encoding="utf-8") as out:
        rows = csv.writer(out)
        rows.writerow(
            [
                "handle",
                "title",
                "category",
                "description",
                "attribute.colour",
                "attribute.material",
                "attribute.place",
                "sku",
                "price",
                "stock",
            ]
        )
        for number in range(LISTINGS):
            rows.writerow(_row(number, chance))


def _row(number: int, chance: random.Random) -> list[str]:
    look, stuff, kind, place = (chance.choice(words) for words in (LOOKS, STUFF, KINDS, PLACES))
    shelf = number % _SHELVES
    title = f"{look.capitalize()} {stuff} {kind} {number}"
    text = f"A {look} {kind} made of {stuff} in {place}. It is number {number} of its kind, and made to last."
    return [
        f"thing-{number}",
        title,
        f"Hall {shelf // 20} > Shelf {shelf}",
        text,
        look,
        stuff,
        place,
        f"SKU-{number}",
        f"{chance.randrange(100, 20_000) / 100:.2f}",
        "100000",
    ]


def _most_memory() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000
