"""Uploads: what is a picture is kept and drawn anew; what only looks like one is refused in words."""

from __future__ import annotations

import io
import os
import struct
import threading
import time
import zipfile
import zlib
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image, ImageCms

from haat.adapters.files import picture
from haat.adapters.files.media import Media
from haat.adapters.files.picture import MOST_PIXELS, measure
from haat.kernel.errors import Invalid, Unavailable

WIDTHS = (32, 64, 128)


@pytest.fixture
def media(tmp_path: Path) -> Media:
    return Media(tmp_path / "media", WIDTHS, 2_000_000)


def encoded(image: Image.Image, format_: str = "PNG", **how: object) -> bytes:
    out = io.BytesIO()
    image.save(out, format_, **how)
    return out.getvalue()


def gradient(width: int = 200, height: int = 100, mode: str = "RGB") -> Image.Image:
    """Red grows to the right, so that turning and mirroring can be seen."""
    line = Image.new("L", (width, 1))
    line.putdata([round(x * 255 / (width - 1)) for x in range(width)])
    red = line.resize((width, height))
    flat = Image.new("L", (width, height), 40)
    return Image.merge("RGB", (red, flat, flat)).convert(mode)


def shown(media: Media, sha: str, width: int) -> Image.Image:
    image = Image.open(media.path(sha, width))
    assert image.format == "WEBP"
    image.load()
    return image


@pytest.mark.parametrize("format_", ["JPEG", "PNG", "WEBP", "GIF", "AVIF"])
def test_every_usual_format_is_kept_in_every_width_with_its_original(media: Media, format_: str) -> None:
    content = encoded(gradient(), format_)
    picture = media.put(content)
    assert (picture.width, picture.height) == (200, 100)
    assert [shown(media, picture.sha, width).size for width in WIDTHS] == [(32, 16), (64, 32), (128, 64)]
    assert media.original(picture.sha).read_bytes() == content
    assert shown(media, picture.sha, 128).getpixel((126, 30))[0] > 200  # type: ignore[index]


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16"])
def test_every_colour_mode_can_be_shown(media: Media, mode: str) -> None:
    image = gradient(mode="L").convert("I;16") if mode == "I;16" else gradient(mode=mode)
    picture = media.put(encoded(image))
    right = shown(media, picture.sha, 128).convert("L").getpixel((126, 30))
    left = shown(media, picture.sha, 128).convert("L").getpixel((2, 30))
    assert isinstance(right, int) and isinstance(left, int)
    assert mode in ("1", "I;16") or right > left


def test_grey_of_sixteen_bits_keeps_its_shades(media: Media) -> None:
    image = Image.new("I;16", (100, 100), 32768)
    picture = media.put(encoded(image))
    assert abs(shown(media, picture.sha, 64).convert("L").getpixel((5, 5)) - 128) < 4  # type: ignore[operator]


def test_what_is_transparent_stays_so(media: Media) -> None:
    image = Image.new("RGBA", (100, 100), (200, 0, 0, 0))
    assert shown(media, media.put(encoded(image)).sha, 64).mode == "RGBA"


def test_a_small_picture_is_never_made_larger(media: Media) -> None:
    picture = media.put(encoded(gradient(60, 50)))
    assert [shown(media, picture.sha, width).size for width in WIDTHS] == [(32, 27), (60, 50), (60, 50)]


def test_a_turned_photo_stands_upright_and_says_so(media: Media) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    picture = media.put(encoded(gradient(), "JPEG", exif=exif))
    assert (picture.width, picture.height) == (100, 200)
    upright = shown(media, picture.sha, 64).convert("RGB")
    assert upright.size == (64, 128)
    assert upright.getpixel((32, 120))[0] > upright.getpixel((32, 5))[0] + 100  # type: ignore[index]


def test_what_is_shown_tells_nothing_of_where_and_when(media: Media) -> None:
    exif = Image.Exif()
    exif[0x010F] = "Secret maker"
    exif.get_ifd(0x8825)[2] = (47.0, 4.0, 0.0)
    content = encoded(gradient(), "JPEG", exif=exif, comment=b"hidden comment", xmp=b"<x:xmpmeta>private</x:xmpmeta>")
    picture = media.put(content)
    for width in WIDTHS:
        raw = media.path(picture.sha, width).read_bytes()
        assert not any(mark in raw for mark in (b"EXIF", b"ICCP", b"XMP ", b"Secret", b"hidden", b"private"))
        assert not shown(media, picture.sha, width).getexif()


def test_colours_of_another_profile_come_out_right(media: Media) -> None:
    lab = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB"))
    content = encoded(Image.new("RGB", (100, 100), (180, 40, 40)), "PNG", icc_profile=lab.tobytes())
    pixel = shown(media, media.put(content).sha, 64).getpixel((5, 5))
    assert all(abs(have - want) < 6 for have, want in zip(pixel, (180, 40, 40), strict=True))  # type: ignore[arg-type]
    nonsense = encoded(gradient(), "PNG", icc_profile=b"no profile at all")
    assert media.put(nonsense).width == 200


def test_of_an_animation_the_first_picture_is_shown(media: Media) -> None:
    first, second = Image.new("RGB", (100, 100), "red"), Image.new("RGB", (100, 100), "blue")
    content = encoded(first, "GIF", save_all=True, append_images=[second])
    picture = media.put(content)
    assert not getattr(shown(media, picture.sha, 64), "is_animated", False)
    assert shown(media, picture.sha, 64).convert("RGB").getpixel((5, 5))[0] > 200  # type: ignore[index]


def zipped() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("a.txt", "x")
    return out.getvalue()


def png_that_claims(width: int, height: int) -> bytes:
    """A PNG whose head promises more than its body holds."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", zlib.compress(b"\0" * 1000)) + chunk(b"IEND", b"")


BAD = {
    "nothing": b"",
    "text": b"this is no picture",
    "svg": b'<svg xmlns="http://www.w3.org/2000/svg" width="500" height="500"><script>1</script></svg>',
    "tiff": encoded(gradient(), "TIFF"),
    "bmp": encoded(gradient(), "BMP"),
    "pdf": encoded(gradient(), "PDF"),
    "tiny": encoded(gradient(49, 200)),
    "bomb": png_that_claims(60_000, 60_000),
    "wide": png_that_claims(20_000, 100),
    "many pixels": png_that_claims(10_000, MOST_PIXELS // 10_000 + 1),
    "broken off": encoded(gradient(), "JPEG")[:-600],
    "empty body": png_that_claims(500, 500),
    "picture and archive": encoded(gradient(), "JPEG") + zipped(),
    "picture and page": encoded(gradient(), "GIF") + b"<HTML><body>",
    "picture and script": encoded(gradient(), "JPEG", comment=b"<?php system($_GET[0]); ?>"),
    "too many bytes": encoded(gradient()) + b"\0" * 2_000_000,
}


@pytest.mark.parametrize("content", BAD.values(), ids=BAD.keys())
def test_what_is_no_picture_is_refused_in_words_and_leaves_nothing(
    media: Media, content: bytes, tmp_path: Path
) -> None:
    with pytest.raises(Invalid) as refused:
        media.put(content)
    assert refused.value.fields["photo"] and refused.value.try_
    assert not list(tmp_path.rglob("*.webp"))


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_damage_anywhere_is_shown_or_refused_and_never_breaks(media: Media, data: st.DataObject) -> None:
    content = bytearray(encoded(gradient(80, 60), data.draw(st.sampled_from(["JPEG", "PNG", "WEBP", "GIF"]))))
    for _ in range(data.draw(st.integers(1, 5))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    try:
        picture = media.put(bytes(content))
    except Invalid:
        return
    assert shown(media, picture.sha, 32)


def test_the_same_picture_is_kept_once_however_many_send_it_at_once(media: Media, tmp_path: Path) -> None:
    content = encoded(gradient())
    threads = [threading.Thread(target=media.put, args=(content,)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len([path for path in tmp_path.rglob("*") if path.is_file()]) == len(WIDTHS) + 1
    shown = media.path(measure(content).sha, 32)
    before = shown.stat().st_ino
    os.utime(shown, (0, 0))
    media.put(content)
    assert shown.stat().st_ino == before
    assert shown.stat().st_mtime > 0  # It is young again: what is old and in no use is thrown away.


def test_a_width_that_is_missing_is_made_when_the_picture_is_sent_again(media: Media) -> None:
    content = encoded(gradient())
    picture = media.put(content)
    media.path(picture.sha, 64).unlink()
    media.put(content)
    assert shown(media, picture.sha, 64).size == (64, 32)


def test_a_folder_that_cannot_be_written_is_said_so(tmp_path: Path) -> None:
    (tmp_path / "media").write_text("a file where the folder should be")
    with pytest.raises(Unavailable) as failed:
        Media(tmp_path / "media", WIDTHS, 2_000_000).put(encoded(gradient()))
    assert str(tmp_path) in failed.value.why


@pytest.mark.parametrize(("small", "together"), [(0, {1}), (picture._SMALL, {1, 2, 3, 4})])
def test_large_pictures_are_drawn_one_after_the_other_and_small_ones_together(
    media: Media, monkeypatch: pytest.MonkeyPatch, small: int, together: set[int]
) -> None:
    monkeypatch.setattr(picture, "_SMALL", small)
    drawing, most, draw = [], [], picture._plain_colours

    def watched(image: Image.Image) -> Image.Image:
        drawing.append(image)
        most.append(len(drawing))
        time.sleep(0.1)
        plain = draw(image)
        drawing.remove(image)
        return plain

    monkeypatch.setattr(picture, "_plain_colours", watched)
    senders = [threading.Thread(target=media.put, args=(encoded(gradient(100 + n)),)) for n in range(4)]
    for sender in senders:
        sender.start()
    for sender in senders:
        sender.join()
    assert set(most) == together
