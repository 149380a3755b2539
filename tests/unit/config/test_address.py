"""The address of a database says what it is, and shows no password."""

from __future__ import annotations

from pathlib import Path

import pytest

from haat.config.address import Address


@pytest.mark.parametrize(
    "text",
    [
        "sqlite:///shop.db",
        "sqlite:////srv/fast/a shop.db",
        "postgresql://shop@db.example/shop",
        "postgresql://shop:p%40ss%2Fword@db.example:5433/shop?sslmode=verify-full&sslrootcert=/etc/ca.pem",
        "postgresql://shop@/shop?host=/run/postgresql",
        "postgresql://[::1]:5432/shop",
        "mariadb://shop:x@10.0.0.7:3307/shop",
        "mariadb://shop@/shop?unix_socket=/run/mysqld/mysqld.sock",
    ],
)
def test_an_address_is_read_and_written_alike(text: str) -> None:
    assert Address.of(text).reveal() == text
    assert Address.of(Address.of(text).reveal()) == Address.of(text)


@pytest.mark.parametrize(
    "text",
    [
        "shop.db",
        "sqlite://shop.db",
        "sqlite:///",
        "sqlite:///shop.db?mode=ro",
        "postgres://db/shop",
        "mysql://db/shop",
        "postgresql://db",
        "postgresql://db/shop#x",
        "postgresql://db:port/shop",
        "postgresql://shop:12/34@db/shop",
        "postgresql://db/shop?password=hunter2",
        "mariadb://db/shop?init_command=DROP",
    ],
)
def test_what_is_no_address_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        Address.of(text)


def test_the_password_shows_only_when_it_is_asked_for() -> None:
    address = Address.of("postgresql://shop:hunter%202@db/shop")
    assert address.password.reveal() == "hunter 2"
    assert str(address) == "postgresql://shop:…@db/shop"
    assert "hunter" not in f"{address} {address!r} {[address]}"


def test_only_a_file_is_put_below_a_folder() -> None:
    assert Address.of("sqlite:///shop.db").below(Path("/srv")).path == Path("/srv/shop.db")
    assert Address.of("sqlite:////fast/shop.db").below(Path("/srv")).path == Path("/fast/shop.db")
    assert Address.of("mariadb://db/shop").below(Path("/srv")) == Address.of("mariadb://db/shop")
