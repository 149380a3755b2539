"""Documents are set as PDF: the same one gives the same bytes, in every letter of Europe."""

from __future__ import annotations

import re
import zlib
from base64 import a85decode

from haat.adapters.pdf.press import print_paper
from haat.market.documents.paper import Column, Paper, Party, Sum

POLISH = "Zażółć gęślą jaźń, łąka € Ω Ж"


def paper(rows: int = 3) -> Paper:
    return Paper(
        language="pl",
        market="Haat",
        title="Faktura",
        facts=(("Numer", "INV-2026-000012"), ("Data", "28 listopada 2026")),
        sender=Party("Sprzedawca", "Łódź Clay Sp. z o.o.", ("ul. Piękna 1, 00-001 Warszawa", "NIP PL1234567890")),
        receiver=Party("Kupujący", "Ada Żółć", ("Main Street 1", "8010 Graz", "Austria")),
        columns=(Column("Co", 60), Column("Sztuk", 15, is_figures=True), Column("Netto", 25, is_figures=True)),
        rows=tuple((f"{POLISH} <&> {n}", "1", "12,50 €") for n in range(rows)),
        sums=(Sum("Netto", "12,50 €"), Sum("Razem", "15,38 €", is_total=True)),
        rates_title="Według stawek",
        rates=(("Stawka", "Netto", "Podatek", "Brutto"), ("23%", "12,50 €", "2,88 €", "15,38 €")),
        notes=("Zapłacono.",),
        page="Strona {page} z {pages}",
    )


def text_of(pdf: bytes) -> str:
    """What a reader can copy out of the pages, by the tables that map glyphs back to letters."""
    streams = [_plain(found) for found in re.findall(rb"stream\r?\n(.*?)endstream", pdf, re.DOTALL)]
    letters: set[str] = set()
    for stream in streams:
        if b"beginbfrange" in stream or b"beginbfchar" in stream:
            letters |= {chr(int(code, 16)) for code in re.findall(rb"<([0-9A-Fa-f]{4})>", stream)}
    return "".join(sorted(letters))


def _plain(stream: bytes) -> bytes:
    for decode in (lambda raw: zlib.decompress(a85decode(raw.strip(), adobe=False)), zlib.decompress):
        try:
            return decode(stream.strip().removesuffix(b"~>") if decode is not zlib.decompress else stream)
        except (ValueError, zlib.error):
            continue
    return stream


def test_the_same_document_gives_the_same_bytes() -> None:
    first = print_paper(paper())
    assert first.startswith(b"%PDF-") and first == print_paper(paper())


def test_every_letter_of_polish_greek_and_cyrillic_is_set() -> None:
    assert set(POLISH) - {" "} <= set(text_of(print_paper(paper())))


def test_a_long_document_goes_on_over_pages_that_are_numbered() -> None:
    pdf = print_paper(paper(rows=120))
    pages = len(re.findall(rb"/Type /Page\b", pdf))
    assert pages >= 4


def test_it_is_a4() -> None:
    assert re.search(rb"/MediaBox \[ 0 0 595\.27\d* 841\.88\d* \]", print_paper(paper()))
