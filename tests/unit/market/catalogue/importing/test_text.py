from __future__ import annotations

from pathlib import Path

import pytest
from tests.support.catalogue_files import read

from haat.kernel.errors import Invalid

CREME = "handle,title,price\ncreme,Crème brûlée à l’orange,12.50\nthe,Thé fumé de Noël,8\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252"])
def test_a_title_arrives_whole_from_any_encoding(tmp_path: Path, encoding: str) -> None:
    assert read(tmp_path, CREME.encode(encoding)).drafts[0].title == "Crème brûlée à l’orange"


@pytest.mark.parametrize(
    ("encoding", "title"),
    [
        ("cp1250", "Półka na książki z drewna dębowego"),
        ("cp1250", "Přírodní mýdlo s levandulí"),
        ("cp1250", "Kézműves bögre őszi színekben"),
        ("cp1254", "El yapımı çay bardağı"),
        ("cp1253", "Κούπα"),
        ("cp1255", "ספל קרמיקה"),
        ("cp1256", "كوب سيراميك أزرق"),
        ("shift_jis", "陶器のマグカップ、手作り。"),
        ("euc_kr", "수제 도자기 머그컵"),
        ("mac_roman", "Große Tasse für Müller"),
        ("cp1251", "Чайник электрический из нержавеющей стали"),
        ("gb18030", "不锈钢电热水壶，自动断电，快速烧水，儿童安全"),
    ],
)
def test_texts_beyond_western_europe_are_recognised_by_their_words(tmp_path: Path, encoding: str, title: str) -> None:
    content = f"handle,title,price\nkettle,{title},12\n".encode(encoding)
    assert read(tmp_path, content).draft.title == title


@pytest.mark.parametrize(
    "title", ["Grüner Becher", "Año nuevo", "Smørrebrød på dansk", "Limão e pão", "Sjökaptenens mugg"]
)
def test_texts_of_western_europe_are_read_as_such_however_short(tmp_path: Path, title: str) -> None:
    content = f"handle,title,price\nkettle,{title},12\n".encode("cp1252")
    assert read(tmp_path, content).draft.title == title


def test_the_reading_says_which_encoding_was_guessed_and_why(tmp_path: Path) -> None:
    reading = read(tmp_path, CREME.encode("cp1252")).reading
    assert reading.encoding == "cp1252"
    assert "not UTF-8" in reading.encoding_why


def test_a_letter_far_down_the_file_decides_the_encoding_too(tmp_path: Path) -> None:
    plain = "".join(f"mug-{n},Mug {n},5\n" for n in range(5000))
    content = ("handle,title,price\n" + plain + "cup,Tasse à café,5\n").encode("cp1252")
    assert read(tmp_path, content).drafts[-1].title == "Tasse à café"


def test_a_damaged_row_is_named_and_the_others_are_read(tmp_path: Path) -> None:
    content = CREME.encode() + b"mug,Gr\xfcner Becher,5\n" + "cup,Große Tasse,6\n".encode()
    found = read(tmp_path, content)
    assert [draft.handle for draft in found.drafts] == ["creme", "the", "cup"]
    assert (found.problem.line, found.problem.column, found.problem.value) == (4, "title", "Gr\\xfcner Becher")
    assert found.problem.lost == "row"


def test_damage_in_a_column_that_is_not_read_costs_nothing(tmp_path: Path) -> None:
    content = "handle,title,price,remark\nthe,Thé,5,ça\n".encode() + b"mug,Mug,5,gr\xfcn\n"
    assert len(read(tmp_path, content).drafts) == 2


def test_a_broken_byte_in_a_wide_encoding_costs_its_row_alone(tmp_path: Path) -> None:
    lone = b"\x00\xd8"  # one half of a pair
    content = (
        "handle,title,price\n".encode("utf-16")
        + "mug,M".encode("utf-16-le")
        + lone
        + "g,5\ncup,Cup,6\n".encode("utf-16-le")
    )
    found = read(tmp_path, content)
    assert [draft.handle for draft in found.drafts] == ["cup"]
    assert found.problem.line == 2


@pytest.mark.parametrize("content", [b"", b"\n\n  \n", b"\xef\xbb\xbf", b"\xff\xfe"])
def test_an_empty_file_is_called_empty(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(Invalid, match="is empty"):
        read(tmp_path, content)


@pytest.mark.parametrize(
    ("start", "what"), [(b"PK\x03\x04", "workbook"), (b"%PDF-1.7", "PDF"), (b"\x1f\x8b\x08", "gzip")]
)
def test_a_file_that_is_no_text_is_named_for_what_it_is(tmp_path: Path, start: bytes, what: str) -> None:
    with pytest.raises(Invalid) as refused:
        read(tmp_path, start + bytes(range(256)))
    assert what in refused.value.why


def test_a_file_that_is_not_there_is_said_to_be_missing(tmp_path: Path) -> None:
    from haat.market.catalogue.importing.reading import look_over

    with pytest.raises(Invalid) as refused:
        look_over(tmp_path / "nothing.csv", "EUR")
    assert "No such file" in refused.value.why
