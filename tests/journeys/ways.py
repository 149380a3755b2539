"""The ways in which people come to the market: on which screen, and whether scripts run."""

import pytest

from tests.support.chromium import DESK, PHONE

EVERYWHERE = [
    pytest.param(screen, has_scripts, id=f"{screen.name}-{'with' if has_scripts else 'without'}-scripts")
    for screen in (PHONE, DESK)
    for has_scripts in (True, False)
]
A_PAIR = [EVERYWHERE[1], EVERYWHERE[2]]
