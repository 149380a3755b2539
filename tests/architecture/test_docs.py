"""What the documents name is there: files, commands, settings, functions. What they say of it nobody but a reader can check."""

from __future__ import annotations

import ast
import re
import subprocess
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from haat import __version__
from haat.cli.dispatch import parser_of
from haat.cli.table import NOUNS
from haat.config.schema import KINDS, SECTIONS

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "src" / "haat"

_LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
_COMMAND = re.compile(r"""(?<![\w./"'-])haat ([a-z]+)((?: +[^\s`|)]+)*)""")
_SCRIPT = re.compile(r"(?<![\w./])bin/([a-z-]+)")
_FUNCTION = re.compile(r"`((?:[a-z_]+/)*[a-z_]+\.py):([A-Za-z_.]+)`")
_TEST = re.compile(r"\[`(test_[a-z0-9_]+)`\]\(([^)\s]+\.py)\)")
_VARIABLE = re.compile(r"\bHAAT_([A-Z]+)__([A-Z_]+?)(?:_FILE)?\b")
_SETTING = re.compile(r"`([a-z]+)\.([a-z_]+)`")
_LINE_OF_THE_TREE = re.compile(r"^(\S+)  +\S")
_FLUFF = re.compile(
    r"\b(simply|just works|seamless\w*|effortless\w*|blazing\w*|powerful|robust|cutting.edge|world.class|game.changing|"
    r"next.gen\w*|leverag\w+|unlock\w*|supercharge\w*|delightful|TODO|FIXME|TBD)\b",
    re.IGNORECASE,
)
_EMOJI = re.compile("[\U0001f000-\U0001faff\u2600-\u27bf\ufe0f]")

# The guide that adds a setting names one that is not there yet.
_TO_BE_ADDED = "market.support"
# The rest of its names are functions: `store.write` is no setting.
_NO_SECTIONS_IN_PROSE = {"store"}


@cache
def documents() -> dict[str, str]:
    """Every page that belongs to the project, by its path."""
    words = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", "*.md"]
    listed = subprocess.run(words, cwd=ROOT, capture_output=True, text=True)
    if listed.returncode != 0:
        pytest.skip("this is no checkout")
    files = [ROOT / name for name in listed.stdout.split("\0") if name]
    return {str(file.relative_to(ROOT)): file.read_text("utf-8") for file in files if file.exists()}


def test_every_link_leads_somewhere() -> None:
    dead = [(page, target) for page, target in _links() if not (ROOT / page).parent.joinpath(target).exists()]
    assert dead == []


def test_every_command_that_is_named_can_be_typed() -> None:
    wrong = [
        (page, found[0])
        for page, text in documents().items()
        for found in _COMMAND.finditer(text)
        if not _is_command(found[1], found[2].split())
    ]
    assert wrong == []


def test_every_script_that_is_named_is_there() -> None:
    named = {(page, found[1]) for page, text in documents().items() for found in _SCRIPT.finditer(text)}
    assert [(page, name) for page, name in sorted(named) if not (ROOT / "bin" / name).exists()] == []


def test_every_setting_that_is_named_is_one() -> None:
    named = {(page, key) for page, text in documents().items() for key in _settings(text)}
    assert [(page, key) for page, key in sorted(named) if key not in KINDS and key != _TO_BE_ADDED] == []


def test_every_function_that_is_traced_is_there() -> None:
    traced = [found.groups() for text in documents().values() for found in _FUNCTION.finditer(text)]
    assert traced
    assert [(path, name) for path, name in traced if name not in _defined_in(SOURCE / path)] == []


def test_every_test_that_is_named_is_there() -> None:
    named = [(page, *found.groups()) for page, text in documents().items() for found in _TEST.finditer(text)]
    assert len(named) > 80
    assert [one for page, *one in named if one[0] not in _tests_in((ROOT / page).parent / one[1])] == []


def test_no_pain_is_without_a_promise_and_a_test() -> None:
    rows = [line.split("|") for line in documents()["docs/reference/pains.md"].splitlines() if line.startswith("| ")]
    told = [cells for cells in rows if cells[-2].strip() != "test"]
    assert len(told) > 40
    assert [cells for cells in told if not cells[-3].strip() or not _TEST.search(cells[-2])] == []


def test_the_tree_in_the_readme_is_the_tree() -> None:
    block = documents()["README.md"].partition("## The tree")[2].split("```")[1]
    paths = [found[1] for line in block.splitlines() if (found := _LINE_OF_THE_TREE.match(line))]
    assert len(paths) > 10
    assert [path for path in paths if not (ROOT / path).exists()] == []
    rooms = {path.name for path in SOURCE.iterdir() if (path / "__init__.py").exists()}
    assert rooms - {Path(path).name for path in paths} == set()


def test_the_table_of_layers_names_every_room() -> None:
    named = {
        Path(found).stem for found in re.findall(r"^\| `([a-z./]+)` \|", documents()["ARCHITECTURE.md"], re.MULTILINE)
    }
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"]["contracts"]
    rooms = {room for layer in contracts[0]["layers"] for room in layer.split(" | ")}
    assert named == rooms - {"__main__"}


def test_the_newest_change_is_of_this_version() -> None:
    newest = re.search(r"^## (\S+)", documents()["CHANGELOG.md"], re.MULTILINE)
    assert newest is not None
    assert newest[1] == __version__


def test_the_index_lists_every_guide_and_every_decision_by_its_title() -> None:
    index = documents()["docs/README.md"]
    linked = {target for page, target in _links() if page == "docs/README.md"}
    for page, text in documents().items():
        place = page.removeprefix("docs/")
        if page.startswith(("docs/api/", "docs/guides/", "docs/decisions/", "docs/reference/")):
            assert place in linked, page
        if page.startswith("docs/decisions/"):
            assert f"[{text.splitlines()[0].removeprefix('# ')}]({place})" in index, page


def test_a_decision_is_one_page_and_says_what_was_decided_and_why() -> None:
    for page, text in documents().items():
        if page.startswith("docs/decisions/"):
            assert len(text.splitlines()) <= 50, page
            assert "**Decided:**" in text, page
            assert "**Why.**" in text, page


def test_every_package_that_haat_runs_on_has_a_reason() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    needed = {re.split(r"[<>=~!\[ ]", line)[0] for line in project["dependencies"]}
    rows = re.findall(r"^\| ([a-z0-9, -]+) \|", documents()["docs/decisions/0012-dependencies.md"], re.MULTILINE)
    explained = {name.strip() for row in rows for name in row.split(",")}
    assert needed - explained == set(), "say why in docs/decisions/0012-dependencies.md"


def test_no_page_praises_or_puts_off() -> None:
    found = [
        (page, match[0])
        for page, text in documents().items()
        for pattern in (_FLUFF, _EMOJI)
        for match in pattern.finditer(text)
    ]
    assert [match for match in found if match != ("STYLE.md", "TODO")] == []


def _links() -> Iterator[tuple[str, str]]:
    """Pages with what they link to within the project, without anchors."""
    for page, text in documents().items():
        for found in _LINK.finditer(text):
            target = found[1].partition("#")[0]
            if target and "://" not in target and not target.startswith("mailto:"):
                yield page, target


def _is_command(noun: str, words: list[str]) -> bool:
    verbs = NOUNS[noun][1] if noun in NOUNS else {}
    verb = "" if "" in verbs else words[0] if words else ""
    if not verbs or (verb and verb not in verbs):
        return False
    options = {word.rstrip(".,;:") for word in words if word.startswith("--")}
    known = {option for one in ([verb] if verb in verbs else verbs) for option in _options(noun, one)}
    return options <= known


def _options(noun: str, verb: str) -> set[str]:
    return {option for action in parser_of(noun, verb)._actions for option in action.option_strings} | {"--help"}


def _settings(text: str) -> Iterator[str]:
    for found in _VARIABLE.finditer(text):
        yield f"{found[1]}.{found[2]}".lower()
    for found in _SETTING.finditer(text):
        if found[1] in SECTIONS and found[1] not in _NO_SECTIONS_IN_PROSE and found[2] != "py":
            yield f"{found[1]}.{found[2]}"


@cache
def _defined_in(file: Path) -> frozenset[str]:
    """Functions and classes of a module, and methods as `Class.method`."""
    if not file.exists():
        return frozenset()
    names: set[str] = set()
    for node in ast.parse(file.read_text("utf-8")).body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            names.add(node.name)
        if isinstance(node, ast.ClassDef):
            names |= {f"{node.name}.{one.name}" for one in node.body if isinstance(one, ast.FunctionDef)}
    return frozenset(names)


@cache
def _tests_in(file: Path) -> frozenset[str]:
    """The tests of a file, also those in its classes."""
    if not file.exists():
        return frozenset()
    nodes = ast.walk(ast.parse(file.read_text("utf-8")))
    return frozenset(node.name for node in nodes if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"))
