"""The guide that adds a process, followed word by word on a copy of the program."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import haat

ROOT = Path(__file__).parents[4]
GUIDE = (ROOT / "docs" / "guides" / "add-a-process.md").read_text("utf-8")

# Three people ask, one is promised it and fetches it.
_STORY = """
import sys
from pathlib import Path
from sqlalchemy import select
from tests.support.world import World
from haat.config.address import Address
from haat.kernel import clock
from haat.kernel.clock import DAY
from haat.market.catalogue.tables import listings
from haat.market.deals.deal import Actor, get
from haat.store import Store
from haat.store.migrate import migrate

{code}

folder = Path(sys.argv[1])
database = Address.of(f"sqlite:///{folder / 'haat.db'}")
migrate(database)
world = World(Store(database), folder)
shop_id = world.shop()
world.variant(shop_id)
asked_by = world.account()
listing_id = world.store.value(select(listings.c.id))
with clock.frozen():
    asked = [
        world.store.write(lambda tx: ask_for(tx, world.engine, asker, shop_id, listing_id, "A kettle"))
        for asker in [world.account() for _ in range(3)]
    ]
    world.store.write(lambda tx: promise(tx, world.engine, asked[1], 1))
    states = [get(world.store, deal_id).state for deal_id in asked]
    world.store.write(lambda tx: world.engine.move(tx, asked[1], "fetch", Actor("buyer", 1)))
    late = world.store.write(lambda tx: ask_for(tx, world.engine, asked_by, shop_id, listing_id, "A lid"))
    clock.advance(3 * DAY)
    world.engine.run_timers(world.store)
    print(*states, get(world.store, asked[1]).state, get(world.store, late).state)
"""


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", GUIDE, re.DOTALL)


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy of the program, to which a stranger may add."""
    shutil.copytree(Path(haat.__file__).parent, tmp_path / "src" / "haat", ignore=shutil.ignore_patterns("__pycache__"))
    return tmp_path / "src"


def run(copy: Path, *arguments: str, folder: Path | None = None) -> subprocess.CompletedProcess[str]:
    environ = os.environ | {"PYTHONPATH": f"{copy}{os.pathsep}{ROOT}", "NO_COLOR": "1"}
    return subprocess.run(
        [sys.executable, *arguments], env=environ, cwd=folder or copy, capture_output=True, text=True, check=False
    )


def test_a_stranger_who_follows_the_guide_has_a_process_that_runs(copy: Path, tmp_path: Path) -> None:
    folder = copy / "haat" / "market" / "deals" / "processes"
    written, mended, *_ = blocks("toml")
    file = folder / "giveaway.1.toml"
    file.write_text(written)
    refused = run(copy, "-m", "haat", "process", "check", file.name, folder=folder)
    wrong, right, *_ = [block for block in blocks("text") if block.startswith("$")]
    assert (refused.returncode, refused.stderr.split()) == (1, wrong.split("\n", 1)[1].split())
    file.write_text(written.replace('from = ["asked"]\nto = "lapsed"', f'{mended.strip()}\nto = "lapsed"'))
    checked = run(copy, "-m", "haat", "process", "check", file.name, folder=folder)
    assert checked.stdout.strip() == right.split("\n", 1)[1].strip()
    assert "<svg" in run(copy, "-m", "haat", "process", "draw", "giveaway").stdout
    story = tmp_path / "story.py"
    story.write_text(_STORY.replace("{code}", blocks("python")[0]))
    told = run(copy, str(story), str(tmp_path))
    assert (told.stdout.split(), told.stderr) == (["declined", "promised", "declined", "fetched", "lapsed"], "")
