from __future__ import annotations

from io import StringIO
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st
from tests.support.catalogue_files import read

from haat.market.catalogue.importing.rows import BrokenRow, Row, Rows

HEADER = "handle,title,price\n"


def test_a_row_knows_the_line_where_it_starts(tmp_path: Path) -> None:
    found = read(tmp_path, HEADER + '\nmug,"A mug\nin two lines",5\n\ncup,Cup,nothing\n')
    assert found.drafts[0].line == 3
    assert found.problems[0].line == 6


def test_line_ends_of_every_system_are_counted(tmp_path: Path) -> None:
    for end in ("\n", "\r\n", "\r"):
        found = read(tmp_path, HEADER.replace("\n", end) + f"mug,Mug,5{end}cup,Cup,x{end}")
        assert found.draft.handle == "mug"
        assert found.problems[0].line == 3


def test_a_quote_that_is_never_closed_costs_its_own_row(tmp_path: Path) -> None:
    found = read(tmp_path, HEADER + 'mug,"Mug,5\ncup,Cup,6\njug,Jug,7\n')
    assert [draft.handle for draft in found.drafts] == ["cup", "jug"]
    assert (found.problem.line, found.problem.lost) == (2, "row")
    assert "not closed" in found.problem.reason


def test_an_open_quote_does_not_reach_for_a_later_one(tmp_path: Path) -> None:
    found = read(tmp_path, HEADER + 'mug,"Mug,5\ncup,Cup,6\njug,"Jug",7\n')
    assert [draft.handle for draft in found.drafts] == ["cup", "jug"]
    assert found.problem.line == 2


def test_an_open_quote_that_happens_to_close_does_not_swallow_rows(tmp_path: Path) -> None:
    found = read(tmp_path, HEADER + 'mug,"Mug,5\ncup,Cup,6\njug",Jug,7\nbowl,Bowl,8\n')
    assert {"cup", "bowl"} <= {draft.handle for draft in found.drafts}
    assert found.problems[0].line == 2


def test_a_quote_inside_a_quoted_cell_must_be_doubled(tmp_path: Path) -> None:
    found = read(tmp_path, HEADER + 'pan,"12" pan",5\npot,"12"" pot",6\ncup,12" cup,7\n')
    assert [draft.title for draft in found.drafts] == ['12" pot', '12" cup']
    assert (found.problem.line, found.problem.reason) == (2, "A quoted cell goes on after its closing quote.")


def test_a_quote_left_open_in_a_long_file_is_found_out_soon(tmp_path: Path) -> None:
    rows = "".join(f"mug-{n},Mug {n},5\n" for n in range(3000))
    found = read(tmp_path, HEADER + 'jug,"Jug,5\n' + rows)
    assert len(found.drafts) == 3000
    assert found.problem.line == 2


def test_long_cells_of_many_lines_are_kept(tmp_path: Path) -> None:
    text = "\n".join(f"Line {n}" for n in range(200))
    found = read(tmp_path, f'handle,title,price,description\nmug,Mug,5,"{text}"\ncup,Cup,6,x\n')
    assert "Line 199" in found.drafts[0].description
    assert found.drafts[1].line == 202


def test_a_huge_cell_is_refused_and_the_rest_is_read(tmp_path: Path) -> None:
    found = read(tmp_path, HEADER + f"mug,{'x' * 200_000},5\ncup,Cup,6\njug,{'y' * 3_000_000},5\npot,Pot,7\n")
    assert [draft.handle for draft in found.drafts] == ["cup", "pot"]
    assert [problem.line for problem in found.problems] == [2, 4]
    assert all(len(problem.value) <= 120 for problem in found.problems)


def test_zero_bytes_are_taken_out_and_said(tmp_path: Path) -> None:
    found = read(tmp_path, HEADER + "mug,M\0ug,5\n")
    assert found.draft.title == "Mug"
    assert (2, "zero bytes were taken out") in [(note.line, note.about) for note in found.notes]


def test_rows_that_are_too_wide_are_refused_and_short_ones_filled(tmp_path: Path) -> None:
    found = read(tmp_path, "handle,title,price,stock\nmug,Mug, nice and big,5,1\ncup,Cup,6\njug,Jug,7,2,,\n")
    assert [(draft.handle, draft.variants[0].stock) for draft in found.drafts] == [("cup", None), ("jug", 2)]
    assert found.problem.line == 2
    assert "5 cells, and the header has 4" in found.problem.reason
    assert any("fewer cells" in note.about for note in found.notes)


def test_a_short_row_may_have_a_cell_of_two_lines(tmp_path: Path) -> None:
    found = read(tmp_path, 'handle,title,price,description,stock\nmug,Mug,5,"one\n\ntwo"\n')
    assert found.draft.description == "<p>one</p><p>two</p>"


@given(
    st.lists(
        st.sampled_from(["a,b,c\n", '"x', '"', 'x,"y\n', ",,,", '""', '"a\nb",c,d\n', "\n", "\0", 'a"b,c\n']),
        max_size=40,
    )
)
def test_whatever_is_in_a_file_reading_ends_and_lines_only_grow(parts: list[str]) -> None:
    text = "".join(parts)
    rows = list(Rows(StringIO(text, newline=""), ","))
    lines = [row.line for row in rows]
    assert lines == sorted(set(lines))
    assert all(1 <= line <= text.count("\n") + 1 for line in lines)
    assert all(isinstance(row, Row | BrokenRow) for row in rows)
