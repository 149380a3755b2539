"""SVG to WebP, through Chromium."""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.sync_api import sync_playwright


class Darkroom:
    """Turns SVG into WebP files; one browser for many pictures."""

    def __init__(self, browser: Any) -> None:
        self._browser = browser

    def develop(self, svg: str, target: Path, *, quality: int = 90, most: int | None = None) -> int:
        """Write the picture and return its size in bytes; `most` lowers the quality until it fits."""
        picture = Image.open(io.BytesIO(self._pixels(svg))).convert("RGB")
        while True:
            buffer = io.BytesIO()
            picture.save(buffer, "WEBP", quality=quality, method=6)
            if most is None or buffer.tell() <= most or quality <= 50:
                break
            quality -= 3
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(buffer.getvalue())
        return buffer.tell()

    def _pixels(self, svg: str) -> bytes:
        page = self._browser.new_page(viewport=_size(svg))
        try:
            page.set_content(f"<style>*{{margin:0}}svg{{display:block}}</style>{svg}")
            return bytes(page.screenshot(type="png"))
        finally:
            page.close()


@contextmanager
def darkroom(chromium: str = "/usr/bin/chromium") -> Iterator[Darkroom]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        try:
            yield Darkroom(browser)
        finally:
            browser.close()


def _size(svg: str) -> Any:
    head = svg[: svg.index(">")]
    return {name: int(head.split(f' {name}="')[1].split('"')[0]) for name in ("width", "height")}
