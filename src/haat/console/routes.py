"""Every page of the console, and which role it needs; None is for everybody. What each role may is `ops/operators/operator.py`."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple, TypeAlias

from haat.console.pages import (
    backups,
    cache,
    database,
    drills,
    evidence,
    find,
    health,
    logs,
    maintenance,
    operators,
    runbook,
    runs,
    services,
    signing,
    wall,
)
from haat.console.request import Answer
from haat.ops.operators.operator import ADMINISTER, OPERATE, VIEW

Handler: TypeAlias = Callable[..., Answer]


class Page(NamedTuple):
    """A method, a path, and the function that answers it; parts of the path in braces come as its arguments."""

    method: str
    path: str
    handler: Handler
    needs: str | None = VIEW


PAGES = (
    Page("GET", "/", wall.show),
    Page("GET", "/find", find.show),
    Page("GET", "/health/detailed", health.show),
    Page("GET", "/services", services.show),
    Page("GET", "/logs", logs.show),
    Page("GET", "/logs/patterns", logs.show_patterns),
    Page("GET", "/database", database.show),
    Page("GET", "/database/sessions", database.show_sessions),
    Page("GET", "/database/explain", database.show_explain),
    Page("GET", "/cache", cache.show),
    Page("GET", "/backups", backups.show),
    Page("GET", "/backups/{id_}", backups.show_set),
    Page("GET", "/maintenance", maintenance.show),
    Page("GET", "/maintenance/profiles/{name}", maintenance.show_profile),
    Page("GET", "/runbook", runbook.show_all),
    Page("GET", "/runbook/{name}", runbook.show),
    Page("GET", "/runbook/{name}/plan", runbook.show_plan, OPERATE),
    Page("POST", "/runbook/{name}/runs", runs.start, OPERATE),
    Page("GET", "/runs", runs.show_all),
    Page("GET", "/runs/{run}", runs.show),
    Page("GET", "/runs/{run}/resumption", runs.show_resumption, OPERATE),
    Page("POST", "/runs/{run}/resumption", runs.resume, OPERATE),
    Page("GET", "/runs/{run}/undoing", runs.show_undoing, OPERATE),
    Page("POST", "/runs/{run}/undoing", runs.undo, OPERATE),
    Page("GET", "/evidence", evidence.show),
    Page("GET", "/drills", drills.show_all),
    Page("GET", "/drills/pictures", drills.show_pictures),
    Page("GET", "/operators", operators.show_all, ADMINISTER),
    Page("POST", "/operators/{name}/signing-out", operators.sign_out, ADMINISTER),
    Page("GET", "/sign-in", signing.show, None),
    Page("POST", "/sign-in", signing.sign_in, None),
    Page("POST", "/sign-out", signing.sign_out, None),
    Page("POST", "/theme", signing.choose_theme, None),
    Page("POST", "/keys", signing.choose_keys, None),
    Page("GET", "/health", signing.say_alive, None),
    Page("GET", "/static/{version}/{name}", signing.send_file, None),
)
