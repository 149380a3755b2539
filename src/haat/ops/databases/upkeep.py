"""Keep the database in order: look whether it is sound, renew what it knows of its rows, give back what it no longer needs."""

from __future__ import annotations

from collections.abc import Sequence

from haat.ops.procedure import Deed, Finding, Irreversible, Procedure, Scene, Statement, Step
from haat.ops.procedure.step import never_done, only_looks

_TABLES = {
    "sqlite": "SELECT name FROM sqlite_schema WHERE type = 'table' AND sql NOT LIKE 'CREATE VIRTUAL%' ORDER BY name",
    "postgresql": "SELECT tablename FROM pg_tables WHERE schemaname = current_schema() ORDER BY tablename",
    "mariadb": "SELECT table_name FROM information_schema.tables WHERE table_schema = database()"
    " AND table_type = 'BASE TABLE' ORDER BY table_name",
}


def _is_sound(scene: Scene) -> Finding:
    match scene.database_kind:
        case "sqlite":
            said = [str(row[0]) for row in scene.ask("PRAGMA quick_check")]
            return Finding(said == ["ok"], "every page is sound" if said == ["ok"] else "; ".join(said))
        case "mariadb":
            rows = scene.ask(f"CHECK TABLE {_names(scene, '`')} QUICK")
            bad = [f"{row[0]}: {row[3]}" for row in rows if row[2] in ("error", "Error", "warning")]
            return Finding(not bad, "; ".join(bad) or "every table is sound")
        case _:
            [(bad,)] = scene.ask("SELECT count(*) FROM pg_index WHERE NOT indisvalid")
            return Finding(bad == 0, f"{bad} indexes are invalid" if bad else "every index is valid")


def _renew_statistics(scene: Scene) -> Sequence[Deed]:
    match scene.database_kind:
        case "sqlite":
            return [Statement("ANALYZE")]
        case "mariadb":
            return [Statement(f"ANALYZE TABLE {_names(scene, '`')}")]
        case _:
            return [Statement("VACUUM (ANALYZE)")]


def _has_statistics(scene: Scene) -> Finding:
    match scene.database_kind:
        case "sqlite":
            [(known,)] = scene.ask("SELECT count(*) FROM sqlite_stat1")
            return Finding(known > 0, f"it knows {known} indexes")
        case "mariadb":
            [(known,)] = scene.ask("SELECT count(*) FROM mysql.innodb_table_stats WHERE database_name = database()")
            return Finding(known > 0, f"it knows {known} tables")
        case _:
            [(stale,)] = scene.ask("SELECT count(*) FROM pg_stat_user_tables WHERE last_analyze IS NULL")
            return Finding(stale == 0, f"{stale} tables were never looked at" if stale else "it knows every table")


def _tables(scene: Scene) -> list[str]:
    return [str(row[0]) for row in scene.ask(_TABLES[scene.database_kind])]


def _names(scene: Scene, mark: str) -> str:
    return ", ".join(f"{mark}{name}{mark}" for name in _tables(scene))


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
        Step("Look whether it is sound", never_done, only_looks, _is_sound, _NO_LOSS, 60.0, 600.0),
        Step("Renew the statistics", never_done, _renew_statistics, _has_statistics, _NO_LOSS, 60.0, 600.0),
    ),
)
