"""Secrets that we hand out: 256 random bits, of which we keep only a hash.

Nobody can guess so many bits, so a fast hash is enough: who reads the database learns nothing that opens an account.
"""

from __future__ import annotations

import hashlib
import secrets


def new_secret() -> str:
    """43 characters that are safe in a cookie and in an address."""
    return secrets.token_urlsafe(32)


def hashed(secret: str) -> bytes:
    """What we keep of it: 32 bytes."""
    return hashlib.sha256(secret.encode()).digest()
