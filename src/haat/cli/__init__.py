"""The command line.

Starting it must cost next to nothing: help and version read one literal table and import nothing else; a command imports what it
needs when it runs (tests/unit/cli/test_cli_start.py holds the limits).
"""

import sys


def program() -> None:
    """What `haat` is: `main`, and its exit code. What was said to be done is done, and no signal makes something else of it as the interpreter ends."""
    import signal

    try:
        code = main()
    except KeyboardInterrupt:  # Whatever could have said so was still being loaded.
        code = 130
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    sys.exit(code)


def main(words: list[str] | None = None) -> int:
    """Run one command; returns the exit code that docs/reference/cli.md explains."""
    words = sys.argv[1:] if words is None else words
    from haat.cli import overview

    if (text := overview.asked_for(words)) is not None:
        print(text)
        return 0
    from haat.cli.dispatch import dispatch

    return dispatch(words)
