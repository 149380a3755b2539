"""The one way to the relational database: statements compiled once, reads on the thread's own connection, units of work.

Tables are SQLAlchemy Core and live with their rooms (`tables.py`) on the shared `metadata`; statements are Core objects that are
made once (`queries.py`). SQLAlchemy writes the text, the driver runs it: docs/decisions/0002-relational-access.md says why.
"""

from typing import TYPE_CHECKING

from haat.store.errors import IntegrityError, Uncertain

__all__ = ["IntegrityError", "Reader", "Row", "Store", "Tx", "Uncertain", "Work"]

if TYPE_CHECKING:
    from haat.store.store import Reader, Row, Store, Tx, Work
else:

    def __getattr__(name):
        """Loaded when it is first asked for: who only asks a driver how the database is, as `haat health` does, needs no SQLAlchemy."""
        from importlib import import_module

        if name not in __all__:
            raise AttributeError(name)
        return getattr(import_module("haat.store.store"), name)
