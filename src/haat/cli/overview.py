"""Help and version: they need nothing but the table."""

from haat.cli.table import EVERYWHERE, NOUNS, Takes


def asked_for(words: list[str]) -> str | None:
    """The text that these words ask for, or None when they are a command to run."""
    match words:
        case [] | ["--help" | "-h" | "help"]:
            return _of_all()
        case ["--version"]:
            from haat import __version__

            return f"haat {__version__}"
        case ["help", *rest]:
            return _of(rest)
        case _ if "--help" in words or "-h" in words:
            return _of(words)
        case [noun] if noun in NOUNS and "" not in NOUNS[noun][1]:
            return _of_noun(noun)
        case _:
            return None


def usage_of(noun: str, verb: str) -> str:
    """How the command is written."""
    takes = NOUNS[noun][1][verb][1]
    return " ".join([*_name(noun, verb), *takes, *EVERYWHERE])


def _of(words: list[str]) -> str | None:
    match words:
        case [noun, *_] if noun in NOUNS and "" in NOUNS[noun][1]:
            return _of_command(noun, "")
        case [noun, verb, *_] if noun in NOUNS and verb in NOUNS[noun][1]:
            return _of_command(noun, verb)
        case [noun, second, *_] if noun in NOUNS and second.startswith("-"):
            return _of_noun(noun)
        case [noun] if noun in NOUNS:
            return _of_noun(noun)
        case _:
            return None


def _of_all() -> str:
    nouns = {f"haat {noun}" + ("" if "" in verbs else " …"): purpose for noun, (purpose, verbs) in NOUNS.items()}
    return "\n".join(
        [
            "Haat: a marketplace you can run at three in the morning.",
            "",
            *_aligned(nouns),
            "",
            "haat NOUN --help tells more. The stack is in ./data, or in the folder that --data DIR or",
            "HAAT_DATA names; --json makes every command answer for programs.",
        ]
    )


def _of_noun(noun: str) -> str:
    purpose, verbs = NOUNS[noun]
    lines = _aligned({f"haat {noun} {verb}": text for verb, (text, _) in verbs.items()})
    return "\n".join([f"{purpose}.", "", *lines, "", f"haat {noun} VERB --help tells more."])


def _of_command(noun: str, verb: str) -> str:
    purpose, takes = NOUNS[noun][1][verb]
    return "\n".join([f"{purpose}.", "", f"  {usage_of(noun, verb)}", "", *_aligned(_bare(takes | EVERYWHERE))])


def _bare(takes: Takes) -> Takes:
    return {name.strip("[]"): text for name, text in takes.items()}


def _name(noun: str, verb: str) -> list[str]:
    return ["haat", noun, verb] if verb else ["haat", noun]


def _aligned(lines: dict[str, str]) -> list[str]:
    width = max(map(len, lines))
    return [f"  {name:{width}}  {text}" for name, text in lines.items()]
