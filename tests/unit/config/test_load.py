"""What wins over what, and where each value is said to come from."""

from __future__ import annotations

from pathlib import Path

import pytest

from haat.config.load import load
from haat.config.schema import KINDS, PRESETS, Settings
from haat.config.secrets import ensure_secrets


def write(data: Path, text: str) -> None:
    (data / "haat.toml").write_text(text, "utf-8")


def test_a_stack_without_any_file_has_the_defaults(tmp_path: Path) -> None:
    settings = load(tmp_path, {}, {})
    assert (settings.web.host, settings.web.port) == ("127.0.0.1", 8000)
    assert settings.deals.pay_within == 30 * 60 * 1000
    assert settings.media.max_size == 10_000_000
    assert settings.mail.host == ""


def test_the_later_place_wins_and_is_named_as_the_origin(tmp_path: Path) -> None:
    write(tmp_path, '[web]\nport = 8001\nhost = "10.0.0.1"\n\n[market]\nname = "Corner"\ncountry = "FR"\n')
    environ = {"HAAT_WEB__PORT": "8002", "HAAT_WEB__HOST": "10.0.0.2", "HAAT_MARKET__NAME": "Square"}
    settings = load(tmp_path, environ, {"web.port": "8003"})
    assert (settings.web.port, settings.web.host) == (8003, "10.0.0.2")
    assert {key: str(settings.origins[key]) for key in ("web.port", "web.host", "market.country")} == {
        "web.port": "flag --port",
        "web.host": "environment HAAT_WEB__HOST",
        "market.country": f"file {tmp_path}/haat.toml line 7",
    }
    assert str(settings.origins["market.commission"]) == "preset ecommerce"
    assert str(settings.origins["media.max_size"]) == "default"


def test_every_setting_has_an_origin(tmp_path: Path) -> None:
    assert list(load(tmp_path, {}, {}).origins) == list(KINDS)


def test_a_flag_that_was_left_out_changes_nothing(tmp_path: Path) -> None:
    assert load(tmp_path, {}, {"web.port": None}).origins["web.port"].source == "default"


def test_a_table_replaces_the_one_of_the_preset_as_a_whole(tmp_path: Path) -> None:
    write(tmp_path, '[market.taxes]\nCH = "8.1 %"\n')
    assert load(tmp_path, {}, {}).market.taxes == {"CH": 810}


def test_dotted_keys_and_tables_in_a_line_are_the_same_settings(tmp_path: Path) -> None:
    write(tmp_path, 'web.port = 9000\nlogs = { level = "debug" }\n')
    settings = load(tmp_path, {}, {})
    assert (settings.web.port, settings.logs.level) == (9000, "debug")
    assert str(settings.origins["logs.level"]) == f"file {tmp_path}/haat.toml line 2"


def test_a_file_from_an_editor_that_marks_its_encoding_is_read(tmp_path: Path) -> None:
    (tmp_path / "haat.toml").write_bytes(b'\xef\xbb\xbf[market]\r\nname = "Caf\xc3\xa9"\r\n')
    assert load(tmp_path, {}, {}).market.name == "Café"


def test_variables_of_others_are_left_alone(tmp_path: Path) -> None:
    environ = {"HAAT_DATA": "/srv/shop", "PATH": "/bin", "WEB__PORT": "1"}
    assert load(tmp_path, environ, {}) == load(tmp_path, {}, {})


def test_a_variable_one_underscore_short_is_a_warning_since_some_platforms_set_such(tmp_path: Path) -> None:
    settings = load(tmp_path, {"HAAT_WEB_PORT": "tcp://10.0.0.1:80"}, {})
    assert settings.web.port == 8000
    assert settings.warnings == ("The variable HAAT_WEB_PORT is not read. Did you mean HAAT_WEB__PORT?",)


def test_an_empty_secret_is_one_that_is_not_given(tmp_path: Path) -> None:
    ensure_secrets(tmp_path)
    write(tmp_path, '[web]\nsigning_key = ""\n')
    settings = load(tmp_path, {"HAAT_WEB__SIGNING_KEY": ""}, {})
    assert settings.origins["web.signing_key"].source == "secrets"
    assert len(settings.web.signing_key.reveal()) >= 32


def test_a_secret_comes_from_the_file_that_a_variable_names(tmp_path: Path) -> None:
    (tmp_path / "password").write_text("correct horse\n", "utf-8")
    settings = load(tmp_path, {"HAAT_MAIL__PASSWORD_FILE": str(tmp_path / "password")}, {})
    assert settings.mail.password.reveal() == "correct horse"
    assert str(settings.origins["mail.password"]) == "environment HAAT_MAIL__PASSWORD_FILE"


def test_a_haat_toml_with_secrets_that_others_can_read_is_a_warning(tmp_path: Path) -> None:
    write(tmp_path, '[mail]\npassword = "correct horse"\n')
    (tmp_path / "haat.toml").chmod(0o644)
    assert "chmod 600" in load(tmp_path, {}, {}).warnings[0]
    (tmp_path / "haat.toml").chmod(0o600)
    assert load(tmp_path, {}, {}).warnings == ()


def test_a_haat_toml_without_secrets_may_be_read_by_anyone(tmp_path: Path) -> None:
    write(tmp_path, '[web]\nport = 9000\nsigning_key = ""\n')
    (tmp_path / "haat.toml").chmod(0o644)
    assert load(tmp_path, {}, {}).warnings == ()


@pytest.mark.parametrize("preset", PRESETS)
def test_every_preset_loads_and_leaves_the_choice_of_the_preset_alone(preset: str, tmp_path: Path) -> None:
    settings = load(tmp_path, {}, {"market.preset": preset})
    assert settings.market.preset == preset
    assert settings.origins["market.preset"].source == "flag"
    assert "preset" in {origin.source for origin in settings.origins.values()}


@pytest.mark.parametrize(
    ("web", "url"),
    [
        ({}, "http://127.0.0.1:8000"),
        ({"host": "0.0.0.0", "port": "80"}, "http://127.0.0.1:80"),
        ({"host": "::1"}, "http://[::1]:8000"),
        ({"host": "0.0.0.0", "public_url": "https://shop.example"}, "https://shop.example"),
    ],
)
def test_the_address_of_the_shop_can_be_opened(web: dict[str, str], url: str, tmp_path: Path) -> None:
    assert _loaded(tmp_path, "web", web).web.url == url


def test_cookies_are_secure_where_the_shop_is_reached_over_https(tmp_path: Path) -> None:
    assert _loaded(tmp_path, "web", {"public_url": "https://shop.example"}).web.has_secure_cookies
    assert not _loaded(tmp_path, "web", {}).web.has_secure_cookies


@pytest.mark.parametrize(
    ("url", "database"),
    [
        ("", "sqlite:///{data}/haat.db"),
        ("sqlite:///other.db", "sqlite:///{data}/other.db"),
        ("sqlite:////srv/fast/shop.db", "sqlite:////srv/fast/shop.db"),
    ],
)
def test_the_database_is_in_the_data_folder_unless_it_is_put_elsewhere(url: str, database: str, tmp_path: Path) -> None:
    assert _loaded(tmp_path, "store", {"url": url}).database.reveal() == database.format(data=tmp_path)


def _loaded(data: Path, section: str, values: dict[str, str]) -> Settings:
    return load(data, {}, {f"{section}.{name}": value for name, value in values.items()})
