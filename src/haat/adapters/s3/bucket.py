"""A bucket on a server that speaks S3: what it is asked is asked again while that can help, and what is in the way is told in words."""

from __future__ import annotations

import hashlib
import os
import random
import ssl
import time
from collections.abc import Callable, Iterator, Mapping
from functools import cached_property
from threading import Event, Lock
from typing import Any, NamedTuple, TypeVar

from botocore import exceptions
from botocore.config import Config
from botocore.session import Session
from urllib3.exceptions import HTTPError, NameResolutionError

from haat.adapters.s3 import words
from haat.config.secrets import Secret
from haat.kernel.errors import Conflict, HaatError, NotFound, Unavailable

AT_ONCE = 16  # requests
T = TypeVar("T")


class Place(NamedTuple):
    """Whose bucket it is, and who asks. Without an endpoint it is one of Amazon's."""

    bucket: str
    endpoint: str
    region: str
    has_path_style: bool
    access_key: Secret
    secret_key: Secret


class Patience(NamedTuple):
    """How long a server is waited for, in seconds. The pause doubles from one try to the next; none is begun when `in_all` is over."""

    connect: float = 5.0
    answer: float = 20.0
    tries: int = 5
    pause: float = 0.2
    in_all: float = 45.0


class NotKnown(Unavailable):
    """The server has no such thing."""

    temporary = False


class Bucket:
    """May be asked by several threads at once. Every method raises Unavailable. Once `stop` is set nothing is waited for, and asked again once at most."""

    def __init__(self, place: Place, patience: Patience, stop: Event) -> None:
        self._place = place
        self._patience = patience
        self._stop = stop
        self._making = Lock()

    def ask(self, operation: str, **given: Any) -> Mapping[str, Any]:
        """Returns the answer. Raises NotFound, Conflict where a condition does not hold, and NotKnown."""
        return self._again(lambda: self._call(operation, given))

    def read(self, key: str, **which: str) -> bytes:
        """The whole content, as it was when it was put as far as the server can deliver it so. Raises NotFound."""
        for _ in self._tries():
            content, sha256 = self._again(lambda: self._read(key, which))
            if sha256 in ("", hashlib.sha256(content).hexdigest()):
                break
        return content  # Whoever sealed it finds what is wrong with it, and says so better.

    def _call(self, operation: str, given: Mapping[str, Any]) -> Mapping[str, Any]:
        answer: Mapping[str, Any] = getattr(self._client, operation)(Bucket=self._place.bucket, **given)
        return answer

    def _read(self, key: str, which: Mapping[str, str]) -> tuple[bytes, str]:
        answer = self._call("get_object", {"Key": key, **which})
        try:
            with answer["Body"] as body:
                return body.read(), answer.get("Metadata", {}).get("sha256", "")
        except HTTPError as error:  # The client leaves some as they are.
            raise exceptions.ResponseStreamingError(error=error) from error

    def _again(self, do: Callable[[], T]) -> T:
        for is_last in self._tries():
            try:
                return do()
            except (exceptions.BotoCoreError, exceptions.ClientError) as error:
                if is_last or self._stop.is_set() or not _may_pass(error):
                    raise self._told(error) from error
        raise AssertionError("There is always a last try.")

    def _tries(self) -> Iterator[bool]:
        """Each says whether it is the last one."""
        until = time.monotonic() + self._patience.in_all
        for number in range(1, self._patience.tries):
            is_last = time.monotonic() > until
            yield is_last
            if is_last:
                return
            pause = self._patience.pause * 2 ** (number - 1) * random.uniform(0.5, 1.5)  # noqa: S311 - not a secret
            self._stop.wait(pause)
        yield True

    @property
    def _client(self) -> Any:
        with self._making:
            return self._made

    @cached_property
    def _made(self) -> Any:
        session = Session()
        # The settings of the stack say everything: what this machine's user has set up for other programs is not read.
        session.set_config_variable("config_file", os.devnull)
        session.set_config_variable("credentials_file", os.devnull)
        session.set_config_variable("ignore_configured_endpoint_urls", True)
        session.session_var_map["profile"] = (None, None, None, None)
        place, patience = self._place, self._patience
        config = Config(
            signature_version="s3v4",
            s3={
                "addressing_style": "path" if place.has_path_style else "virtual",
                "payload_signing_enabled": True,  # The server compares the content with what was signed.
            },
            connect_timeout=patience.connect,
            read_timeout=patience.answer,
            retries={"total_max_attempts": 1},
            max_pool_connections=2 * AT_ONCE,
            tcp_keepalive=True,
            # Newer sums are not known everywhere: ours are the signed one, and the MD5 that is given with each content.
            request_checksum_calculation="when_required",
            response_checksum_validation="when_required",
        )
        return session.create_client(
            "s3",
            region_name=place.region,
            endpoint_url=place.endpoint or None,
            verify=ssl.get_default_verify_paths().cafile or True,
            aws_access_key_id=place.access_key.reveal(),
            aws_secret_access_key=place.secret_key.reveal(),
            config=config,
        )

    def _told(self, error: exceptions.BotoCoreError | exceptions.ClientError) -> HaatError:
        what = f"The bucket “{self._place.bucket}” cannot be used."
        if isinstance(error, exceptions.ClientError):
            code, status, message = _said(error)
            if code in ("NoSuchKey", "NoSuchVersion", "NoSuchUpload", "404"):
                return NotFound(f"It is not in the bucket “{self._place.bucket}”.")
            if status == 412 or code == "ConditionalRequestConflict":
                return Conflict(f"Something else is in the bucket “{self._place.bucket}” already.", why=message)
            if status == 501:
                return NotKnown(what, why="The server does not know what it was asked.", try_="Choose another server.")
            return Unavailable(what, **words.of_answer(code, status, message, error.operation_name))
        return Unavailable(what, **self._of_wire(error))

    def _of_wire(self, error: exceptions.BotoCoreError) -> words.Words:
        cause = error.kwargs.get("error")
        if _is_of_a_stranger(error):
            return words.of_tls(f"{cause}")
        if isinstance(error, exceptions.ConnectTimeoutError):
            return words.of_silence(self._patience.connect)
        if isinstance(error, exceptions.ReadTimeoutError):
            return words.of_silence(self._patience.answer)
        if isinstance(cause, NameResolutionError):
            return words.of_name(self._where)
        return words.of_cut(self._where, f"{cause or error}".rpartition("): ")[2])

    @property
    def _where(self) -> str:
        return self._place.endpoint or f"Amazon’s server for “{self._place.region}”"


_PASSING = {
    "BadDigest",
    "IncompleteBody",
    "OperationAborted",
    "RequestTimeout",
    "SlowDown",
    "XAmzContentSHA256Mismatch",
}


_STRANGE = ("CERTIFICATE_VERIFY_FAILED", "WRONG_VERSION_NUMBER")


def _may_pass(error: Exception) -> bool:
    """Whether it may go well another time."""
    if isinstance(error, exceptions.ClientError):
        code, status, _ = _said(error)
        return code in _PASSING or status in (408, 429) or (status >= 500 and status != 501)
    return not isinstance(error, exceptions.ParamValidationError) and not _is_of_a_stranger(error)


def _is_of_a_stranger(error: Exception) -> bool:
    """Whether it is about who is there, or what it speaks: what breaks off once TLS was agreed on is an error of TLS too."""
    return isinstance(error, exceptions.SSLError) and any(word in str(error) for word in _STRANGE)


def _said(error: exceptions.ClientError) -> tuple[str, int, str]:
    said = error.response.get("Error", {})
    return said.get("Code", ""), error.response["ResponseMetadata"]["HTTPStatusCode"], said.get("Message", "")
