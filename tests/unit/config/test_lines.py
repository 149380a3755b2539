"""A message about a setting names the line it stands on."""

from __future__ import annotations

import pytest

from haat.config.lines import lines_of


@pytest.mark.parametrize(
    ("text", "key", "line"),
    [
        ("[web]\nport = 1", "web.port", 2),
        ("[web]\n# port = 0\n\n  port=1", "web.port", 4),
        ("[ web ]\n'port' = 1", "web.port", 2),
        ("web.port = 1", "web.port", 1),
        ("\nweb = { port = 1 }", "web", 2),
        ("[market.taxes]\nDE = '19 %'", "market.taxes", 1),
        ("[market]\ntaxes.DE = '19 %'", "market.taxes", 2),
        ("[media]\nwidths = [\n  320,\n]\nmax_size = '1MB'", "media.max_size", 5),
        ("[market]\r\nname = 'a = b'\r\ntagline = ''", "market.tagline", 3),
        ("port = 1", "port", 1),
    ],
)
def test_a_setting_is_found_however_its_key_is_written(text: str, key: str, line: int) -> None:
    assert lines_of(text)[key] == line
