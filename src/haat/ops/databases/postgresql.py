"""A look at a database of PostgreSQL."""

from __future__ import annotations

from haat.ops.databases import seen
from haat.ops.databases.seen import Advice, Eyes, Figure, Index, Look, Statement, TableSize
from haat.ops.databases.sessions import sessions
from haat.store.driver import short_version

_MANY_DEAD, _SHARE_DEAD = 10_000, 0.2

_SERVER = """
SELECT version(), extract(epoch FROM clock_timestamp() - pg_postmaster_start_time())::float8, pg_database_size(current_database()),
       current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int,
       (SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend')
"""
_COUNTED = "SELECT blks_hit, blks_read, deadlocks, temp_bytes FROM pg_stat_database WHERE datname = current_database()"
_TABLES = """
SELECT relname, pg_total_relation_size(relid), n_live_tup, n_dead_tup,
       extract(epoch FROM clock_timestamp() - greatest(last_vacuum, last_autovacuum, last_analyze, last_autoanalyze))::float8
FROM pg_stat_user_tables ORDER BY 2 DESC, relname LIMIT 12
"""
_UNUSED = """
SELECT s.indexrelname, s.relname, pg_relation_size(s.indexrelid)
FROM pg_stat_user_indexes s JOIN pg_index i ON i.indexrelid = s.indexrelid
WHERE s.idx_scan = 0 AND NOT i.indisunique AND pg_relation_size(s.indexrelid) >= 1000000
ORDER BY 3 DESC, 1 LIMIT 10
"""
_HOME_OF_STATEMENTS = (
    "SELECT quote_ident(n.nspname) FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace"
    " WHERE e.extname = 'pg_stat_statements'"
)
_STATEMENTS = """
SELECT query, calls, mean_exec_time, total_exec_time FROM {home}.pg_stat_statements s
JOIN pg_database d ON d.oid = s.dbid WHERE d.datname = current_database()
ORDER BY total_exec_time DESC LIMIT 10
"""
_HOW_TO_COUNT = (
    "Put pg_stat_statements into shared_preload_libraries, restart the server, and CREATE EXTENSION pg_stat_statements."
)


def look_at(eyes: Eyes, found: Look) -> None:
    [(version, up_for, size, most, used)] = eyes.ask(_SERVER)
    found.version = short_version("PostgreSQL", version)
    taken, advice = seen.connections(used, most)
    found.figures += [
        Figure("up", round(up_for), f"for {seen.span(up_for)}"),
        Figure("size", size, seen.size(size)),
        taken,
    ]
    found.advice += advice
    _count(eyes, found)
    found.sessions = eyes.see("sessions", lambda: sessions(eyes.address), [])
    found.tables = eyes.see("tables", lambda: [TableSize(*row) for row in eyes.ask(_TABLES)], [])
    found.unused_indexes = eyes.see("indexes", lambda: [Index(*row) for row in eyes.ask(_UNUSED)], [])
    found.statements = eyes.see("slow statements", lambda: _statements(eyes), [])
    found.advice += _on_tables(found.tables)


def _count(eyes: Eyes, found: Look) -> None:
    for hits, reads, deadlocks, spilled in eyes.rows("counters", _COUNTED):
        rate, advice = seen.hit_rate(hits, reads, "shared_buffers")
        found.figures += [
            rate,
            Figure("deadlocks", deadlocks, f"{deadlocks} since it counts"),
            Figure("spilled", spilled, f"{seen.size(spilled)} were sorted and joined on disk"),
        ]
        found.advice += advice


def _statements(eyes: Eyes) -> list[Statement]:
    home = eyes.ask(_HOME_OF_STATEMENTS)
    if not home:
        eyes.miss("slow statements", f"nobody counts them. {_HOW_TO_COUNT}")
        return []
    rows = eyes.ask(_STATEMENTS.format(home=home[0][0]))
    return [
        Statement(" ".join(text.split()), calls, round(mean, 2), round(total, 1)) for text, calls, mean, total in rows
    ]


def _on_tables(tables: list[TableSize]) -> list[Advice]:
    worn = [one for one in tables if _is_worn(one)]
    return [
        Advice(f"Of {one.name} {one.dead_rows:,} rows are dead.", "`haat runbook run upkeep-database`") for one in worn
    ]


def _is_worn(table: TableSize) -> bool:
    dead, alive = table.dead_rows or 0, table.rows or 0
    return dead >= _MANY_DEAD and dead >= _SHARE_DEAD * (alive + dead)
