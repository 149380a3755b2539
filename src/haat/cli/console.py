"""`haat console`: the operators' console without a stack around it, for the night in which `haat up` does not run."""

from __future__ import annotations

import json

from haat.cli.command import Call, Command
from haat.cli.output import paint, print_line


def _console(call: Call) -> None:
    from haat.adapters.processes.listener import listen
    from haat.console.console import Console
    from haat.console.serve import serve

    settings = call.settings
    listener = listen(settings.console.host, settings.console_port, "console")
    console = Console(settings, call.app.pictures_in_use)
    if call.args.json:
        print_line(json.dumps({"event": "ready", "url": settings.console_url}))
    else:
        print_line(f"The console is at {paint(settings.console_url, 'accent')}. Ctrl-C ends it.")
    serve(console, listener)


COMMANDS = {"": Command(_console, shape='{"event": "ready", "url": "http://127.0.0.1:9000"}')}
