"""`haat config`: the settings of the stack."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress

from haat.cli.command import Answer, Call, Command
from haat.cli.output import paint, table
from haat.config.schema import EXAMPLE, Settings
from haat.config.show import Shown, effective
from haat.kernel.errors import NotFound, Refused, Unavailable


def _show(call: Call) -> Answer:
    settings = call.app.settings
    shown = effective(settings)
    data = {
        "data": str(settings.data),
        "settings": [{"key": key, "value": value, **_origin(origin)} for key, value, origin in shown],
        "warnings": list(settings.warnings),
    }
    return Answer(data, "\n".join([_rows(shown), *_warnings(settings)]))


def _check(call: Call) -> Answer:
    settings = call.app.settings
    _refuse_other_zone(call)
    text = "\n".join([f"The settings of {settings.data} are in order.", *_warnings(settings)])
    return Answer({"data": str(settings.data), "warnings": list(settings.warnings)}, text)


def _refuse_other_zone(call: Call) -> None:
    """Raises Refused where the next start would: hires are on that were booked in another time zone. A database that cannot be asked says nothing."""
    try:
        app = call.stack
    except (NotFound, Refused, Unavailable):
        return
    with suppress(Unavailable):
        app.refuse_other_zone()


def _example(call: Call) -> Answer:
    text = EXAMPLE.read_text("utf-8")
    return Answer({"example": text}, text.rstrip())


def _origin(origin: tuple[str, str]) -> dict[str, str]:
    source, where = origin
    return {"source": source, "where": where}


def _rows(shown: Iterable[Shown]) -> str:
    return table([(key, paint(str(origin), "quiet"), value or "(empty)") for key, value, origin in shown])


def _warnings(settings: Settings) -> Iterable[str]:
    for warning in settings.warnings:
        yield f"{paint('warning', 'warning')}  {warning}"


_ORIGIN = '"source": "file", "where": "/srv/shop/haat.toml line 3"'

COMMANDS = {
    "show": Command(
        _show,
        shape='{"data": "/srv/shop", "settings": [{"key": "web.port", "value": "8001", '
        + _ORIGIN
        + '}], "warnings": []}',
    ),
    "check": Command(_check, shape='{"data": "/srv/shop", "warnings": []}'),
    "example": Command(_example, shape='{"example": "# Every setting of Haat, with its default. …"}'),
}
