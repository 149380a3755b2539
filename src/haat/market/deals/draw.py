"""A process as a picture, made of the same data that the engine runs.

States are boxes, coloured by where the money is; moves are lines with an arrow, dashed where only the clock makes them. The picture is
SVG text whose parts have classes and no colours of their own: a page colours them, and `standalone` adds a style for everywhere else.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from html import escape
from itertools import chain
from typing import NamedTuple, TypeAlias

from haat.market.deals.layout import Line, arrange
from haat.market.deals.process import Move, Process, State, Timer

Say: TypeAlias = Callable[[str], str]

_BOX = 176.0
_GAP = 26.0
_BETWEEN = 28.0  # from row to row
_MARGIN = 16.0
_PORTS = 22.0  # between two lines at the same edge of a box
_TITLE, _SMALL = 14.0, 11.5
_TITLE_LINE, _SMALL_LINE = 18.0, 16.0
_PADDING = 12.0


def _(message: str) -> str:
    """Marks what the message catalogue is to hold; `say` translates it."""
    return message


_MONEY = {
    "none": _("no money"),
    "held": _("money held"),
    "released": _("money released"),
    "returned": _("money returned"),
}
_GOODS = {"free": _("goods on the shelf"), "held": _("goods kept"), "sold": _("goods sold"), "sent": _("goods sent")}
EDGES = {"starts_at": _("when it begins"), "ends_at": _("when it ends")}


class Bundle(NamedTuple):
    """One move to one state, from any number of states: its lines join on the way, and carry one label."""

    key: str
    move: Move
    sources: tuple[str, ...]
    target: str
    is_upward: bool


class Text(NamedTuple):
    """A line of text and what it is: title, small, timer, stays."""

    kind: str
    words: str


class Spot(NamedTuple):
    """Where a box is: its middle, its top and its bottom."""

    x: float
    top: float
    bottom: float


class Plan(NamedTuple):
    """Everything that is drawn, and where."""

    boxes: dict[str, list[Text]]
    labels: dict[str, list[Text]]
    bundles: list[Bundle]
    lines: list[Line]
    spots: dict[str, Spot]
    width: float
    height: float


def draw(process: Process, *, say: Say = str, term: Say = lambda name: name.replace("_", " ")) -> str:
    """The picture as SVG text. `say` translates words of the process, `term` says how long a timer's term is."""
    plan = _plan(process, say, term)
    name = f"process-{process.name}-{process.version}"
    title, described = say(process.name), " ".join(_described(process, say))
    parts = chain(
        (_bundle(bundle, plan) for bundle in plan.bundles),
        (_label(bundle, plan) for bundle in plan.bundles),
        [_start(plan.spots[process.start])],
        (_state(key, process, plan) for key in process.states),
    )
    return (
        f'<svg class="process" xmlns="http://www.w3.org/2000/svg" role="img" aria-labelledby="{name}-title {name}-desc" '
        f'width="{plan.width:.0f}" height="{plan.height:.0f}" viewBox="0 0 {plan.width:.0f} {plan.height:.0f}">'
        f'<title id="{name}-title">{escape(title)}</title><desc id="{name}-desc">{escape(described)}</desc>'
        f"{''.join(parts)}</svg>"
    )


def standalone(process: Process, *, say: Say = str, term: Say = lambda name: name.replace("_", " ")) -> str:
    """The picture as a file of its own, with colours for light and dark."""
    return draw(process, say=say, term=term).replace("</desc>", f"</desc><style>{_STYLE}</style>", 1)


def _plan(process: Process, say: Say, term: Say) -> Plan:
    ranks = _ranks(process)
    bundles = list(_bundles(process, ranks))
    boxes = {key: _words_of_state(process, key, say, term) for key in process.states}
    labels = {bundle.key: _words_of_move(process, bundle.move, say) for bundle in bundles}
    rows: list[list[str]] = [[] for _ in range(2 * max(ranks.values()) + 1)]
    for key in process.states:
        rows[2 * ranks[key]].append(key)
    lines = [line for bundle in bundles for line in _thread(bundle, ranks, rows)]
    widths = {box: _width_of(box, boxes, labels) for row in rows for box in row}
    middles = arrange(rows, lines, widths, _GAP)
    heights = {box: _height_of(box, boxes, labels) for row in rows for box in row}
    spots, bottom = _spots(rows, middles, heights)
    width = max(middles[box] + widths[box] / 2 for box in middles) + 2 * _MARGIN
    return Plan(boxes, labels, bundles, lines, spots, width, bottom + _MARGIN)


def _ranks(process: Process) -> dict[str, int]:
    """How many steps each state is from the start, by the longest way that does not turn back."""
    ranks: dict[str, int] = {}

    def visit(state: str, rank: int, way: tuple[str, ...]) -> None:
        if state in way or ranks.get(state, -1) >= rank:
            return
        ranks[state] = rank
        for move in process.exits(state):
            visit(move.target_from(state), rank + 1, (*way, state))

    visit(process.start, 0, ())
    return ranks


def _bundles(process: Process, ranks: dict[str, int]) -> Iterator[Bundle]:
    for move in process.moves:
        if move.target is None:
            continue
        sources = [state for state in move.sources if state != move.target]
        down = tuple(state for state in sources if ranks[state] < ranks[move.target])
        if down:
            yield Bundle(move.name, move, down, move.target, False)
        for state in sources:
            if ranks[state] > ranks[move.target]:
                yield Bundle(f"{move.name} from {state}", move, (state,), move.target, True)
            elif ranks[state] == ranks[move.target]:
                raise AssertionError(f"{move.name} does not leave the row of {state}")


def _thread(bundle: Bundle, ranks: dict[str, int], rows: list[list[str]]) -> Iterator[Line]:
    """Put the bundle's label and bends into the rows between, and give the lines from row to row, upper end first."""
    first, last = _ends(bundle, ranks)
    label_row = last - 1 if len(bundle.sources) > 1 else first + 1
    ways = {row: bundle.key if row == label_row else f"{bundle.key}:{row}" for row in range(first + 1, last)}
    for row, box in ways.items():
        rows[row].append(box)
    tops = [bundle.target] if bundle.is_upward else bundle.sources
    bottom = bundle.sources[0] if bundle.is_upward else bundle.target
    for state in tops:
        yield state, ways[2 * ranks[state] + 1]
    for row in range(first + 1, last - 1):
        yield ways[row], ways[row + 1]
    yield ways[last - 1], bottom


def _ends(bundle: Bundle, ranks: dict[str, int]) -> tuple[int, int]:
    of_sources = [2 * ranks[state] for state in bundle.sources]
    of_target = 2 * ranks[bundle.target]
    return (of_target, max(of_sources)) if bundle.is_upward else (min(of_sources), of_target)


def _words_of_state(process: Process, key: str, say: Say, term: Say) -> list[Text]:
    state = process.states[key]
    texts = [Text("title", words) for words in _wrapped(say(state.title), 18)]
    texts.append(Text("small", _facts(state, say)))
    if state.timer is not None:
        texts.append(Text("timer", timer_in_words(state.timer, say, term)))
    stays = [move for move in process.moves if move.target is None and key in move.sources]
    return texts + [Text("stays", say(move.title)) for move in stays]


def timer_in_words(timer: Timer, say: Say, term: Say) -> str:
    """When a timer goes off: a term, or an instant that the deal knows, or a term after it."""
    edge = [say(EDGES[timer.at])] if timer.at else []
    return " · ".join([*edge, *([term(timer.after)] if timer.after else [])])


def _words_of_move(process: Process, move: Move, say: Say) -> list[Text]:
    texts = [Text("name", words) for words in _wrapped(say(move.title), 19)]
    return [*texts, Text("by", " · ".join(say(process.called(role)) for role in move.by))]


def _facts(state: State, say: Say) -> str:
    return f"{say(_MONEY[state.money])}, {say(_GOODS[state.goods])}"


def _wrapped(text: str, longest: int) -> list[str]:
    lines: list[str] = []
    for word in text.split():
        if lines and len(lines[-1]) + 1 + len(word) <= longest:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return lines


def _width_of(box: str, boxes: dict[str, list[Text]], labels: dict[str, list[Text]]) -> float:
    if box in boxes:
        return max(_BOX, *(_long(text) + 2 * _PADDING for text in boxes[box]))
    return max(_long(text) for text in labels[box]) if box in labels else 0.0


def _height_of(box: str, boxes: dict[str, list[Text]], labels: dict[str, list[Text]]) -> float:
    if box in boxes:
        return sum(_line_height(text) for text in boxes[box]) + 2 * _PADDING - 4
    return sum(_line_height(text) for text in labels[box]) + 6 if box in labels else 0.0


def _line_height(text: Text) -> float:
    return _TITLE_LINE if text.kind == "title" else _SMALL_LINE


def _long(text: Text) -> float:
    """About how wide a line of text is: fonts differ, so it is measured generously."""
    size = _TITLE * 1.14 if text.kind == "title" else _SMALL
    mark = 18.0 if text.kind in ("timer", "stays") else 0.0
    return mark + size * sum(
        0.34 if letter in " iljtf.,:;·'" else 0.92 if letter in "mwMW" else 0.6 for letter in text.words
    )


def _spots(
    rows: list[list[str]], middles: dict[str, float], heights: dict[str, float]
) -> tuple[dict[str, Spot], float]:
    """Rows below each other. Boxes stand at the top of their row, labels in the middle, bends reach through it."""
    spots: dict[str, Spot] = {}
    top = _MARGIN + _BETWEEN
    for number, row in enumerate(rows):
        height = max(heights[box] for box in row)
        for box in row:
            own = heights[box] or height
            start = top + (height - own) / 2 if number % 2 else top
            spots[box] = Spot(middles[box] + _MARGIN, start, start + own)
        top += height + _BETWEEN
    return spots, top - _BETWEEN


def _bundle(bundle: Bundle, plan: Plan) -> str:
    mine = [line for line in plan.lines if _is_of(bundle, line, plan)]
    strokes = " ".join(_stroke(line, plan) for line in mine)
    through = " ".join(_through(box, plan) for box in dict.fromkeys(chain(*mine)) if ":" in box)
    clock = " clock" if bundle.move.by == ("clock",) else ""
    return f'<g class="move{clock}"><path class="line" d="{strokes} {through}"/>{_arrow(bundle, mine, plan)}</g>'


def _is_of(bundle: Bundle, line: Line, plan: Plan) -> bool:
    return any(box == bundle.key or box.startswith(f"{bundle.key}:") for box in line)


def _stroke(line: Line, plan: Plan) -> str:
    x1, y1 = _port(line, plan, at_bottom=True)
    x2, y2 = _port(line, plan, at_bottom=False)
    middle = (y1 + y2) / 2
    return f"M{x1:.1f} {y1:.1f}C{x1:.1f} {middle:.1f} {x2:.1f} {middle:.1f} {x2:.1f} {y2:.1f}"


def _through(bend: str, plan: Plan) -> str:
    spot = plan.spots[bend]
    return f"M{spot.x:.1f} {spot.top:.1f}V{spot.bottom:.1f}"


def _port(line: Line, plan: Plan, *, at_bottom: bool) -> tuple[float, float]:
    """Where a line touches a box. Lines at one edge stand side by side, in the order of their other ends."""
    box = line[0] if at_bottom else line[1]
    spot = plan.spots[box]
    y = spot.bottom if at_bottom else spot.top
    if box not in plan.boxes:
        return spot.x, y
    others = [other for other in plan.lines if (other[0] if at_bottom else other[1]) == box]
    others.sort(key=lambda other: plan.spots[other[1] if at_bottom else other[0]].x)
    return spot.x + (others.index(line) - (len(others) - 1) / 2) * _PORTS, y


def _arrow(bundle: Bundle, lines: Iterable[Line], plan: Plan) -> str:
    if bundle.is_upward:
        x, y = next(_port(line, plan, at_bottom=True) for line in lines if line[0] == bundle.target)
        return f'<path class="head" d="M{x:.1f} {y:.1f}l-4.5 9h9z"/>'
    x, y = next(_port(line, plan, at_bottom=False) for line in lines if line[1] == bundle.target)
    return f'<path class="head" d="M{x:.1f} {y:.1f}l-4.5 -9h9z"/>'


def _label(bundle: Bundle, plan: Plan) -> str:
    spot = plan.spots[bundle.key]
    y = spot.top + 2
    rows = []
    for text in plan.labels[bundle.key]:
        y += _SMALL_LINE
        rows.append(f'<text class="{text.kind}" x="{spot.x:.1f}" y="{y - 4:.1f}">{escape(text.words)}</text>')
    return f'<g class="label">{"".join(rows)}</g>'


def _start(spot: Spot) -> str:
    top = spot.top - _BETWEEN
    return (
        f'<g class="start"><circle cx="{spot.x:.1f}" cy="{top:.1f}" r="5"/>'
        f'<path class="line" d="M{spot.x:.1f} {top:.1f}V{spot.top:.1f}"/>'
        f'<path class="head" d="M{spot.x:.1f} {spot.top:.1f}l-4.5 -9h9z"/></g>'
    )


def _state(key: str, process: Process, plan: Plan) -> str:
    spot, texts = plan.spots[key], plan.boxes[key]
    width = _width_of(key, plan.boxes, plan.labels)
    left = spot.x - width / 2
    final = " final" if process.is_final(key) else ""
    y = spot.top + _PADDING - 4
    rows = []
    for text in texts:
        y += _line_height(text)
        rows.append(_line_of_state(text, left + _PADDING, y))
    return (
        f'<g class="state money-{process.states[key].money}{final}">'
        f'<rect x="{left:.1f}" y="{spot.top:.1f}" width="{width:.1f}" height="{spot.bottom - spot.top:.1f}" rx="10"/>'
        f"{''.join(rows)}</g>"
    )


def _line_of_state(text: Text, x: float, y: float) -> str:
    if text.kind not in _MARKS:
        return f'<text class="{text.kind}" x="{x:.1f}" y="{y - 4:.1f}">{escape(text.words)}</text>'
    mark = f'<path class="mark" transform="translate({x:.1f} {y - 14:.1f})" d="{_MARKS[text.kind]}"/>'
    return f'{mark}<text class="{text.kind}" x="{x + 17:.1f}" y="{y - 4:.1f}">{escape(text.words)}</text>'


def _described(process: Process, say: Say) -> Iterator[str]:
    """The picture in sentences, for those who do not see it."""
    for state in process.states.values():
        yield f"{say(state.title)}: {_facts(state, say)}."
    for move in process.moves:
        sources = ", ".join(say(process.states[source].title) for source in move.sources)
        target = say(process.states[move.target].title) if move.target else "="
        yield f"{say(move.title)} ({', '.join(say(process.called(role)) for role in move.by)}): {sources} → {target}."


# A clock, and an arrow that comes back; 12 units high.
_MARKS = {
    "timer": "M6 .8a5.2 5.2 0 1 1 0 10.4a5.2 5.2 0 1 1 0-10.4M6 3.2V6l2 1.4",
    "stays": "M10.6 6.2a4.6 4.6 0 1 1-1.6-3.6M9.4 .4v2.6h-2.6",
}

_STYLE = """
.process{color-scheme:light dark;font-family:system-ui,sans-serif;background:light-dark(#fffdf8,#1f1914)}
.process text{fill:light-dark(#2b1c12,#f6ebdd);font-size:11.5px}
.process .title{font-size:14px;font-weight:650}.process .label text{text-anchor:middle}.process .label .name{font-weight:600}
.process .small,.process .by,.process .timer,.process .stays{fill:light-dark(#6a5546,#c3ae9a)}
.process .line,.process .mark{fill:none;stroke:light-dark(#8f7a64,#8d7865);stroke-width:1.5;stroke-linecap:round}
.process .clock .line{stroke-dasharray:3 5}.process .head,.process .start circle{fill:light-dark(#8f7a64,#8d7865)}
.process rect{fill:light-dark(#f3e9d8,#2a211a);stroke:light-dark(#8f7a64,#8d7865);stroke-width:1.5}
.process .final rect{stroke-width:3}
.process .money-held rect{fill:light-dark(#fcebc4,#382a0c);stroke:light-dark(#7d4e00,#f4bf55)}
.process .money-released rect{fill:light-dark(#e3efd6,#1e2f18);stroke:light-dark(#2c672a,#9ed487)}
.process .money-returned rect{fill:light-dark(#dcebf2,#142b38);stroke:light-dark(#1c5a78,#8ecbe8)}
""".replace("\n", "")
