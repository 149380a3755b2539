"""What all requests to the console share. Everything is opened when it is first asked for, so that a fork opens its own."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from ipaddress import ip_network
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from haat import __version__
from haat.config.schema import Settings
from haat.console import words
from haat.console.backups import newest
from haat.console.checkup import Checkup
from haat.console.glance import Glance
from haat.console.memory import Memory, remembered
from haat.console.rooms import ROOMS
from haat.console.samples import Samples
from haat.console.workshop import Workshop
from haat.ops import running
from haat.ops.attendance import Attendance, attendance
from haat.ops.procedure.journal import Journal
from haat.ops.procedure.scene import PicturesInUse
from haat.ops.tables import opened
from haat.store import Store
from haat.web import assets
from haat.web.assets import Assets

_FOLDER = Path(__file__).parent


class Desk:
    """One stack, as its operators see it."""

    def __init__(self, settings: Settings, pictures_in_use: PicturesInUse) -> None:
        self.settings = settings
        self.trusted_proxies = tuple(ip_network(network) for network in settings.web.trusted_proxies)
        self.workshop = Workshop(settings, pictures_in_use)
        self.samples = Samples(settings)
        self.checkup = Checkup(settings)
        self.backups = Glance(lambda: newest(settings))

    @cached_property
    def memory(self) -> Memory:
        """What operations remember."""
        return remembered(running.memory_of(self.settings.data))

    @cached_property
    def store(self) -> Store:
        """That of ops.db."""
        return opened(self.memory.file)

    @cached_property
    def journal(self) -> Journal:
        return Journal(self.memory.file)

    @property
    def attendance(self) -> Attendance:
        """Whether somebody is at a run now, here or anywhere else on this machine."""
        return attendance(self.settings.data)

    @property
    def drills(self) -> Path:
        """Where the records of drills are."""
        return self.settings.data / "drills"

    @property
    def logs(self) -> Path:
        """Where the parts of the stack write what they do."""
        return self.settings.data / "logs"

    @cached_property
    def assets(self) -> Assets:
        """The console's own files, and the scales that it shares with the shop."""
        return Assets(assets.files_of(_FOLDER / "static") | {"tokens.css": assets.FOLDER / "css" / "tokens.css"})

    def render(self, template: str, values: Mapping[str, Any]) -> str:
        return self._templates.get_template(template).render(values)

    def open(self) -> None:
        """Read what every page needs, before anybody asks."""
        _ = self.assets.version
        for name in self._templates.list_templates():
            self._templates.get_template(name)
        self.samples.begin()

    def close(self) -> None:
        """Wait for the runs that are under way, and close what was opened."""
        self.samples.end()
        self.workshop.finish()
        for name in ("journal", "store"):
            if name in self.__dict__:
                self.__dict__.pop(name).close()
        if "memory" in self.__dict__:
            self.__dict__.pop("memory").close()

    @cached_property
    def _templates(self) -> Environment:
        env = Environment(
            loader=FileSystemLoader(_FOLDER / "templates"),
            autoescape=True,
            undefined=StrictUndefined,
            auto_reload=False,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        env.globals.update(
            url_for_static=self.assets.url,
            rooms=ROOMS,
            market=self.settings.market.name,
            data=self.settings.data,
            version=__version__,
        )
        env.filters.update(
            when=words.when,
            ago=words.ago,
            age=words.age,
            span=words.span,
            id=words.id_,
            bytes=words.bytes_,
            with_commands=words.with_commands,
            with_code=words.with_code,
        )
        return env
