"""Each preset is a market of its own: sound as it stands, unlike the others, and held to what its operators promised."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from haat.config.load import load
from haat.config.schema import PRESETS, Settings
from haat.config.show import effective

MINUTE, HOUR = 60_000, 3_600_000


def settings(preset: str, folder: Path) -> Settings:
    return load(folder, {}, {"market.preset": preset})


def test_there_are_five() -> None:
    assert list(PRESETS) == ["bazar", "ecommerce", "equipment", "handwork", "markethub"]


@pytest.mark.parametrize("preset", PRESETS)
def test_a_preset_wears_its_own_coat_and_front_and_speaks_two_languages(preset: str, tmp_path: Path) -> None:
    market = settings(preset, tmp_path).market
    assert (market.look, market.front) == (preset, preset)
    assert market.languages == ("en", "pl")
    assert market.tagline


def test_no_two_presets_have_a_name_a_tagline_or_a_front_in_common(tmp_path: Path) -> None:
    markets = [settings(preset, tmp_path).market for preset in PRESETS]
    for said in ("name", "tagline", "look", "front"):
        assert len({getattr(market, said) for market in markets}) == len(PRESETS), said


def test_each_kind_of_listing_has_its_market(tmp_path: Path) -> None:
    assert {preset: settings(preset, tmp_path).market.kinds for preset in PRESETS} == {
        "bazar": ("article",),
        "ecommerce": ("product",),
        "equipment": ("equipment",),
        "handwork": ("job",),
        "markethub": ("product",),
    }


def test_markethub_counts_in_rand_and_adds_the_tax_of_south_africa(tmp_path: Path) -> None:
    market = settings("markethub", tmp_path).market
    assert (market.currency, market.country, market.taxes) == ("ZAR", "ZA", {"ZA": 1500})


def test_each_market_has_the_time_of_its_place(tmp_path: Path) -> None:
    assert {preset: settings(preset, tmp_path).market.time_zone.name for preset in PRESETS} == {
        "bazar": "Europe/Berlin",
        "ecommerce": "Europe/Berlin",
        "equipment": "Europe/Amsterdam",
        "handwork": "Europe/Vienna",
        "markethub": "Africa/Johannesburg",
    }


def test_a_preset_chooses_all_words_or_none(tmp_path: Path) -> None:
    names = set(settings("bazar", tmp_path).words._fields)
    for path in PRESETS.values():
        chosen = tomllib.loads(path.read_text("utf-8")).get("words", {})
        assert set(chosen) in (set(), names), path.name


# What is written in each market's runbook, as figures.
@pytest.mark.parametrize(
    ("preset", "promised"),
    [
        (
            "bazar",
            {"answer_p95": 2000, "errors": 100, "cpu": 8000, "memory": 9000, "disk": 8500, "replication_lag": 1000},
        ),
        ("equipment", {"answer_p95": 2000, "errors": 100, "cpu": 8000, "memory": 8500, "disk": 8000}),
        (
            "markethub",
            {
                "answer_p95": 5000,
                "errors": 500,
                "errors_for": 5 * MINUTE,
                "load_for": 10 * MINUTE,
                "connections_for": 3 * MINUTE,
                "database_errors": 10,
                "conversion": 200,
                "conversion_for": HOUR,
                "rewards_used": 4000,
                "rewards_used_for": 2 * HOUR,
                "crashes": 500,
            },
        ),
        ("handwork", {"answer_p95": 2000, "errors": 500, "cpu": 8000, "memory": 8500, "disk": 9000}),
    ],
)
def test_thresholds_are_those_of_the_runbook(preset: str, promised: dict[str, int], tmp_path: Path) -> None:
    thresholds = settings(preset, tmp_path).thresholds
    assert {name: getattr(thresholds, name) for name in promised} == promised


def test_markethub_is_held_to_its_own_objectives(tmp_path: Path) -> None:
    held = settings("markethub", tmp_path).objectives
    assert (held.critical_back, held.rest_back, held.whole_back) == (15 * MINUTE, HOUR, 4 * HOUR)
    assert (held.data_lost, held.files_lost, held.settings_lost) == (5 * MINUTE, HOUR, 0)


def test_objectives_and_thresholds_are_shown_with_where_they_were_written(tmp_path: Path) -> None:
    (tmp_path / "haat.toml").write_text('[thresholds]\ndisk = "70 %"\n')
    shown = {one.key: (one.value, str(one.origin)) for one in effective(settings("markethub", tmp_path))}
    assert shown["thresholds.conversion"] == ("2 %", "preset markethub")
    assert shown["thresholds.disk"] == ("70 %", f"file {tmp_path}/haat.toml line 2")
    assert shown["objectives.data_lost"] == ("5m", "preset markethub")
