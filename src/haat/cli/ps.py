"""`haat ps`: the processes of the stack. It looks at the system alone, and so works whatever they are doing."""

from __future__ import annotations

from haat import __version__
from haat.adapters.processes.lock import owner_of
from haat.cli import codes
from haat.cli.command import Answer, Call, Command
from haat.cli.output import paint, table
from haat.ops import running
from haat.ops.health.processes import Process, family


def _ps(call: Call) -> Answer:
    keeper = owner_of(running.lock_of(call.data))
    found = family(keeper) if keeper else []
    if not found:
        said = "Nothing runs here. `haat up` starts the stack."
        return Answer({"running": False, "url": "", "version": "", "processes": []}, said, codes.NOT_SO)
    told = running.told(call.data)
    url, version = (told.url, told.version) if told else ("", "")
    data = {
        "running": True,
        "url": url,
        "version": version,
        "processes": [one._asdict() for one in found],
    }
    lines = [
        f"Haat {version} at {url}" if told else "It is starting.",
        "",
        table([_row(one) for one in found], right=(0, 2, 3, 4, 5)),
    ]
    if told and version != __version__:
        lines += ["", f"Haat {__version__} is installed now; it runs once `haat up` is started again."]
    return Answer(data, "\n".join(lines))


def _row(one: Process) -> tuple[str, ...]:
    return (
        str(one.pid),
        one.state,
        _span(one.up_seconds),
        f"{one.cpu:.0%} CPU",
        f"{one.memory / 1e6:,.0f} MB",
        f"{'?' if one.files is None else one.files} files",
        paint(one.name, "accent"),
    )


def _span(seconds: float) -> str:
    minutes, hours = seconds // 60, seconds // 3600
    return f"{hours:.0f} h {minutes % 60:.0f} min" if hours else f"{minutes:.0f} min {seconds % 60:.0f} s"


COMMANDS = {
    "": Command(
        _ps,
        shape='{"running": true, "url": "http://127.0.0.1:8000", "version": "0.1.0", "processes": [{"name": "haat-web", "pid": 4711, '
        '"state": "waits", "up_seconds": 86400.0, "cpu": 0.12, "memory": 81000000, "files": 41, "most_files": 1024}]}',
    )
}
