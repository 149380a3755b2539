from __future__ import annotations

from jinja2 import DictLoader
from markupsafe import Markup

from haat.web.folding import FoldingEnvironment
from haat.web.formats import Formats
from haat.web.templating import environment

UI = "{% macro icon(name) %}<svg>{{ name }}</svg>{% endmacro %}{% macro box() %}<b>{{ caller() }}</b>{% endmacro %}"


def _environment(**pages: str) -> tuple[FoldingEnvironment, list[str]]:
    asked: list[str] = []

    def gettext(message: str, **values: object) -> Markup:
        asked.append(message)
        return Markup(message) % values

    templates = {f"{name}.html": text for name, text in pages.items()} | {"parts/ui.html": UI}
    env = FoldingEnvironment(loader=DictLoader(templates), autoescape=True)
    env.globals.update(_=gettext, gettext=gettext, url_for_static=lambda path: f"/static/{path}")
    return env, asked


def test_a_message_is_looked_up_when_its_page_is_compiled_and_never_again() -> None:
    env, asked = _environment(page='<p>{{ _("Cart") }}</p>')
    pages = [env.get_template("page.html").render() for _ in range(3)]
    assert pages == ["<p>Cart</p>"] * 3
    assert asked == ["Cart"]


def test_a_message_with_a_value_is_made_for_each_page_and_escapes_the_value() -> None:
    env, asked = _environment(page='{{ _("Hello %(name)s", name=name) }}')
    page = env.get_template("page.html")
    assert [page.render(name=name) for name in ("Ada", "<b>")] == ["Hello Ada", "Hello &lt;b&gt;"]
    assert asked == ["Hello %(name)s"] * 2


def test_marks_in_a_message_stay_marks_and_values_beside_it_are_escaped() -> None:
    env, _ = _environment(page='{{ _("a <b>bold</b> word") }}{{ said }}')
    assert env.get_template("page.html").render(said="<i>") == "a <b>bold</b> word&lt;i&gt;"


def test_a_part_with_constant_arguments_is_plain_text_of_the_page() -> None:
    env, _ = _environment(page='{% import "parts/ui.html" as ui %}{{ ui.icon("bell") }}{{ ui.icon(name) }}')
    assert env.get_template("page.html").render(name="cart") == "<svg>bell</svg><svg>cart</svg>"


def test_a_part_that_is_given_a_body_keeps_it() -> None:
    env, _ = _environment(
        page='{% import "parts/ui.html" as ui %}{% call ui.box() %}{{ _("in it") }}{{ x }}{% endcall %}'
    )
    assert env.get_template("page.html").render(x=1) == "<b>in it1</b>"


def test_a_choice_between_two_messages_is_still_a_choice() -> None:
    env, _ = _environment(page='{{ _("My shop") if is_seller else _("Start selling") }}')
    page = env.get_template("page.html")
    assert [page.render(is_seller=is_seller) for is_seller in (True, False)] == ["My shop", "Start selling"]


def test_each_language_has_its_own_words() -> None:
    shared = {"url_for_static": str, "market": {"name": "Haat"}, "languages": []}
    said = [
        environment(language, shared, Formats(language)).from_string('{{ _("Cart") }}').render()
        for language in ("en", "pl", "en")
    ]
    assert said == ["Cart", "Koszyk", "Cart"]
