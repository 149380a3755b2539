"""A process is refused before it can do harm."""

from __future__ import annotations

import re
from pathlib import Path
from typing import get_args

import pytest

import haat
from haat.kernel.errors import NotFound, Refused
from haat.market.catalogue.categories import Categories
from haat.market.catalogue.listing import Catalogue, Kind
from haat.market.deals import library, sound
from haat.market.deals.effects import ALL
from haat.market.handwork import effects as handwork
from haat.market.promotion import effects as promotion

PURCHASE = library.FOLDER / "purchase.1.toml"


def changed(tmp_path: Path, *changes: tuple[str, str]) -> Path:
    text = PURCHASE.read_text()
    for before, after in changes:
        assert before in text
        text = text.replace(before, after, 1)
    path = tmp_path / "changed.1.toml"
    path.write_text(text)
    return path


def test_every_process_that_we_ship_may_run() -> None:
    assert [path.stem for path in library.FOLDER.glob("*.toml")] != []
    for path in library.FOLDER.glob("*.toml"):
        assert f"{library.read(path).name}.{library.read(path).version}" == path.stem


def test_every_kind_of_listing_is_dealt_in_by_one_process() -> None:
    assert sorted(rules.kind for rules in library.every() if rules.kind) == sorted(get_args(Kind))


def test_every_effect_that_a_process_may_name_is_there() -> None:
    assert set(ALL) == {*sound.MONEY_EFFECTS, *sound.GOODS_EFFECTS, *sound.OTHER_EFFECTS}
    catalogue = Catalogue("EUR", Categories(), lambda *_: None)
    assert {*handwork.effects_of(catalogue), *promotion.effects_of(catalogue)} == sound.EFFECTS_ABOVE


def test_the_icons_that_a_state_may_have_are_those_that_the_shop_draws() -> None:
    drawn = Path(haat.__file__).parent / "web" / "static" / "icons.svg"
    assert set(re.findall(r'<symbol [^>]*id="([^"]+)"', drawn.read_text("utf-8"))) == sound.ICONS


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
        (('mark = "truck"', 'mark = "trukc"'), "“trukc”, which is no icon. Is “truck” meant?"),
        (('mark = "truck"', 'mark = "zzz"'), "“zzz”, which is no icon."),
        (('start = "unpaid"', 'start = "unpaid"\nstands = "It is there."'), "no place for the title of the state"),
        (('start = "unpaid"', 'start = "somewhere"'), "is no state"),
    ],
)
def test_a_process_that_could_go_wrong_is_refused_with_the_reason(
    tmp_path: Path, change: tuple[str, str], said: str
) -> None:
    with pytest.raises(Refused) as raised:
        library.read(changed(tmp_path, change))
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
        library.read(path)
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
        library.read(path)


def test_each_side_sees_only_its_own_moves() -> None:
    rules = library.newest("purchase")
    assert [move.name for move in rules.moves_from("paid", "buyer")] == ["call_off"]
    assert [move.name for move in rules.moves_from("sent", "buyer")] == ["deliver", "report_missing"]
    assert [move.name for move in rules.moves_from("sent", "seller")] == ["refund", "refund_part"]


def test_a_version_that_never_was_is_not_found() -> None:
    with pytest.raises(NotFound):
        library.load("purchase", 99)


CHILD = """
name = "stage"
version = 1
start = "open"
parent = "work"
states.open = { title = "Open", money = "none", goods = "free" }
states.paid = { title = "Paid", money = "held", goods = "free", timer = { at = "ends_at", after = "answer_within", move = "give_back" } }
states.ended = { title = "Ended", money = "none", goods = "free" }
states.given_back = { title = "Given back", money = "returned", goods = "free" }
[[moves]]
name = "pay"
title = "Pay"
from = ["open"]
to = "paid"
by = ["gateway"]
effects = ["hold_money"]
[[moves]]
name = "end"
title = "End"
from = ["open"]
to = "ended"
by = ["parent"]
[[moves]]
name = "give_back"
title = "Give back"
from = ["paid"]
to = "given_back"
by = ["clock", "parent"]
effects = ["return_money"]
"""
PARENT = """
name = "work"
version = 1
start = "agreed"
roles = { buyer = "customer", seller = "craftsperson" }
states.agreed = { title = "Agreed", money = "none", goods = "free" }
states.called_off = { title = "Called off", money = "none", goods = "free" }
[[moves]]
name = "call_off"
title = "Call off"
from = ["agreed"]
to = "called_off"
by = ["buyer", "seller"]
until = { at = "starts_at", before = "answer_within" }
children = { stage = "end" }
"""


def family(tmp_path: Path, *, child: str = CHILD, parent: str = PARENT) -> tuple[Path, Path]:
    stage, work = tmp_path / "stage.1.toml", tmp_path / "work.1.toml"
    stage.write_text(child)
    work.write_text(parent)
    return stage, work


def test_a_process_and_the_deals_that_belong_to_it_may_run(tmp_path: Path) -> None:
    stage, work = family(tmp_path)
    assert library.read(stage).parent == "work"
    assert library.read(work).called("seller") == "craftsperson"
    assert library.read(work).called("operator") == "operator"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (('{ stage = "end" }', '{ step = "end" }'), "“step”, which is no process"),
        (('{ stage = "end" }', '{ purchase = "cancel" }'), "which do not belong to it"),
        (('{ stage = "end" }', '{ stage = "pay" }'), "not for the deal it belongs to"),
        (('{ stage = "end" }', '{ stage = "finish" }'), "not for the deal it belongs to"),
        (('before = "answer_within"', 'before = "long_ago"'), "limited by “long_ago”"),
        (('children = { stage = "end" }', 'rivals = "call_off"'), "which no rival may"),
        (('at = "starts_at"', 'at = "noon"'), "is not a process"),
    ],
)
def test_a_process_that_speaks_of_others_wrongly_is_refused(tmp_path: Path, change: tuple[str, str], said: str) -> None:
    assert change[0] in PARENT
    _, work = family(tmp_path, parent=PARENT.replace(*change))
    with pytest.raises(Refused) as raised:
        library.read(work)
    assert said in f"{raised.value.what} {raised.value.why}"


def test_a_deal_that_its_parent_could_leave_behind_is_refused(tmp_path: Path) -> None:
    stage, _ = family(tmp_path, parent=PARENT.replace('children = { stage = "end" }', ""))
    with pytest.raises(Refused) as raised:
        library.read(stage)
    assert "When “call_off” ends work, “open” is left behind" in raised.value.why


def test_a_deal_that_belongs_to_none_has_no_moves_for_what_it_belongs_to(tmp_path: Path) -> None:
    stage, _ = family(tmp_path, child=CHILD.replace('parent = "work"\n', ""))
    with pytest.raises(Refused, match="cannot run") as raised:
        library.read(stage)
    assert "it belongs to none" in raised.value.why


def test_a_timer_that_does_not_say_when_is_refused(tmp_path: Path) -> None:
    stage, _ = family(tmp_path, child=CHILD.replace('at = "ends_at", after = "answer_within", ', ""))
    with pytest.raises(Refused) as raised:
        library.read(stage)
    assert "“paid” does not say when" in raised.value.why


def test_a_state_means_the_same_in_every_process() -> None:
    """Lists of work count deals by the names of their states."""
    met: dict[str, tuple[object, ...]] = {}
    for rules in library.every():
        for name, state in rules.states.items():
            assert met.setdefault(name, (state.turn, rules.is_final(name))) == (state.turn, rules.is_final(name)), name
