"""What can be wrong with a page for those who use it: each check returns sentences, none when all is well."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Page

from tests.journeys.barriers import barriers
from tests.journeys.states import show_on
from tests.support.chromium import SCREENS, THEMES, Window

FIRST_VIEW = 60_000  # bytes on the wire, without pictures

_TOO_WIDE = """() => {
  const width = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth <= width) return [];
  const clips = (node) => node && node !== document.body && (["hidden", "clip", "auto", "scroll"].includes(getComputedStyle(node).overflowX) || clips(node.parentElement));
  return [...document.querySelectorAll("body *")]
    .filter((node) => node.getBoundingClientRect().right > width + 1 && !clips(node.parentElement))
    .map((node) => `${node.tagName.toLowerCase()}.${[...node.classList].join(".")} ends at ${Math.round(node.getBoundingClientRect().right)} of ${width}`)
    .slice(0, 4);
}"""

_STRUCTURE = """() => [
  ...(document.querySelectorAll("h1").length === 1 ? [] : [`it has ${document.querySelectorAll("h1").length} main headings`]),
  ...(document.documentElement.lang ? [] : ["it does not say in which language it is"]),
  ...(document.title.trim() ? [] : ["it has no title"]),
  ...[...document.images].filter((img) => !img.hasAttribute("width") || !img.hasAttribute("height")).map((img) => `a picture without a size shifts the page: ${img.src}`),
  ...[...document.querySelectorAll("[style], [onclick], [onload]")].filter((node) => node !== document.documentElement).map((node) => `style or script stands in the page: ${node.outerHTML.slice(0, 80)}`),
]"""

_WITHOUT_MARK = """() => {
  const look = (node) => {
    const { outlineStyle, outlineWidth, outlineColor, boxShadow, borderColor } = getComputedStyle(node);
    return `${outlineStyle === "none" ? "" : outlineStyle + outlineWidth + outlineColor} ${boxShadow} ${borderColor}`;
  };
  const around = (node) => [node, node.parentElement, node.closest("label"), node.labels?.[0], node.nextElementSibling, node.closest("summary")].filter(Boolean);
  const behind = (node) => { const { outlineStyle, outlineWidth } = getComputedStyle(node, "::after"); return outlineStyle === "none" ? "" : outlineStyle + outlineWidth; };
  const marked = (node) => around(node).map(look).join("|") + behind(node);
  const controls = [...document.querySelectorAll("a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex='0']")]
    .filter((node) => !node.disabled && node.tabIndex >= 0);
  const missing = [];
  for (const node of controls) {
    if (!node.checkVisibility({ visibilityProperty: true })) continue;  // a menu closes when one leaves it
    document.activeElement?.blur();
    const before = marked(node);
    node.focus();
    if (document.activeElement !== node && !node.checkVisibility({ visibilityProperty: true })) continue;  // as soon as one leaves it
    if (document.activeElement !== node) missing.push(`it cannot be reached: ${node.outerHTML.slice(0, 120)}`);
    else if (marked(node) === before) missing.push(`nothing shows that it is chosen: ${node.outerHTML.slice(0, 120)}`);
  }
  return missing;
}"""

_TWICE = """() => {
  const named = (what, name) => [...document.querySelectorAll(what)].map((node) => node.getAttribute(name));
  const twice = (names, seen = new Set()) => names.filter((name) => seen.has(name) || !seen.add(name));
  return [...twice(named("[id]", "id")), ...twice(named("[role=region]", "aria-label"))].map((name) => `two things are called ${name}`);
}"""

_WEIGHT = """() => performance.getEntries()
  .filter((entry) => ["navigation", "resource"].includes(entry.entryType) && !/\\.(webp|png|jpe?g|avif)$/.test(entry.name))
  .reduce((sum, entry) => sum + entry.encodedBodySize, 0)"""


def everything(window: Window) -> list[str]:
    """All that is wrong with the page in a window, however one comes to it."""
    page = window.page
    found = [*flaws(page), *too_heavy(page), *unmarked(page), *barriers_everywhere(page)]
    return [*window.look_for_trouble(), *found]


def barriers_everywhere(page: Page) -> list[str]:
    """On a phone and at a desk, by day and in the dark, where a page is what it is by day but for its colours."""
    found = []
    for screen in SCREENS:
        for theme in THEMES:
            show_on(page, screen, theme)
            found += [
                f"{screen.name}, {theme}: {barrier}" for barrier in barriers(page, of_colour_alone=theme == "dark")
            ]
        found += [f"{screen.name}: {one}" for one in too_wide(page) + too_wide_with_large_text(page)]
    return found


def too_wide(page: Page) -> list[str]:
    """What makes the page scroll sideways."""
    return [f"it scrolls sideways: {found}" for found in _ask(page, _TOO_WIDE)]


def too_wide_with_large_text(page: Page) -> list[str]:
    """The same with text at 200 %."""
    page.evaluate("() => (document.documentElement.style.fontSize = '200%')")
    try:
        return [f"at 200 %, {found}" for found in too_wide(page)]
    finally:
        page.evaluate("() => document.documentElement.removeAttribute('style')")


def flaws(page: Page) -> list[str]:
    """What is wrong with how it is written."""
    return _ask(page, _STRUCTURE)


def wrong_as_a_whole(page: Page) -> list[str]:
    """Of a page that is looked at in parts: what only all of it can show."""
    found = [*flaws(page), *_ask(page, _TWICE)]
    for screen in SCREENS:
        show_on(page, screen, "light")
        found += [f"{screen.name}: {one}" for one in too_wide(page) + too_wide_with_large_text(page)]
    return found


def unmarked(page: Page) -> list[str]:
    """The way by keyboard: first over everything to the content, then to every control, each of which shows it."""
    page.evaluate("() => { document.activeElement?.blur(); getSelection().removeAllRanges(); scrollTo(0, 0); }")
    page.keyboard.press("Tab")
    return _ask(page, _WITHOUT_MARK)


def too_heavy(page: Page) -> list[str]:
    """More on the wire than a first view may be, pictures aside."""
    weight = page.evaluate(_WEIGHT)
    return [f"it weighs {weight} bytes without pictures"] if weight > FIRST_VIEW else []


def _ask(page: Page, question: str) -> list[str]:
    found: list[Any] = page.evaluate(question)
    return [str(one) for one in found]
