"""Strict reading of what programs send: wrong types and unknown fields are refused by name."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import TypeVar

import msgspec
from msgspec.inspect import Field, FrozenSetType, ListType, SetType, StructType, UnionType, VarTupleType, type_info

from haat.kernel.errors import Invalid
from haat.web.bodies import NotReadable, Values, WrongType
from haat.web.http import Context
from haat.web.routes import File, Input

T = TypeVar("T", bound=Input)

_PLACE = re.compile(r"^(?P<what>.*?)(?: - at `\$?\.?(?P<place>.*)`)?$", re.DOTALL)
_NOTHING = re.compile(rb"(?<!\\)(?:\\\\)*\\u0000")  # as JSON writes it
_NAMED = re.compile(r"field `(?P<name>[^`]*)`$")


def body_reader(takes: type[T]) -> Callable[[Context], T]:
    """A function that reads the body of a request as this. It raises WrongType, NotReadable, TooLarge or Invalid."""
    decoder = msgspec.json.Decoder(takes)

    def read(ctx: Context) -> T:
        _require_type(ctx, ("application/json",))
        if _NOTHING.search(ctx.body):
            raise Invalid(
                "The body cannot be used as it is.", why="The character U+0000 is in it, which cannot be kept."
            )
        try:
            return decoder.decode(ctx.body)
        except msgspec.ValidationError as error:
            raise _invalid("The body cannot be used as it is.", str(error)) from None
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise NotReadable("The body is not JSON.", why=f"{error}.") from None

    return read


def file_reader(takes: File) -> Callable[[Context], bytes]:
    """A function that reads the body of a request as the file that it is. It raises WrongType or TooLarge."""

    def read(ctx: Context) -> bytes:
        _require_type(ctx, takes.types)
        return ctx.read_body(ctx.settings.media.max_size)

    return read


def query_reader(query: type[T]) -> Callable[[Context], T]:
    """A function that reads the query of a request as this. It raises Invalid."""
    fields = _fields(query)
    many = frozenset(field.encode_name for field in fields if _takes_many(field.type))
    names = {field.encode_name: field.name for field in fields}

    def read(ctx: Context) -> T:
        given = _given(ctx.query, many)
        try:
            asked = msgspec.convert(given, query, strict=False)
        except msgspec.ValidationError as error:
            raise _invalid("The query cannot be used as it is.", str(error)) from None
        _refuse_null(asked, {name: names[name] for name in given})
        return asked

    return read


def _fields(query: type[Input]) -> tuple[Field, ...]:
    info = type_info(query)
    assert isinstance(info, StructType)
    return info.fields


def _refuse_null(asked: Input, names: Mapping[str, str]) -> None:
    """The word “null” would be read as nothing, and what is asked for would be left out without a word."""
    nulls = {name: "Leave it out instead." for name, field in names.items() if getattr(asked, field) is None}
    if nulls:
        raise Invalid("The query cannot be used as it is.", fields=nulls, why="In a query null is no value.")


def _require_type(ctx: Context, wanted: Sequence[str]) -> None:
    type_ = ctx.environ.get("CONTENT_TYPE", "").partition(";")[0].strip().lower()
    if type_ not in wanted:
        raise WrongType(
            f"The body must be {' or '.join(wanted)}.",
            why=f"It came as {type_[:80] or 'nothing in particular'}.",
            try_=f"Send it with Content-Type: {wanted[0]}.",
        )


def _given(values: Values, many: frozenset[str]) -> dict[str, str | list[str]]:
    """What was given by name: a list for a field of many, and for any other that came more than once, which is then refused."""
    given = {name: values.all(name) for name in values}
    return {name: all_ if name in many or len(all_) > 1 else all_[0] for name, all_ in given.items()}


def _takes_many(kind: msgspec.inspect.Type) -> bool:
    if isinstance(kind, UnionType):
        return any(_takes_many(part) for part in kind.types)
    return isinstance(kind, ListType | VarTupleType | SetType | FrozenSetType)


def _invalid(what: str, message: str) -> Invalid:
    """msgspec's sentence, told of the field that it is about."""
    match = _PLACE.match(message)
    assert match is not None
    named = _NAMED.search(match["what"])
    place = ".".join(part for part in (match["place"], named and named["name"]) if part)
    return Invalid(what, fields={place: match["what"]} if place else {}, why=f"{message}.")
