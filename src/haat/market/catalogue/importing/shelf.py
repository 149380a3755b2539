"""A place on disk for records that wait for others of their product, so that a file in any order takes no more memory."""

from __future__ import annotations

import tempfile
from types import TracebackType

from msgspec import msgpack

from haat.market.catalogue.importing.columns import Record

_IN_MEMORY = 1 << 22


class Shelf:
    """Keeps records by handle, in a file that is gone when the shelf is closed."""

    def __init__(self) -> None:
        self._file = tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY)  # noqa: SIM115 (closed with the shelf)
        self._places: dict[str, list[tuple[int, int]]] = {}
        self._encoder = msgpack.Encoder()
        self._decoder = msgpack.Decoder(Record)
        self._end = 0

    def __enter__(self) -> Shelf:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()

    def put(self, handle: str, record: Record) -> None:
        """Keep one more record of a product."""
        kept = self._encoder.encode(record)
        self._file.seek(self._end)
        self._file.write(kept)
        self._places.setdefault(handle, []).append((self._end, len(kept)))
        self._end += len(kept)

    def count(self, handle: str) -> int:
        """How many records of a product are kept."""
        return len(self._places.get(handle, ()))

    def take(self, handle: str) -> list[Record]:
        """The records of a product, in the order in which they came."""
        return [self._read(start, size) for start, size in self._places.pop(handle, [])]

    def _read(self, start: int, size: int) -> Record:
        self._file.seek(start)
        return self._decoder.decode(self._file.read(size))
