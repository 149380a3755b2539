"""Who looks at pages finds what is wrong with them: every kind of fault is planted in a page, and seen where it is and nowhere else."""

from __future__ import annotations

from tests.journeys import looks
from tests.journeys.states import STATES, Tour
from tests.support.chromium import PHONE

_PLANT = """([css, html]) => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(css);
  document.adoptedStyleSheets.push(sheet);
  document.querySelector("main").insertAdjacentHTML("beforeend", html);
  console.error("planted");
}"""
_CSS = """
  @media (max-width: 500px) and (prefers-color-scheme: dark) { .phone-dark { color: rgb(80, 80, 80) } }
  @media (min-width: 800px) and (prefers-color-scheme: light) { .desk-light { color: rgb(190, 190, 190) } }
  .laid-over { position: relative; height: 3rem; color: light-dark(black, white) }
  .laid-over > * { position: absolute; inset: 0 }
  .laid-over > i { background: light-dark(rgb(60, 60, 60), rgb(200, 200, 200)) }
  .faint { opacity: 0.3 }
  .wide { width: 1300px }
  @media (max-width: 500px) { .tiny { font-size: 4px; padding: 0; border: 0; min-height: 0 } }
  .unmarked { display: block; padding: 1rem }
  .unmarked, .unmarked::after { outline: none !important; box-shadow: none !important }
"""
_HTML = """
  <p class="phone-dark">Pale</p>
  <p class="desk-light">Pale</p>
  <div class="laid-over"><i></i><b>Pale</b></div>
  <p class="faint">Pale</p>
  <div class="wide">Wide</div>
  <button class="nameless"></button>
  <input class="unlabelled">
  <img class="unsized" src="/static/icon.svg">
  <button class="tiny">a</button><button class="tiny">b</button>
  <a class="unmarked" href="/">Unmarked</a>
  <h6>Deep</h6>
"""

# Where each is found, as the sentence about it begins.
EVERYWHERE, BY_DAY = ["phone, light", "phone, dark", "desk, light", "desk, dark"], ["phone, light", "desk, light"]
FAULTS = {
    "axe, color-contrast: .phone-dark": ["phone, dark"],
    "axe, color-contrast: .desk-light": ["desk, light"],
    "axe, color-contrast: b —": EVERYWHERE,
    "axe, color-contrast: .faint": EVERYWHERE,
    "axe, target-size: .tiny": ["phone, light"],
    "axe, button-name: .nameless": BY_DAY,
    "axe, label: .unlabelled": BY_DAY,
    "axe, image-alt: .unsized": BY_DAY,
    "axe, heading-order: h6": BY_DAY,
    "it scrolls sideways: div.wide": ["phone", "phone: at 200 %,", "desk", "desk: at 200 %,"],
    "a picture without a size shifts the page": [""],
    'nothing shows that it is chosen: <a class="unmarked"': [""],
    "error in the console": [""],
}


def test_what_is_planted_is_found_where_it_is_and_nowhere_else(tour: Tour) -> None:
    window = tour.visit(STATES[0], PHONE)
    assert looks.everything(window) == []
    window.page.evaluate(_PLANT, [_CSS, _HTML])
    found = looks.everything(window)
    for fault, places in FAULTS.items():
        ahead = {one.partition(fault)[0].strip(" :") for one in found if fault in one}
        assert ahead == set(places), f"{fault}: {found}"
