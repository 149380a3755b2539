"""`python -m haat` is `haat`."""

from haat.cli import program

program()
