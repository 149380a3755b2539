"""A shop that is started in a restored folder comes to the copy, and to no other server."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from haat.config.address import Address
from haat.config.load import load
from haat.config.secrets import ensure_secrets
from haat.kernel.errors import Refused
from haat.ops.backups.engines.private import home, pointed_at

COPY = Address.of("postgresql://shop@127.0.0.1:5433/market")


@pytest.mark.parametrize(
    ("written", "named"),
    [
        ('[store]\nurl = "postgresql://clerk:s%40t@db:5432/shop"\n[web]\nport = 81\n', ("clerk", "s@t", "shop")),
        ("store.url = 'postgresql://clerk:seven@db/shop?sslmode=require'\n", ("clerk", "seven", "shop")),
        ("[store]\n[web]\nport = 81\n", ("shop", "", "market")),
        ("[web]\nport = 81\n", ("shop", "", "market")),
        ("# [store] is elsewhere\nweb.port = 81\n", ("shop", "", "market")),
        ('[store]\nurl = "postgresql://clerk:s\\u0065ven@db/shop"  # it\'s "ours"\n', ("clerk", "seven", "shop")),
        (None, ("shop", "", "market")),
    ],
)
def test_the_settings_of_a_copy_name_the_copy(written: str | None, named: tuple[str, str, str], tmp_path: Path) -> None:
    if written is not None:
        (tmp_path / "haat.toml").write_text(written)
        (tmp_path / "haat.toml").chmod(0o600)
    ensure_secrets(tmp_path)
    pointed_at(tmp_path, COPY)
    found = load(tmp_path, {}, {}).database
    assert (found.host, found.port, found.options) == ("127.0.0.1", 5433, ())
    password = found.password.reveal() if found.password else ""
    assert (found.user, password, found.database) == named
    assert (tmp_path / "haat.toml").stat().st_mode & 0o777 == 0o600


def test_an_address_among_the_secrets_keeps_its_password_there(tmp_path: Path) -> None:
    (tmp_path / "haat.toml").write_text("[web]\nport = 81\n")
    ensure_secrets(tmp_path)
    with (tmp_path / "secrets.toml").open("a") as file:
        file.write('[store]\nurl = "postgresql://clerk:seven@db/shop"\n')
    pointed_at(tmp_path, COPY)
    found = load(tmp_path, {}, {}).database
    assert (found.host, found.port, found.password.reveal()) == ("127.0.0.1", 5433, "seven")
    assert "seven" not in (tmp_path / "haat.toml").read_text()
    assert (tmp_path / "secrets.toml").stat().st_mode & 0o777 == 0o600


def test_a_copy_that_would_go_on_naming_the_server_that_lives_is_refused(tmp_path: Path) -> None:
    (tmp_path / "haat.toml").write_text('[store]\nurl = """postgresql://clerk@db\\\n  /shop"""\n')
    with pytest.raises(Refused, match="server that lives"):
        pointed_at(tmp_path, COPY)


def test_what_was_left_of_a_server_whose_owner_was_killed_goes_with_the_next_and_nobody_elses(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = """
import signal
from haat.ops.backups.engines.private import home
with home() as place:
    (place / "first").write_text("IDENTIFIED BY 'between-us'")
    print(place, flush=True)
    signal.pause()
"""
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    owner = [
        subprocess.Popen(
            [sys.executable, "-c", program], env=os.environ | {"TMPDIR": str(tmp_path)}, stdout=subprocess.PIPE
        )
        for _ in range(2)
    ]
    dead, alive = (Path((one.stdout.readline() if one.stdout else b"").decode().strip()) for one in owner)
    try:
        owner[0].kill()
        owner[0].communicate()
        with home() as place:
            assert not dead.exists()
            assert (alive / "first").exists()
            assert place.stat().st_mode & 0o777 == 0o700
    finally:
        owner[1].kill()
        owner[1].communicate()
    assert [*tmp_path.iterdir()] == [alive]
