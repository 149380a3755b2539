"""A server of MariaDB: copied by mariadb-backup, followed by its binary logs, and restored as a data folder for a server of its own."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import NamedTuple

from haat.config.address import Address
from haat.config.secrets import Secret
from haat.ops import running
from haat.ops.backups.engine import Copied, Finding
from haat.ops.backups.log import Stretch
from haat.ops.backups.mariadb.copying import copied
from haat.ops.backups.mariadb.follow import Follower
from haat.ops.backups.mariadb.recover import recover
from haat.ops.backups.mariadb.served import OPTIONS, served
from haat.ops.backups.mariadb.tools import Failed, login, run
from haat.ops.backups.vault import Vault

_NAME = "mariadb"


class MariaDB:
    """The whole server is in a set: its users, and the databases that it has beside the shop's."""

    name = _NAME

    def __init__(self, address: Address) -> None:
        self._address = address
        self.address = address._replace(password=Secret(""))

    def copied(self, scratch: Path) -> AbstractContextManager[Copied]:
        return copied(self._address, self.name, scratch)

    def recover(self, stack: Path, log: Iterable[Stretch], position: str, at: int) -> None:
        recover(stack / self.name, log, position, at)

    def served(self, stack: Path) -> AbstractContextManager[Address]:
        return served(stack / self.name, self.address.database)

    def sound(self, stack: Path, address: Address) -> Finding:
        with login(address) as options:
            try:
                said = run("mariadb-check", f"--defaults-file={options}", "--all-databases", "--silent")
            except Failed as error:
                said = error.said
        return Finding(not said, said.strip()[-300:] or "every table of the server is sound")

    def source(self, data: Path) -> Log:
        return Log(self._address, running.folder_of(data) / "binary-log")

    def told(self, folder: Path) -> Sequence[str]:
        data = folder / self.name
        return [
            f"Its database is the data folder {data}, which a server of MariaDB of its own has to serve. For instance:",
            "",
            f"  chown -R mysql: {data}",
            f"  mariadbd --defaults-file={data / OPTIONS} --datadir={data} --user=mysql --port=3307 --socket={data}/socket",
            "",
            f"`store.url` in {folder / 'haat.toml'} still names the server of the shop that was copied: write that of the new one",
            f"there. Then start the shop with `haat up --data {folder}`.",
        ]


class Log(NamedTuple):
    """The binary logs of a server; what is read of them comes into a folder first."""

    address: Address
    spool: Path

    def follower(self, vault: Vault) -> Follower:
        return Follower(vault, self.address, _NAME, self.spool)
