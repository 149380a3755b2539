"""All that the database knows of its rows is gone, and whatever is asked may go any way. Upkeep makes it anew."""

from __future__ import annotations

from contextlib import closing

from haat.ops.databases.upkeep import UPKEEP
from haat.ops.drills.broken import blind
from haat.ops.drills.drill import Budget, Drill, Mutation
from haat.ops.drills.stage import Stage
from haat.ops.procedure import Finding, Procedure
from haat.store.drivers import driver_of

# There must be something to lose first: a new shop has been looked at by nobody.
_LOSE = {
    "sqlite": ("ANALYZE", "DELETE FROM sqlite_stat1"),
    "postgresql": ("ANALYZE", "DELETE FROM pg_statistic"),
    "mariadb": (
        "ANALYZE TABLE shops",
        "DELETE FROM mysql.innodb_index_stats WHERE database_name = database()",
        "DELETE FROM mysql.innodb_table_stats WHERE database_name = database()",
    ),
}
# What is known of a table that has rows, which no order changes: so no database looks at it by itself.
_KNOWN = {
    "sqlite": "SELECT count(*) FROM sqlite_stat1 WHERE tbl = 'shops'",
    "postgresql": "SELECT count(*) FROM pg_stats WHERE tablename = 'shops'",
    "mariadb": "SELECT count(*) FROM mysql.innodb_index_stats WHERE database_name = database() AND table_name = 'shops'",
}


def _lose(stage: Stage) -> Finding:
    database = stage.settings.database
    with closing(driver_of(database)) as driver:
        for statement in _LOSE[database.kind]:
            driver.tell(statement)
    found = _is_known(stage)
    return Finding(not found.holds, found.said)


def _is_known(stage: Stage) -> Finding:
    [(count,)] = stage.ask(_KNOWN[stage.settings.database.kind])
    return Finding(count > 0, f"{count} things are known of the rows of a table")


def _renew(stage: Stage, procedure: Procedure = UPKEEP) -> None:
    stage.run(procedure, {})


def _renew_nothing(stage: Stage) -> None:
    _renew(stage, blind(UPKEEP))


STATISTICS_LOST = Drill(
    name="statistics-lost",
    purpose="All that the database knows of its rows is gone, and what is asked may go any way; upkeep makes it anew while people buy.",
    fault=_lose,
    answer=_renew,
    verify=_is_known,
    budget=Budget(gap=2.5, failed=0, seconds=10.0, proof=2.0),
    mutations=(
        Mutation(
            "renews-nothing",
            "The procedure says what it does, and does nothing.",
            _renew_nothing,
            breaks=UPKEEP.name,
        ),
    ),
    procedures=(UPKEEP.name,),
)
