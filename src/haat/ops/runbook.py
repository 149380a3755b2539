"""Every procedure, on one page. There is no other runbook."""

from __future__ import annotations

from haat.config.words import found
from haat.ops.backups.check_backups import PROVE_LOG, VERIFY_BACKUP
from haat.ops.backups.take_backup import TAKE_BACKUP
from haat.ops.caches.clear_cache import CLEAR_CACHE
from haat.ops.caches.warm_cache import WARM_CACHE
from haat.ops.databases.compact import COMPACT
from haat.ops.databases.create_index import CREATE_INDEX
from haat.ops.databases.end_session import END_SESSION
from haat.ops.databases.restart import RESTART_DATABASE
from haat.ops.databases.upkeep import UPKEEP
from haat.ops.fleet.restart_service import RESTART_SERVICE
from haat.ops.logs.drop_old import DROP_OLD_LOGS
from haat.ops.maintenance.clean_up import CLEAN_UP
from haat.ops.procedure import Procedure
from haat.ops.recovery.recover_database import RECOVER_DATABASE
from haat.ops.recovery.recover_machine import RECOVER_MACHINE
from haat.ops.recovery.recover_media import RECOVER_MEDIA
from haat.ops.recovery.recover_to_time import RECOVER_TO_TIME

PROCEDURES: dict[str, Procedure] = {
    procedure.name: procedure
    for procedure in (
        END_SESSION,
        RESTART_DATABASE,
        RESTART_SERVICE,
        UPKEEP,
        COMPACT,
        CREATE_INDEX,
        CLEAN_UP,
        DROP_OLD_LOGS,
        TAKE_BACKUP,
        PROVE_LOG,
        VERIFY_BACKUP,
        CLEAR_CACHE,
        WARM_CACHE,
        RECOVER_DATABASE,
        RECOVER_TO_TIME,
        RECOVER_MACHINE,
        RECOVER_MEDIA,
    )
}


def procedure(name: str) -> Procedure:
    """Raises NotFound."""
    return found(name, PROCEDURES, "procedure", "haat runbook list")


def only_reads(name: str) -> bool:
    """Whether a run of it keeps nothing else from being done."""
    return name in PROCEDURES and PROCEDURES[name].only_reads


def gives_way(name: str) -> bool:
    """Whether a run of it leaves nothing half done wherever it is killed."""
    return name in PROCEDURES and PROCEDURES[name].gives_way
