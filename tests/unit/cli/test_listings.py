"""`haat listings import` and `export`, as somebody types them."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from haat.cli import main
from haat.cli.codes import DONE, NOT_SO, WRONG_USAGE
from haat.config.load import load
from haat.config.secrets import ensure_secrets
from haat.market.accounts.enrol import Person, enrol
from haat.market.accounts.open_shop import Sign, open_shop
from haat.store import Store

SELLER = "anna@example.org"
GOOD = "handle,title,category,sku,price,stock\nmug,Mug,Cups,M,12.50,3\nbowl,Bowl,Cups,B,8,1\n"
MIXED = GOOD + "jug,Jug,Cups,J,free,1\n"


@pytest.fixture
def data(lay_database: Callable[[Path], None], tmp_path: Path) -> Path:
    """The folder of a stack in which Anna has a shop, and Bob has none."""
    data = tmp_path / "stack"
    data.mkdir()
    ensure_secrets(data)
    (data / "haat.toml").write_text('[market]\npreset = "ecommerce"\n')
    lay_database(data)
    store = Store(load(data, {}, {}).database)
    anna = store.write(lambda tx: enrol(tx, Person(SELLER, "Anna", "en", "AT"), "-"))
    store.write(lambda tx: enrol(tx, Person("bob@example.org", "Bob", "en", "AT"), "-"))
    open_shop(store, anna, Sign("Clay", "", "AT"))
    store.close()
    return data


@pytest.fixture
def haat(data: Path, capsys: pytest.CaptureFixture[str]) -> Any:
    """Type a command about listings; gives exit code, output and errors."""

    def type_(*words: str) -> tuple[int, str, str]:
        code = main(["listings", *words, "--data", str(data)])
        return code, *capsys.readouterr()

    return type_


def file(tmp_path: Path, content: str) -> str:
    path = tmp_path / "catalogue.csv"
    path.write_text(content)
    return str(path)


def test_an_import_says_how_it_read_the_file_and_what_came_of_it(haat: Any, tmp_path: Path) -> None:
    code, out, err = haat("import", file(tmp_path, GOOD), "--seller", SELLER)
    assert (code, err) == (DONE, "")
    assert "Haat's own CSV, because" in out
    assert "utf-8, because every byte of it is valid UTF-8" in out
    assert "3  category  category" in out
    assert "listings        2        0          0        0" in out


def test_every_problem_is_named_by_line_column_value_and_reason(haat: Any, tmp_path: Path) -> None:
    code, out, _ = haat("import", file(tmp_path, MIXED), "--seller", SELLER.upper())
    assert code == NOT_SO
    assert "line 4, price  “free”: This is not a price." in out
    assert "(the variant is left out)" in out
    assert "listings        2        0          0        1" in out


def test_a_dry_run_keeps_nothing(haat: Any, tmp_path: Path) -> None:
    _, out, _ = haat("import", file(tmp_path, GOOD), "--seller", SELLER, "--dry-run")
    assert "This was a rehearsal: nothing was kept." in out
    _, out, _ = haat("import", file(tmp_path, GOOD), "--seller", SELLER)
    assert "listings        2        0          0        0" in out
    _, out, _ = haat("import", file(tmp_path, GOOD), "--seller", SELLER)
    assert "listings        0        0          2        0" in out


def test_programs_read_the_report_as_json(haat: Any, tmp_path: Path) -> None:
    _, out, _ = haat("import", file(tmp_path, MIXED), "--seller", SELLER, "--json")
    report = json.loads(out)
    assert report["listings"] == {"created": 2, "updated": 0, "unchanged": 0, "refused": 1}
    assert report["reading"]["format"] == "haat"
    assert report["problems"][0] == {
        "line": 4,
        "column": "price",
        "value": "free",
        "reason": "This is not a price.",
        "try": "Write it as 1234.50.",
        "lost": "variant",
    }


def test_what_is_exported_can_be_imported(haat: Any, tmp_path: Path) -> None:
    haat("import", file(tmp_path, GOOD), "--seller", SELLER)
    out = tmp_path / "out.csv"
    code, text, _ = haat("export", str(out), "--seller", SELLER)
    assert (code, text) == (DONE, f"{out} has 2 rows now, a header above them.\n")
    _, text, _ = haat("import", str(out), "--seller", SELLER)
    assert "listings        0        0          2        0" in text
    _, text, _ = haat("export", "-", "--seller", SELLER)
    assert text == out.read_bytes().decode()


def test_pictures_come_from_a_folder(haat: Any, tmp_path: Path) -> None:
    from PIL import Image

    (tmp_path / "photos").mkdir()
    Image.effect_noise((200, 150), 40).save(tmp_path / "photos" / "mug.png")
    content = "handle,title,price,image1\nmug,Mug,5,https://pics.example/mug.png\n"
    _, out, _ = haat("import", file(tmp_path, content), "--seller", SELLER, "--photos", str(tmp_path / "photos"))
    assert "1 picture was kept." in out


@pytest.mark.parametrize(
    ("words", "code", "what"),
    [
        (("--seller", "carl@example.org"), NOT_SO, "Nobody signs in as carl@example.org."),
        (("--seller", "bob@example.org"), NOT_SO, "bob@example.org has no shop."),
        (("--seller", SELLER, "--photos", "/nothing"), WRONG_USAGE, "/nothing is not a folder."),
        ((), WRONG_USAGE, "required: --seller"),
    ],
)
def test_a_mistake_is_answered_in_words(
    haat: Any, tmp_path: Path, words: tuple[str, ...], code: int, what: str
) -> None:
    answered, out, err = haat("import", file(tmp_path, GOOD), *words)
    assert (answered, out) == (code, "")
    assert what in err


def test_a_file_that_cannot_be_read_is_answered_in_words(haat: Any, tmp_path: Path) -> None:
    answered, _, err = haat("import", str(tmp_path / "nothing.csv"), "--seller", SELLER)
    assert answered == WRONG_USAGE
    assert "No such file" in err
