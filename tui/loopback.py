"""Short HTTP calls to the sandbox on this machine, past any proxy that the machine has."""

import json
from typing import Any

SECONDS = 5.0


def post_json(url: str, document: dict[str, Any]) -> None:
    """Post a JSON document. Raises OSError when nobody answers or the answer is an error."""
    _open(url, json.dumps(document).encode(), "application/json")


def post_form(url: str, fields: dict[str, str]) -> None:
    """Post a form as a browser would, and follow where it leads. Raises OSError."""
    from urllib.parse import urlencode

    _open(url, urlencode(fields).encode(), "application/x-www-form-urlencoded")


def get(url: str) -> str:
    """Return a page. Raises OSError."""
    return _open(url)


def _open(url: str, body: bytes | None = None, kind: str = "") -> str:
    from urllib.request import ProxyHandler, Request, build_opener

    request = Request(url, body, {"Content-Type": kind} if kind else {})  # noqa: S310 - always the sandbox's own address
    with build_opener(ProxyHandler({})).open(request, timeout=SECONDS) as answer:
        return str(answer.read().decode())
