"""The address of a cache says where it is, and shows no password."""

from __future__ import annotations

from pathlib import Path

import pytest

from haat.config.cache_address import CacheAddress
from haat.config.load import load
from haat.config.problems import WrongSettings
from haat.config.show import effective


@pytest.mark.parametrize(
    "text",
    [
        "redis://127.0.0.1:6379/0",
        "redis://cache.example:6380/15",
        "redis://:hunter%202@cache.example:6379/0",
        "redis://shop:p%40ss%2Fword@[::1]:6379/3",
    ],
)
def test_an_address_is_read_and_written_alike(text: str) -> None:
    assert CacheAddress.of(text).reveal() == text
    assert CacheAddress.of(CacheAddress.of(text).reveal()) == CacheAddress.of(text)


def test_port_and_room_may_be_left_out() -> None:
    assert str(CacheAddress.of("redis://cache.example")) == "redis://cache.example:6379/0"


@pytest.mark.parametrize(
    "text",
    [
        "cache.example",
        "http://cache.example",
        "redis://",
        "redis://cache/x",
        "redis://cache/0?db=1",
        "redis://c:port/0",
        "redis://:pa/ssword@host:6379/0",
        "redis://user:12/34@host:6379/0",
    ],
)
def test_what_is_no_address_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        CacheAddress.of(text)


def test_the_password_shows_only_when_it_is_asked_for(tmp_path: Path) -> None:
    (tmp_path / "haat.toml").write_text('[cache]\nurl = "redis://:hunter2@cache.example:6379/0"\n', "utf-8")
    (tmp_path / "haat.toml").chmod(0o644)
    settings = load(tmp_path, {}, {})
    shown = {one.key: one.value for one in effective(settings)}["cache.url"]
    assert shown == "redis://:…@cache.example:6379/0"
    assert "hunter2" not in f"{settings}"
    assert "hunter2" in settings.secrets
    assert any("secrets" in warning for warning in settings.warnings)


def test_it_may_be_read_from_a_file(tmp_path: Path) -> None:
    (tmp_path / "cache").write_text("redis://:hunter2@cache.example:6379/0\n", "utf-8")
    url = load(tmp_path, {"HAAT_CACHE__URL_FILE": str(tmp_path / "cache")}, {}).cache.url
    assert url is not None
    assert url.password.reveal() == "hunter2"


def test_a_wrong_one_is_said_to_be_wrong(tmp_path: Path) -> None:
    with pytest.raises(WrongSettings) as raised:
        load(tmp_path, {"HAAT_CACHE__URL": "memcached://cache"}, {})
    assert "redis://127.0.0.1:6379/0" in raised.value.why
