"""Web addresses as they are written: which are whole, and which lead no further than this machine.

A browser, a phone and Python read a crooked address in different ways, and who made it counts on that. So nothing is
repaired here: ASCII letters only (an international name stands in its `xn--` form), no user before the host, no
backslash, no blank or control character, a host of plain letters, digits, dots and hyphens.
"""

import re
from urllib.parse import SplitResult, urlsplit

LONGEST = 2000
_NAME = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?<!-)(\.(?!-)[a-z0-9_-]{1,63}(?<!-))*", re.ASCII)
_V6 = re.compile(r"[0-9a-f:.]+", re.ASCII)


def web_parts(url: str) -> SplitResult | None:
    """Return the parts of an http or https address; None when it is none that everybody reads in the same way."""
    if not 0 < len(url) <= LONGEST or not url.isascii() or not url.isprintable():
        return None
    if any(bad in url for bad in ' \\"<>^`{|}'):
        return None
    try:
        parts = urlsplit(url)
        usable = parts.scheme in {"http", "https"} and "@" not in parts.netloc and parts.port != 0
    except ValueError:
        return None
    host = parts.hostname or ""
    shape = _V6 if "[" in parts.netloc else _NAME
    return parts if usable and shape.fullmatch(host) else None


def is_loopback(host: str) -> bool:
    """Tell whether `host` is this machine, by its own name or a loopback address written in full.

    `127.1`, `2130706433` and `0.0.0.0` are not: what they mean depends on who reads them.
    """
    if host == "localhost":
        return True
    from ipaddress import ip_address

    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def fit_for_clients(url: str) -> str:
    """Return a payment link that a client may be shown, as it stands: https, or on this machine; else nothing.

    On whose host it lies was checked when it was recorded (`sync.gateways.addresses`); this is for each time it is
    read again.
    """
    parts = web_parts(url)
    if parts is None:
        return ""
    return url if parts.scheme == "https" or is_loopback(parts.hostname or "") else ""
