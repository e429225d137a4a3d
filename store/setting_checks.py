"""What a setting is, and the checks of their values: each returns the value to keep or raises BadInput."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from store.contact import normal_email
from store.errors import BadInput
from store.text import cleaned, cleaned_lines


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting. `check` returns the value to keep or raises BadInput; `lines`: a value may have line breaks."""

    key: str
    help: str
    default: str = ""
    secret: bool = False
    check: Callable[[str], str] = cleaned
    lines: bool = False

    def tidied(self, value: str) -> str:
        """Return a value as typed without what must never reach a terminal; line breaks stay where they may."""
        return cleaned_lines(value) if self.lines else cleaned(value)


def one_of(*allowed: str) -> Callable[[str], str]:
    """Return a check that lets only these words through."""

    def check(value: str) -> str:
        if value not in allowed:
            raise BadInput("value", f"“{value[:40]}” is not possible here. Use one of: {', '.join(allowed)}.")
        return value

    return check


def switch(value: str) -> str:
    """Return on or off. Raises BadInput."""
    words = {
        "on": "on",
        "yes": "on",
        "true": "on",
        "1": "on",
        "off": "off",
        "no": "off",
        "false": "off",
        "0": "off",
    }
    if value.lower() not in words:
        raise BadInput("value", f"“{value[:40]}” is neither on nor off.")
    return words[value.lower()]


def currency(value: str) -> str:
    """Return three capital letters. Raises BadInput."""
    if not re.fullmatch(r"[A-Za-z]{3}", value):
        raise BadInput("value", f"“{value[:40]}” is not a currency. Use three letters, such as GBP.")
    return value.upper()


def zone(value: str) -> str:
    """Return the name of a time zone that this machine knows. Raises BadInput."""
    try:
        ZoneInfo(value)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise BadInput("value", f"“{value[:40]}” is not a time zone. Use one such as Europe/London.") from error
    return value


def optional_email(value: str) -> str:
    """Return an email address, or nothing. Raises BadInput."""
    return normal_email(value) if value else ""


def with_place(place: str) -> Callable[[str], str]:
    """Return a check for an Apprise URL that has `place` where the address goes."""

    def check(value: str) -> str:
        if value and ("://" not in value or place not in value):
            raise BadInput("value", f"This must be an Apprise URL with {place} where the address goes.")
        return value

    return check


def web_address(value: str) -> str:
    """Return a web address without its last slash. Raises BadInput."""
    if value and not re.match(r"https?://\S+$", value):
        raise BadInput("value", f"“{value[:60]}” is not a web address. It starts with https://.")
    return value.rstrip("/")


def hosts(value: str) -> str:
    """Return names of hosts, in small letters, with spaces between them; `*.` stands for every host below one.

    Raises BadInput, also for one that would let in everybody, such as *.com.
    """
    parts = value.lower().replace(",", " ").split()
    for part in parts:
        if not re.fullmatch(r"(\*\.)?([a-z0-9](-*[a-z0-9])*\.)+[a-z](-*[a-z0-9])*", part, re.ASCII):
            raise BadInput(
                "value",
                f"“{part[:60]}” is not the name of a host. Type names such as pay.example.com or *.example.com, with "
                "spaces between them.",
            )
    return " ".join(parts)


def targets(value: str) -> str:
    """Return Apprise URLs with spaces between them. Raises BadInput."""
    parts = [part for part in re.split(r"[\s,]+(?=[a-z0-9]+://)", value) if part]
    for part in parts:
        if "://" not in part:
            raise BadInput(
                "value",
                "Each target is an Apprise URL, such as mailto://… or ntfy://…; put spaces between them.",
            )
    return " ".join(parts)


def whole_number(least: int, most: int) -> Callable[[str], str]:
    """Return a check that lets whole numbers from `least` to `most` through."""

    def check(value: str) -> str:
        if not _is_number(value) or not least <= int(value) <= most:
            raise BadInput("value", f"“{value[:40]}” will not do here. Type a whole number from {least} to {most}.")
        return str(int(value))

    return check


def whole_numbers(value: str) -> str:
    """Return days, rising, with spaces between them, or nothing. Raises BadInput."""
    days = value.replace(",", " ").split()
    if not all(_is_number(day) and 0 < int(day) < 366 for day in days):
        raise BadInput(
            "value", f"“{value[:40]}” will not do here. Type days with spaces between them, such as 3 7 14."
        )
    return " ".join(str(day) for day in sorted({int(day) for day in days}))


def hours(value: str) -> str:
    """Return a span of a day such as 21:00-08:00, or nothing. Raises BadInput."""
    moment = r"(?:[01][0-9]|2[0-3]):[0-5][0-9]"
    if value and not re.fullmatch(f"{moment}-{moment}", value):
        raise BadInput("value", f"“{value[:40]}” are no hours. Type them such as 21:00-08:00.")
    return value


def time(value: str) -> str:
    """Return a time of day such as 20:00. Raises BadInput."""
    if not re.fullmatch(r"(?:[01][0-9]|2[0-3]):[0-5][0-9]", value):
        raise BadInput("value", f"“{value[:40]}” is no time of day. Type one such as 20:00.")
    return value


def channels(value: str) -> str:
    """Return email, sms or both, with a space between them. Raises BadInput."""
    words = set(value.lower().replace(",", " ").split())
    if not words or words - {"email", "sms"}:
        raise BadInput("value", f"“{value[:40]}” will not do here. Type email, sms, or both.")
    return " ".join(sorted(words))


def _is_number(text: str) -> bool:
    """Tell whether a text is digits, and so few of them that they can be a number here."""
    return text.isascii() and text.isdigit() and len(text) < 10
