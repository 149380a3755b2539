"""A shop that is started in a restored folder comes to the copy, and to no other server."""

from __future__ import annotations

from pathlib import Path

import pytest

from haat.config.address import Address
from haat.config.load import load
from haat.config.secrets import ensure_secrets
from haat.ops.backups.engines.private import pointed_at

COPY = Address.of("postgresql://shop@127.0.0.1:5433/market")


@pytest.mark.parametrize(
    ("written", "named"),
    [
        ('[store]\nurl = "postgresql://clerk:s%40t@db:5432/shop"\n[web]\nport = 81\n', ("clerk", "s@t", "shop")),
        ("store.url = 'postgresql://clerk:seven@db/shop?sslmode=require'\n", ("clerk", "seven", "shop")),
        ("[store]\n[web]\nport = 81\n", ("shop", "", "market")),
        ("[web]\nport = 81\n", ("shop", "", "market")),
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
