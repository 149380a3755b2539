"""Every drill, on one page."""

from __future__ import annotations

from collections.abc import Iterable

from haat.config.words import found
from haat.ops.drills.backup_spoilt import BACKUP_SPOILT
from haat.ops.drills.cache_flushed import CACHE_FLUSHED
from haat.ops.drills.cache_killed import CACHE_KILLED
from haat.ops.drills.checkout_blocked import CHECKOUT_BLOCKED
from haat.ops.drills.database_damaged import DATABASE_DAMAGED
from haat.ops.drills.database_gone import DATABASE_GONE
from haat.ops.drills.database_killed import DATABASE_KILLED
from haat.ops.drills.database_restarted import DATABASE_RESTARTED
from haat.ops.drills.disk_full import DISK_FULL
from haat.ops.drills.drill import Drill
from haat.ops.drills.index_missing import INDEX_MISSING
from haat.ops.drills.lock_owner_dead import LOCK_OWNER_DEAD
from haat.ops.drills.log_torn import LOG_TORN
from haat.ops.drills.machine_lost import MACHINE_LOST
from haat.ops.drills.orders_deleted import ORDERS_DELETED
from haat.ops.drills.photo_damaged import PHOTO_DAMAGED
from haat.ops.drills.query_runaway import QUERY_RUNAWAY
from haat.ops.drills.room_wasted import ROOM_WASTED
from haat.ops.drills.run import Report
from haat.ops.drills.run_killed import RUN_KILLED
from haat.ops.drills.server_lost import SERVER_LOST
from haat.ops.drills.statistics_lost import STATISTICS_LOST
from haat.ops.drills.waste import WASTE
from haat.ops.drills.web_killed import WEB_KILLED
from haat.ops.drills.web_restarted import WEB_RESTARTED
from haat.ops.drills.worker_killed import WORKER_KILLED
from haat.ops.drills.writer_killed import WRITER_KILLED

DRILLS: dict[str, Drill] = {
    drill.name: drill
    for drill in (
        WEB_KILLED,
        WORKER_KILLED,
        WRITER_KILLED,
        WEB_RESTARTED,
        DATABASE_KILLED,
        DATABASE_RESTARTED,
        CHECKOUT_BLOCKED,
        QUERY_RUNAWAY,
        STATISTICS_LOST,
        INDEX_MISSING,
        ROOM_WASTED,
        RUN_KILLED,
        LOCK_OWNER_DEAD,
        CACHE_FLUSHED,
        CACHE_KILLED,
        WASTE,
        DISK_FULL,
        BACKUP_SPOILT,
        LOG_TORN,
        DATABASE_DAMAGED,
        DATABASE_GONE,
        SERVER_LOST,
        ORDERS_DELETED,
        MACHINE_LOST,
        PHOTO_DAMAGED,
    )
}


def drill(name: str) -> Drill:
    """Raises NotFound."""
    return found(name, DRILLS, "drill", "haat drill list")


def not_done(reports: Iterable[Report]) -> list[Drill]:
    """Those of which there is no report."""
    done = {one.drill for one in reports}
    return [one for one in DRILLS.values() if one.name not in done]
