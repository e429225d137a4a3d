"""PINs: what one may be, and its hash. Nothing here logs, shows or keeps a PIN.

Hashing and checking take some 60 ms on purpose and belong outside every transaction, off the loop.
"""

from itertools import pairwise

from store.errors import BadInput

SHORTEST, LONGEST = 4, 8
MEMORY = 32 * 1024
"""KiB that one check takes, with PASSES over them: argon2id, more than the least that OWASP asks for
(https://cheatsheetseries.owasp.org/cheatsheets/Password_Storage_Cheat_Sheet.html)."""

PASSES = 3


class Pin(str):
    """A PIN as typed, which not even a crash report shows."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "Pin(…)"


def check(pin: str) -> str:
    """Return a PIN that will do: 4 to 8 digits, neither all the same nor a run. Raises BadInput."""
    if not (pin.isascii() and pin.isdigit() and SHORTEST <= len(pin) <= LONGEST):
        raise BadInput("pin", f"A PIN is {SHORTEST} to {LONGEST} digits. Type another one.")
    if len(set(pin)) == 1:
        raise BadInput("pin", "One digit again and again is guessed first. Choose another PIN.")
    if _runs(pin):
        raise BadInput("pin", "Digits in a row, such as 1234, are guessed first. Choose another PIN.")
    return pin


def hashed(pin: str) -> str:
    """Return the hash to keep of a PIN, with its own salt. Takes its time."""
    from argon2 import PasswordHasher

    return PasswordHasher(time_cost=PASSES, memory_cost=MEMORY, parallelism=1).hash(pin)


def matches(pin: str, kept: str) -> bool:
    """Tell whether `kept` is the hash of `pin`. Takes its time."""
    from argon2 import PasswordHasher
    from argon2.exceptions import Argon2Error, InvalidHashError

    try:
        return PasswordHasher().verify(kept, pin)
    except (Argon2Error, InvalidHashError):
        return False


def _runs(pin: str) -> bool:
    """Tell whether each digit is one more, or one less, than the digit before it; 0 follows 9."""
    steps = {(int(after) - int(before)) % 10 for before, after in pairwise(pin)}
    return steps in ({1}, {9})
