"""What a server says of damage is told from what else may be the matter with it."""

from __future__ import annotations

import psycopg
import pymysql
import pytest

from haat.kernel.errors import Unavailable
from haat.ops.backups import damage

_MARIADB = (
    (1030, 'Got error 126 "Index is corrupted" from storage engine InnoDB', True),
    (1030, 'Got error 192 "Table encrypted but decryption failed" from storage engine InnoDB', False),
    (1030, 'Got error 128 "Out of memory in engine" from storage engine InnoDB', False),
    (1932, "Table 'shop.goods' doesn't exist in engine", True),
    (1146, "Table 'shop.goods' doesn't exist", False),
)


@pytest.mark.parametrize(("code", "said", "is_damage"), _MARIADB)
def test_an_engine_of_mariadb_may_refuse_a_table_that_is_as_good_as_ever(code: int, said: str, is_damage: bool) -> None:
    assert damage.is_of_mariadb(pymysql.err.OperationalError(code, said)) == is_damage


@pytest.mark.parametrize(
    ("error", "is_damage"),
    [
        (psycopg.errors.DataCorrupted("invalid page in block 0 of relation base/5/1259"), True),
        (psycopg.OperationalError("connection failed: FATAL:  invalid page in block 0 of relation base/5/1259"), True),
        (psycopg.OperationalError("connection failed: Connection refused"), False),
        (psycopg.errors.DiskFull("could not extend file: No space left on device"), False),
    ],
)
def test_a_server_of_postgresql_that_is_away_or_full_is_not_damaged(error: psycopg.Error, is_damage: bool) -> None:
    told = Unavailable("The database does not answer.")
    told.__cause__ = error
    assert bool(damage.told_in(told)) == is_damage
