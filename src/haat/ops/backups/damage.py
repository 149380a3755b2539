"""What a server says when it cannot read what was written, as against all else that may go wrong with it."""

from __future__ import annotations

import re

from haat.store.errors import said

_CLASSES = ("XX", "58")  # of PostgreSQL: what is there is not what was written, or cannot be read from the disk
_DOOR = ("subdirectory", "could not open", "could not read", "invalid page")  # of a database that lets nobody in
_NOT_FORM_FILE, _TABLESPACE_MISSING, _TABLE_CORRUPT, _NO_SUCH_TABLE_IN_ENGINE = 1033, 1812, 1877, 1932
# A page that has to be read first is damaged, or a file of the table is gone.
_SHUT = {_NOT_FORM_FILE, _TABLESPACE_MISSING, _TABLE_CORRUPT, _NO_SUCH_TABLE_IN_ENGINE}
_GET_ERRNO = 1030  # whatever an engine has to say, by its number
_OF_ENGINE = re.compile(r"Got error (\d+)")
# As `perror` tells them: an index or a file is corrupt, of no known format, crashed, or gone.
_SHUT_OF_ENGINE = {126, 127, 130, 144, 145, 155, 180, 194}


def is_of_postgres(error: Exception) -> bool:
    """Whether this error of psycopg is of damage. Who is not let in is told no class, only words."""
    state: str | None = getattr(error, "sqlstate", None)
    return state[:2] in _CLASSES if state else any(words in str(error) for words in _DOOR)


def is_of_mariadb(error: Exception) -> bool:
    """Whether this error of PyMySQL is of a table that cannot be opened because it is damaged. One whose key is not at hand is as good as ever."""
    code, told = (*error.args, "", "")[:2]
    if code == _GET_ERRNO:
        number = _OF_ENGINE.match(str(told))
        return number is not None and int(number[1]) in _SHUT_OF_ENGINE
    return code in _SHUT


def told_in(error: BaseException | None) -> str:
    """What this error of a server, or the one that it came of, says of damage; nothing where it is of none."""
    import psycopg
    import pymysql

    while error is not None:
        if isinstance(error, psycopg.Error) and is_of_postgres(error):
            return said(error)
        if isinstance(error, pymysql.err.Error) and is_of_mariadb(error):
            return said(error)
        error = error.__cause__
    return ""
