"""Ids as the real services shape them: a prefix and random letters and digits."""

import secrets
import string
import uuid

_LETTERS = string.ascii_letters + string.digits


def mint(prefix: str, length: int = 24) -> str:
    """Return a new id that begins with `prefix`."""
    return prefix + "".join(secrets.choice(_LETTERS) for _ in range(length))


def mint_uuid() -> str:
    """Return a new UUID as text."""
    return str(uuid.uuid4())
