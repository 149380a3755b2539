"""Uploaded pictures: what they are is found out by decoding them, and what is shown is always drawn anew.

Browsers only ever get what `render` has made: of the original nothing but its pixels is in it, no metadata and no second meaning.
"""

from __future__ import annotations

import io
import threading
import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from hashlib import sha256

from PIL import Image, ImageCms, ImageOps

from haat.kernel.errors import Invalid
from haat.market.catalogue.photos import Picture

MOST_PIXELS = 50_000_000
LEAST_SIDE = 50
LONGEST_SIDE = 16_000

_FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "AVIF")
_QUALITY = 80
_ORIENTATION = 0x0112  # the EXIF tag; from 5 on width and height change places
_ACTIVE = (b"<script", b"<?php", b"<html", b"<!doctype", b"<svg")
_SMALL = 4_000_000  # pixels; some 50 MB while it is drawn, and so several at a time
_one_at_a_time = threading.Lock()  # the largest picture takes hundreds of megabytes
_SRGB = ImageCms.createProfile("sRGB")


def measure(content: bytes) -> Picture:
    """What the picture is. Raises Invalid for what is none, or none that can be shown; cheap, and so only the head is sure."""
    _refuse_double_meaning(content)
    with _opened(content) as image:
        _refuse_sizes(image)
        width, height = image.size
        if image.getexif().get(_ORIENTATION, 1) >= 5:
            width, height = height, width
    return Picture(sha256(content).hexdigest(), width, height)


def render(content: bytes, widths: Sequence[int]) -> Mapping[int, bytes]:
    """The picture as WebP in each width, upright, in sRGB, without metadata. It is never made larger: a small one is in all the same.

    Raises Invalid as `measure` does, and for one that breaks off.
    """
    with _opened(content) as image, _room_for(image):
        _refuse_sizes(image)
        # A JPEG can be decoded at a fraction of its size, which saves most of the time and the memory.
        image.draft(None, (2 * max(widths), 2 * max(widths)))
        image.load()
        upright = _plain_colours(ImageOps.exif_transpose(image))
        return {width: _encoded(upright, width) for width in widths}


@contextmanager
def _opened(content: bytes) -> Iterator[Image.Image]:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of pictures that are too large, which is said in our own words
            with Image.open(io.BytesIO(content), formats=_FORMATS) as image:
                yield image
    except Invalid:
        raise
    except Image.DecompressionBombError:
        raise _too_large() from None
    except Exception as error:
        # Decoders fail on broken files in any way they like.
        raise _invalid("It is not a JPEG, PNG, WebP, GIF or AVIF, or it is damaged.") from error


def _room_for(image: Image.Image) -> AbstractContextManager[object]:
    """Where it is large, that no other large one is drawn meanwhile. The drawing lets go of the interpreter: small ones use all cores."""
    return _one_at_a_time if image.width * image.height > _SMALL else nullcontext()


def _refuse_sizes(image: Image.Image) -> None:
    width, height = image.size
    if width * height > MOST_PIXELS or max(width, height) > LONGEST_SIDE:
        raise _too_large()
    if min(width, height) < LEAST_SIDE:
        raise _invalid(f"It is {width} by {height} pixels; {LEAST_SIDE} by {LEAST_SIDE} is the least.")


def _refuse_double_meaning(content: bytes) -> None:
    """A picture that is a page, a script or an archive as well is nobody's holiday photo."""
    lower = content.lower()
    if any(mark in lower for mark in _ACTIVE) or b"%pdf-" in lower[:1024] or b"PK\5\6" in content[-66_000:]:
        raise _invalid("It holds something that is not a picture.")


def _plain_colours(image: Image.Image) -> Image.Image:
    """RGB or RGBA in sRGB, and nothing beside the pixels."""
    profile = image.info.get("icc_profile")
    if image.mode.startswith("I"):  # 16 bits of grey
        image = image.convert("I").point(lambda value: value / 256).convert("L")
    if profile and image.mode in ("RGB", "RGBA", "CMYK", "L"):
        image = _in_srgb(image, profile)
    has_alpha = "A" in image.getbands() or "transparency" in image.info
    plain = image.convert("RGBA" if has_alpha else "RGB")
    plain.info.clear()
    return plain


def _in_srgb(image: Image.Image, profile: bytes) -> Image.Image:
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        mode = "RGBA" if image.mode == "RGBA" else "RGB"
        converted = ImageCms.profileToProfile(image, source, _SRGB, outputMode=mode)
    except (ImageCms.PyCMSError, OSError):
        return image  # a profile that says nothing sensible is as none
    return converted if converted is not None else image


def _encoded(image: Image.Image, width: int) -> bytes:
    if image.width > width:
        height = max(1, round(image.height * width / image.width))
        image = image.resize((width, height), Image.Resampling.LANCZOS, reducing_gap=3.0)
    out = io.BytesIO()
    image.save(out, "WEBP", quality=_QUALITY, method=4)
    return out.getvalue()


def _too_large() -> Invalid:
    return _invalid(f"It has more than {MOST_PIXELS // 1_000_000} million pixels.")


def _invalid(why: str) -> Invalid:
    return Invalid(
        "This picture cannot be used.",
        fields={"photo": why},
        why=why,
        try_="Send a JPEG, PNG, WebP, GIF or AVIF as it comes from the camera.",
    )
