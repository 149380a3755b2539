"""A repository in a bucket of S3; see `haat.ops.backups.shelf.Shelf`."""

from __future__ import annotations

import base64
import hashlib
from collections import deque
from collections.abc import Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from threading import BoundedSemaphore, Event, Lock
from typing import Any

from haat.adapters.s3.bucket import AT_ONCE, Bucket, NotKnown, Patience, Place
from haat.kernel import clock
from haat.kernel.clock import HOUR
from haat.kernel.errors import Conflict, HaatError, NotFound
from haat.ops.backups.shelf import NotKept, Version

_PART = 16 << 20  # bytes
_LARGE = 2 * _PART
_SURELY_DEAD = HOUR
_FOLDERS = ("pieces/", "sets/", "proofs/", "log/")  # What a repository drafts. A bucket may be others' too.


class S3Shelf:
    """An object is there whole or not at all, and outlives anything once the server has answered. Drafts are on their way while others are made. Once
    `stop` is set, a server that does not answer is hardly waited for.
    """

    def __init__(
        self,
        place: Place,
        prefix: str,
        patience: Patience = Patience(),  # noqa: B008 - it never changes
        large: int = _LARGE,
        stop: Event | None = None,
    ) -> None:
        self._name = f"s3://{place.bucket}/{prefix}".rstrip("/")
        self._prefix = f"{prefix}/" if prefix else ""
        self._bucket = Bucket(place, patience, stop or Event())
        self._large = large
        self._pool = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="s3")
        self._room = BoundedSemaphore(AT_ONCE)
        self._drafts: deque[Future[None]] = deque()
        self._lock = Lock()

    def put(self, name: str, content: bytes) -> None:
        if len(content) > self._large:
            self._put_in_parts(name, content)
        else:
            self._put(name, content)

    def put_first(self, name: str, content: bytes) -> None:
        if self._found(name) is not None:
            raise self._taken(name)
        try:
            self._put(name, content, IfNoneMatch="*")
        except NotKnown:
            self._put(name, content)
        except Conflict:
            pass  # It may be our own, the answer to which was lost.
        # A server that does not know the condition lets the later of two have it.
        if self._found(name) != content:
            raise self._taken(name)

    def draft(self, name: str, content: bytes) -> None:
        self._tell_of_failures()
        self._room.acquire()
        draft = self._pool.submit(self._put_draft, name, content)
        with self._lock:
            self._drafts.append(draft)

    def settle(self) -> None:
        with self._lock:
            drafts, self._drafts = self._drafts, deque()
        for draft in drafts:
            draft.result()

    def sweep(self) -> None:
        until = clock.now() - _SURELY_DEAD
        with suppress(NotKnown, NotFound):  # So some say that there is none.
            found = self._bucket.ask("list_multipart_uploads", Prefix=self._prefix).get("Uploads", ())
            for one in found:
                is_ours = one["Key"].removeprefix(self._prefix).startswith(_FOLDERS)
                if is_ours and int(one["Initiated"].timestamp() * 1000) < until:
                    self._abort(one["Key"], one["UploadId"])

    def get(self, name: str) -> bytes:
        try:
            return self._bucket.read(self._prefix + name)
        except NotFound as error:
            raise NotFound(f"“{name}” is not in {self}.") from error

    def names(self, prefix: str) -> Iterator[tuple[str, int]]:
        more: dict[str, str] = {}
        while True:
            page = self._bucket.ask("list_objects_v2", Prefix=self._prefix + prefix, **more)
            for one in page.get("Contents", ()):
                yield one["Key"].removeprefix(self._prefix), one["Size"]
            if not page.get("IsTruncated"):
                return
            more = {"ContinuationToken": page["NextContinuationToken"]}

    def remove(self, name: str) -> None:
        with suppress(NotFound):
            self._bucket.ask("delete_object", Key=self._prefix + name)

    def versions(self, prefix: str) -> Iterator[Version]:
        done, more = "", dict[str, str]()
        while True:
            page = self._asked_for_versions(prefix, more)
            found = [one for one in self._in_order(page) if one.name > done]
            if not page.get("IsTruncated") or not found:
                yield from found
                return
            # Not every server finds its way back into the middle of a name, or past it: the last one of a page is asked for again.
            whole = [one for one in found if one.name != found[-1].name]
            yield from whole or found
            if whole:
                done = whole[-1].name
                more = {"KeyMarker": self._prefix + done}
            else:
                more = {"KeyMarker": page["NextKeyMarker"], "VersionIdMarker": page["NextVersionIdMarker"]}

    def get_version(self, version: Version) -> bytes:
        try:
            return self._bucket.read(self._prefix + version.name, VersionId=version.id)
        except NotFound as error:
            raise NotFound(f"A version of “{version.name}” is not in {self} any more.") from error

    def __str__(self) -> str:
        return self._name

    def _asked_for_versions(self, prefix: str, more: Mapping[str, str]) -> Mapping[str, Any]:
        try:
            return self._bucket.ask("list_object_versions", Prefix=self._prefix + prefix, **more)
        except NotKnown as error:
            raise NotKept(
                f"There are no older versions in {self}.",
                why="The server keeps none.",
                try_="A new set stores again what is damaged, and so mends older ones: `haat backup take`.",
            ) from error

    def _in_order(self, page: Mapping[str, Any]) -> list[Version]:
        """Of one page: servers list what was put and what was removed apart, and some know no parts of a second."""
        kinds = ((one, kind) for kind in ("DeleteMarkers", "Versions") for one in page.get(kind, ()))
        found = sorted(
            kinds, key=lambda one: (one[0]["Key"], not one[0]["IsLatest"], -one[0]["LastModified"].timestamp())
        )
        return [
            Version(
                one["Key"].removeprefix(self._prefix),
                one["VersionId"],
                int(one["LastModified"].timestamp() * 1000),
                kind == "DeleteMarkers",
            )
            for one, kind in found
        ]

    def _put(self, name: str, content: bytes, **condition: str) -> None:
        self._bucket.ask(
            "put_object",
            Key=self._prefix + name,
            Body=content,
            ContentMD5=_md5(content),
            Metadata=_metadata(content),
            **condition,
        )

    def _put_in_parts(self, name: str, content: bytes) -> None:
        key = self._prefix + name
        upload = self._bucket.ask("create_multipart_upload", Key=key, Metadata=_metadata(content))["UploadId"]
        try:
            starts = range(0, len(content), _PART)
            parts = [self._put_part(key, upload, n, content[at : at + _PART]) for n, at in enumerate(starts, 1)]
            self._complete(name, upload, parts, content)
        except BaseException:
            with suppress(HaatError):
                self._abort(key, upload)
            raise

    def _put_part(self, key: str, upload: str, number: int, content: bytes) -> dict[str, Any]:
        which = {"Key": key, "UploadId": upload, "PartNumber": number}
        answer = self._bucket.ask("upload_part", **which, Body=content, ContentMD5=_md5(content))
        return {"PartNumber": number, "ETag": answer["ETag"]}

    def _complete(self, name: str, upload: str, parts: list[dict[str, Any]], content: bytes) -> None:
        which = {"Key": self._prefix + name, "UploadId": upload}
        try:
            self._bucket.ask("complete_multipart_upload", **which, MultipartUpload={"Parts": parts})
        except NotFound:  # It was completed, when the answer to that was lost.
            if self.get(name) != content:
                raise

    def _abort(self, key: str, upload: str) -> None:
        with suppress(NotFound):
            self._bucket.ask("abort_multipart_upload", Key=key, UploadId=upload)

    def _put_draft(self, name: str, content: bytes) -> None:
        try:
            self.put(name, content)
        finally:
            self._room.release()

    def _tell_of_failures(self) -> None:
        """Nobody goes on drafting for long where nothing arrives."""
        with self._lock:
            while self._drafts and self._drafts[0].done():
                self._drafts.popleft().result()

    def _found(self, name: str) -> bytes | None:
        try:
            return self.get(name)
        except NotFound:
            return None

    def _taken(self, name: str) -> Conflict:
        return Conflict(f"“{name}” is in {self} already.", why="Somebody else was there first.")


def _md5(content: bytes) -> str:
    return base64.b64encode(hashlib.md5(content, usedforsecurity=False).digest()).decode()


def _metadata(content: bytes) -> dict[str, str]:
    """It comes back with the content, and is compared with it then."""
    return {"sha256": hashlib.sha256(content).hexdigest()}
