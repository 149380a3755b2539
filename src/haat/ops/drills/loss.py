"""How much of what was acknowledged before a fault is not there again, in seconds."""

from __future__ import annotations

import math
from collections.abc import Collection, Container

import msgspec

from haat.ops.drills.load import Sent

_FINEST = 0.01  # seconds: an answer takes about as long to come, so nothing finer is known


class Loss(msgspec.Struct, frozen=True):
    """Whatever was acknowledged `seconds` before the fault, or earlier, is there again; `count` of what was acknowledged later is not. Where that is
    none, `seconds` is how long before the fault the last was acknowledged: if anything is lost it is of less than that, and nobody could see it.
    """

    seconds: float
    count: int

    def __str__(self) -> str:
        if self.count:
            return f"{self.seconds:.2f} s"
        return f"less than {self.seconds:.2f} s" if self.seconds else "nothing"


NOTHING = Loss(0.0, 0)


class Losses(msgspec.Struct, frozen=True):
    """Of what the database was told, of photos and other files, and of settings; None where the drill does not measure it."""

    data: Loss
    files: Loss | None = None
    settings: Loss | None = None

    def __str__(self) -> str:
        named = {"data": self.data, "files": self.files, "settings": self.settings}
        return ", ".join(f"{loss} of {name}" for name, loss in named.items() if loss is not None)


def loss(acknowledged: Collection[tuple[float, str]], there: Container[str], fault_at: float) -> Loss:
    """Of these, each with the moment (seconds) at which it was acknowledged, `there` are again. What is there that came after something lost does not
    count: a hole reaches back as far as its beginning. Where nothing is there it is as far as the first.
    """
    lost = [moment for moment, key in acknowledged if key not in there]
    hole = min(lost, default=math.inf)
    before = [moment for moment, _ in acknowledged if moment <= fault_at and moment < hole]
    first = min(moment for moment, _ in acknowledged)
    seconds = max([fault_at, *lost]) - max(before, default=first)
    return Loss(max(_FINEST, round(seconds, 3)), len(lost))


def of_orders(sent: Collection[Sent], there: Container[str], fault_at: float, until: float) -> Loss:
    """The same of orders, of those that were acknowledged before `until`."""
    acknowledged = [(one.ended, one.key) for one in sent if one.is_acknowledged and one.ended < until]
    return loss(acknowledged, there, fault_at)
