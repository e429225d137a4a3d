"""Identities that are minted here: ULIDs, and the short code that a client reads out on the phone."""

import secrets
import time
from collections.abc import Callable

CODE_ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
"""No 0/O, 1/I/L or U: nothing that can be misread or misheard into another code, and no easy words."""

_CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def new_id() -> str:
    """Return a new ULID: 48 bits of milliseconds, 80 random bits (https://github.com/ulid/spec)."""
    number = (time.time_ns() // 1_000_000) << 80 | secrets.randbits(80)
    return "".join(_CROCKFORD[(number >> shift) & 31] for shift in range(125, -5, -5))


def new_code(taken: Callable[[str], bool]) -> str:
    """Return a short code such as `K7Q-42M` for which `taken` is False."""
    while True:
        letters = "".join(secrets.choice(CODE_ALPHABET) for _ in range(6))
        code = f"{letters[:3]}-{letters[3:]}"
        if not taken(code):
            return code
