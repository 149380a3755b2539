"""What is kept in a repository is compressed, sealed with the repository's key, and named by what it is.

A piece of content is kept once, however many sets it belongs to. Its name is a keyed hash, so names tell nobody which known content is in a
repository; it is sealed together with its name, so that none can be put in the place of another. Sealing is AES-256-GCM (NIST SP 800-38D)
with random nonces of 96 bits, the keys are derived by HKDF-SHA-256 (RFC 5869) from a key file, or by scrypt (RFC 7914) from a passphrase.
"""

from __future__ import annotations

import hashlib
import hmac
import os
from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

from haat.kernel.errors import HaatError, NotFound, Refused
from haat.ops.backups.shelf import Shelf

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

PIECES = "pieces/"
_FORMAT = b"\x01"
_NONCE = 12  # bytes
_KEY = 32  # bytes
_RAW, _ZSTD = b"\x00", b"\x01"
_LEVEL = 3
HEADER = "repository"
_KIND = b"haat repository "
_MAGIC = _KIND + b"1\n"
_SALT = 16  # bytes


class Damaged(HaatError):
    """What is in a repository is not what was put there."""

    code = "damaged"
    name = ""  # under which it is kept, where it is one thing


class Key:
    """The secret of a repository: the content of a key file, or a passphrase. It shows nowhere."""

    __slots__ = ("_is_passphrase", "_secret")

    def __init__(self, secret: bytes, *, is_passphrase: bool = False) -> None:
        self._secret = secret
        self._is_passphrase = is_passphrase

    def derive(self, salt: bytes) -> Keys:
        """The keys of the repository that has this salt."""
        from cryptography.hazmat.primitives.hashes import SHA256
        from cryptography.hazmat.primitives.kdf.hkdf import HKDF

        secret = self._secret
        if self._is_passphrase:
            secret = hashlib.scrypt(secret, salt=salt, n=1 << 15, r=8, p=1, maxmem=64 << 20, dklen=32)
        keys = HKDF(SHA256(), 3 * _KEY, salt, b"haat repository").derive(secret)
        return Keys(keys[:_KEY], keys[_KEY : 2 * _KEY], keys[2 * _KEY :])


class Keys(NamedTuple):
    """Keys of 32 bytes: to seal with, to name with, and to know the right key by."""

    sealing: bytes
    naming: bytes
    proof: bytes


class Vault:
    """A repository that is open: contents go in and come out as they were, or the reason why they do not."""

    def __init__(self, shelf: Shelf, keys: Keys) -> None:
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        self.shelf = shelf
        self._seal: AESGCM = AESGCM(keys.sealing)
        self._naming = keys.naming

    def name_of(self, content: bytes) -> str:
        """The name under which a piece is kept: pieces/ab/abcd…"""
        digest = hmac.digest(self._naming, content, "sha256").hex()
        return f"{PIECES}{digest[:2]}/{digest}"

    def put(self, name: str, content: bytes) -> None:
        """Keep it under this name."""
        self.shelf.put(name, self._sealed(name, content))

    def put_first(self, name: str, content: bytes) -> None:
        """The same, where nothing is kept under this name. Raises Conflict."""
        self.shelf.put_first(name, self._sealed(name, content))

    def draft(self, name: str, content: bytes) -> int:
        """Get it ready to be kept under this name by the next `settle`; returns how many bytes that takes."""
        sealed = self._sealed(name, content)
        self.shelf.draft(name, sealed)
        return len(sealed)

    def get(self, name: str) -> bytes:
        """What was put under this name. Raises NotFound and Damaged."""
        try:
            sealed = self.shelf.get(name)
        except NotFound as error:
            raise NotFound(
                f"“{name}” is missing in the repository {self.shelf}.",
                why="It was there once; a disk lost it, or somebody removed it.",
                try_="`haat backup verify` names every set that needs it. Restore another one, and take a new one now.",
            ) from error
        return self.unsealed(name, sealed)

    def unsealed(self, name: str, sealed: bytes) -> bytes:
        """What was sealed to be kept under this name. Raises Damaged."""
        from cryptography.exceptions import InvalidTag

        if sealed[:1] != _FORMAT:
            raise _damaged(name, "It is of a format that this Haat does not know, or its first byte was changed.")
        try:
            packed = self._seal.decrypt(sealed[1 : 1 + _NONCE], sealed[1 + _NONCE :], name.encode())
        except (InvalidTag, ValueError) as error:
            raise _damaged(name, "It was changed, or cut off, after it was written.") from error
        return _unpacked(packed)

    def _sealed(self, name: str, content: bytes) -> bytes:
        nonce = os.urandom(_NONCE)
        return _FORMAT + nonce + self._seal.encrypt(nonce, _packed(content), name.encode())


def create(shelf: Shelf, key: Key) -> Vault:
    """Make a repository on an empty shelf. Raises Conflict where somebody else was quicker."""
    salt = os.urandom(_SALT)
    keys = key.derive(salt)
    shelf.put_first(HEADER, _MAGIC + salt + keys.proof)
    return Vault(shelf, keys)


def open_vault(shelf: Shelf, key: Key) -> Vault:
    """Raises NotFound where there is no repository, Refused when this is not its key, Damaged."""
    return unlocked(shelf, key, shelf.get(HEADER))


def unlocked(shelf: Shelf, key: Key, header: bytes) -> Vault:
    """The repository whose first file says this. Raises Refused when this is not its key, Damaged."""
    if header.startswith(_KIND) and not header.startswith(_MAGIC):
        version = header.removeprefix(_KIND).partition(b"\n")[0].decode("ascii", "replace")
        raise Refused(
            f"The repository in {shelf} is of another Haat.",
            why=f"It is of version {version}, and this Haat knows version 1.",
            try_="Use the Haat that made it.",
        )
    if not header.startswith(_MAGIC):
        raise _damaged(HEADER, "It does not begin like a repository of this Haat.")
    salt, proof = header[len(_MAGIC) :][:_SALT], header[len(_MAGIC) + _SALT :]
    keys = key.derive(salt)
    if not hmac.compare_digest(proof, keys.proof):
        raise Refused(
            f"The repository in {shelf} does not open.",
            why="The key is not the one that it was made with, or its first file was changed.",
            try_="Give the key file, or the passphrase, that was in force when the first backup was taken there.",
        )
    return Vault(shelf, keys)


def _packed(content: bytes) -> bytes:
    import zstandard

    packed = zstandard.ZstdCompressor(_LEVEL).compress(content)
    return _ZSTD + packed if len(packed) < len(content) else _RAW + content


def _unpacked(packed: bytes) -> bytes:
    import zstandard

    unpack: Callable[[bytes], bytes] = bytes if packed[:1] == _RAW else zstandard.ZstdDecompressor().decompress
    return unpack(packed[1:])


def _damaged(name: str, why: str) -> Damaged:
    error = Damaged(
        f"“{name}” in the repository cannot be trusted.",
        why=why,
        try_="`haat backup verify` names every set that needs it. Restore another one, and take a new one now.",
    )
    error.name = name
    return error
