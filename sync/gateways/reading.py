"""Reading what a gateway answered: every field is checked before anything relies on it."""

import re
import unicodedata
from collections.abc import Callable
from datetime import UTC, datetime
from typing import TypeGuard, TypeVar

T = TypeVar("T")

_IDENTITY = re.compile(r"[A-Za-z0-9_-]{1,255}", re.ASCII)
_CURRENCY = re.compile(r"[A-Za-z]{3}", re.ASCII)
_MOST = 10**12
_LAST_SECOND = 253_402_300_799


class ShapeError(Exception):
    """A field is missing from the answer, or something else stands in its place."""


class Fields:
    """One JSON object of an answer; a field that is not what it should be raises ShapeError."""

    def __init__(self, value: object) -> None:
        if not isinstance(value, dict):
            raise ShapeError("an object was expected")
        self._values: dict[str, object] = value

    def identity(self, name: str) -> str:
        """Return an id that is safe in a path, a header and a table."""
        value = self._values.get(name)
        if not is_identity(value):
            raise ShapeError(f"{name} is not an id")
        return value

    def identity_or_none(self, name: str) -> str | None:
        """Return an id, also from the object it was expanded to; None when there is none."""
        value = self._values.get(name)
        value = value.get("id") if isinstance(value, dict) else value
        return value if is_identity(value) else None

    def text(self, name: str) -> str:
        """Return a text as it stands, however long."""
        value = self._values.get(name)
        if not isinstance(value, str):
            raise ShapeError(f"{name} is not a text")
        return value

    def words(self, name: str, limit: int = 80) -> str:
        """Return a text that can be shown to a person; empty when there is none."""
        value = self._values.get(name)
        return plain(value, limit) if isinstance(value, str) else ""

    def flag(self, name: str) -> bool:
        """Return a true or false."""
        value = self._values.get(name)
        if not isinstance(value, bool):
            raise ShapeError(f"{name} is neither true nor false")
        return value

    def amount(self, name: str) -> int:
        """Return an amount of money in minor units; a fraction or a negative amount is refused."""
        value = self._values.get(name)
        if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= _MOST:
            raise ShapeError(f"{name} is not an amount")
        return value

    def currency(self, name: str) -> str:
        """Return an ISO 4217 code in capitals."""
        value = self._values.get(name)
        if not isinstance(value, str) or not _CURRENCY.fullmatch(value):
            raise ShapeError(f"{name} is not a currency")
        return value.upper()

    def moment(self, name: str) -> datetime:
        """Return a time that was given in seconds since 1970."""
        value = self._values.get(name)
        if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= _LAST_SECOND:
            raise ShapeError(f"{name} is not a time")
        return datetime.fromtimestamp(value, UTC)

    def moment_or_none(self, name: str) -> datetime | None:
        """Return a time that was given in ISO 8601, as UTC unless it says otherwise; None when unreadable."""
        try:
            value = datetime.fromisoformat(self.text(name))
            return (value if value.tzinfo else value.replace(tzinfo=UTC)).astimezone(UTC)
        except (ShapeError, ValueError, OverflowError):
            return None

    def part(self, name: str) -> "Fields":
        """Return an object within this one."""
        return Fields(self._values.get(name))

    def part_or_empty(self, name: str) -> "Fields":
        """Return an object within this one; an empty one when there is none."""
        value = self._values.get(name)
        return Fields(value if isinstance(value, dict) else {})

    def each(self, name: str, read: Callable[[object], T]) -> tuple[T, ...]:
        """Return what `read` makes of each member of a list."""
        value = self._values.get(name)
        if not isinstance(value, list):
            raise ShapeError(f"{name} is not a list")
        return tuple(read(member) for member in value)

    def each_or_none(self, name: str, read: Callable[[object], T]) -> tuple[T, ...]:
        """Return what `read` makes of each member of a list; nothing when there is no list."""
        return () if self._values.get(name) is None else self.each(name, read)


def is_identity(value: object) -> TypeGuard[str]:
    """Tell whether this is an id as gateways make them: letters, digits, - and _, at most 255."""
    return isinstance(value, str) and _IDENTITY.fullmatch(value) is not None


def plain(text: str, limit: int) -> str:
    """Return `text` on one line, without control characters, cut to `limit` characters."""
    seen = "".join(" " if unicodedata.category(mark)[0] in "CZ" else mark for mark in text[: limit * 8])
    line = " ".join(seen.split())
    return line if len(line) <= limit else line[: limit - 1].rstrip() + "…"
