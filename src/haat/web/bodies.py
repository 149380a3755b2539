"""What a request brings: its query, its body, its form with files."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from tempfile import SpooledTemporaryFile
from typing import IO, Any, NamedTuple

from falcon.errors import HTTPInvalidHeader, MultipartParseError
from falcon.media.multipart import BodyPart, MultipartFormHandler
from falcon.uri import parse_query_string

from haat.kernel.errors import HaatError

MOST_IN_A_BODY = 1_000_000  # bytes, where no files are expected
_MOST_IN_MEMORY = 500_000  # bytes of one upload; a larger one waits on disk
_MOST_PARTS = 2_000  # the form of a listing with a hundred variants has more than a thousand
_CHUNK = 65_536


class TooLarge(HaatError):
    """The request is longer than what is accepted here."""

    code = "too_large"


class NotReadable(HaatError):
    """The request is not in the form that it says it is in, or that is expected here."""

    code = "not_readable"


class WrongType(HaatError):
    """The body is of another type than what is expected here, or does not say which."""

    code = "wrong_type"


class Values:
    """Names with what was given for each, as text. A name may come several times."""

    __slots__ = ("_values",)

    def __init__(self, values: Mapping[str, str | list[str]]) -> None:
        self._values = values

    def get(self, name: str, default: str = "") -> str:
        """The first value under the name."""
        value = self._values.get(name, default)
        return value if isinstance(value, str) else value[0]

    def all(self, name: str) -> list[str]:
        """Every value under the name, in the order they came."""
        value = self._values.get(name, [])
        return [value] if isinstance(value, str) else value

    def first_values(self) -> dict[str, str]:
        """The first value of each name, to show a form again as it was filled in."""
        return {name: self.get(name) for name in self._values}

    def as_dict(self) -> dict[str, str | list[str]]:
        return dict(self._values)

    def __contains__(self, name: object) -> bool:
        return name in self._values

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)


class Upload(NamedTuple):
    """A file that came with a form. `type` is what the browser says, not what is so; `file` is at its start, `size` in bytes."""

    name: str
    type: str
    size: int
    file: IO[bytes]


class Form(Values):
    """What a form says, and the files that came with it."""

    __slots__ = ("_files",)

    def __init__(self, values: Mapping[str, str | list[str]], files: Mapping[str, list[Upload]]) -> None:
        super().__init__(values)
        self._files = files

    def files(self, name: str) -> list[Upload]:
        """The files under the name; a field left empty brings none."""
        return self._files.get(name, [])


def parse_query(text: str) -> Values:
    return Values(_parse_pairs(text))


def read(environ: Mapping[str, Any], most: int = MOST_IN_A_BODY) -> bytes:
    """The whole body. Raises TooLarge."""
    _refuse_if_announced_larger(environ, most)
    body: bytes = environ["wsgi.input"].read(most + 1)
    if len(body) > most:
        raise _too_large(most)
    return body


def parse_form(environ: Mapping[str, Any], *, most: int) -> Form:
    """A form in either of its encodings; with files it may be `most` bytes long."""
    type_ = environ.get("CONTENT_TYPE", "")
    if type_.startswith("multipart/form-data"):
        _refuse_if_announced_larger(environ, most)
        return _parse_multipart(environ["wsgi.input"], type_, most)
    if type_.startswith("application/x-www-form-urlencoded") or not type_:
        return Form(_parse_pairs(read(environ).decode("utf-8", "replace")), {})
    raise NotReadable("This form cannot be read.", why=f"It came as {type_[:80]}.", try_="Send it from the page again.")


def _parse_pairs(text: str) -> dict[str, str | list[str]]:
    pairs: dict[str, str | list[str]] = parse_query_string(text, keep_blank=True, csv=False) if text else {}
    return {_kept(name): _kept_all(value) for name, value in pairs.items()} if "%00" in text or "\0" in text else pairs


def _kept_all(value: str | list[str]) -> str | list[str]:
    return _kept(value) if isinstance(value, str) else [_kept(one) for one in value]


def _kept(text: str) -> str:
    """Without the character that nobody types, and that not every database can keep."""
    return text.replace("\0", "")


def _refuse_if_announced_larger(environ: Mapping[str, Any], most: int) -> None:
    length = environ.get("CONTENT_LENGTH")
    if length and length.isdecimal() and int(length) > most:
        raise _too_large(most)


def _too_large(most: int) -> TooLarge:
    return TooLarge(
        "This is too much at once.", why=f"At most {most // 1000:,} kB are accepted here.", try_="Send less."
    )


class _Bounded:
    """A body that refuses to be longer than it may."""

    def __init__(self, stream: IO[bytes], most: int) -> None:
        self._stream = stream
        self._most = most
        self._left = most

    def read(self, size: int = -1) -> bytes:
        chunk = self._stream.read(min(size, self._left + 1) if size >= 0 else self._left + 1)
        self._left -= len(chunk)
        if self._left < 0:
            raise _too_large(self._most)
        return chunk


def _parse_multipart(stream: IO[bytes], type_: str, most: int) -> Form:
    bounded = _Bounded(stream, most)
    try:
        return _sort(_multipart.deserialize(bounded, type_, most + 1))  # type: ignore[arg-type]
    except (MultipartParseError, HTTPInvalidHeader, UnicodeDecodeError) as error:
        raise NotReadable(
            "This form cannot be read.", why="It was cut off, or it is malformed.", try_="Send it from the page again."
        ) from error


def _new_parser() -> MultipartFormHandler:
    parser = MultipartFormHandler()
    parser.parse_options.max_body_part_count = _MOST_PARTS
    parser.parse_options.max_body_part_buffer_size = MOST_IN_A_BODY
    return parser


_multipart = _new_parser()


def _sort(parts: Iterable[BodyPart]) -> Form:
    values: dict[str, str | list[str]] = {}
    files: dict[str, list[Upload]] = {}
    left = MOST_IN_A_BODY  # for the text of all fields together: files wait on disk, text in memory
    for part in parts:
        if part.filename is None:
            text = part.get_data()
            left -= len(text)
            if left < 0:
                raise _too_large(MOST_IN_A_BODY)
            values.setdefault(part.name or "", []).append(_kept(text.decode("utf-8", "replace")))  # type: ignore[union-attr]
        elif part.filename:
            files.setdefault(part.name or "", []).append(_keep(part))
    return Form(values, files)


def _keep(part: BodyPart) -> Upload:
    file: IO[bytes] = SpooledTemporaryFile(_MOST_IN_MEMORY)  # noqa: SIM115
    while chunk := part.stream.read(_CHUNK):
        file.write(chunk)
    size = file.tell()
    file.seek(0)
    return Upload(part.filename or "", part.content_type, size, file)
