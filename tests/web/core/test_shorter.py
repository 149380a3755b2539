"""Style sheets mean the same without the spaces of their authors."""

from __future__ import annotations

import pytest

from haat.web.shorter import style_sheet


@pytest.mark.parametrize(
    ("written", "sent"),
    [
        ("a { color: red; margin: 0 1px; }\n", "a{color:red;margin:0 1px}"),
        ("/* why */ a /* and */ b { color: red }", "a b{color:red}"),
        ("@layer parts, pages;\n@layer parts { a { top: 0; } }", "@layer parts,pages;@layer parts{a{top:0}}"),
        ("p :is(a, b) > i { top: 0 }", "p :is(a,b)>i{top:0}"),
        ("a { width: calc(100% - 2 * var(--x)); }", "a{width:calc(100% - 2 * var(--x))}"),
        ("@media (min-width: 48rem) and ( print ) { a { top: 0; } }", "@media (min-width:48rem) and (print){a{top:0}}"),
        ('a::before { content: "/* ; } a  b"; }', 'a::before{content:"/* ; } a  b"}'),
        (r"a::before { content: '\' ; }'; }", r"a::before{content:'\' ; }'}"),
        ('a { background: url("../img/a b.webp") 50% / cover; }', 'a{background:url("../img/a b.webp") 50% / cover}'),
        ("a { --empty: ; top: 0; }", "a{--empty:;top:0}"),
        ("a { & > b { top: 0; } }", "a{&>b{top:0}}"),
        ("a { top: 0 !important; ; }", "a{top:0 !important}"),
    ],
)
def test_only_what_says_something_is_sent(written: str, sent: str) -> None:
    assert style_sheet(written) == sent


def test_what_is_short_stays_as_it_is() -> None:
    short = style_sheet("p :is(a, b) + i { width: calc(1px + 2px); content: ' ; '; } @media print { a { top: 0; } }")
    assert style_sheet(short) == short
