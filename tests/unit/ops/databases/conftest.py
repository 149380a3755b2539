"""Who looks at a database is to see what the test does to it, and nobody else."""

from __future__ import annotations

import pytest
from tests.support.databases import Databases


@pytest.fixture(autouse=True)
def alone(databases: Databases) -> None:
    databases.let_go()
