"""The simplest tax there is: one rate a country."""

from __future__ import annotations

from collections.abc import Mapping


class RatesByCountry:
    """Tax from the settings: basis points by ISO country code."""

    def __init__(self, rates: Mapping[str, int]) -> None:
        self._rates = dict(rates)

    def rate(self, country: str) -> int:
        return self._rates.get(country, 0)
