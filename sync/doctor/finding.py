"""What one check found, and how long a check may take."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Literal

from sync.couriers.background import beside

State = Literal["ok", "warning", "problem"]

LIMIT = 7.0
"""Seconds for one check; all of them run at once."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What was looked at, how it is, and what to do where that is not well."""

    name: str
    state: State
    text: str
    what_to_do: str = ""


def ok(name: str, text: str) -> Finding:
    """Say that all is well."""
    return Finding(name, "ok", text)


def warning(name: str, text: str, what_to_do: str) -> Finding:
    """Say what is not as it should be, though everything works."""
    return Finding(name, "warning", text, what_to_do)


def problem(name: str, text: str, what_to_do: str) -> Finding:
    """Say what does not work, or will not for long."""
    return Finding(name, "problem", text, what_to_do)


async def limited(
    name: str, check: Awaitable[list[Finding]], seconds: float = LIMIT, *, late: Finding | None = None
) -> list[Finding]:
    """Return what a check found; one that takes too long (then `late`), or stumbles, is a finding of its own."""
    try:
        async with asyncio.timeout(seconds):
            return await check
    except TimeoutError:
        slow = problem(name, f"No answer within {seconds:g} seconds.", "Try again; if it stays so, ask support.")
        return [late or slow]
    except Exception as error:  # noqa: BLE001 - one check that stumbles must not hide what the others found
        return [problem(name, f"This could not be looked at ({type(error).__name__}).", "Tell support.")]


async def at_once(check: Callable[[], Finding]) -> list[Finding]:
    """Do a check that blocks, beside the others."""
    return [await beside(check)]
