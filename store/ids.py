"""Identities that are minted here: ULIDs, and the short code that a client reads out on the phone."""

import secrets
import threading
import time
from collections.abc import Callable, Iterator

CODE_ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
"""No 0/O, 1/I/L or U: nothing that can be misread or misheard into another code, and no easy words."""

CODE_LENGTH = 6

_CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_PAIRS = [first + second for first in _CROCKFORD for second in _CROCKFORD]
_chance = secrets.SystemRandom()
_minting = threading.Lock()


def new_id() -> str:
    """Return a new ULID: 48 bits of milliseconds, 80 random bits (https://github.com/ulid/spec).

    Those of one process sort in the order they were made: within a millisecond, or when the clock is set back, each
    is one more than the last, as the specification's “Monotonicity” says.
    """
    with _minting:
        number = next(_numbers)
    return _text(number)


def later_id(than: str) -> str:
    """Return a ULID that sorts after `than`, for where the clock may have been set back."""
    number = 0
    for letter in than:
        number = number * 32 + _CROCKFORD.index(letter)
    return _text(((number >> 80) + 1) << 80 | secrets.randbits(80))


def new_code(taken: Callable[[str], bool]) -> str:
    """Return a short code such as `K7Q-42M` for which `taken` is False."""
    while True:
        letters = "".join(_chance.choices(CODE_ALPHABET, k=CODE_LENGTH))
        code = f"{letters[:3]}-{letters[3:]}"
        if not taken(code):
            return code


def _text(number: int) -> str:
    return "".join([_PAIRS[(number >> shift) & 1023] for shift in range(120, -10, -10)])


def _ever_larger() -> Iterator[int]:
    last = 0
    while True:
        millisecond = time.time_ns() // 1_000_000
        last = millisecond << 80 | secrets.randbits(80) if millisecond > last >> 80 else last + 1
        yield last


_numbers = _ever_larger()
