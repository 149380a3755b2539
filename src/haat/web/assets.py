"""The files of the pages, and where these and photos are: both are named by their content, so browsers keep them for good."""

from __future__ import annotations

import gzip
from collections.abc import Mapping
from functools import cache, cached_property
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

from rjsmin import jsmin

from haat.web.shorter import style_sheet

FOLDER = Path(__file__).parent / "static"
_PLAIN_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
}
_PACKED_TYPES = {".webp": "image/webp", ".png": "image/png", ".jpg": "image/jpeg", ".ico": "image/x-icon"}
_TYPES = _PLAIN_TYPES | _PACKED_TYPES
_SHORTER = {".css": style_sheet, ".js": jsmin}


class Asset(NamedTuple):
    """A file of the pages, ready to be sent."""

    type: str
    plain: bytes
    packed: bytes | None


def files_of(folder: Path) -> dict[str, Path]:
    """The files below a folder that pages load, by their names from there."""
    files = (path for path in sorted(folder.rglob("*")) if path.suffix in _TYPES)
    return {path.relative_to(folder).as_posix(): path for path in files}


class Assets:
    """All files of the pages, in memory: they are few and small. Style sheets and modules are without the comments and spaces that only
    their authors need. One hash over all of them is part of their address, so that files which name each other (a style sheet its
    icons, a module another) stay of one version."""

    def __init__(self, files: Mapping[str, Path]) -> None:
        self._files = files

    @cached_property
    def all(self) -> Mapping[str, Asset]:
        return {name: _asset(path) for name, path in self._files.items()}

    @cached_property
    def version(self) -> str:
        content = sha256()
        for name, asset in self.all.items():
            content.update(f"{name}\0{len(asset.plain)}\0".encode())
            content.update(asset.plain)
        return content.hexdigest()[:12]

    def url(self, name: str) -> str:
        """The address of a file of the pages. Raises KeyError when there is none of this name."""
        if name not in self.all:
            raise KeyError(f"there is no static file “{name}”")
        return f"/static/{self.version}/{name}"


def photo_url(sha: str, width: int) -> str:
    """Where a photo is, in one of the widths it was resized to."""
    return f"/media/{sha[:2]}/{sha}-{width}.webp"


@cache
def _asset(path: Path) -> Asset:
    content = _content(path)
    packed = gzip.compress(content, 9, mtime=0) if path.suffix in _PLAIN_TYPES and len(content) >= 1024 else None
    return Asset(_TYPES[path.suffix], content, packed)


def _content(path: Path) -> bytes:
    shorter = _SHORTER.get(path.suffix)
    return shorter(path.read_text("utf-8")).encode() if shorter else path.read_bytes()
