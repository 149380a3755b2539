"""Someone who got a setting wrong is told where, what, and what was expected; for all of them at once."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

import pytest

from haat.config.load import load
from haat.config.problems import WrongSettings
from haat.config.schema import EXAMPLE
from haat.config.secrets import ensure_secrets
from haat.kernel.errors import NotAllowed

NOBODY = 65534


def problems_of(data: Path, text: str = "", environ: Mapping[str, str] | None = None, **flags: str) -> list[str]:
    """Each problem in a line, with the file's folder left out."""
    (data / "haat.toml").write_text(text, "utf-8")
    with pytest.raises(WrongSettings) as caught:
        load(data, environ or {}, {f"web.{name}": value for name, value in flags.items()})
    return [str(problem).replace(f"{data}/", "") for problem in caught.value.problems]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("[web]\nprot = 80", "haat.toml line 2: there is no setting web.prot. Did you mean web.port?"),
        ("[wbe]\nport = 80", "haat.toml line 1: there is no section [wbe]. Did you mean [web]?"),
        ("[[web]]\nport = 80", "haat.toml: web is a section and has no value. Write [web], and its settings below it."),
        ('["w\\u0065b"]\nprot = 80', "haat.toml: there is no setting web.prot. Did you mean web.port?"),
        (
            "port = 80",
            "haat.toml line 1: there is no setting port. Did you mean web.port or console.port or mail.port?",
        ),
        (
            "[logs]\npassword = 'x'",
            "haat.toml line 2: there is no setting logs.password. Did you mean mail.password?",
        ),
        (
            "[logs]\ncolour = true",
            "haat.toml line 2: there is no setting logs.colour. The settings of [logs] are level, max_size, keep.",
        ),
        (
            "web = 80",
            "haat.toml line 1: web is a section and has no value. Write [web], and its settings below it.",
        ),
    ],
)
def test_an_unknown_setting_is_refused_with_the_one_that_was_meant(line: str, expected: str, tmp_path: Path) -> None:
    assert problems_of(tmp_path, line) == [expected]


def test_where_nothing_is_near_the_sections_are_named(tmp_path: Path) -> None:
    [problem] = problems_of(tmp_path, "[kubernetes]\nfleet = 3")
    assert "there is no section [kubernetes]. Settings stand in sections: [market], [words], [web]" in problem


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("[web]\nport = 99999", "web.port is 99999; expected a whole number from 1 to 65535."),
        ("[web]\nport = true", "web.port is true; expected a whole number from 1 to 65535."),
        ("[web.port]\nnumber = 1", "web.port is a table; expected a whole number from 1 to 65535."),
        (
            "[deals]\npay_within = 30",
            "deals.pay_within is 30; expected a time from “1m” to “7d”, in one of ms, s, m, h, d.",
        ),
        (
            '[media]\nmax_size = "1TB"',
            "media.max_size is “1TB”; expected a size from “100KB” to “100MB”, in one of B, KB, MB, GB.",
        ),
        (
            '[market]\ncommission = "7,5 %"',
            "market.commission is “7,5 %”; "
            "expected a percentage from “0 %” to “100 %” with at most two decimals, like “7.5 %”.",
        ),
        (
            '[market]\ntaxes = { DE = "19" }',
            "market.taxes gives DE “19”; "
            "expected a percentage from “0 %” to “100 %” with at most two decimals, like “7.5 %”.",
        ),
        (
            '[market]\nlanguages = ["english"]',
            "market.languages contains “english”; expected the code of a language, like “en” or “pt-BR”.",
        ),
        ('[market]\nname = ""', "market.name is empty; expected a name of 1 to 60 characters, on one line."),
        (
            '[market]\npreset = "ecomerce"',
            "market.preset is “ecomerce”; expected one of “bazar”, “ecommerce”, “equipment”, “handwork”, “markethub”. Did you mean “ecommerce”?",
        ),
        (
            '[mail]\nsecurity = "STARTTLS"',
            "mail.security is “STARTTLS”; expected one of “starttls”, “tls”, “none”. Did you mean “starttls”?",
        ),
        (
            '[web]\npublic_url = "shop.example/"',
            "web.public_url is “shop.example/”; "
            "expected an address without a path, like “https://shop.example”, or nothing.",
        ),
        (
            '[backup]\nto = "s3://Shop_Sets"',
            "backup.to is “s3://Shop_Sets”; "
            "expected a path of at most 1000 characters, or a bucket and a folder in it, like “s3://bucket/shop”.",
        ),
        (
            '[backup]\ns3_endpoint = "http://s3.example.org"',
            "backup.s3_endpoint is “http://s3.example.org”; expected an address without a path, like “https://s3.example.org”, or nothing; "
            "“http://” reaches this machine alone.",
        ),
    ],
)
def test_a_wrong_value_is_refused_with_key_value_and_what_is_expected(line: str, expected: str, tmp_path: Path) -> None:
    [problem] = problems_of(tmp_path, line)
    assert problem.partition(": ")[2] == expected


def test_all_that_is_wrong_is_said_at_once_with_where_it_is(tmp_path: Path) -> None:
    text = '[web]\nthreads = 0\n\n[logs]\nlevel = "loud"\n'
    environ = {"HAAT_WEB__WORKERS": "many", "HAAT_WEB__PROT": "80", "HAAT_MAIL__PASSWORD_FILE": "/nowhere"}
    problems = problems_of(tmp_path, text, environ, port="http")
    assert [problem.partition(": ")[0] for problem in problems] == [
        "haat.toml line 2",
        "haat.toml line 5",
        "HAAT_MAIL__PASSWORD_FILE",
        "HAAT_WEB__PROT",
        "HAAT_WEB__WORKERS",
        "--port",
    ]


def test_a_wrong_value_is_refused_even_where_a_later_place_gives_another(tmp_path: Path) -> None:
    assert len(problems_of(tmp_path, "[web]\nport = 0", {"HAAT_WEB__PORT": "8000"})) == 1


def test_an_unknown_variable_is_refused_with_the_variable_that_was_meant(tmp_path: Path) -> None:
    [problem] = problems_of(tmp_path, environ={"HAAT_WEB__PROT": "80"})
    assert problem == "HAAT_WEB__PROT: there is no setting web.prot. Did you mean HAAT_WEB__PORT?"


def test_the_error_has_three_parts_and_names_the_manual(tmp_path: Path) -> None:
    (tmp_path / "haat.toml").write_text("[web]\nport = 0\nhost = 1\n", "utf-8")
    with pytest.raises(WrongSettings) as caught:
        load(tmp_path, {}, {})
    assert caught.value.what == "2 settings are wrong."
    assert caught.value.why.count("\n") == 1
    assert str(EXAMPLE) in caught.value.try_


def test_a_file_that_is_not_toml_is_refused_with_the_place(tmp_path: Path) -> None:
    [problem] = problems_of(tmp_path, "[market]\nname = Corner shop\n")
    assert problem.startswith("haat.toml line 2, column 8: this is not TOML: invalid value.")


def test_a_file_in_another_encoding_is_refused(tmp_path: Path) -> None:
    (tmp_path / "haat.toml").write_bytes('name = "Café"'.encode("latin-1"))
    with pytest.raises(WrongSettings, match="wrong") as caught:
        load(tmp_path, {}, {})
    assert "not UTF-8" in caught.value.why


def test_a_file_that_cannot_be_read_is_refused(tmp_path: Path) -> None:
    (tmp_path / "haat.toml").mkdir()
    with pytest.raises(WrongSettings) as caught:
        load(tmp_path, {}, {})
    assert "cannot be read: Is a directory" in caught.value.why


@pytest.mark.skipif(os.getuid() != 0, reason="only root can be somebody else")
def test_whoever_may_not_read_a_stack_is_told_whose_it_is_and_no_setting_is_called_wrong(tmp_path: Path) -> None:
    (tmp_path / "secrets.toml").touch(0o600)
    reading, writing = os.pipe()
    if (pid := os.fork()) == 0:  # pragma: no cover - a process of its own
        os.setuid(NOBODY)
        try:
            load(tmp_path, {}, {})
        except NotAllowed as error:
            os.write(writing, f"{error.why} {error.try_}".encode())
        finally:
            os._exit(0)
    os.close(writing)
    os.waitpid(pid, 0)
    with os.fdopen(reading) as said:
        assert said.read().endswith(": permission denied. It belongs to root. Do it as root.")


def test_a_wrong_secret_is_not_shown(tmp_path: Path) -> None:
    problems = problems_of(tmp_path, '[web]\nsigning_key = "hunter2"\n[mail]\npassword = 31337\n')
    assert problems == [
        "haat.toml line 2: web.signing_key is (hidden); expected text of at least 32 characters.",
        "haat.toml line 4: mail.password is (hidden); expected text.",
    ]


def test_a_password_within_an_address_is_not_shown(tmp_path: Path) -> None:
    [problem] = problems_of(tmp_path, '[store]\nurl = "postgres://shop:hunter2@db/shop"')
    assert "hunter2" not in problem
    assert "“postgres://…@db/shop”" in problem


@pytest.mark.parametrize("password", ["hunter2/rest", "hunter2@rest", "12/hunter2", "hunter2?rest", "hunter2#rest"])
@pytest.mark.parametrize("address", ["postgresql://shop:{}@db:port/shop", "redis://:{}@cache:6379/zero"])
def test_neither_is_one_with_signs_in_it_that_end_an_address(address: str, password: str, tmp_path: Path) -> None:
    section = "cache" if address.startswith("redis") else "store"
    [problem] = problems_of(tmp_path, f'[{section}]\nurl = "{address.format(password)}"')
    assert "hunter2" not in problem
    assert "rest" not in problem
    assert problem.endswith("In a password write / as %2F, ? as %3F, # as %23 and @ as %40.")


def test_a_value_that_would_play_with_the_terminal_is_shown_harmless_and_short(tmp_path: Path) -> None:
    [problem] = problems_of(tmp_path, environ={"HAAT_LOGS__LEVEL": "\x1b[31m" + "x" * 5000})
    assert "\x1b" not in problem
    assert len(problem) < 200


def test_a_secret_given_twice_is_refused(tmp_path: Path) -> None:
    environ = {"HAAT_MAIL__PASSWORD": "a", "HAAT_MAIL__PASSWORD_FILE": "/run/secrets/mail"}
    assert problems_of(tmp_path, environ=environ) == [
        "HAAT_MAIL__PASSWORD_FILE: HAAT_MAIL__PASSWORD is set as well. Keep one of the two."
    ]


def test_a_secret_file_that_is_empty_is_refused(tmp_path: Path) -> None:
    (tmp_path / "password").write_text("\n", "utf-8")
    [problem] = problems_of(tmp_path, environ={"HAAT_MAIL__PASSWORD_FILE": str(tmp_path / "password")})
    assert problem.endswith("is empty.")


def test_a_key_that_was_taken_out_of_the_stacks_own_is_missed(tmp_path: Path) -> None:
    ensure_secrets(tmp_path)
    kept = [line for line in (tmp_path / "secrets.toml").read_text("utf-8").splitlines() if "signing_key" not in line]
    (tmp_path / "secrets.toml").write_text("\n".join(kept), "utf-8")
    [problem] = problems_of(tmp_path)
    assert problem.startswith("secrets.toml: web.signing_key is missing, and not given elsewhere.")
