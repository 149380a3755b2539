"""The one way to the relational database: statements compiled once, reads on the thread's own connection, units of work.

Tables are SQLAlchemy Core and live with their rooms (`tables.py`) on the shared `metadata`; statements are Core objects that are
made once (`queries.py`). SQLAlchemy writes the text, the driver runs it: docs/decisions/0002-relational-access.md says why.
"""

from haat.store.errors import IntegrityError, Uncertain
from haat.store.metadata import Id, metadata
from haat.store.store import Reader, Row, Store, Tx, Work

__all__ = ["Id", "IntegrityError", "Reader", "Row", "Store", "Tx", "Uncertain", "Work", "metadata"]
