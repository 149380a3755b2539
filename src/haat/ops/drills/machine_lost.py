"""The machine is gone in the middle of business. Another one has the repository and the key, and sells again."""

from __future__ import annotations

import os
import shutil
import signal
import threading
import time
import tomllib
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from haat.config.load import load
from haat.kernel.errors import Unavailable
from haat.ops import running
from haat.ops.drills.database_damaged import newest_set, wait_for_a_whole_set
from haat.ops.drills.drill import Budget, Drill, Mutation
from haat.ops.drills.loss import NOTHING, Loss, Losses, loss, of_orders
from haat.ops.drills.servers import server_of
from haat.ops.drills.stage import Stage, wait_until
from haat.ops.health.processes import children
from haat.ops.procedure import Finding, Scene
from haat.ops.procedure.journal import Journal
from haat.ops.procedure.lock import is_held
from haat.ops.procedure.run import Runner
from haat.ops.recovery import steps
from haat.ops.recovery.recover_machine import RECOVER_MACHINE

_PATIENCE = 30.0  # seconds
_BETWEEN_PHOTOS = 0.1  # seconds
_SETTINGS = ("haat.toml", "secrets.toml")
_OF_THE_MACHINE = "store"  # the section of the settings that names the server, which is another one now
_SHIPPED_WITHIN = 2.0  # seconds: what was committed later than that before the end was in no repository


def _lose(stage: Stage) -> Finding:
    """All processes die at once, and their folders with them. Somebody has a copy of the key; another machine has an empty server, where there was one."""
    with _photos_being_sent(stage):
        wait_for_a_whole_set(stage)
        key = (stage.data / "repository.key").read_text("ascii")
        stage.notes["newest"] = newest_set(stage)
        stage.notes["settings"] = _settings_in(stage.data)
        stage.shop.close()
        for pid in (*children(stage.supervisor), stage.supervisor):
            os.kill(pid, signal.SIGKILL)
        stage.notes["lost"] = time.monotonic()
    wait_until(lambda: not is_held(running.lock_of(stage.data)), "all of it has ended", _PATIENCE)
    shutil.rmtree(stage.data)
    desk = _desk(stage)
    desk.mkdir()
    (desk / "repository.key").write_text(key, "ascii")
    settings = ["[backup]", f'to = "{stage.repository}"']
    if stage.server is not None:
        stage.server.kill()
        shutil.rmtree(stage.server.folder)
        stage.server = server_of(stage.server.kind, stage.folder / "another-server")
        settings += ["[store]", f'url = "{stage.server.address("shop").reveal()}"']
    (desk / "haat.toml").write_text("\n".join([*settings, ""]), "utf-8")
    return Finding(not stage.data.exists(), f"{stage.data} and all that ran there is gone")


@contextmanager
def _photos_being_sent(stage: Stage) -> Iterator[None]:
    """One after the other, until the machine is gone; the moment of each is noted."""
    folder, sent = stage.data / "media" / "cd", list[tuple[float, str]]()
    is_over = threading.Event()
    folder.mkdir(parents=True, exist_ok=True)
    stage.notes["photos"] = sent

    def send() -> None:
        while not is_over.wait(_BETWEEN_PHOTOS):
            name = f"cd{len(sent):062x}.original"
            draft = folder / f".{name}"
            draft.write_text(name, "ascii")
            draft.rename(folder / name)
            sent.append((time.monotonic(), name))

    sending = threading.Thread(target=send, daemon=True)
    sending.start()
    try:
        yield
    finally:
        is_over.set()
        sending.join()


def _settings_in(data: Path) -> list[dict[str, Any]]:
    """All that they say but what is of the machine."""
    found = [tomllib.loads((data / name).read_text("utf-8")) for name in _SETTINGS]
    return [{name: section for name, section in one.items() if name != _OF_THE_MACHINE} for one in found]


def _losses(stage: Stage, kept: set[str]) -> Losses | None:
    """What was on its way when the machine died was answered before: nobody answers until another is there."""
    if "mended" not in stage.notes:
        return None
    struck, photos = stage.notes["lost"], stage.notes["photos"]
    there = {path.name for path in (stage.data / "media" / "cd").glob("*") if path.read_text("ascii") == path.name}
    has_settings = _settings_in(stage.data) == stage.notes["settings"]
    return Losses(
        of_orders(stage.clients.sent, kept, struck, stage.notes["mended"]),
        loss(photos, there, struck),
        NOTHING if has_settings else Loss(round(struck - photos[0][0], 3), 1),
    )


def _desk(stage: Stage) -> Path:
    """Where whoever brings it back begins."""
    return stage.folder / "desk"


def _recover(stage: Stage) -> None:
    ended = stage.haat("runbook", "run", RECOVER_MACHINE.name, f"into={stage.data}", of=_desk(stage))
    stage.notes["mended"] = time.monotonic()
    if ended.returncode:
        raise Unavailable("The procedure did not run.", why=ended.stderr.strip()[-500:])
    stage.reopen()


def _recover_set(stage: Stage) -> None:
    """Only what the newest set has comes back."""
    words = ("backup", "restore", stage.notes["newest"], "--into", str(stage.data))
    first, second, *others = RECOVER_MACHINE.steps
    of_set = second._replace(act=lambda scene: [steps.command(scene.settings.data, *words)])
    desk = _desk(stage)
    scene = Scene(load(desk, {}, {}), RECOVER_MACHINE.read({"into": str(stage.data)}))
    with closing(Journal(running.memory_of(desk))) as journal:
        runner = Runner(journal, running.operations_lock_of(desk), lambda *_: None)
        runner.start(RECOVER_MACHINE._replace(steps=(first, of_set, *others)), scene, "drill", "drill")
    stage.notes["mended"] = time.monotonic()
    stage.reopen()


def _sells(stage: Stage) -> Finding:
    mended = stage.notes["mended"]
    since = sum(one.is_acknowledged and one.began > mended for one in stage.clients.sent)
    return Finding(since > 0, f"{since} orders came since the shop is there again")


def _gone_with_it(stage: Stage) -> tuple[float, float]:
    lost = stage.notes.get("lost", 0.0)
    return lost - _SHIPPED_WITHIN, lost + _SHIPPED_WITHIN


MACHINE_LOST = Drill(
    name="machine-lost",
    purpose="The machine is gone while people buy; from the repository and the key comes a shop that sells.",
    fault=_lose,
    answer=_recover,
    verify=_sells,
    budget=Budget(gap=30.0, failed=2_500, seconds=45.0, proof=3.0, loss=1.0),
    mutations=(
        Mutation("not-replayed", "Only what the newest set has comes back.", _recover_set, breaks=RECOVER_MACHINE.name),
    ),
    procedures=(RECOVER_MACHINE.name,),
    ships=True,
    taken_back=_gone_with_it,
    losses=_losses,
)
