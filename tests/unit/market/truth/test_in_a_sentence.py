"""What came of all checks, in a sentence for the schedule."""

from __future__ import annotations

from haat.market.truth.truth import HOLDS, Finding, in_a_sentence


def finding(name: str, how_many: int) -> Finding:
    return Finding(name, "a promise", ["a row"] * how_many, how_many, 0.0)


def test_all_is_well_only_when_everything_holds() -> None:
    assert in_a_sentence([finding("ledger", 0), finding("stock", 0)]) == HOLDS


def test_what_is_broken_is_named() -> None:
    assert in_a_sentence([finding("ledger", 2), finding("free", 0), finding("stock", 1)]) == "Broken: ledger, stock."
