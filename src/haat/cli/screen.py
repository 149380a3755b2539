"""What `haat up` shows: a calm page for people, a line of JSON for each event for programs."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from haat import __version__
from haat.adapters.processes.supervisor import Back, Died, Ending, Event, Renewing, Resting, Woken
from haat.cli.making import ADMINISTRATOR, Made, Plan
from haat.cli.output import paint, print_line, table
from haat.kernel import clock

if TYPE_CHECKING:
    from pathlib import Path

    from haat.config.schema import Settings
    from haat.kernel.errors import HaatError

_OFTEN = 3  # short lives in a row that are worth a word of their own


class Screen:
    """Says what happens. A terminal that has gone stops nothing."""

    def __init__(self, *, as_json: bool) -> None:
        self.is_for_programs = as_json

    def greet(self, settings: Settings) -> None:
        name = paint(f"Haat {__version__}", "strong")
        self._say(
            f"{name}  {settings.market.name}, a market of the kind “{settings.market.preset}”, in {settings.data}\n"
            + "".join(f"\n{paint('warning', 'warning')}  {warning}" for warning in settings.warnings),
            event="begun",
            version=__version__,
            data=str(settings.data),
            warnings=list(settings.warnings),
        )

    def say_making(self, plan: Plan) -> None:
        goods = " and the goods to look at" if plan.goods == "demo" and not plan.is_done else ""
        self._say(_row("making", f"the database{goods}; this is done once"), event="making", goods=plan.goods)

    def say_made(self, made: Made) -> None:
        rows = [_row("database", f"is at revision {made.revisions[-1]} now")] if made.revisions else []
        if made.password:
            shown = f"{ADMINISTRATOR}  password {paint(made.password, 'accent')} (shown this once)"
            rows.append(_row("administrator", shown))
        self._say(
            "\n".join(rows),
            event="made",
            revisions=made.revisions,
            administrator=ADMINISTRATOR if made.password else None,
            password=made.password,
        )

    def say_accounts(self, preset: str) -> None:
        """Who can be signed in as, where there are goods to look at."""
        from haat.demo.load import PASSWORD, accounts

        found = accounts(preset)
        rows = [_row(account.role, f"{account.email}  password {paint(PASSWORD, 'accent')}") for account in found]
        people = [{**account._asdict(), "password": PASSWORD} for account in found]
        self._say("\n".join(rows), event="accounts", accounts=people)

    def say_without_console(self, error: HaatError) -> None:
        self._say(
            _row("console", f"{paint('is not served', 'warning')}: {error.why} {error.try_}"),
            event="without_console",
            why=error.why,
        )

    def say_rests(self, hold: Path) -> None:
        """Somebody is at the database, or was interrupted: nothing that has it open is begun."""
        why = hold.read_text("utf-8").strip()
        words = f"{why} `haat runbook history` shows the run, which goes on by `resume` or is taken back by `undo`; {hold} is gone then."
        self._say(_row("rests", words), event="rests", why=why, file=str(hold))

    def say_ready(self, settings: Settings, seconds: float, *, has_console: bool) -> None:
        url, logs = settings.web.own_url, settings.data / "logs"
        console = settings.console_url if has_console else None
        rows = [
            _row("shop", paint(url, "accent")),
            *([_row("console", paint(console, "accent"))] if console else []),
            _row("logs", str(logs)),
        ]
        self._say(
            "\n".join([*rows, "", f"Ready after {seconds:.1f} s. Ctrl-C ends it in order."]),
            event="ready",
            url=url,
            console=console,
            logs=str(logs),
            seconds=round(seconds, 3),
        )

    def say(self, event: Event) -> bytes:
        """Say what happened to the processes; returns the line for the log."""
        level, text = _in_words(event)
        now = clock.as_datetime(clock.now())
        fields = {"event": type(event).__name__.lower(), **event._asdict()}
        self._say(f"{now.astimezone():%H:%M:%S}  {text}", **fields)
        line = {"at": now.isoformat().replace("+00:00", "Z"), "level": level, "event": text, "from": "haat.up"}
        return json.dumps(line, ensure_ascii=False).encode() + b"\n"

    def say_ended(self) -> None:
        self._say("Ended.", event="ended")

    def _say(self, text: str, **data: Any) -> None:
        with suppress(OSError):
            if self.is_for_programs:
                print_line(json.dumps(data, ensure_ascii=False))
            elif text:
                print_line(text)


def _row(label: str, text: str) -> str:
    return table([(f"{label:13}", text)], indent=2)


def _in_words(event: Event) -> tuple[str, str]:
    """The level and the sentence."""
    match event:
        case Died(program, how, short, pause, lines):
            when = f"tried again in {pause:g} s" if pause >= 1 else "started again"
            often = f" That is the {short}th time in a row." if short > _OFTEN else ""
            words = f" Its last words: {_last_words(lines)}" if short > 1 and lines else ""
            return "error", f"{program} {how}; it is {when}.{often}{words}"
        case Back(program, after):
            return "info", f"{program} runs again, {after:.2f} s later."
        case Renewing(program, by_force=True):
            return "warning", f"Ending {program} by force, to begin it anew."
        case Renewing(program):
            return "info", f"Ending {program}, to begin it anew; what is in hand is finished first."
        case Resting(program, by_force=True):
            return "warning", f"Ending {program} by force, because it may not run now."
        case Resting(program):
            return "info", f"Ending {program}, because it may not run now; what is in hand is finished first."
        case Woken(program):
            return "info", f"{program} runs."
        case Ending(programs, by_force=True):
            return "warning", f"Ending {' and '.join(programs)} by force."
        case Ending(programs):
            return "info", f"Ending {' and '.join(programs)}; what is in hand is finished first."


def _last_words(lines: tuple[str, ...]) -> str:
    """The last line, or what it says if it is one of our own log."""
    with suppress(ValueError, KeyError, TypeError):
        return str(json.loads(lines[-1])["event"])
    return lines[-1]
