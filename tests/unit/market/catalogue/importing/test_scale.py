"""Files of any length are read in bounded memory, in whatever order their rows stand."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

PRODUCTS = 2500
READ = """
import resource, sys
from pathlib import Path
from haat.market.catalogue.importing.reading import look_over
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
drafts = sum(1 for found in look_over(Path(sys.argv[1]), "EUR").read() if hasattr(found, "variants"))
print(drafts, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
"""


@pytest.mark.parametrize("order", ["together", "apart"])
def test_ten_thousand_rows_take_little_memory(tmp_path: Path, order: str) -> None:
    path = tmp_path / "large.csv"
    numbers = [(product, variant) for product in range(PRODUCTS) for variant in range(4)]
    if order == "apart":
        numbers.sort(key=lambda number: (number[1], number[0]))
    with path.open("w") as file:
        file.write("handle,title,description,sku,price,stock,option1_name,option1_value\n")
        for product, variant in numbers:
            words = "Made by hand, and well. " * 20 if variant == 0 else ""
            file.write(f'p{product},Product {product},"{words}",S{product}-{variant},12.50,3,Colour,Colour {variant}\n')
    done = subprocess.run([sys.executable, "-c", READ, str(path)], capture_output=True, text=True, check=True)
    drafts, kilobytes = map(int, done.stdout.split())
    assert drafts == PRODUCTS
    assert kilobytes < 30_000
