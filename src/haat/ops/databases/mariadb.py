"""A look at a database of MariaDB."""

from __future__ import annotations

import re
from collections.abc import Mapping

from haat.ops.databases import seen
from haat.ops.databases.seen import Advice, Eyes, Figure, Look, Statement, TableSize
from haat.ops.databases.sessions import sessions
from haat.store.driver import short_version

_MOST_OLD_VERSIONS = 1_000_000
_MOST_SHOWN = 10

_SERVER = (
    "SELECT version(), @@max_connections, @@performance_schema, @@slow_query_log, @@log_output, @@slow_query_log_file,"
    " @@long_query_time"
)
_COUNTED = """
SELECT lower(variable_name), variable_value FROM information_schema.global_status
WHERE variable_name IN ('UPTIME', 'THREADS_CONNECTED', 'INNODB_BUFFER_POOL_READS', 'INNODB_BUFFER_POOL_READ_REQUESTS',
                        'INNODB_DEADLOCKS', 'INNODB_HISTORY_LIST_LENGTH', 'SLOW_QUERIES')
"""
_SIZE = (
    "SELECT coalesce(sum(data_length + index_length), 0) FROM information_schema.tables WHERE table_schema = database()"
)
_TABLES = """
SELECT table_name, data_length + index_length, table_rows FROM information_schema.tables
WHERE table_schema = database() AND table_type = 'BASE TABLE' ORDER BY 2 DESC, table_name LIMIT 12
"""
_UPKEEP = "SELECT table_name, timestampdiff(SECOND, last_update, now()) FROM mysql.innodb_table_stats WHERE database_name = database()"
_DIGESTS = """
SELECT digest_text, count_star, avg_timer_wait / 1000000000, sum_timer_wait / 1000000000
FROM performance_schema.events_statements_summary_by_digest
WHERE schema_name = database() ORDER BY sum_timer_wait DESC LIMIT 10
"""
_SLOW_LOG = """
SELECT cast(sql_text AS char), time_to_sec(query_time) * 1000 FROM mysql.slow_log WHERE db = database()
ORDER BY start_time DESC LIMIT 1000
"""
_VALUES = re.compile(r"'(?:[^'\\]|\\.|'')*'|\b[0-9]+(?:\.[0-9]+)?\b")


def look_at(eyes: Eyes, found: Look) -> None:
    [(version, most, has_digests, has_log, output, file, slow_after)] = eyes.ask(_SERVER)
    found.version = short_version("MariaDB", version)
    counted = {name: int(value) for name, value in eyes.rows("counters", _COUNTED)}
    _count(counted, most, found)
    for (size,) in eyes.rows("size", _SIZE):
        found.figures.append(Figure("size", int(size), seen.size(int(size))))
    remedy = f"Let it see them with: GRANT PROCESS ON *.* TO '{eyes.address.user}'."
    found.sessions = eyes.see("sessions", lambda: sessions(eyes.address), [], remedy)
    found.tables = eyes.see("tables", lambda: _tables(eyes), [])
    if has_digests:
        found.statements = eyes.see("slow statements", lambda: [_digest(*row) for row in eyes.ask(_DIGESTS)], [])
    elif has_log and "TABLE" in output:
        found.statements = eyes.see("slow statements", lambda: _from_log(eyes), [])
    elif has_log and "FILE" in output:
        eyes.miss(
            "slow statements", f"they are in the file {file} of the server, for what takes {slow_after:g} s or more."
        )
    else:
        eyes.miss(
            "slow statements",
            "nobody counts them. SET GLOBAL log_output = 'TABLE', slow_query_log = 1 does from now on.",
        )


def _count(counted: Mapping[str, int], most: int, found: Look) -> None:
    if not counted:
        return
    taken, advice = seen.connections(counted["threads_connected"], most)
    wanted, reads = counted["innodb_buffer_pool_read_requests"], counted["innodb_buffer_pool_reads"]
    rate, more_advice = seen.hit_rate(wanted - reads, reads, "innodb_buffer_pool_size")
    old = counted["innodb_history_list_length"]
    found.figures += [
        Figure("up", counted["uptime"], f"for {seen.span(counted['uptime'])}"),
        taken,
        rate,
        Figure("deadlocks", counted["innodb_deadlocks"], f"{counted['innodb_deadlocks']} since it is up"),
        Figure("slow", counted["slow_queries"], f"{counted['slow_queries']:,} statements were slow since it is up"),
        Figure("old versions", old, f"{old:,} changes whose rows as they were are still kept"),
    ]
    found.advice += [*advice, *more_advice]
    if old > _MOST_OLD_VERSIONS:
        found.advice.append(
            Advice(
                f"{old:,} changes are kept for a transaction that is open for long.",
                "`haat database sessions` shows it; `haat runbook run end-session session=N` ends it.",
            )
        )


def _tables(eyes: Eyes) -> list[TableSize]:
    """InnoDB throws old versions of rows away by itself: it has no dead ones to count."""
    looked_at = dict(eyes.rows("upkeep", _UPKEEP))
    return [TableSize(name, int(size), rows, None, looked_at.get(name)) for name, size, rows in eyes.ask(_TABLES)]


def _digest(text: str, calls: int, mean: float, total: float) -> Statement:
    return Statement(" ".join(str(text).split()), calls, round(float(mean), 2), round(float(total), 1))


def _from_log(eyes: Eyes) -> list[Statement]:
    """The entries of the log, those that differ in values alone as one."""
    taken: dict[str, list[float]] = {}
    for text, ms in eyes.ask(_SLOW_LOG):
        taken.setdefault(" ".join(_VALUES.sub("?", str(text)).split()), []).append(float(ms))
    found = [
        Statement(text, len(all_ms), round(sum(all_ms) / len(all_ms), 2), round(sum(all_ms), 1))
        for text, all_ms in taken.items()
    ]
    return sorted(found, key=lambda one: -one.total_ms)[:_MOST_SHOWN]
