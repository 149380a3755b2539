"""What operations remember, opened for one command. It needs neither the shop nor its database."""

from __future__ import annotations

import getpass
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING

from haat.ops import running

if TYPE_CHECKING:
    from haat.cli.command import Call
    from haat.store import Store


@contextmanager
def memory(call: Call) -> Iterator[Store]:
    """The store of ops.db. Raises NotFound where there is no stack."""
    from haat.ops.tables import opened

    with closing(opened(running.memory_of(call.settings.data))) as store:
        yield store


def put_on_record(call: Call, what: str) -> None:
    """That whoever called is about to do this: it stands there before it is done."""
    from haat.ops.operators import acts

    by = acts.Hand(getpass.getuser(), "cli")
    with memory(call) as store:
        store.write(lambda tx: acts.write_down(tx, by, what))
