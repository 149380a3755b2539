"""Very many listings in a PostgreSQL, written by COPY into every table that has to do with finding and showing them, the index too.

No use case of the market is gone through: an import of a million listings would take an hour. What is written here is what they
would write, and `examine` proves it: it indexes some of the listings again, by the market's own code, and nothing may change.
Of ten listings one is equipment for hire, and some of its units are booked.
"""

from __future__ import annotations

import os
import random
import time
from collections import defaultdict
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any, NamedTuple

import psycopg
from sqlalchemy import select

from bench.market import KINDS, LOOKS, PLACES, STUFF
from haat.app import App
from haat.config.address import Address
from haat.kernel import clock
from haat.kernel.clock import DAY
from haat.kernel.ids import first_of
from haat.market.catalogue.categories import Categories
from haat.market.catalogue.change_category import ensure_category
from haat.market.catalogue.define_attribute import NewAttribute, define_attribute
from haat.market.search.check import disagreeing
from haat.market.search.full_text import Words
from haat.market.search.index import CATEGORY, SHOP, index
from haat.market.search.tables import search_tags
from haat.market.search.tsvector import vector_of
from haat.market.search.words import folded
from haat.store import Store, Tx

HALLS, SHELVES, YARDS = 10, 20, 20  # halls with shelves for goods, and one yard with parts for equipment
MACHINES = "digger loader crane roller pump drill saw ladder tent trailer lift grinder mixer heater dryer mower winch jack sander hoist".split()
_SYLLABLES = "ba ce di fo gu ha je ki lo mu na pe ri so tu va we xi yo zu".split()
_SHOPS, _MAKERS = 1000, 40_000
_TOGETHER = 10_000
_BUYER = 1  # the id of whoever has booked everything
_DAYS_BOOKED = 60


class Made(NamedTuple):
    """What it took."""

    listings: int
    seconds: float
    megabytes: float  # on disk

    def __str__(self) -> str:
        return f"{self.listings:,} listings: {self.seconds:.0f} s, {self.megabytes:,.0f} MB in the database"


def fill(address: Address, count: int) -> Made:
    """Fill a migrated database without rows. Two processes write, each its half, while all keys but the primary ones are away."""
    began = time.perf_counter()
    numbers = _lay_out(address)
    later = _take_indexes_away(address)
    half = count // 2
    other = os.fork()
    if other == 0:
        try:
            _write(address, numbers, range(half, count), count)
        except BaseException as error:
            print(error, flush=True)
            os._exit(1)
        os._exit(0)
    _write(address, numbers, range(half), count)
    if os.waitpid(other, 0)[1]:
        raise SystemExit("half of the listings could not be written")
    of_text = [statement for statement in later if " gin " in statement]
    with ThreadPoolExecutor() as threads:  # The index of texts takes as long as all others together.
        list(threads.map(partial(_run, address), (of_text, [one for one in later if one not in of_text])))
    with _connected(address) as connection:
        connection.execute("VACUUM ANALYZE")
        connection.execute("CHECKPOINT")
        (size,) = connection.execute("SELECT pg_database_size(current_database())").fetchone() or (0,)
    return Made(count, time.perf_counter() - began, size / 1e6)


def examine(app: App, count: int = 200) -> None:
    """Raises SystemExit unless the index says of some listings, drawn at random, what the market itself would say."""
    text = "SELECT id FROM listings ORDER BY md5(id::text) LIMIT %s"
    drawn = [row[0] for row in app.store.connection().execute(text, (count,)).fetchall()]
    before = _as_indexed(app.store, drawn)
    for listing_id in drawn:
        app.store.write(partial(index, listing_id=listing_id))
    if _as_indexed(app.store, drawn) != before or len(before) != count or disagreeing(app.store):
        raise SystemExit("what was written is not what the market would have written")


def makers() -> list[str]:
    """Names that no two makers have; the first ones make the most."""
    chance = random.Random(5)
    return list(dict.fromkeys("".join(chance.choices(_SYLLABLES, k=chance.randint(2, 4))) for _ in range(_MAKERS)))


class _Numbers(NamedTuple):
    """The ids of what was laid out."""

    shops: Sequence[int]
    shelves: Sequence[tuple[int, int]]  # a category for goods, and the one above it
    yards: Sequence[tuple[int, int]]
    tags: dict[tuple[str, str], int]


def _lay_out(address: Address) -> _Numbers:
    """Shops, categories, attributes, tags and words: what is few, by the market's own code where there is some."""
    store, tree = Store(address), Categories()
    shops = [number + 10 for number in range(_SHOPS)]

    def work(tx: Tx) -> _Numbers:
        halls = [ensure_category(tx, tree, [f"Hall {hall}"]) for hall in range(HALLS)]
        yard = ensure_category(tx, tree, ["Yard"])
        for top in (*halls, yard):
            for name in ("Colour", "Material", "Place"):
                define_attribute(tx, tree, top, NewAttribute(name.lower(), name))
        return _Numbers(
            shops,
            [
                (ensure_category(tx, tree, [f"Hall {n % HALLS}", f"Shelf {n}"]), halls[n % HALLS])
                for n in range(HALLS * SHELVES)
            ],
            [(ensure_category(tx, tree, ["Yard", f"Part {n}"]), yard) for n in range(YARDS)],
            {},
        )

    numbers = store.write(work)
    with _connected(address) as connection:
        people = [(id_, f"{id_}@example.org", f"Person {id_}", "-", "en", "AT", 0, 0) for id_ in (_BUYER, *shops)]
        _copy(
            connection, "accounts (id, email, name, password_hash, language, country, created_at, verified_at)", people
        )
        signs = [(id_, id_, f"shop-{id_}", f"Shop {id_}", "", "AT", 0) for id_ in shops]
        _copy(connection, "shops (id, owner_id, slug, name, about, country, created_at)", signs)
        places = {category for pair in (*numbers.shelves, *numbers.yards) for category in pair}
        said = [(CATEGORY, "", str(id_)) for id_ in sorted(places)] + [(SHOP, "", str(id_)) for id_ in shops]
        for name, words in (("Colour", LOOKS), ("Material", STUFF), ("Place", PLACES)):
            said += [(name.lower(), name, word) for word in words]
        rows = [(key, word.casefold(), name, word) for key, name, word in said]
        _copy(connection, "search_tags (key, folded, name, words)", rows)
        known = {*KINDS, *MACHINES, *LOOKS, *STUFF, *PLACES, *makers()}
        words = sorted({folded(word) for word in known if len(word) > 3})
        _copy(connection, "search_words (word)", [(word,) for word in words])
    found = {
        (key, folded_): id_
        for id_, key, folded_ in store.read(select(search_tags.c.id, search_tags.c.key, search_tags.c.folded))
    }
    store.close()
    return numbers._replace(tags=found)


_TABLES = {
    "listings": "id, kind, shop_id, category_id, handle, title, state, currency, version, created_at, updated_at, published_at,"
    " price_from, price_to, photo_alt, free",
    "listing_details": "listing_id, description, facts",
    "shelves": "category_id, published_at, listing_id",
    "listing_attributes": "listing_id, key, words",
    "variants": "id, listing_id, shop_id, sku, options, price, position",
    "stock": "variant_id, on_hand, held, sold",
    "hire_terms": "listing_id, per, deposit, least, ahead, gap, closed",
    "hire_prices": "listing_id, rate, price",
    "units": "id, listing_id, name, created_at",
    "deals": "id, process, process_version, state, state_since, buyer_id, shop_id, listing_id, currency, goods, discount,"
    " discount_by_market, shipping, tax, total, commission, commission_rate, refunded, shipping_name, address, created_at",
    "bookings": "deal_id, listing_id, per, first, after_last, gap, quantity, prices, parts, kept_when_late",
    "booked_units": "deal_id, unit_id",
    "slots": "unit_id, slot, deal_id",
    "search_rows": "place, listing_id, version, price, price_to, tags",
    "listing_text": "place, words",
}

_Rows = dict[str, list[str]]


def _write(address: Address, numbers: _Numbers, which: range, count: int) -> None:
    """These listings, of so many that were published evenly over two years."""
    chance = random.Random(which.start)
    names = makers()
    began, step = clock.now() - 730 * DAY, 730 * DAY // count
    with _connected(address) as connection:
        # Whoever writes everything need not be told what is missing; nobody reads before all is written.
        connection.execute("SET session_replication_role = replica; SET synchronous_commit = off")
        for first in range(which.start, which.stop, _TOGETHER):
            rows: _Rows = defaultdict(list)
            for number in range(first, min(first + _TOGETHER, which.stop)):
                _listing(rows, numbers, number, began + number * step, chance, names)
            with connection.transaction():
                for table, columns in _TABLES.items():
                    with connection.cursor().copy(f"COPY {table} ({columns}) FROM STDIN") as copy:
                        copy.write("".join(rows[table]))


def _listing(rows: _Rows, numbers: _Numbers, number: int, at: int, chance: random.Random, names: Sequence[str]) -> None:
    is_for_hire = number % 10 == 9
    look, stuff, place = chance.choice(LOOKS), chance.choice(STUFF), chance.choice(PLACES)
    kind = chance.choice(MACHINES if is_for_hire else KINDS)
    maker = names[int(len(names) * chance.random() ** 3)]  # A few make much, most make little.
    id_ = first_of(at) | number & 0x3FFFFF
    shop, price = chance.choice(numbers.shops), chance.randrange(100, 20_000)
    category, above = chance.choice(numbers.yards if is_for_hire else numbers.shelves)
    title = f"{look.capitalize()} {stuff} {kind} {maker.capitalize()} {number}"
    text = f"A {look} {kind} made of {stuff} in {place}. It is number {number} of its kind, and made to last."
    facts = f'[["colour","Colour","{look}"],["material","Material","{stuff}"],["place","Place","{place}"]]'
    of_kind = "equipment" if is_for_hire else "product"
    free = 2 if is_for_hire else 100_000
    said = f"{look} {stuff} {place}"

    rows["listings"].append(
        f"{id_}\t{of_kind}\t{shop}\t{category}\tthing-{number}\t{title}\tactive\tEUR\t1\t{at}\t{at}\t{at}\t{price}\t{price}\t\t{free}\n"
    )
    rows["listing_details"].append(f"{id_}\t<p>{text}</p>\t{facts}\n")
    rows["shelves"].append(f"{category}\t{at}\t{id_}\n{above}\t{at}\t{id_}\n")
    rows["listing_attributes"].append(f"{id_}\tcolour\t{look}\n{id_}\tmaterial\t{stuff}\n{id_}\tplace\t{place}\n")
    if is_for_hire:
        _equipment(rows, number, id_, at, shop, price, chance)
    else:
        rows["variants"].append(f"{id_ + 1}\t{id_}\t{shop}\tSKU-{number}\t[]\t{price}\t1\n")
        rows["stock"].append(f"{id_ + 1}\t{free}\t0\t0\n")
        said = f"{said} SKU-{number}"

    tag = numbers.tags
    counted = (
        tag[CATEGORY, str(category)],
        tag["colour", look],
        tag["material", stuff],
        tag["place", place.casefold()],
    )
    tags = (*counted, tag[CATEGORY, str(above)], tag[SHOP, str(shop)])
    words = Words(folded(title), folded(said), folded(text), tags)
    rows["search_rows"].append(f"{id_}\t{id_}\t1\t{price}\t{price}\t{' '.join(map(str, counted))}\n")
    rows["listing_text"].append(f"{id_}\t{vector_of(words)}\n")


def _equipment(rows: _Rows, number: int, id_: int, at: int, shop: int, price: int, chance: random.Random) -> None:
    """Two units, hired out by the day; of every other one of them the first is booked for some days of the next two months."""
    rows["hire_terms"].append(f"{id_}\tday\t5000\t1\t0\t0\t\n")
    rows["hire_prices"].append(f"{id_}\tday\t{price}\n")
    rows["units"].append(f"{id_ + 1}\t{id_}\tUnit 1\t{at}\n{id_ + 2}\t{id_}\tUnit 2\t{at}\n")
    if number % 20 != 9:
        return
    first = clock.now() // DAY + chance.randrange(1, _DAYS_BOOKED)
    days = chance.randrange(2, 10)
    goods = price * days
    rows["deals"].append(
        f"{id_}\thire\t1\tbooked\t{at}\t{_BUYER}\t{shop}\t{id_}\tEUR\t{goods}\t0\t0\t0\t0\t{goods}\t0\t0\t0\t\t{{}}\t{at}\n"
    )
    rows["bookings"].append(f"{id_}\t{id_}\tday\t{first}\t{first + days}\t0\t2\t{{}}\t[]\t0\n")
    for unit in (id_ + 1, id_ + 2):
        rows["booked_units"].append(f"{id_}\t{unit}\n")
        rows["slots"] += (f"{unit}\t{day}\t{id_}\n" for day in range(first, first + days))


def _take_indexes_away(address: Address) -> list[str]:
    """The statements that bring them back: an index is made of all rows in a fraction of the time that it takes to grow."""
    with _connected(address) as connection:
        keys = connection.execute(
            "SELECT c.conrelid::regclass, c.conname, pg_get_constraintdef(c.oid) FROM pg_constraint c"
            " WHERE c.contype = 'u' AND c.conrelid::regclass::text = ANY(%s)",
            (list(_TABLES),),
        ).fetchall()
        for table, name, _ in keys:
            connection.execute(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
        others = connection.execute(
            "SELECT i.indexrelid::regclass, pg_get_indexdef(i.indexrelid) FROM pg_index i"
            " WHERE i.indrelid::regclass::text = ANY(%s) AND NOT i.indisprimary",
            (list(_TABLES),),
        ).fetchall()
        for name, _ in others:
            connection.execute(f"DROP INDEX {name}")
    return [
        *(f"ALTER TABLE {table} ADD CONSTRAINT {name} {definition}" for table, name, definition in keys),
        *(definition for _, definition in others),
    ]


def _run(address: Address, statements: Sequence[str]) -> None:
    with _connected(address) as connection:
        for statement in statements:
            connection.execute(statement)


def _copy(connection: psycopg.Connection[Any], into: str, rows: Sequence[tuple[object, ...]]) -> None:
    with connection.cursor().copy(f"COPY {into} FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)


def _as_indexed(store: Store, drawn: Sequence[int]) -> list[Any]:
    text = (
        "SELECT r.*, t.words::text FROM search_rows r JOIN listing_text t ON t.place = r.place"
        " WHERE r.listing_id = ANY(%s) ORDER BY r.place"
    )
    return store.connection().execute(text, (list(drawn),)).fetchall()


def _connected(address: Address) -> psycopg.Connection[Any]:
    return psycopg.connect(
        host=address.host, port=address.port, user=address.user, dbname=address.database, autocommit=True
    )
