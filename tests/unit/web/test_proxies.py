"""What proxies say counts only where the settings name them."""

from __future__ import annotations

from ipaddress import ip_network

import pytest

from haat.web.proxies import client_address, own_origin

OURS = (ip_network("10.0.0.0/8"), ip_network("fd00::/8"))


@pytest.mark.parametrize(
    ("remote", "forwarded", "address"),
    [
        ("203.0.113.7", None, "203.0.113.7"),
        ("203.0.113.7", "198.51.100.1", "203.0.113.7"),
        ("10.0.0.1", "198.51.100.1", "198.51.100.1"),
        ("10.0.0.1", "1.2.3.4, 198.51.100.1, 10.0.0.2", "198.51.100.1"),
        ("fd00::1", "2001:db8::7", "2001:db8::7"),
        ("10.0.0.1", "10.0.0.3", "10.0.0.3"),
        ("10.0.0.1", "<script>", "10.0.0.1"),
        ("10.0.0.1", "<script>, 10.0.0.2", "10.0.0.2"),
        ("", "198.51.100.1", ""),
    ],
)
def test_the_client_is_the_nearest_who_is_no_proxy_of_ours(remote: str, forwarded: str | None, address: str) -> None:
    environ = {"REMOTE_ADDR": remote} | ({"HTTP_X_FORWARDED_FOR": forwarded} if forwarded else {})
    assert client_address(environ, OURS) == address


def test_without_proxies_nobody_is_believed() -> None:
    assert client_address({"REMOTE_ADDR": "10.0.0.1", "HTTP_X_FORWARDED_FOR": "1.2.3.4"}, ()) == "10.0.0.1"


def test_a_proxy_of_ours_says_how_the_visitor_came() -> None:
    environ = {"wsgi.url_scheme": "http", "HTTP_HOST": "shop.test", "HTTP_X_FORWARDED_PROTO": "https"}
    assert own_origin(environ | {"REMOTE_ADDR": "10.0.0.1"}, "", OURS) == "https://shop.test"
    assert own_origin(environ | {"REMOTE_ADDR": "203.0.113.7"}, "", OURS) == "http://shop.test"
    assert own_origin(environ | {"REMOTE_ADDR": "203.0.113.7"}, "https://m.example", OURS) == "https://m.example"
