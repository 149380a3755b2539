"""Pages and answers, made smaller for the way."""

from __future__ import annotations

import gzip

_LONG = 16_000  # bytes


def packed(content: bytes) -> bytes:
    """In gzip: quickly, and what is long more tightly, for it takes long on the way."""
    return gzip.compress(content, 6 if len(content) > _LONG else 1, mtime=0)
