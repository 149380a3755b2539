"""What every test may ask for: a store of its own, migrated as a real one is."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import settings

from haat.config.address import Address
from haat.kernel import ids
from haat.ops.drills.servers import OwnRedis, is_installed
from haat.store import Store
from tests.support import examples, passwords
from tests.support.caches import own_redis
from tests.support.databases import KINDS, Databases, databases_of, lay, why_not
from tests.support.stack import Stack
from tests.support.world import World

# How long an example takes says how busy the machine is, not whether the promise holds.
settings.register_profile("haat", deadline=None)
settings.load_profile("haat")

# Folders whose files take long: they begin first, so that no process still has one of them when the others are done.
_LONG = {"drills", "journeys", "servers", "web"}


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--database", choices=KINDS, default="sqlite", help="the kind of database that tests run on")


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "only_on(kinds, reason): what is about some kinds of databases alone")
    if reason := why_not(config.getoption("database")):
        pytest.exit(reason, returncode=pytest.ExitCode.USAGE_ERROR)
    passwords.make_cheap()
    examples.are_for(config.getoption("database"))


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: not _LONG.intersection(item.path.parts))
    kind = config.getoption("database")
    if kind != "sqlite":
        _leave_out_what_needs_no_database(config, items)
    for item in items:
        for mark in item.iter_markers("only_on"):
            only, reason = mark.args
            if kind not in only.split():
                item.add_marker(pytest.mark.skip(reason=f"only on {only}: {reason}"))


def _leave_out_what_needs_no_database(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Whatever the database, these do the same: they are run once, without one being asked for."""
    left_out = {item for item in items if not _needs_database(item)}
    items[:] = [item for item in items if item not in left_out]
    config.hook.pytest_deselected(items=list(left_out))


def _needs_database(item: pytest.Item) -> bool:
    """Whether it asks for one, names some, or starts servers of its own."""
    asks = "databases" in getattr(item, "fixturenames", ())
    return asks or item.get_closest_marker("only_on") is not None or "servers" in item.path.parts


def pytest_runtest_setup() -> None:
    """Ids grow in a process. One whose clock stood in another year leaves none of then to the tests after it."""
    ids._last = 0


def pytest_collection_finish() -> None:
    """What is loaded by now stays: looking through it for garbage again and again would take a fifth of all time."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session")
def databases(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Databases]:
    """Makes databases of the kind that was asked for with --database."""
    databases = databases_of(request.config.getoption("database"), tmp_path_factory.mktemp("databases"))
    yield databases
    databases.stop()


@pytest.fixture
def new_database(databases: Databases) -> Iterator[Callable[[], Address]]:
    """Makes migrated databases without rows, as many as the test wants."""
    made: list[Address] = []

    def make() -> Address:
        made.append(databases.fresh())
        return made[-1]

    yield make
    for address in made:
        databases.give_back(address)


@pytest.fixture
def lay_database(new_database: Callable[[], Address]) -> Callable[[Path], None]:
    """Gives the stack in a data folder a migrated database without rows."""
    return lambda data: lay(new_database(), data)


@pytest.fixture
def real_passwords() -> Iterator[None]:
    """For what is about how long a guess takes: passwords cost what they cost in a shop."""
    with passwords.at_real_cost():
        yield


@pytest.fixture
def home() -> Iterator[Path]:
    """A folder for stacks whose servers have a user of their own, who has to come there."""
    with TemporaryDirectory(prefix="haat-stacks-") as folder:
        home = Path(folder)
        home.chmod(0o711)
        yield home


@pytest.fixture(scope="session")
def cache_server() -> Iterator[OwnRedis]:
    """A server of Redis for the tests of this process. Each has names of its own there; who breaks a server has one of their own."""
    if not is_installed("redis"):
        pytest.skip("Redis is not installed here")
    with own_redis() as server:
        yield server


@pytest.fixture
def store(new_database: Callable[[], Address]) -> Iterator[Store]:
    """An empty market on a database of its own."""
    store = Store(new_database())
    yield store
    store.close()


@pytest.fixture
def world(store: Store, tmp_path: Path) -> Iterator[World]:
    """A market with the sandbox gateway, without goods."""
    world = World(store, tmp_path)
    yield world
    world.close()


@pytest.fixture
def stack(lay_database: Callable[[Path], None], tmp_path: Path) -> Iterator[Stack]:
    """A whole stack without goods, as it is served, in this process."""
    lay_database(tmp_path)
    stack = Stack(tmp_path)
    yield stack
    stack.close()
