"""What axe finds on a page, asked in a way that it answers soon.

Two of its questions take it longer than all others together: whether text can be told from what lies behind it, and whether a target is large
enough. Of text it is asked once about what looks alike, on whatever page it stands. How text looks is its colour, its size and weight, and
the colours of what it stands in; where that does not say what lies behind it (there is a picture, something else lies there too, it juts out of
its box, it shines through) axe is always asked. Of targets it is asked about those that are small, or lie under another.
"""

from __future__ import annotations

from typing import Any

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

_RULES = """async (rules) => {
  const chosen = rules.length ? { runOnly: rules } : { rules: { "color-contrast": { enabled: false } } };
  const { violations } = await axe.run(document, { ...chosen, resultTypes: ["violations"], preload: false });
  const said = (node) => node.any.concat(node.all, node.none).map((check) => check.message).join(" ");
  return violations.flatMap(({ id, nodes }) => nodes.map((node) => [id, node.target.join(" "), said(node)]));
}"""

_TARGETS = """async () => {
  const meets = (one, other) => one.left < other.right && one.right > other.left && one.top < other.bottom && one.bottom > other.top;
  const controls = [...document.querySelectorAll("a[href], area, button, input, select, textarea, summary, [role], [tabindex]")]
    .filter((node) => node.checkVisibility({ visibilityProperty: true }))
    .map((node) => [node, node.getBoundingClientRect()]);
  const isUnder = (node, box) => controls.some(([other, its]) => meets(box, its) && !other.contains(node) && !node.contains(other));
  const include = controls.filter(([node, box]) => box.width < 25 || box.height < 25 || isUnder(node, box)).map(([node]) => node);
  if (!include.length) return [];
  const { violations } = await axe.run({ include }, { runOnly: ["target-size"], resultTypes: ["violations"], preload: false });
  const said = (node) => node.any.map((check) => check.message).join(" ");
  return violations.flatMap(({ id, nodes }) => nodes.map((node) => [id, node.target.join(" "), said(node)]));
}"""

_CONTRAST = """async (looks) => {
  const readable = new Set(looks);
  const once = (reckon, reckoned = new Map()) => (node) => reckoned.get(node) ?? reckoned.set(node, reckon(node)).get(node);
  const style = once((node) => getComputedStyle(node));
  const box = once((node) => node.getBoundingClientRect());
  const isOpaque = ({ backgroundColor }) => /^rgb\\(|^\\w+\\([^/]*\\)$/.test(backgroundColor) && !backgroundColor.startsWith("rgba");
  const isClear = ({ backgroundColor }) => /^rgba\\(.*, 0\\)$|\\/ 0\\)$/.test(backgroundColor);
  const isVeiled = ({ opacity, filter, mixBlendMode }) => opacity !== "1" || filter !== "none" || mixBlendMode !== "normal";
  const holds = (outer, inner) =>
    outer.left <= inner.left + 1 && outer.right >= inner.right - 1 && outer.top <= inner.top + 1 && outer.bottom >= inner.bottom - 1;
  const meets = (one, other) => one.left < other.right && one.right > other.left && one.top < other.bottom && one.bottom > other.top;

  const coloursBehind = (node) => {
    const colours = [];
    let seen = box(node);
    for (let at = node; at; at = at.parentElement) {
      const isCanvas = at === document.body || at === document.documentElement;
      if (style(at).backgroundImage !== "none" || (!isClear(style(at)) && !isCanvas && !holds(box(at), seen))) return null;
      if (!isClear(style(at))) colours.push(style(at).backgroundColor);
      if (isOpaque(style(at))) return colours;
      if (style(at).overflow !== "visible" && !isCanvas) seen = box(at);
    }
    return [...colours, style(document.documentElement).colorScheme];
  };

  const nodes = [...document.querySelectorAll("body, body *")].filter((node) => node.checkVisibility({ visibilityProperty: true }));
  const veils = nodes.filter((node) => isVeiled(style(node)));
  const painted = nodes.filter((node) =>
    node.matches("img, svg, video, canvas") || style(node).backgroundImage !== "none" || !isClear(style(node)));
  const look = once((node) => {
    const { color, fontSize, fontWeight, textShadow } = style(node);
    const behind = coloursBehind(node);
    const isPlain = behind && textShadow === "none" && !veils.some((veil) => veil.contains(node)) && (isOpaque(style(node))
      || !painted.some((other) => meets(box(other), box(node)) && !other.contains(node) && !node.contains(other)));
    return isPlain ? [color, fontSize, fontWeight, ...behind].join(" ") : "";
  });

  const speaks = (node) =>
    node.matches("input, select, textarea") || [...node.childNodes].some((child) => child.nodeType === Node.TEXT_NODE && child.data.trim());
  const canBeSeen = ({ width, height, right, bottom }) => (width > 1 || height > 1) && right > 0 && bottom + scrollY > 0;
  const include = nodes.filter((node) => speaks(node) && canBeSeen(box(node)) && !readable.has(look(node)));
  if (!include.length) return { found: [], readable: [] };
  const { violations, passes } = await axe.run(
    { include }, { runOnly: ["color-contrast"], resultTypes: ["violations", "passes"], elementRef: true, preload: false });
  const among = (results) => results.flatMap(({ nodes }) => nodes);
  return {
    found: among(violations).map(({ target, any }) => ["color-contrast", target.join(" "), any.map(({ message }) => message).join(" ")]),
    readable: among(passes).map(({ element }) => look(element)).filter((its) => its),
  };
}"""

_readable: set[str] = set()  # how text looks that axe could read, on whatever page of this run


def barriers(page: Page, *, of_colour_alone: bool = False) -> list[str]:
    """All that it finds, or what can depend on colours. Nothing of it may be there, whatever axe calls minor."""
    if not page.evaluate("() => 'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    if of_colour_alone:
        found = page.evaluate(_RULES, ["link-in-text-block"])
    else:
        found = page.evaluate(_RULES, []) + page.evaluate(_TARGETS)
    return [f"axe, {rule}: {target} — {words}" for rule, target, words in found + _unreadable(page)]


def _unreadable(page: Page) -> list[list[str]]:
    answer: dict[str, Any] = page.evaluate(_CONTRAST, sorted(_readable))
    _readable.update(answer["readable"])
    return list(answer["found"])
