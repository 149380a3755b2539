"""Walk through every process at random, for long, and say where a promise was broken.

python -m tests.walks --moves 20000 --database mariadb --seed 7
python -m tests.walks --people 6 --database postgresql               six at once in each market, who meet at the same deals
python -m tests.walks --process hire.1 --steps 1f00ba77,9c3ee01d     the walk that failed, again
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from haat.market.deals.process import Process
from tests.support.databases import KINDS, Databases, databases_of, why_not
from tests.walks.walk import Went, called, crowd, in_lines, roots, seeds_of, shortest, walk

_STEPS = 400  # of one walk: long enough for histories that meet, short enough to be read
_CHECK_EVERY = 20
_PROGRESS_EVERY = 2.0  # seconds


def main(words: Sequence[str] | None = None) -> int:
    args = _arguments(words)
    if reason := why_not(args.database):
        print(reason, file=sys.stderr)
        return 2
    with tempfile.TemporaryDirectory(prefix="haat-walks-") as folder:
        databases = databases_of(args.database, Path(folder))
        try:
            return _Run(databases, Path(folder), args).run()
        finally:
            databases.stop()


def _arguments(words: Sequence[str] | None) -> argparse.Namespace:
    names = [called(rules) for rules in roots()]
    parser = argparse.ArgumentParser(prog="python -m tests.walks", description=__doc__.splitlines()[0])
    parser.add_argument("--database", choices=KINDS, default="sqlite")
    parser.add_argument("--process", choices=names, action="append", help="only this one; all where none is named")
    parser.add_argument("--moves", type=int, default=2000, help="of each process")
    parser.add_argument("--seed", type=int, default=random.randrange(1_000_000))
    parser.add_argument("--people", type=int, default=1, help="how many walk through each market at the same time")
    parser.add_argument("--steps", help="take these steps only, as they were printed")
    return parser.parse_args(words)


class _Run:
    def __init__(self, databases: Databases, folder: Path, args: argparse.Namespace) -> None:
        self._databases = databases
        self._folder = folder
        self._args = args
        self._count = 0

    def run(self) -> int:
        chosen = [rules for rules in roots() if not self._args.process or called(rules) in self._args.process]
        if self._args.steps:
            return self._again(chosen[0], [int(step, 16) for step in self._args.steps.split(",")])
        print(
            f"seed {self._args.seed}, on {self._databases.kind}: {self._args.moves} moves of each process", flush=True
        )
        failures = sum(self._walk_on(rules) for rules in chosen)
        print(f"{failures} failures" if failures else "every promise held")
        return 1 if failures else 0

    def _walk_on(self, rules: Process) -> int:
        began = said = time.monotonic()
        made: Counter[str] = Counter()
        struck: Counter[str] = Counter()
        steps = paid = number = failures = 0
        while sum(made.values()) < self._args.moves:
            number += 1
            seeds = seeds_of(self._args.seed, number, _STEPS)
            went = self._walk(rules, seeds, _CHECK_EVERY)
            made += went.made
            struck += went.struck
            steps += len(went.told)
            paid += went.paid
            if went.wrong:
                self._tell(rules, number, seeds, went)
                failures += 1
                if failures == 3:
                    break
            if time.monotonic() - said > _PROGRESS_EVERY and sys.stdout.isatty():
                said = time.monotonic()
                print(f"  {called(rules)}: {sum(made.values())} moves", end="\r", flush=True)
        print(
            f"{called(rules)}: {sum(made.values())} moves of {len(made)} kinds in {number} walks and {steps} steps, "
            f"{paid} payments, {_in_words(struck)}; {time.monotonic() - began:.0f} s, {failures} failures",
            flush=True,
        )
        return failures

    def _walk(self, rules: Process, seeds: Sequence[int], check_every: int) -> Went:
        self._count += 1
        folder = self._folder / f"walk-{self._count}"
        folder.mkdir()
        database = self._databases.fresh()
        try:
            if self._args.people > 1:
                return crowd(rules, database, folder, seeds, self._args.people)
            return walk(rules, database, folder, seeds, check_every=check_every)
        finally:
            self._databases.give_back(database)

    def _tell(self, rules: Process, number: int, seeds: Sequence[int], went: Went) -> None:
        """The history that failed, as short as it can be made; that of a crowd as it was."""
        print(f"{called(rules)}, walk {number}: {went.wrong}", flush=True)
        if self._args.people > 1:
            print(in_lines(went.told))
            return
        needed = shortest(seeds, lambda some: bool(self._walk(rules, some, 1).wrong))
        short = self._walk(rules, needed, 1)
        print(f"In {len(needed)} steps:\n{in_lines(short.told)}\n  {short.wrong or 'which do not fail every time'}")
        steps = ",".join(f"{seed:x}" for seed in needed)
        print(
            f"Again: python -m tests.walks --database {self._databases.kind} --process {called(rules)} --steps {steps}"
        )

    def _again(self, rules: Process, seeds: Sequence[int]) -> int:
        went = self._walk(rules, seeds, 1)
        print(f"{in_lines(went.told)}\n  {went.wrong or 'Every promise held.'}")
        return 1 if went.wrong else 0


def _in_words(struck: Counter[str]) -> str:
    return ", ".join(f"{count} × {blow}" for blow, count in sorted(struck.items())) or "nothing failed"


if __name__ == "__main__":
    sys.exit(main())
