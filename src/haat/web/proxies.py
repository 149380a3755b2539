"""Who stands between the visitor and us: what proxies say counts only where the settings name them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from ipaddress import IPv4Network, IPv6Network, ip_address
from typing import Any, TypeAlias

Networks: TypeAlias = Sequence[IPv4Network | IPv6Network]


def client_address(environ: Mapping[str, Any], trusted: Networks) -> str:
    """The nearest address that is no proxy of ours."""
    address: str = environ.get("REMOTE_ADDR", "")
    forwarded = environ.get("HTTP_X_FORWARDED_FOR")
    if not forwarded or not _is_trusted(address, trusted):
        return address
    for hop in reversed([part.strip() for part in forwarded.split(",")]):
        if not _is_address(hop):
            return address
        address = hop
        if not _is_trusted(hop, trusted):
            return address
    return address


def own_origin(environ: Mapping[str, Any], public_url: str, trusted: Networks) -> str:
    """Scheme and host of the shop as the visitor typed them."""
    if public_url:
        return public_url
    scheme = environ["wsgi.url_scheme"]
    if trusted and _is_trusted(environ.get("REMOTE_ADDR", ""), trusted):
        scheme = environ.get("HTTP_X_FORWARDED_PROTO", scheme)
    return f"{scheme}://{environ.get('HTTP_HOST', '')}"


def _is_trusted(address: str, trusted: Networks) -> bool:
    return bool(trusted) and _is_address(address) and any(ip_address(address) in network for network in trusted)


def _is_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True
