"""A process is refused before it can do harm."""

from __future__ import annotations

from pathlib import Path

import pytest

from haat.kernel.errors import NotFound, Refused
from haat.market.deals import process
from haat.market.deals.effects import ALL

PURCHASE = process.FOLDER / "purchase.1.toml"


def changed(tmp_path: Path, *changes: tuple[str, str]) -> Path:
    text = PURCHASE.read_text()
    for before, after in changes:
        assert before in text
        text = text.replace(before, after, 1)
    path = tmp_path / "changed.1.toml"
    path.write_text(text)
    return path


def test_every_process_that_we_ship_may_run() -> None:
    assert process.all_versions()
    assert [problem for rules in process.all_versions() for problem in process.problems(rules)] == []


def test_every_effect_that_a_process_may_name_is_there() -> None:
    assert set(ALL) == set(process.MONEY_EFFECTS) | set(process.GOODS_EFFECTS)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (('move = "lapse"', 'move = "send"'), "the clock may not make"),
        (
            ('effects = ["sell_goods", "hold_money"]', 'effects = ["hold_money"]'),
            "goods are held before and sold after",
        ),
        (('effects = ["release_money"]\n', ""), "money is held before and released after"),
        (
            ('effects = ["unsell_goods", "return_money"]', 'effects = ["unsell_goods"]'),
            "money is held before and returned after",
        ),
        (('timer = { after = "deliver_within", move = "deliver" }', ""), "never lets go of its money"),
        (('to = "completed"', 'to = "complete"'), "which is no state"),
        (('needs = ["reason"]', 'needs = ["raison"]'), "nobody can give"),
        (('effects = ["release_goods"]', 'effects = ["burn_goods"]'), "nobody knows"),
        (('after = "ship_within"', 'after = "ship_soon"'), "“ship_soon”, which is no term of the settings"),
        (('buyer = "parcel_sent"', 'buyer = "parcel_flown"'), "“parcel_flown”, which is no notice"),
        (('name = "expire"', 'name = "cancel"'), "stands there twice"),
        (('from = ["unpaid"]\nto = "cancelled"', 'from = ["unpaid"]\nto = "expired"'), "Nothing leads to “cancelled”"),
        (('by = ["clock"]', 'by = ["weather"]'), "is not a process"),
        (('start = "unpaid"', 'start = "somewhere"'), "is no state"),
    ],
)
def test_a_process_that_could_go_wrong_is_refused_with_the_reason(
    tmp_path: Path, change: tuple[str, str], said: str
) -> None:
    with pytest.raises(Refused) as raised:
        process.read(changed(tmp_path, change))
    assert said in f"{raised.value.what} {raised.value.why}"


def test_money_that_time_would_keep_going_round_in_a_circle_is_refused(tmp_path: Path) -> None:
    path = changed(
        tmp_path,
        (
            'timer = { after = "return_within", move = "complete" }',
            'timer = { after = "return_within", move = "again" }',
        ),
        (
            "[[moves]]\n",
            '[[moves]]\nname = "again"\ntitle = "Again"\nfrom = ["delivered"]\nto = "sent"\nby = ["clock"]\n\n[[moves]]\n',
        ),
    )
    with pytest.raises(Refused, match="cannot run") as raised:
        process.read(path)
    assert "“delivered” never lets go" in raised.value.why


def test_a_process_from_which_no_refund_is_reachable_is_refused(tmp_path: Path) -> None:
    text = PURCHASE.read_text().replace(
        'by = ["seller", "operator"]\nneeds = ["reason"]\neffects = ["return_money"]', "X"
    )
    assert "X" in text
    path = tmp_path / "no-refund.1.toml"
    start, end = text.index('[[moves]]\nname = "ask_return"'), text.index('[[moves]]\nname = "refund_part"')
    path.write_text(text[:start] + text[end:])
    with pytest.raises(Refused):
        process.read(path)


def test_each_side_sees_only_its_own_moves() -> None:
    rules = process.newest("purchase")
    assert [move.name for move in rules.moves_from("paid", "buyer")] == ["call_off"]
    assert [move.name for move in rules.moves_from("sent", "buyer")] == ["deliver", "report_missing"]
    assert [move.name for move in rules.moves_from("sent", "seller")] == ["refund", "refund_part"]


def test_a_version_that_never_was_is_not_found() -> None:
    with pytest.raises(NotFound):
        process.load("purchase", 99)
