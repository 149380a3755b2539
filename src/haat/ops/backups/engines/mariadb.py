"""A server of MariaDB: copied by mariadb-backup, followed by its binary logs, and restored as a data folder for a server of its own."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager, closing
from pathlib import Path
from typing import NamedTuple

from haat.config.address import Address
from haat.config.secrets import Secret
from haat.ops import running
from haat.ops.backups.engine import FOR_GOOD, Copied, Finding, started_with
from haat.ops.backups.engines.private import pointed_at, refuse_unreachable
from haat.ops.backups.log import Stretch
from haat.ops.backups.mariadb.asked import Asked
from haat.ops.backups.mariadb.carried import Carried
from haat.ops.backups.mariadb.checked import checked
from haat.ops.backups.mariadb.copying import copied, weighed
from haat.ops.backups.mariadb.follow import Follower, refuse_unless_followed
from haat.ops.backups.mariadb.recover import recover
from haat.ops.backups.mariadb.served import OPTIONS, OWNER, served
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

    def weighed(self) -> int:
        return weighed(self._address)

    def refuse_unreachable(self, folder: Path) -> None:
        refuse_unreachable(OWNER, folder)

    def recover(self, stack: Path, log: Iterable[Stretch], position: str, at: int, *, before_dropped: int = 0) -> None:
        # It writes down the name of what is dropped: nobody else's is taken for it.
        dropped = self.address.database if before_dropped else ""
        recover(stack / self.name, log, position, at, dropped, is_for_good=before_dropped == FOR_GOOD)

    def pointed(self, stack: Path) -> None:
        pointed_at(stack, self.address._replace(host="127.0.0.1", port=self._port, options=()))

    def served(self, stack: Path) -> AbstractContextManager[Address]:
        return served(stack / self.name, self.address.database)

    def sound(self, stack: Path, address: Address, *, thorough: bool = True) -> Finding:
        return checked(address, "--all-databases", *(() if thorough else ("--quick",)))

    def source(self, data: Path) -> Log:
        return Log(self._address, running.folder_of(data) / "binary-log")

    def refuse_unless_followed(self) -> None:
        with closing(Asked(self._address._replace(database=""))) as server:
            refuse_unless_followed(server)

    def let_go(self, data: Path) -> None:
        """Its server keeps its logs for as long as its own settings say."""

    def keeps(self, data: Path) -> int | None:
        return None

    def carrier(self) -> Carried:
        return Carried(self._address)

    def starts(self, folder: Path, port: int) -> str:
        data = folder / self.name
        whereabouts = f"--datadir={data} --socket={data / 'socket'} --bind-address=127.0.0.1 --port={port}"
        as_whom = f" --user={OWNER}" if os.getuid() == 0 else ""
        return f"mariadbd --defaults-file={data / OPTIONS} {whereabouts}{as_whom}"

    def told(self, folder: Path) -> Sequence[str]:
        return [
            f"Its database was ended in order in {folder / self.name}. Start a server on it, for as long as you want it:",
            f"  {self.starts(folder, self._port)}",
            f"`store.url` in {folder / 'haat.toml'} names it, on port {self._port}: the server that the shop runs on is not touched.",
            *started_with(folder),
        ]

    @property
    def _port(self) -> int:
        """Of a server on a copy: beside the one that lives."""
        return self.address.port_or_usual + 1


class Log(NamedTuple):
    """The binary logs of a server; what is read of them comes into a folder first."""

    address: Address
    spool: Path

    def follower(self, vault: Vault) -> Follower:
        return Follower(vault, self.address, _NAME, self.spool)

    def relieve(self) -> None:
        """Its server keeps its logs for as long as its own settings say."""
