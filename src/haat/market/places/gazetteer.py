"""The towns of the world with 15,000 people and more, by their names. The data are of GeoNames (geonames.org), CC BY 4.0."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left, bisect_right
from functools import cache
from pathlib import Path
from typing import NamedTuple

from haat.kernel.errors import Invalid, NotFound

_FILE = Path(__file__).with_name("cities.tsv")
_WITH_COUNTRY = re.compile(r"(.+?),\s*([A-Za-z]{2})")
_LETTERS = str.maketrans(
    {"ł": "l", "ø": "o", "đ": "d", "ı": "i", "æ": "ae", "œ": "oe"}
)  # which Unicode does not take apart
_MOST_NAMED = 6


class City(NamedTuple):
    """A town. `country` is the two letters of ISO 3166."""

    id: int
    name: str
    country: str
    population: int
    lat: float
    lon: float

    @property
    def called(self) -> str:
        """The name by which it is found again: `Freiburg, DE`."""
        return f"{self.name}, {self.country}"


class Gazetteer:
    """The file has the largest first, and so has every answer among equals."""

    def __init__(self, path: Path = _FILE) -> None:
        self._cities: list[City] = []
        names: list[tuple[str, int]] = []
        with path.open(encoding="utf-8") as lines:
            for number, line in enumerate(lines):
                id_, name, country, population, lat, lon, others = line.rstrip("\n").split("\t")
                self._cities.append(City(int(id_), name, country, int(population), float(lat), float(lon)))
                names += ((known, number) for known in {folded(name), *filter(None, others.split("|"))})
        self._names = sorted(names)
        self._by_id = {city.id: city for city in self._cities}

    def get(self, city_id: int) -> City:
        """Raises NotFound."""
        city = self._by_id.get(city_id)
        if city is None:
            raise NotFound("There is no such town.")
        return city

    def find(self, text: str, country: str = "", most: int = 8) -> list[City]:
        """Towns whose names begin like this: those called exactly so first, then those of the country, then the largest."""
        wanted, only = _read(text)
        if not wanted:
            return []
        numbers: dict[int, bool] = {}
        for place in range(bisect_left(self._names, (wanted, -1)), len(self._names)):
            name, number = self._names[place]
            if not name.startswith(wanted):
                break
            numbers[number] = numbers.get(number, False) or name == wanted
        found = [number for number in numbers if not only or self._cities[number].country == only]
        found.sort(key=lambda number: (not numbers[number], self._cities[number].country != country, number))
        return [self._cities[number] for number in found[:most]]

    def the_one(self, text: str, country: str = "") -> City:
        """The town that is meant. Raises Invalid when none is called so, or several are and none is in the country."""
        wanted, _ = _read(text)
        found = self.find(text, country, most=_MOST_NAMED)
        known = self._known_as(wanted)
        exact = (
            [city for city in found if folded(city.name) == wanted]
            or [city for city in found if city.id in known]
            or found
        )
        meant = [city for city in exact if city.country == country] or exact
        if not meant:
            problem = "No town is called so. Write the next larger one."
            raise Invalid("This town is not known.", fields={"place": problem})
        names = list(dict.fromkeys(city.called for city in meant))
        if len(names) > 1:
            problem = f"Which one? {'; '.join(names)}"
            raise Invalid("There are several towns of this name.", fields={"place": problem})
        return meant[0]

    def known(self, text: str, country: str) -> City | None:
        """The town of this country that is called so; None where there is none, or several."""
        found = [city for id_ in self._known_as(folded(text)) if (city := self._by_id[id_]).country == country]
        return found[0] if len(found) == 1 else None

    def _known_as(self, name: str) -> set[int]:
        """The ids of those that have exactly this name, in whatever language."""
        begin = bisect_left(self._names, (name, -1))
        end = bisect_right(self._names, (name, len(self._cities)))
        return {self._cities[number].id for _, number in self._names[begin:end]}


def meant_town(text: str, country: str = "") -> City | None:
    """The town that a form means; None where nothing is typed. Raises Invalid as `Gazetteer.the_one` does."""
    return gazetteer().the_one(text.strip(), country) if text.strip() else None


def folded(text: str) -> str:
    """A name without accents, case and marks: `Łódź` as `lodz`."""
    plain = unicodedata.normalize("NFKD", text.casefold().translate(_LETTERS))
    bare = "".join(one if one.isalnum() else " " for one in plain if not unicodedata.combining(one))
    return " ".join(bare.split())


@cache
def gazetteer() -> Gazetteer:
    """Ours, read when it is first asked for."""
    return Gazetteer()


def _read(text: str) -> tuple[str, str]:
    """The name, and the country where one is written behind it."""
    if found := _WITH_COUNTRY.fullmatch(text.strip()):
        return folded(found[1]), found[2].upper()
    return folded(text), ""
