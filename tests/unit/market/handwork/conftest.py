from __future__ import annotations

import pytest
from tests.support.workshop import Workshop
from tests.support.world import World


@pytest.fixture
def workshop(world: World) -> Workshop:
    return Workshop(world)
