"""Another name for a database of MariaDB, which has no word for that: its tables move into a new one, all at once and with what refers to what.

What cannot move is made anew there. It is written down in the new database before the first of it goes, and as long as anything is left to do the comment of the
new one says out of which it is made: so whoever was interrupted, at any point, goes on.
"""

from __future__ import annotations

from haat.kernel import faults
from haat.kernel.errors import NotFound, Refused
from haat.ops.backups.mariadb import programs
from haat.ops.backups.mariadb.line import Line, quoted
from haat.ops.backups.mariadb.programs import Program

_MADE_OF = "Haat is making this database out of "
_NOTES = "haat_programs"
_MAKE_NOTES = """
CREATE TABLE IF NOT EXISTS {notes} (
    number INTEGER NOT NULL AUTO_INCREMENT PRIMARY KEY, kind VARCHAR(20) NOT NULL, name VARCHAR(64) NOT NULL, definer VARCHAR(400) NOT NULL,
    mode TEXT NOT NULL, collation VARCHAR(64) NOT NULL, zone VARCHAR(64) NOT NULL, words LONGTEXT NOT NULL
) ENGINE = InnoDB CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin
"""
_NOTE = "INSERT INTO {notes} (kind, name, definer, mode, collation, zone, words) VALUES (%s, %s, %s, %s, %s, %s, %s)"
_NOTED = "SELECT kind, name, definer, mode, collation, zone, words FROM {notes} ORDER BY number"
_STRAYED = """
SELECT table_name, constraint_name FROM information_schema.referential_constraints WHERE constraint_schema = %s AND unique_constraint_schema = %s
"""


def rename(line: Line, old: str, new: str) -> None:
    """Whoever is connected to the old one is put out. Raises NotFound, Refused where both are there and are two, or where somebody or something cannot be
    moved, Unavailable.
    """
    if _is_still_empty(line, old, new):
        _leave(line, old, new)
        return
    # Whoever gave one of them its name and was interrupted, be it the other way round, finishes that first.
    for name in (old, new):
        _go_on(line, name)
    there = line.names()
    if old not in there and new in there:
        return
    if old not in there:
        raise NotFound(f"There is no database {old} on the server.")
    _begin(line, old, new)
    _move(line, old, new)


def _is_still_empty(line: Line, old: str, new: str) -> bool:
    """Whether the old one was about to be made out of the new one, and no table has moved: somebody may hold one, and goes on holding it."""
    manners = line.manners(old)
    is_being_made = manners is not None and manners.comment == f"{_MADE_OF}{new}"
    return is_being_made and not {*line.tables(old)} - {_NOTES} and bool(line.tables(new))


def _leave(line: Line, old: str, new: str) -> None:
    there = {one[:2] for one in programs.listed(line, new)}
    programs.make(line, new, [one for one in _noted(line, old) if (one.kind, one.name) not in there])
    line.change(old, f"DROP DATABASE {quoted(old)}")


def _go_on(line: Line, name: str) -> None:
    manners = line.manners(name)
    if manners and manners.comment.startswith(_MADE_OF):
        _move(line, manners.comment.removeprefix(_MADE_OF), name)


def _begin(line: Line, old: str, new: str) -> None:
    manners, there = line.manners(old), line.manners(new)
    assert manners is not None
    if there and (line.tables(new) or programs.listed(line, new)):
        raise Refused(
            f"The database {old} cannot be called {new}.",
            why="There is one of that name on the server already.",
            try_=f"Look at what is in it. If nobody needs it: DROP DATABASE {quoted(new)};",
        )
    what = "ALTER" if there else "CREATE"
    line.change(new, f"{what} DATABASE {quoted(new)} {manners._replace(comment=f'{_MADE_OF}{old}')}")
    try:
        _write_down(line, old, new)
    except Refused:
        line.change(new, f"DROP DATABASE {quoted(new)}")  # Nothing has moved.
        raise


def _write_down(line: Line, old: str, new: str) -> None:
    """What of the old one has to be made anew. Raises Refused where the user could not do that."""
    notes = quoted(new, _NOTES)
    noted = {(one.kind, one.name) for one in _noted(line, new)}
    found = [programs.read(line, old, *one) for one in programs.listed(line, old) if one[:2] not in noted]
    if found:
        line.change(new, _MAKE_NOTES.format(notes=notes))
        programs.rehearse(line, new, _NOTES, found)
        line.write(_NOTE.format(notes=notes), found)
        faults.reach("renamed.noted")


def _move(line: Line, old: str, new: str) -> None:
    """What is left of the old one."""
    if old in line.names():
        _write_down(line, old, new)
        noted = _noted(line, new)
        line.end_sessions(old)
        for one in noted:
            if one.kind == "TRIGGER":
                line.change(old, f"DROP TRIGGER IF EXISTS {quoted(old, one.name)}")
        while tables := line.tables(old):
            moves = ", ".join(f"{quoted(old, table)} TO {quoted(new, table)}" for table in tables)
            line.change(old, f"RENAME TABLE {moves}")
        _let_go(line, new, old)
        programs.make(line, new, noted)
        line.change(old, f"DROP DATABASE {quoted(old)}")
    line.change(new, f"DROP TABLE IF EXISTS {quoted(new, _NOTES)}")
    manners = line.manners(new)
    assert manners is not None
    line.change(new, f"ALTER DATABASE {quoted(new)} {manners._replace(comment='')}")


def _let_go(line: Line, new: str, old: str) -> None:
    """Of what is not there any more: a table that refers to what was lost would refer to what takes its place next, and hold on to rows of it."""
    for table, name in line.rows(_STRAYED, new, old):
        line.change(new, f"ALTER TABLE {quoted(new, table)} DROP FOREIGN KEY {quoted(name)}")


def _noted(line: Line, new: str) -> list[Program]:
    if _NOTES not in line.tables(new):
        return []
    return [Program(*row) for row in line.rows(_NOTED.format(notes=quoted(new, _NOTES)))]
