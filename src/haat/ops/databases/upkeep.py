"""Keep the database in order: look whether it is sound, and renew what it knows of its rows."""

from __future__ import annotations

from collections.abc import Sequence

from haat.ops.procedure import Deed, Finding, Irreversible, Procedure, Scene, Statement, Step
from haat.ops.procedure.step import never_done, only_looks

_TABLES = (
    "SELECT table_name FROM information_schema.tables WHERE table_schema = database()"
    " AND table_type = 'BASE TABLE' ORDER BY table_name"
)

_PROBLEMS = """
SELECT (SELECT count(*) FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE NOT i.indisvalid AND n.nspname = current_schema()),
       (SELECT coalesce(sum(checksum_failures), 0) FROM pg_stat_database WHERE datname = current_database()),
       current_setting('data_checksums')
"""


def _is_there(scene: Scene) -> Finding:
    """Raises Unavailable where there is no database to look at."""
    scene.ask("SELECT 1")
    return Finding(False, "is looked at every time")


def _is_sound(scene: Scene) -> Finding:
    match scene.database_kind:
        case "sqlite":
            said = [str(row[0]) for row in scene.ask("PRAGMA quick_check")]
            return Finding(said == ["ok"], "every page is sound" if said == ["ok"] else "; ".join(said))
        case "mariadb":
            rows = scene.ask(f"CHECK TABLE {_all_tables(scene)} QUICK")
            bad = [f"{row[0]}: {row[3]}" for row in rows if row[2] in ("error", "Error", "warning")]
            return Finding(not bad, "; ".join(bad) or "every table is sound")
        case _:
            [(invalid, damaged, sums)] = scene.ask(_PROBLEMS)
            return _told_of(int(invalid), int(damaged), has_sums=sums == "on")


def _told_of(invalid: int, damaged: int, *, has_sums: bool) -> Finding:
    """A server of PostgreSQL knows of a damaged page when it has read it, and only where pages have checksums."""
    pages = (
        "no page that was read was found damaged"
        if has_sums
        else "damaged pages are not known, for they have no checksums"
    )
    if damaged:
        pages = f"{damaged} times a page was found damaged"
    indexes = (
        f"{invalid} indexes are not valid, which compact-database makes anew" if invalid else "every index is valid"
    )
    return Finding(not (invalid or damaged), f"{indexes}; {pages}")


def _renew_statistics(scene: Scene) -> Sequence[Deed]:
    match scene.database_kind:
        case "sqlite":
            return [Statement("ANALYZE")]
        case "mariadb":
            return [Statement(f"ANALYZE TABLE {_all_tables(scene)}")]
        case _:
            return [Statement("VACUUM (ANALYZE)")]


def _has_statistics(scene: Scene) -> Finding:
    match scene.database_kind:
        case "sqlite":
            [(known,)] = scene.ask("SELECT count(*) FROM sqlite_stat1")
            return Finding(known > 0, f"it knows {known} indexes")
        case "mariadb":
            stale = (
                "SELECT count(*) FROM mysql.innodb_table_stats"
                " WHERE database_name = database() AND last_update < now() - INTERVAL 15 MINUTE"
            )
        case _:
            stale = (
                "SELECT count(*) FROM pg_stat_user_tables"
                " WHERE coalesce(last_analyze, '-infinity') < now() - interval '15 minutes'"
            )
    [(count,)] = scene.ask(stale)
    return Finding(count == 0, f"{count} tables were not looked at" if count else "it has looked at every table")


def _all_tables(scene: Scene) -> str:
    return ", ".join(f"`{name}`" for (name,) in scene.ask(_TABLES))


_NO_LOSS = Irreversible("it takes nothing away, so there is nothing to have back")

UPKEEP = Procedure(
    name="upkeep-database",
    purpose="Look whether the database is sound, and renew what it knows of its rows.",
    symptoms=(
        "pages have become slow over weeks",
        "a query takes another way than it used to",
        "the weekly upkeep is due",
    ),
    steps=(
        Step("Look whether it is sound", _is_there, only_looks, _is_sound, _NO_LOSS, 60.0, 0.0),
        Step("Renew the statistics", never_done, _renew_statistics, _has_statistics, _NO_LOSS, 60.0, 600.0),
    ),
)
