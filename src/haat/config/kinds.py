"""The kinds of values that settings have: how each is read, shown, and described to someone who got it wrong.

A value reads the same wherever it is written, so every kind also takes text (variables and flags hold nothing else), and
what a kind shows it reads back.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Mapping
from contextlib import suppress
from ipaddress import ip_network
from typing import Any, NamedTuple, Protocol

from haat.config.address import Address
from haat.config.cache_address import CacheAddress
from haat.config.secrets import Secret
from haat.config.words import listed, nearest
from haat.kernel.zone import NoSuchZone, Zone, known_zones, zone_of

_TIMES = {"d": 86_400_000, "h": 3_600_000, "m": 60_000, "s": 1000, "ms": 1}
_SIZES = {"GB": 1_000_000_000, "MB": 1_000_000, "KB": 1000, "B": 1}
_AREA_AND_PLACE = re.compile(r"[A-Z][A-Za-z]+(/[A-Z][A-Za-z0-9_+-]+){1,2}")
_WHOLE = re.compile(r"[0-9]{1,15}")
_MEASURE = re.compile(r"([0-9]{1,15}) ?([A-Za-z]{1,2})")
_PERCENT = re.compile(r"([0-9]{1,3})(?:\.([0-9]{1,2}))? ?%")


class Unfit(ValueError):
    """A value, or a part of it, that a setting cannot take. The setting “is”, “contains” or “gives DE” the value."""

    def __init__(self, value: object, expected: str, *, hint: str = "", verb: str = "is") -> None:
        super().__init__(expected)
        self.value = value
        self.expected = expected
        self.hint = hint
        self.verb = verb


class Kind(Protocol):
    """What one setting may hold."""

    @property
    def expected(self) -> str:
        """What to write, as the end of the sentence “expected …”."""

    def read(self, value: object) -> Any:
        """The value in the unit the program counts in. Raises Unfit."""

    def show(self, value: Any) -> str:
        """The value as a person would write it."""


class Text(NamedTuple):
    """Text that matches `shape` as a whole."""

    expected: str
    shape: str

    def read(self, value: object) -> str:
        if isinstance(value, str) and re.fullmatch(self.shape, value):
            return value
        raise Unfit(value, self.expected)

    def show(self, value: str) -> str:
        return value


class Whole(NamedTuple):
    """A whole number."""

    least: int
    most: int

    @property
    def expected(self) -> str:
        return f"a whole number from {self.least} to {self.most}"

    def read(self, value: object) -> int:
        number = int(value) if isinstance(value, str) and _WHOLE.fullmatch(value) else value
        if isinstance(number, int) and not isinstance(number, bool) and self.least <= number <= self.most:
            return number
        raise Unfit(value, self.expected)

    def show(self, value: int) -> str:
        return str(value)


class Measure(NamedTuple):
    """A whole number with its unit, counted in the smallest of the units."""

    noun: str
    units: Mapping[str, int]
    least: int
    most: int

    @property
    def expected(self) -> str:
        units = ", ".join(reversed(list(self.units)))
        return f"a {self.noun} from “{self.show(self.least)}” to “{self.show(self.most)}”, in one of {units}"

    def read(self, value: object) -> int:
        match = _MEASURE.fullmatch(value) if isinstance(value, str) else None
        if match and match[2] in self.units:
            measure = int(match[1]) * self.units[match[2]]
            if self.least <= measure <= self.most:
                return measure
        raise Unfit(value, self.expected)

    def show(self, value: int) -> str:
        unit = next(unit for unit, size in self.units.items() if value % size == 0 and (value >= size or size == 1))
        return f"{value // self.units[unit]}{unit}"


def duration(least: str, most: str) -> Measure:
    """A length of time, written “30m”, counted in milliseconds."""
    anything = Measure("time", _TIMES, 0, 10**15)
    return anything._replace(least=anything.read(least), most=anything.read(most))


def size(least: str, most: str) -> Measure:
    """An amount of data, written “8MB”, counted in bytes."""
    anything = Measure("size", _SIZES, 0, 10**15)
    return anything._replace(least=anything.read(least), most=anything.read(most))


class Percent(NamedTuple):
    """A share from nothing to the whole, written “7.5 %”, counted in basis points."""

    expected: str = "a percentage from “0 %” to “100 %” with at most two decimals, like “7.5 %”"

    def read(self, value: object) -> int:
        match = _PERCENT.fullmatch(value) if isinstance(value, str) else None
        if match:
            basis_points = int(match[1]) * 100 + int((match[2] or "").ljust(2, "0"))
            if basis_points <= 10_000:
                return basis_points
        raise Unfit(value, self.expected)

    def show(self, value: int) -> str:
        return f"{value / 100:g} %"


class Command(NamedTuple):
    """The words of a program of this machine, or nothing; as text, parted as a shell would, though no shell reads them."""

    expected: str = "the words of a command, like [“systemctl”, “restart”, “postgresql”], or nothing"

    def read(self, value: object) -> tuple[str, ...]:
        try:
            words = shlex.split(value) if isinstance(value, str) else value
        except ValueError:
            raise Unfit(value, self.expected) from None
        if not isinstance(words, list) or not all(isinstance(word, str) and word for word in words):
            raise Unfit(value, self.expected)
        return tuple(words)

    def show(self, value: tuple[str, ...]) -> str:
        return shlex.join(value)


class OneOf(NamedTuple):
    """One name out of a few."""

    names: tuple[str, ...]

    @property
    def expected(self) -> str:
        return f"one of {listed(self.names)}" if len(self.names) > 1 else listed(self.names)

    def read(self, value: object) -> str:
        if isinstance(value, str) and value in self.names:
            return value
        meant = nearest(value.lower(), self.names) if isinstance(value, str) and len(self.names) > 1 else None
        raise Unfit(value, self.expected, hint=f"Did you mean “{meant}”?" if meant else "")

    def show(self, value: str) -> str:
        return value


class TimeZone(NamedTuple):
    """A zone of the IANA database, by area and place: other names are old, or mean different things on different machines."""

    expected: str = "the name of a time zone, like “Europe/Berlin”, or “UTC”"

    def read(self, value: object) -> Zone:
        if not isinstance(value, str):
            raise Unfit(value, self.expected)
        if value == "UTC" or _AREA_AND_PLACE.fullmatch(value):
            with suppress(NoSuchZone):
                return zone_of(value)
        raise Unfit(value, self.expected, hint=_nearest_zone(value))

    def show(self, value: Zone) -> str:
        return value.name


class Network(NamedTuple):
    """An IP address or a range of them."""

    expected: str = "an IP address or a range of them, like “10.0.0.7” or “10.0.0.0/8”"

    def read(self, value: object) -> str:
        if not isinstance(value, str):
            raise Unfit(value, self.expected)
        try:
            return str(ip_network(value, strict=False))
        except ValueError:
            raise Unfit(value, self.expected) from None

    def show(self, value: str) -> str:
        return value


class Many(NamedTuple):
    """A list without repetitions; as text, separated by commas."""

    of: Kind
    least: int = 0

    @property
    def expected(self) -> str:
        return f"a list, each part of it {self.of.expected}"

    def read(self, value: object) -> tuple[Any, ...]:
        parts = _parts(value) if isinstance(value, str) else value
        if not isinstance(parts, list) or len(parts) < self.least:
            raise Unfit(value, self.expected)
        return tuple(dict.fromkeys(_part("contains", self.of, part) for part in parts))

    def show(self, value: tuple[Any, ...]) -> str:
        return ", ".join(self.of.show(part) for part in value)


class Table(NamedTuple):
    """A value under each name; as text, `name=value` separated by commas."""

    name: Kind
    value: Kind

    @property
    def expected(self) -> str:
        return f"a table: each name {self.name.expected}, each value {self.value.expected}"

    def read(self, value: object) -> dict[str, Any]:
        rows = self._rows(value) if isinstance(value, str) else value
        if not isinstance(rows, dict):
            raise Unfit(value, self.expected)
        return {
            _part("contains", self.name, name): _part(f"gives {name}", self.value, row) for name, row in rows.items()
        }

    def show(self, value: Mapping[str, Any]) -> str:
        return ", ".join(f"{name}={self.value.show(row)}" for name, row in value.items())

    def _rows(self, text: str) -> dict[str, str]:
        rows = {}
        for part in _parts(text):
            name, equals, row = part.partition("=")
            if not equals:
                raise Unfit(part, "“name=value”, with commas between", verb="contains")
            rows[name.strip()] = row.strip()
        return rows


class Hidden(NamedTuple):
    """A secret: empty when it is not given, else of at least so many characters."""

    least: int = 1

    @property
    def expected(self) -> str:
        return f"text of at least {self.least} characters" if self.least > 1 else "text"

    def read(self, value: object) -> Secret:
        if isinstance(value, str) and (not value or len(value) >= self.least):
            return Secret(value)
        raise Unfit(Secret(str(value)), self.expected)

    def show(self, value: Secret) -> str:
        return str(value)


class Database(NamedTuple):
    """The address of a database, or nothing. It may hold a password: it is kept as a secret, and shown without."""

    expected: str = (
        "an address like “sqlite:///shop.db”, “postgresql://user:password@host/shop” or “mariadb://user:password@host/shop”, "
        "or nothing"
    )

    def read(self, value: object) -> Address | None:
        if value == "":
            return None
        try:
            if isinstance(value, str):
                return Address.of(value)
        except ValueError:
            pass
        raise Unfit(value, self.expected, hint=_how_to_write(value))

    def show(self, value: Address | None) -> str:
        return "" if value is None else str(value)


class CacheServer(NamedTuple):
    """The address of a server that keeps pages, or nothing; a secret as that of a database is."""

    expected: str = "an address like “redis://127.0.0.1:6379/0” or “redis://:password@host:6379/0”, or nothing"

    def read(self, value: object) -> CacheAddress | None:
        if value == "":
            return None
        try:
            if isinstance(value, str):
                return CacheAddress.of(value)
        except ValueError:
            pass
        raise Unfit(value, self.expected, hint=_how_to_write(value))

    def show(self, value: CacheAddress | None) -> str:
        return "" if value is None else str(value)


# What may be read from a file that a variable names, and makes the file that it stands in one to be kept closed.
SECRET_KINDS = (Hidden, Database, CacheServer)


def _how_to_write(address: object) -> str:
    is_with_password = isinstance(address, str) and "@" in address
    return "In a password write / as %2F, ? as %3F, # as %23 and @ as %40." if is_with_password else ""


def _nearest_zone(name: str) -> str:
    """The zone that was probably meant: its whole name, or its place alone."""
    known = {zone: zone for zone in known_zones() if zone == "UTC" or _AREA_AND_PLACE.fullmatch(zone)}
    if len(known) == 1:
        return "This machine has no database of time zones: install the package tzdata, of the system or of Python."
    spelled = {zone.lower(): zone for zone in known} | {zone.rpartition("/")[2].lower(): zone for zone in known}
    meant = nearest(name.strip().replace(" ", "_").lower(), spelled)
    return f"Did you mean “{spelled[meant]}”?" if meant else ""


def _parts(text: str) -> list[str]:
    return [part.strip() for part in text.split(",") if part.strip()]


def _part(verb: str, kind: Kind, value: object) -> Any:
    try:
        return kind.read(value)
    except Unfit as unfit:
        raise Unfit(unfit.value, unfit.expected, hint=unfit.hint, verb=verb) from None
