"""How the console writes: commands lead to the page that does the same, and nothing is taken for HTML."""

from __future__ import annotations

import pytest
from markupsafe import escape

from haat.console.words import age, ago, bytes_, with_code, with_commands
from haat.kernel import clock


@pytest.mark.parametrize(
    ("command", "to"),
    [
        ("haat runbook run end-session session=4711", "/runbook/end-session?session=4711"),
        ("haat runbook run end-session session=N", "/runbook/end-session"),
        ("haat runbook run upkeep-database", "/runbook/upkeep-database"),
        ("haat logs read --since 15m", "/logs"),
        ("haat database sessions", "/database/sessions"),
        ("haat ps", "/services"),
        ("haat maintenance list", "/maintenance"),
        ("haat pause show", "/maintenance"),
    ],
)
def test_a_command_leads_to_its_page(command: str, to: str) -> None:
    assert with_commands(f"So: `{command}`.") == f'So: <a href="{to}"><code>{command}</code></a>.'


def test_what_has_no_page_is_set_as_a_command_and_no_more() -> None:
    assert with_commands("`haat up` starts it") == "<code>haat up</code> starts it"


def test_within_a_link_a_command_is_set_as_one_and_leads_nowhere() -> None:
    assert with_code("So: `haat ps` < x") == "So: <code>haat ps</code> &lt; x"


@pytest.mark.parametrize(
    "text", ["<b>", "`<b>`", 'x `haat logs "<script>` y', "`haat runbook run end-session session=<b>`"]
)
def test_nothing_is_taken_for_html(text: str) -> None:
    assert "<b>" not in with_commands(text)
    assert "<script" not in with_commands(text)
    assert str(escape("<b>")) in with_commands("<b>`haat ps`<b>")


@pytest.mark.parametrize(
    ("ms", "said"),
    [(0, "less than 1 s"), (150, "less than 1 s"), (1000, "1 s"), (1400, "2 s"), (59_000, "59 s"), (90_000, "2 min")],
)
def test_what_goes_on_is_told_in_whole_seconds_and_never_as_less_than_it_is(ms: int, said: str) -> None:
    assert age(ms) == said


def test_what_was_a_moment_ago_was_just_now() -> None:
    assert ago(clock.now()) == "just now"
    assert ago(clock.now() - 5_000) in ("5 s ago", "6 s ago")


@pytest.mark.parametrize(
    ("count", "said"),
    [
        (0, "nothing"),
        (620, "620 bytes"),
        (2_900, "3 kB"),
        (999_000, "999 kB"),
        (8_700_000, "8.7 MB"),
        (3e9, "3.0 GB"),
    ],
)
def test_a_size_is_told_in_a_unit_in_which_it_is_something(count: float, said: str) -> None:
    assert bytes_(count) == said
