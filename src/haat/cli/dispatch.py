"""From words to a command: find it, read its arguments, run it, and say what came of it."""

from __future__ import annotations

import argparse
import os
import re
import sys
from collections.abc import Iterable
from importlib import import_module
from pathlib import Path
from typing import NoReturn

from haat.cli import codes, output
from haat.cli.command import Call, Command
from haat.cli.table import EVERYWHERE, NOUNS
from haat.kernel.errors import HaatError, Invalid

_LACKS_VALUE = re.compile(r"argument (--[a-z-]+): expected one argument")


class WrongUsage(HaatError):
    """The words are no command of ours."""

    code = "wrong_usage"


def dispatch(words: list[str]) -> int:
    """Run the command; returns its exit code."""
    as_json = "--json" in words
    try:
        return _run(words, as_json)
    except KeyboardInterrupt:
        output.print_line("Interrupted.", to=sys.stderr)
        return codes.INTERRUPTED
    except BrokenPipeError:
        # Whoever read our output has gone. Nothing may be written any more, not even by the interpreter as it ends.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return codes.DONE
    except Exception as error:
        output.print_error(error, as_json=as_json)
        return _code_of(error)


def parser_of(noun: str, verb: str) -> argparse.ArgumentParser:
    """The parser of a command, made from the table."""
    parser = _Parser(f"haat {noun} {verb}".rstrip())
    for form, said in (NOUNS[noun][1][verb][1] | EVERYWHERE).items():
        _add(parser, form, said)
    return parser


def commands_of(noun: str) -> dict[str, Command]:
    """The commands of a noun by verb; where it has none, the only one is under the empty verb."""
    commands: dict[str, Command] = import_module(f"haat.cli.{noun}").COMMANDS
    return commands


def _run(words: list[str], as_json: bool) -> int:
    noun, verb, rest = _found(words)
    args = parser_of(noun, verb).parse_args(rest)
    command = commands_of(noun)[verb]
    data = (args.data or Path(os.environ.get("HAAT_DATA") or "data")).absolute()
    call = Call(data, args, {key: getattr(args, flag) for flag, key in command.settings.items()})
    try:
        answer = command.run(call)
    finally:
        call.close()
    if answer is None:
        return codes.DONE
    output.print_answer(answer, as_json=as_json)
    return answer.code


def _found(words: list[str]) -> tuple[str, str, list[str]]:
    """Noun, verb, and what follows them."""
    noun, *rest = words
    if noun not in NOUNS:
        raise _unknown(noun, NOUNS, "haat")
    verbs = NOUNS[noun][1]
    if "" in verbs:
        return noun, "", rest
    verb, *rest = rest
    if verb not in verbs:
        raise _unknown(verb, verbs, f"haat {noun}")
    return noun, verb, rest


def _add(parser: _Parser, form: str, said: str) -> None:
    """What a command takes, from the form in which the table has it."""
    name, _, metavar = form.strip("[]").partition(" ")
    is_needed = not form.startswith("[")
    if not name.startswith("-"):
        bare = name.removesuffix("…")
        number = "*" if name.endswith("…") else None if is_needed else "?"
        parser.add_argument(bare.lower(), metavar=bare, nargs=number, type=_type_of(bare))
    elif metavar:
        parser.expected[name] = f"{name} {metavar}: {said}"
        parser.add_argument(name, metavar=metavar, required=is_needed, type=_type_of(metavar))
    else:
        parser.add_argument(name, action="store_true")


def _type_of(metavar: str) -> type:
    return Path if metavar in ("FILE", "DIR") else str


def _unknown(word: str, known: Iterable[str], prefix: str) -> WrongUsage:
    from haat.config.words import nearest  # Only where something is wrong.

    if word.startswith("-"):
        return WrongUsage(
            f"“{word}” stands where a command was expected.",
            why="Options come after the command.",
            try_=f"`{prefix} --help` lists what there is.",
        )
    meant = nearest(word, known)
    return WrongUsage(
        f"There is no command “{prefix} {word}”.",
        try_=f"Did you mean `{prefix} {meant}`?" if meant else f"`{prefix} --help` lists what there is.",
    )


def _code_of(error: Exception) -> int:
    match output.in_our_words(error):
        case None:
            return codes.BROKEN
        case HaatError(code="wrong_settings"):
            return codes.WRONG_SETTINGS
        case WrongUsage() | Invalid():
            return codes.WRONG_USAGE
        case HaatError(temporary=True):
            return codes.UNAVAILABLE
        case _:
            return codes.NOT_SO


class _Parser(argparse.ArgumentParser):
    """Says what is wrong in our own way, and as an error that is printed like any other."""

    def __init__(self, prog: str) -> None:
        super().__init__(prog=prog, add_help=False, allow_abbrev=False)
        self.expected: dict[str, str] = {}  # of each option that takes a value, what it is

    def error(self, message: str) -> NoReturn:
        option = _LACKS_VALUE.match(message)
        if option:
            raise self._lacks_value(option[1])
        raise WrongUsage(
            "The command was not understood.",
            why=f"{message[0].upper()}{message[1:]}.",
            try_=f"`{self.prog} --help` tells what it takes.",
        )

    def _lacks_value(self, option: str) -> WrongUsage:
        """What begins with a dash is taken for another option."""
        return WrongUsage(
            f"{option} needs a value.",
            why=f"What comes after it is missing, or is an option itself, as all is that begins with a dash. It is written {self.expected[option]}.",
            try_=f"`{self.prog} --help` tells what it takes.",
        )
