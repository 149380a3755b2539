"""The guide says what is so: its example comes in whole, and its table names the columns that are read."""

from __future__ import annotations

import re
from pathlib import Path

from tests.support.catalogue_files import read

from haat.market.catalogue.importing.formats import HAAT

GUIDE = (Path(__file__).parents[5] / "docs/guides/import-a-catalogue.md").read_text()


def test_the_example_of_the_guide_comes_in_whole(tmp_path: Path) -> None:
    (example,) = re.findall(r"```text\n(handle,.*?)```", GUIDE, re.DOTALL)
    found = read(tmp_path, example)
    assert not found.problems
    assert all(column.use for column in found.reading.columns)
    assert [(draft.handle, len(draft.variants)) for draft in found.drafts] == [("blue-mug", 2), ("bowl", 1)]


def test_the_table_of_the_guide_names_columns_that_are_read() -> None:
    table = GUIDE.partition("| column |")[2].partition("\n\n")[0]
    columns = re.findall(r"`([a-z]\w*(?:\.KEY)?)`", "".join(line.split("|")[1] for line in table.splitlines()[2:]))
    assert {"handle", "attribute.KEY", "option1_name", "image1_alt", "variant_image"} <= set(columns)
    assert [column for column in columns if not HAAT.field_of(column)] == []
