"""What every test may ask for: a store of its own, migrated as a real one is."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from haat.store import Store
from haat.store.migrate import migrate
from tests.support.stack import Stack
from tests.support.world import World

# How long an example takes says how busy the machine is, not whether the promise holds.
settings.register_profile("haat", deadline=None)
settings.load_profile("haat")


@pytest.fixture(scope="session")
def empty_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated database without rows, to be copied and not to be written."""
    path = tmp_path_factory.mktemp("template") / "haat.db"
    migrate(path)
    return path


@pytest.fixture
def store(empty_database: Path, tmp_path: Path) -> Iterator[Store]:
    """An empty market on a database of its own."""
    path = tmp_path / "haat.db"
    shutil.copyfile(empty_database, path)
    store = Store(path)
    yield store
    store.close()


@pytest.fixture
def world(store: Store, tmp_path: Path) -> Iterator[World]:
    """A market with the sandbox gateway, without goods."""
    world = World(store, tmp_path)
    yield world
    world.close()


@pytest.fixture
def stack(empty_database: Path, tmp_path: Path) -> Iterator[Stack]:
    """A whole stack without goods, as it is served, in this process."""
    shutil.copyfile(empty_database, tmp_path / "haat.db")
    stack = Stack(tmp_path)
    yield stack
    stack.close()
