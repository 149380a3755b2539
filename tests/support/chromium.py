"""A real browser: Chromium, driven by Playwright, and the windows that people have open in it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, Request, sync_playwright

NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")  # the first has no windows to draw

_ARGUMENTS = (
    "--no-sandbox",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-sync",
    "--no-first-run",
    "--no-pings",
)
_PATIENCE = 20_000  # ms; a machine that tests something else at the same time is slow, not wrong


class Screen(NamedTuple):
    """What a window is shown on."""

    name: str
    width: int
    height: int
    has_touch: bool


PHONE = Screen("phone", 390, 844, has_touch=True)
DESK = Screen("desk", 1280, 800, has_touch=False)
SCREENS = (PHONE, DESK)
THEMES = ("light", "dark")


def find() -> str | None:
    """The Chromium of this machine, or None."""
    return next((path for name in NAMES if (path := shutil.which(name))), None)


def need() -> str:
    """The same; skips the test where there is none."""
    path = find()
    if path is None:
        pytest.skip(f"There is no Chromium here: none of {', '.join(NAMES)} is installed.")
    return path


@contextmanager
def chromium(path: str) -> Iterator[Browser]:
    """One browser without a window, for as long as this lasts."""
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=path, args=list(_ARGUMENTS))
        try:
            yield browser
        finally:
            browser.close()


class Window:
    """A window of its own: nobody else's cookies. What goes wrong in it is kept in `troubles`, until somebody looks.

    Troubles are what no page of ours may cause: errors and warnings in the console (which is where a broken content security policy
    shows), exceptions of scripts, and requests to other hosts.
    """

    def __init__(
        self, browser: Browser, url: str, screen: Screen = DESK, *, has_scripts: bool = True, theme: str = "light"
    ) -> None:
        self.url = url
        self.screen = screen
        self.has_scripts = has_scripts
        self.troubles: list[str] = []
        self._context = browser.new_context(
            base_url=url,
            viewport={"width": screen.width, "height": screen.height},
            has_touch=screen.has_touch,
            is_mobile=screen.has_touch,
            java_script_enabled=has_scripts,
            color_scheme=theme,  # type: ignore[arg-type]
            reduced_motion="reduce",
            locale="en-GB",
        )
        self._context.set_default_timeout(_PATIENCE)
        self.page: Page = self._context.new_page()
        self.page.on("console", self._on_console)
        self.page.on("pageerror", lambda error: self.troubles.append(f"a script fails: {error}"))
        self.page.on("request", self._on_request)

    def open(self, path: str) -> Page:
        """Go to a page of the shop, or to a whole address."""
        self.page.goto(path)
        return self.page

    @property
    def path(self) -> str:
        """Where the window is."""
        return urlsplit(self.page.url).path

    def send(self, path: str, **fields: str) -> None:
        """Send a form without showing it, with the window's cookies."""
        answer = self._context.request.post(path, form=dict(fields), headers={"Origin": self.url}, max_redirects=0)
        assert answer.status == 303, f"POST {path}: {answer.status}"

    def forget_cookies(self) -> None:
        self._context.clear_cookies()

    def cookies(self) -> list[dict[str, Any]]:
        return [dict(cookie) for cookie in self._context.cookies()]

    def take_cookies(self, cookies: Sequence[dict[str, Any]]) -> None:
        self._context.add_cookies(cookies)  # type: ignore[arg-type]

    def look_for_trouble(self) -> list[str]:
        """What went wrong since somebody last looked."""
        found, self.troubles = self.troubles, []
        return found

    def close(self) -> None:
        self._context.close()

    def _on_console(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning") and not self._is_of_the_page_itself(message):
            self.troubles.append(f"{message.type} in the console of {self.page.url}: {message.text}")

    def _is_of_the_page_itself(self, message: ConsoleMessage) -> bool:
        """Chromium writes down every answer that is not a success, even of the page that it then shows: a form with errors, a page not found."""
        is_answer = message.text.startswith("Failed to load resource")
        return is_answer and message.location.get("url") == self._last_page

    def _on_request(self, request: Request) -> None:
        if request.is_navigation_request():
            self._last_page = request.url
        if request.url.startswith(("data:", "blob:")):
            return
        if urlsplit(request.url).netloc != urlsplit(self.url).netloc:
            self.troubles.append(f"{self.page.url} asks another host: {request.url}")

    _last_page = ""
