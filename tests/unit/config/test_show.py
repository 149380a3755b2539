"""What `haat config show` has to say."""

from __future__ import annotations

from pathlib import Path

from haat.config.load import load
from haat.config.schema import KINDS
from haat.config.secrets import ensure_secrets
from haat.config.show import effective


def test_every_setting_is_shown_once_in_the_order_of_the_example(tmp_path: Path) -> None:
    assert [shown.key for shown in effective(load(tmp_path, {}, {}))] == list(KINDS)


def test_values_are_shown_as_a_person_would_write_them(tmp_path: Path) -> None:
    shown = {shown.key: shown.value for shown in effective(load(tmp_path, {}, {}))}
    assert shown["deals.pay_within"] == "30m"
    assert shown["media.max_size"] == "10MB"
    assert shown["media.widths"] == "320, 640, 1280"
    assert shown["market.commission"] == "12 %"
    assert "FI=25.5 %" in shown["market.taxes"]


def test_secrets_are_hidden_and_it_is_said_whether_they_are_given(tmp_path: Path) -> None:
    ensure_secrets(tmp_path)
    shown = {shown.key: shown.value for shown in effective(load(tmp_path, {}, {}))}
    assert shown["web.signing_key"] == "(hidden)"
    assert shown["mail.password"] == "(not set)"


def test_what_is_shown_can_be_put_into_the_environment_and_means_the_same(tmp_path: Path) -> None:
    settings = load(tmp_path, {}, {})
    hidden = (
        "web.signing_key",
        "payments.webhook_secret",
        "mail.password",
        "backup.passphrase",
        "backup.s3_access_key",
        "backup.s3_secret_key",
    )
    environ = {
        f"HAAT_{shown.key.replace('.', '__').upper()}": shown.value
        for shown in effective(settings)
        if shown.key not in hidden
    }
    again = load(tmp_path, environ, {})
    assert [shown.value for shown in effective(again)] == [shown.value for shown in effective(settings)]
