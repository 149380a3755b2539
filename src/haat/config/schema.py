"""Every setting: its section, its name, and what it may hold.

The defaults and the explanations stand in haat.example.toml, in the same order. Times are in milliseconds, sizes in bytes,
shares in basis points (hundredths of a percent).
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, NamedTuple, get_type_hints

from haat.config.address import Address
from haat.config.cache_address import CacheAddress
from haat.config.kinds import (
    CacheServer,
    Command,
    Database,
    Hidden,
    Kind,
    Many,
    Network,
    OneOf,
    Percent,
    Table,
    Text,
    TimeZone,
    Whole,
    duration,
    size,
)
from haat.config.origins import Origin
from haat.config.secrets import Secret
from haat.kernel.zone import Zone

EXAMPLE = Path(__file__).with_name("haat.example.toml")
PRESETS = {path.stem: path for path in sorted(Path(__file__).with_name("presets").glob("*.toml"))}

_NAME = Text("a name of 1 to 60 characters, on one line", r"[^\x00-\x1f\x7f]{1,60}")
_NO_NAME = Text("a name of at most 60 characters, on one line, or nothing", r"[^\x00-\x1f\x7f]{0,60}")
_SENTENCE = Text("text of at most 140 characters, on one line", r"[^\x00-\x1f\x7f]{0,140}")
_CURRENCY = Text("the three capital letters of a currency, like “EUR”", r"[A-Z]{3}")
_COUNTRY = Text("the two capital letters of a country, like “DE”", r"[A-Z]{2}")
_LANGUAGE = Text("the code of a language, like “en” or “pt-BR”", r"[a-z]{2,3}(-[A-Z]{2})?")
_HOST = Text("the name or the address of a machine, like “127.0.0.1”", r"[A-Za-z0-9:._-]{1,253}")
_NO_HOST = Text("the name or the address of a machine, or nothing", r"[A-Za-z0-9:._-]{0,253}")
_PUBLIC_URL = Text(
    "an address without a path, like “https://shop.example”, or nothing",
    r"(https?://([A-Za-z0-9._-]+|\[[0-9a-fA-F:.]+\])(:[0-9]{1,5})?)?",
)
_MAIL_ADDRESS = Text("a mail address, like “shop@example.org”", r"[^@\s<>,;]+@[^@\s<>,;]+")
_WORDS = Text("a few words, at most 60 characters, on one line", r"[^\x00-\x1f\x7f]{1,60}")
_KIND = OneOf(("product", "equipment", "article", "job"))
_DAYS = Text("a number of days from 1 to 365, like “7”", r"[1-9]|[1-9][0-9]|[12][0-9]{2}|3[0-5][0-9]|36[0-5]")
_LOOK = OneOf(("bazar", "equipment", "markethub", "ecommerce", "handwork"))
_PATH = Text("a path of at most 1000 characters", r"[^\x00-\x1f\x7f]{1,1000}")
_KEPT = Text(
    "a path of at most 1000 characters, or a bucket and a folder in it, like “s3://bucket/shop”",
    r"(?!s3:)[^\x00-\x1f\x7f]{1,1000}|s3://[a-z0-9][a-z0-9.-]{1,61}[a-z0-9](/[A-Za-z0-9_-][A-Za-z0-9._-]{0,99}){0,9}",
)
_S3_SERVER = Text(
    "an address without a path, like “https://s3.example.org”, or nothing; “http://” reaches this machine alone",
    r"(https://([A-Za-z0-9._-]+|\[[0-9a-fA-F:.]+\])(:[0-9]{1,5})?|http://(localhost|127(\.[0-9]{1,3}){3}|\[::1\])(:[0-9]{1,5})?)?",
)
_REGION = Text("the name of a region, like “eu-central-1”", r"[A-Za-z0-9-]{1,60}")
_USER = Text("text of at most 200 characters, on one line", r"[^\x00-\x1f\x7f]{0,200}")


class Market(NamedTuple):
    """What kind of market this is, and its terms."""

    preset: Annotated[str, OneOf(tuple(PRESETS))]
    name: Annotated[str, _NAME]
    tagline: Annotated[str, _SENTENCE]
    languages: Annotated[tuple[str, ...], Many(_LANGUAGE, least=1)]
    currency: Annotated[str, _CURRENCY]
    currencies: Annotated[tuple[str, ...], Many(_CURRENCY)]
    country: Annotated[str, _COUNTRY]
    time_zone: Annotated[Zone, TimeZone()]
    commission: Annotated[int, Percent()]
    taxes: Annotated[Mapping[str, int], Table(_COUNTRY, Percent())]
    kinds: Annotated[tuple[Literal["product", "equipment", "article", "job"], ...], Many(_KIND, least=1)]
    look: Annotated[str, _LOOK]
    front: Annotated[str, _LOOK]

    @property
    def all_currencies(self) -> tuple[str, ...]:
        """Everything that is sold in, the main currency first."""
        return (self.currency, *(code for code in self.currencies if code != self.currency))


class Words(NamedTuple):
    """What people and things are called here; in English, translated where a catalogue of messages knows it."""

    item: Annotated[str, _WORDS]
    items: Annotated[str, _WORDS]
    seller: Annotated[str, _WORDS]
    sell: Annotated[str, _WORDS]
    my_shop: Annotated[str, _WORDS]
    purchases: Annotated[str, _WORDS]
    shops: Annotated[str, _WORDS]
    see_shop: Annotated[str, _WORDS]
    search: Annotated[str, _WORDS]
    everything: Annotated[str, _WORDS]
    newest: Annotated[str, _WORDS]
    wanted: Annotated[str, _WORDS]


class Web(NamedTuple):
    """How the shop is served."""

    host: Annotated[str, _HOST]
    port: Annotated[int, Whole(1, 65_535)]
    public_url: Annotated[str, _PUBLIC_URL]
    workers: Annotated[int, Whole(1, 64)]
    threads: Annotated[int, Whole(1, 64)]
    page_cache: Annotated[int, duration("0s", "1h")]
    trusted_proxies: Annotated[tuple[str, ...], Many(Network())]
    signing_key: Annotated[Secret, Hidden(least=32)]

    @property
    def url(self) -> str:
        """The address people type, without a slash at its end."""
        return self.public_url or self.own_url

    @property
    def own_url(self) -> str:
        """The address by which this machine itself reaches the shop, past any proxy."""
        return f"http://{_reachable(self.host)}:{self.port}"

    @property
    def has_secure_cookies(self) -> bool:
        """Browsers send them back over HTTPS alone, so they are for a shop that is reached that way."""
        return self.url.startswith("https://")


class Console(NamedTuple):
    """How operators reach the console."""

    enabled: Annotated[Literal["yes", "no"], OneOf(("yes", "no"))]
    host: Annotated[str, _HOST]
    port: Annotated[int, Whole(0, 65_535)]


class Store(NamedTuple):
    """Where the database is, and how its server is restarted."""

    url: Annotated[Address | None, Database()]
    restart_command: Annotated[tuple[str, ...], Command()]
    force_command: Annotated[tuple[str, ...], Command()]


class Cache(NamedTuple):
    """Where pages are kept for all processes."""

    url: Annotated[CacheAddress | None, CacheServer()]


class Media(NamedTuple):
    """What becomes of photos. `widths` are in pixels, in the order they were written."""

    max_size: Annotated[int, size("100KB", "100MB")]
    widths: Annotated[tuple[int, ...], Many(Whole(16, 4096), least=1)]


class Accounts(NamedTuple):
    """How people sign in."""

    session: Annotated[int, duration("5m", "365d")]
    mail_link: Annotated[int, duration("5m", "30d")]
    password_length: Annotated[int, Whole(8, 64)]
    sign_ins_per_account: Annotated[int, Whole(1, 1000)]
    sign_ins_per_address: Annotated[int, Whole(1, 100_000)]
    sign_in_window: Annotated[int, duration("1m", "1d")]
    letters_per_mailbox: Annotated[int, Whole(1, 1000)]
    letters_per_address: Annotated[int, Whole(1, 100_000)]
    letter_window: Annotated[int, duration("1m", "1d")]


class Catalogue(NamedTuple):
    """What is looked at before it is on sale, and how long an article is."""

    approval: Annotated[Literal["none", "first", "all"], OneOf(("none", "first", "all"))]
    approval_first: Annotated[int, Whole(1, 100)]
    article_term: Annotated[int, duration("1d", "365d")]
    expiry_notice: Annotated[int, duration("1h", "90d")]


class Deals(NamedTuple):
    """How long a deal waits for somebody; the timers of the processes name these terms."""

    pay_within: Annotated[int, duration("1m", "7d")]
    ship_within: Annotated[int, duration("1h", "90d")]
    deliver_within: Annotated[int, duration("1h", "90d")]
    return_within: Annotated[int, duration("0s", "90d")]
    answer_within: Annotated[int, duration("1h", "90d")]
    send_back_within: Annotated[int, duration("1h", "90d")]
    collect_within: Annotated[int, duration("1h", "90d")]
    cancel_free: Annotated[int, duration("0s", "90d")]
    hand_over_within: Annotated[int, duration("1h", "30d")]
    late_after: Annotated[int, duration("0s", "7d")]
    lost_after: Annotated[int, duration("1d", "90d")]
    claim_within: Annotated[int, duration("1h", "90d")]
    deposit_kept: Annotated[int, duration("1d", "365d")]
    dispute_within: Annotated[int, duration("1h", "90d")]
    award_within: Annotated[int, duration("1d", "90d")]
    fund_within: Annotated[int, duration("0s", "90d")]
    overdue_after: Annotated[int, duration("1d", "90d")]
    review_within: Annotated[int, duration("1h", "90d")]
    remind_after: Annotated[int, duration("1d", "90d")]
    cart_kept: Annotated[int, duration("1h", "365d")]


class Promotion(NamedTuple):
    """What can stand out for money, and for how much: minor units of the main currency by the number of days."""

    kinds: Annotated[tuple[Literal["product", "equipment", "article", "job"], ...], Many(_KIND)]
    prices: Annotated[Mapping[str, int], Table(_DAYS, Whole(1, 1_000_000_000))]


class Hire(NamedTuple):
    """What of a hire is decided by the market."""

    kept_when_late: Annotated[int, Percent()]


class Payments(NamedTuple):
    """How money comes in, and goes out to sellers."""

    gateway: Annotated[str, OneOf(("sandbox",))]
    webhook_secret: Annotated[Secret, Hidden(least=16)]
    payout_every: Annotated[int, duration("1h", "31d")]
    payout_least: Annotated[Mapping[str, int], Table(_CURRENCY, Whole(0, 1_000_000_000))]
    payout_hold: Annotated[int, duration("0s", "365d")]
    reserve: Annotated[int, Percent()]
    reserve_for: Annotated[int, duration("0s", "365d")]
    account_rest: Annotated[int, duration("0s", "30d")]


class Invoices(NamedTuple):
    """Who the market is on its invoices."""

    issuer: Annotated[str, _NO_NAME]
    address: Annotated[str, _SENTENCE]
    tax_number: Annotated[str, _SENTENCE]
    commission_tax: Annotated[int, Percent()]


class Mail(NamedTuple):
    """How mail is sent; without a host it stays on the outbox page."""

    host: Annotated[str, _NO_HOST]
    port: Annotated[int, Whole(1, 65_535)]
    security: Annotated[str, OneOf(("starttls", "tls", "none"))]
    user: Annotated[str, _USER]
    password: Annotated[Secret, Hidden()]
    sender: Annotated[str, _MAIL_ADDRESS]


class Search(NamedTuple):
    """How far search looks."""

    candidates: Annotated[int, Whole(100, 100_000)]


class Worker(NamedTuple):
    """How work for later is done."""

    threads: Annotated[int, Whole(1, 64)]


class Logs(NamedTuple):
    """What is logged, and how much of it stays."""

    level: Annotated[str, OneOf(("debug", "info", "warning", "error"))]
    max_size: Annotated[int, size("100KB", "10GB")]
    keep: Annotated[int, Whole(0, 1000)]


class Backup(NamedTuple):
    """Where sets go, what they are sealed with, and how long they stay."""

    to: Annotated[str, _KEPT]
    s3_endpoint: Annotated[str, _S3_SERVER]
    s3_region: Annotated[str, _REGION]
    s3_path_style: Annotated[Literal["yes", "no"], OneOf(("yes", "no"))]
    s3_access_key: Annotated[Secret, Hidden()]
    s3_secret_key: Annotated[Secret, Hidden()]
    key_file: Annotated[str, _PATH]
    passphrase: Annotated[Secret, Hidden(least=12)]
    keep: Annotated[int, Whole(1, 10_000)]
    keep_for: Annotated[int, duration("1h", "3650d")]
    scratch: Annotated[str, _PATH]
    ship: Annotated[Literal["yes", "no"], OneOf(("yes", "no"))]

    @property
    def is_in_s3(self) -> bool:
        """Whether sets are kept in a bucket, and not in a folder."""
        return self.to.startswith("s3://")


class Maintenance(NamedTuple):
    """When what is due again and again is done."""

    hour: Annotated[int, Whole(0, 23)]


class Objectives(NamedTuple):
    """What operations is held to: how soon a part is back after a disaster, and how much may be lost with it."""

    critical_back: Annotated[int, duration("1m", "7d")]
    rest_back: Annotated[int, duration("1m", "7d")]
    whole_back: Annotated[int, duration("1m", "7d")]
    data_lost: Annotated[int, duration("0s", "7d")]
    files_lost: Annotated[int, duration("0s", "7d")]
    settings_lost: Annotated[int, duration("0s", "7d")]


class Thresholds(NamedTuple):
    """From where on operations is told. A figure has to be past its threshold for as long as its `…_for` says."""

    answer_p95: Annotated[int, duration("50ms", "1m")]
    answer_p95_for: Annotated[int, duration("0s", "1d")]
    errors: Annotated[int, Percent()]
    errors_for: Annotated[int, duration("0s", "1d")]
    cpu: Annotated[int, Percent()]
    memory: Annotated[int, Percent()]
    load_for: Annotated[int, duration("0s", "1d")]
    disk: Annotated[int, Percent()]
    connections: Annotated[int, Percent()]
    connections_for: Annotated[int, duration("0s", "1d")]
    replication_lag: Annotated[int, duration("100ms", "1d")]
    database_errors: Annotated[int, Whole(1, 100_000)]
    failed_payments: Annotated[int, Percent()]
    conversion: Annotated[int, Percent()]
    conversion_for: Annotated[int, duration("0s", "1d")]
    rewards_used: Annotated[int, Percent()]
    rewards_used_for: Annotated[int, duration("0s", "1d")]
    crashes: Annotated[int, Percent()]


class Settings(NamedTuple):
    """The settings of one stack, and where each was written: `origins` has every key, like “web.port”.

    `warnings` are sentences about what is allowed and yet unwise.
    """

    data: Path
    market: Market
    words: Words
    web: Web
    console: Console
    store: Store
    cache: Cache
    media: Media
    accounts: Accounts
    catalogue: Catalogue
    deals: Deals
    promotion: Promotion
    hire: Hire
    payments: Payments
    invoices: Invoices
    mail: Mail
    search: Search
    worker: Worker
    logs: Logs
    backup: Backup
    maintenance: Maintenance
    objectives: Objectives
    thresholds: Thresholds
    origins: Mapping[str, Origin]
    warnings: tuple[str, ...]

    @property
    def database(self) -> Address:
        """The address of the database; a relative file is in the data folder."""
        return (self.store.url or Address("sqlite", "haat.db")).below(self.data)

    @property
    def console_port(self) -> int:
        """Where the console listens: a port of its own, or the one that belongs to the shop's."""
        beside = self.web.port + 1000
        return self.console.port or (beside if beside <= 65_535 else self.web.port - 1000)

    @property
    def console_url(self) -> str:
        """The address by which this machine reaches the console."""
        return f"http://{_reachable(self.console.host)}:{self.console_port}"

    @property
    def secrets(self) -> list[str]:
        """The text of every secret that is given, for whoever has to hide it."""
        values = [value for name in SECTIONS for value in getattr(self, name)]
        for url in (self.store.url, self.cache.url):
            if url is not None and url.password:
                values += [url.password, Secret(url.reveal())]
        return [value.reveal() for value in values if isinstance(value, Secret) and value]


SECTIONS: Mapping[str, type[Any]] = {
    name: hint for name, hint in get_type_hints(Settings).items() if hasattr(hint, "_fields")
}
KINDS: Mapping[str, Kind] = {
    f"{name}.{field}": hint.__metadata__[0]
    for name, section in SECTIONS.items()
    for field, hint in get_type_hints(section, include_extras=True).items()
}


def _reachable(host: str) -> str:
    """A host that a browser on this machine can open: “every address” is none, and IPv6 stands in brackets."""
    if host in ("0.0.0.0", "::"):  # noqa: S104 - compared, not bound to
        return "127.0.0.1"
    return f"[{host}]" if ":" in host else host
