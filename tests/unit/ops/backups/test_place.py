"""When a database came and went is found in a binary log of MariaDB by what the server wrote down, and nobody else's is taken for it."""

from __future__ import annotations

import struct

import pytest

from haat.ops.backups.mariadb.place import HEADER, MAGIC, fates

GTID, STATEMENT = 162, 2


def event(kind: int, body: bytes) -> bytes:
    """With the four bytes at its end by which it is checked."""
    return struct.pack("<IBIIIH", 1, kind, 1, HEADER + len(body) + 4, 0, 0) + body + b"sums"


def transaction(database: str, text: str) -> bytes:
    name, status = database.encode(), bytes(5)
    before = struct.pack("<IIBHH", 1, 0, len(name), 0, len(status))
    return event(GTID, b"x" * 10) + event(STATEMENT, before + status + name + b"\0" + text.encode())


@pytest.mark.parametrize(
    ("database", "text", "verb"),
    [
        ("shop", "DROP DATABASE `shop`", True),
        ("shop", "/* by hand */ drop schema if exists shop", True),
        ("shop", "CREATE DATABASE `shop` CHARACTER SET utf8mb4", False),
        ("shop", "create or replace database shop", False),
        ("shop_beside", "DROP DATABASE shop_beside", None),
        ("shop", "DROP TABLE shop.orders", None),
        ("shop", "INSERT INTO notes VALUES ('DROP DATABASE shop')", None),
    ],
)
def test_a_transaction_that_makes_or_drops_a_database_is_told_from_others(
    database: str, text: str, verb: bool | None
) -> None:
    before = MAGIC + transaction("shop", "INSERT INTO facts VALUES (1)")
    found = [*fates(before + transaction(database, text) + transaction("other", "DROP DATABASE other"), "shop")]
    assert found == ([] if verb is None else [(len(before), verb)])


def test_a_log_that_ends_within_an_event_is_read_as_far_as_it_goes() -> None:
    whole = MAGIC + transaction("shop", "DROP DATABASE shop")
    assert [*fates(whole + transaction("shop", "CREATE DATABASE shop")[:15], "shop")] == [(len(MAGIC), True)]
