"""Keeps the secrets of an Apprise URL out of everything that others say about it.

Server answers and Apprise's log may repeat a user, a password, a token or a path; they pass through here before
they become part of an error, a screen or a log line.
"""

import re
from collections.abc import Iterator
from urllib.parse import quote, unquote

MASK = "****"
LONGEST = 300
OPEN_KEYS = frozenset(
    {"to", ":to", "from", "name", "reply", "cc", "bcc", "smtp", "mode", "inline", "verify", "cto", "rto"}
)
"""Parts of a URL's query that hold no secret."""


def masked(text: str, url: str, shown: tuple[str, ...] = ()) -> str:
    """Return `text` on one line, shortened to 300 characters, without any secret of `url`.

    `shown` are the parts of the URL that may stay readable: the address that the message goes to.
    """
    secrets = {form for part in _private_parts(url) for form in (part, unquote(part), quote(unquote(part), safe=""))}
    for secret in sorted(secrets - set(shown), key=len, reverse=True):
        pattern = re.escape(secret) if len(secret) > 3 else rf"(?<!\w){re.escape(secret)}(?!\w)"
        text = re.sub(pattern, MASK, text)
    line = " ".join("".join(char if char.isprintable() else " " for char in text).split())
    return line if len(line) <= LONGEST else line[: LONGEST - 1] + "…"


def _private_parts(url: str) -> Iterator[str]:
    place, _, query = url.partition("://")[2].partition("?")
    credentials, _, place = place.rpartition("@")
    yield from filter(None, (*re.split("[:/@]", credentials), credentials.partition(":")[2]))
    host, *path = place.split("/")
    name = host.partition(":")[0]
    if name and "." not in name and name != "localhost":
        yield name
    yield from (segment for segment in path if len(segment) > 3)
    for pair in query.split("&"):
        key, _, value = pair.partition("=")
        if key.lower() not in OPEN_KEYS and len(value) > 3:
            yield value
