"""Help that needs nothing but the table. Help of a single command is printed by its parser."""

from haat.cli.table import NOUNS


def asked_for(words: list[str]) -> str | None:
    """The text that these words ask for, or None when they are a command."""
    match words:
        case [] | ["--help" | "-h" | "help"]:
            return _overview()
        case ["--version"]:
            from haat import __version__

            return f"haat {__version__}"
        case [noun] | ["help", noun] | [noun, "--help" | "-h"] if noun in NOUNS and NOUNS[noun][1]:
            return _of_noun(noun)
        case _:
            return None


def _overview() -> str:
    return "\n".join(
        [
            "Haat: a marketplace you can run at three in the morning.",
            "",
            *_aligned({_with_ellipsis(noun): purpose for noun, (purpose, _) in NOUNS.items()}),
            "",
            "haat NOUN --help tells more. Every command takes --data DIR (or HAAT_DATA) for the folder",
            "of the stack, ./data if neither is given, and --json for programs.",
        ]
    )


def _of_noun(noun: str) -> str:
    purpose, verbs = NOUNS[noun]
    return "\n".join(
        [
            f"haat {noun}: {purpose[0].lower()}{purpose[1:]}.",
            "",
            *_aligned({f"haat {noun} {verb}": text for verb, text in verbs.items()}),
            "",
            f"haat {noun} VERB --help tells more.",
        ]
    )


def _with_ellipsis(noun: str) -> str:
    return f"haat {noun} …" if NOUNS[noun][1] else f"haat {noun}"


def _aligned(lines: dict[str, str]) -> list[str]:
    width = max(map(len, lines))
    return [f"  {name:{width}}  {text}" for name, text in lines.items()]
