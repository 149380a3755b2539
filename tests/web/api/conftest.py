"""Programs that call the API, each with a token of somebody else."""

from __future__ import annotations

import pytest

from tests.support.browser import Browser
from tests.support.members import administrator
from tests.support.stack import Stack
from tests.web.api.acts import open_shop


@pytest.fixture
def admin(stack: Stack) -> Browser:
    """An administrator without a shop."""
    return stack.program(administrator(stack.app.store))


@pytest.fixture
def seller(stack: Stack) -> Browser:
    """Somebody with a shop that sends everywhere for 5.00."""
    return open_shop(stack, "Cleo")


@pytest.fixture
def rival(stack: Stack) -> Browser:
    """Somebody with another shop."""
    return open_shop(stack, "Rob")


@pytest.fixture
def buyer(stack: Stack) -> Browser:
    """Somebody who only buys."""
    return stack.program(stack.world.account())


@pytest.fixture
def category(admin: Browser) -> str:
    """A category of mugs, in the kitchen, whose listings may say their colour."""
    kitchen = admin.call("POST", "/api/v1/market/categories", {"name": "Kitchen"}).json["id"]
    mugs: str = admin.call("POST", "/api/v1/market/categories", {"name": "Mugs", "parent": kitchen}).json["id"]
    admin.call("PUT", f"/api/v1/market/categories/{mugs}/attributes/colour", {"name": "Colour"})
    return mugs
