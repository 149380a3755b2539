"""A whole stack for each test that talks to the web: a data folder as `haat up` makes it, with an empty market in it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from haat.app import App
from haat.config.secrets import ensure_secrets


@pytest.fixture
def app(lay_database: Callable[[Path], None], tmp_path: Path) -> Iterator[App]:
    """A stack that speaks English and Polish."""
    data = tmp_path / "data"
    (data / "media").mkdir(parents=True)
    lay_database(data)
    ensure_secrets(data)
    app = App.of(data, {"HAAT_MARKET__LANGUAGES": "en, pl"})
    yield app
    app.close()
