"""The press: sets a document on A4, in the hand of the shop. The same document gives the same bytes.

Faces are DejaVu, which come with Haat: Latin of all Europe, Greek, Cyrillic and the signs of currencies. What they lack is set as a box.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from reportlab.lib.colors import HexColor
from reportlab.lib.enums import TA_RIGHT
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Flowable, KeepTogether, Paragraph, SimpleDocTemplate, Spacer, Table

from haat.market.documents.paper import Paper, Party

_FONTS = Path(__file__).parent / "fonts"
_TEXT, _STRONG, _DISPLAY = "DejaVuSansCondensed", "DejaVuSansCondensed-Bold", "DejaVuSerifCondensed-Bold"

# The light coat of the shop: see tokens.css.
_INK, _SOFT, _LINE = HexColor("#2f1d14"), HexColor("#6b5647"), HexColor("#d9c9b2")
_STRIPE, _CANVAS = HexColor("#c9461a"), HexColor("#fff1da")

_MARGIN = 20 * mm
_TOP = 30 * mm  # below the awning
_BOTTOM = 24 * mm
_WIDTH = A4[0] - 2 * _MARGIN
_PADDING = 6  # of the frame that ReportLab sets a page in
_AWNING = 14 * mm
_STRIPES = 21


def print_paper(paper: Paper) -> bytes:
    """The document as PDF."""
    _load_faces()
    out = BytesIO()
    document = SimpleDocTemplate(
        out,
        pagesize=A4,
        leftMargin=_MARGIN - _PADDING,
        rightMargin=_MARGIN - _PADDING,
        topMargin=_TOP,
        bottomMargin=_BOTTOM,
        title=f"{paper.title} {paper.facts[0][1]}",
        author=paper.sender.name,
        lang=paper.language,
        invariant=1,
    )
    document.build(_story(paper), canvasmaker=lambda *args, **more: _Numbered(paper, *args, **more))
    return out.getvalue()


@cache
def _load_faces() -> None:
    for face in (_TEXT, _STRONG, _DISPLAY):
        pdfmetrics.registerFont(TTFont(face, _FONTS / f"{face}.ttf"))


def _story(paper: Paper) -> list[Flowable]:
    story: list[Flowable] = [
        _head(paper),
        Spacer(0, 9 * mm),
        _side_by_side(_party(paper.sender), _party(paper.receiver)),
        Spacer(0, 9 * mm),
        _lines(paper),
        Spacer(0, 4 * mm),
    ]
    story.append(KeepTogether([_sums(paper), Spacer(0, 9 * mm), *_rates(paper), *_notes(paper)]))
    return story


def _head(paper: Paper) -> Flowable:
    facts = Table(
        [[_set(label, _style(8.5, _SOFT)), _set(value, _style(9, face=_STRONG))] for label, value in paper.facts],
        colWidths=[26 * mm, _WIDTH / 2 - 26 * mm],
        style=[*_TIGHT, ("BOTTOMPADDING", (0, 0), (-1, -1), 2)],
    )
    return _side_by_side([_set(paper.title, _style(21, face=_DISPLAY))], [facts])


def _party(party: Party) -> list[Flowable]:
    label = _set(party.label, _style(8.5, _SOFT))
    return [
        label,
        Spacer(0, 1 * mm),
        _set(party.name, _style(10, face=_STRONG)),
        *(_set(line, _style(9.5)) for line in party.lines),
    ]


def _lines(paper: Paper) -> Flowable:
    figures = [column.is_figures for column in paper.columns]
    head = [_set(column.label, _style(8.5, _SOFT, right=column.is_figures)) for column in paper.columns]
    body = [
        [_set(cell, _style(9.5, right=right)) for cell, right in zip(row, figures, strict=True)] for row in paper.rows
    ]
    return Table(
        [head, *body],
        colWidths=[_WIDTH * column.share / 100 for column in paper.columns],
        repeatRows=1,
        style=[
            ("LINEBELOW", (0, 0), (-1, 0), 1, _INK),
            ("LINEBELOW", (0, 1), (-1, -1), 0.5, _LINE),
            ("VALIGN", (0, 0), (-1, -1), "TOP"),
            ("LEFTPADDING", (0, 0), (0, -1), 0),
            ("RIGHTPADDING", (-1, 0), (-1, -1), 0),
            ("TOPPADDING", (0, 0), (-1, -1), 4),
            ("BOTTOMPADDING", (0, 0), (-1, -1), 5),
        ],
    )


def _sums(paper: Paper) -> Flowable:
    rows = []
    for one in paper.sums:
        face, size = (_STRONG, 11.5) if one.is_total else (_TEXT, 9.5)
        rows.append([_set(one.label, _style(size, face=face)), _set(one.value, _style(size, face=face, right=True))])
    total = [number for number, one in enumerate(paper.sums) if one.is_total]
    rules: list[Any] = [("LINEABOVE", (0, number), (-1, number), 1, _INK) for number in total]
    rules += [("TOPPADDING", (0, 0), (-1, -1), 3), ("BOTTOMPADDING", (0, 0), (-1, -1), 3)]
    return Table(rows, colWidths=[36 * mm, 40 * mm], hAlign="RIGHT", style=[*_TIGHT, *rules])


def _rates(paper: Paper) -> list[Flowable]:
    if not paper.rates:
        return []
    rows = [
        [_set(cell, _style(8.5, _SOFT if number == 0 else _INK, right=column > 0)) for column, cell in enumerate(row)]
        for number, row in enumerate(paper.rates)
    ]
    table = Table(
        rows,
        colWidths=[24 * mm, 32 * mm, 32 * mm, 32 * mm],
        hAlign="LEFT",
        style=[*_TIGHT, ("LINEBELOW", (0, 0), (-1, -1), 0.5, _LINE), ("BOTTOMPADDING", (0, 0), (-1, -1), 3)],
    )
    return [_set(paper.rates_title, _style(8.5, face=_STRONG)), Spacer(0, 1 * mm), table, Spacer(0, 7 * mm)]


def _notes(paper: Paper) -> list[Flowable]:
    return [_set(note, _style(9, _SOFT)) for note in paper.notes]


def _side_by_side(left: Sequence[Flowable], right: Sequence[Flowable]) -> Flowable:
    return Table(
        [[list(left), list(right)]],
        colWidths=[_WIDTH / 2, _WIDTH / 2],
        style=[*_TIGHT, ("VALIGN", (0, 0), (-1, -1), "TOP")],
    )


_TIGHT: list[Any] = [(f"{side}PADDING", (0, 0), (-1, -1), 0) for side in ("LEFT", "RIGHT", "TOP", "BOTTOM")] + [
    ("VALIGN", (0, 0), (-1, -1), "BOTTOM")
]


def _set(text: str, style: ParagraphStyle) -> Paragraph:
    return Paragraph(escape(text), style)


@cache
def _style(size: float, ink: Any = _INK, *, face: str = _TEXT, right: bool = False) -> ParagraphStyle:
    return ParagraphStyle(
        f"{face} {size}",
        fontName=face,
        fontSize=size,
        leading=size * 1.4,
        textColor=ink,
        alignment=TA_RIGHT if right else 0,
        splitLongWords=1,
    )


class _Numbered(Canvas):  # type: ignore[misc]  # ReportLab says nothing of its types
    """A canvas that knows how many pages there are once all of them are set."""

    def __init__(self, paper: Paper, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self._paper = paper
        self._set_pages: list[dict[str, Any]] = []

    def showPage(self) -> None:  # noqa: N802 - ReportLab calls it so
        self._set_pages.append(dict(self.__dict__))
        self._startPage()

    def save(self) -> None:
        for number, page in enumerate(self._set_pages, 1):
            self.__dict__.update(page)
            self._dress(number, len(self._set_pages))
            super().showPage()
        super().save()

    def _dress(self, number: int, pages: int) -> None:
        """The awning above, and below who has written what."""
        width, height = A4
        stripe = width / _STRIPES
        for place in range(_STRIPES):
            self.setFillColor(_CANVAS if place % 2 else _STRIPE)
            self.rect(place * stripe, height - _AWNING, stripe, _AWNING, stroke=0, fill=1)
            self.circle((place + 0.5) * stripe, height - _AWNING, stripe / 2, stroke=0, fill=1)
        self.setStrokeColor(_LINE)
        self.setLineWidth(0.5)
        self.line(_MARGIN, 17 * mm, width - _MARGIN, 17 * mm)
        self.setFillColor(_SOFT)
        self.setFont(_TEXT, 8)
        self.drawString(_MARGIN, 12 * mm, f"{self._paper.market} · {self._paper.title} {self._paper.facts[0][1]}")
        self.drawRightString(width - _MARGIN, 12 * mm, self._paper.page.format(page=number, pages=pages))
