"""What an SMS provider does with a text: checks the number, counts the segments, takes the post."""

from dataclasses import dataclass
from typing import Any

import phonenumbers

# The GSM 7-bit default alphabet and its extension table: 3GPP TS 23.038, 6.2.1 and 6.2.1.1.
_GSM_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_GSM_EXTENDED = frozenset("^{}\\[~]|€\f")


class PostError(Exception):
    """The provider refuses the text; the words are its answer to the sender."""


@dataclass(frozen=True, slots=True)
class Size:
    """How a text travels: its encoding, units used (septets or UTF-16 units) and segments."""

    encoding: str
    units: int
    segments: int


@dataclass(frozen=True, slots=True)
class Post:
    """One text as the desk hands it to the provider."""

    to: str
    text: str
    sender: str


def size(text: str) -> Size:
    """Count the segments of a text: 160 then 153 septets, or 70 then 67 UTF-16 units (3GPP TS 23.040)."""
    if all(char in _GSM_BASIC or char in _GSM_EXTENDED for char in text):
        costs = [2 if char in _GSM_EXTENDED else 1 for char in text]
        return Size("GSM-7", sum(costs), _segments(costs, single=160, each=153))
    costs = [len(char.encode("utf-16-le", "surrogatepass")) // 2 for char in text]
    return Size("UCS-2", sum(costs), _segments(costs, single=70, each=67))


def _segments(costs: list[int], *, single: int, each: int) -> int:
    """Fill segments in order; a character of two units is never cut in half."""
    if sum(costs) <= single:
        return 1
    segments, room = 1, each
    for cost in costs:
        if cost > room:
            segments, room = segments + 1, each
        room -= cost
    return segments


def e164(number: str) -> str:
    """Return a mobile number as `+` and digits. Raises PostError when it is not in international form."""
    if not number.strip().startswith("+"):
        raise PostError(f"The number {number!r} is not in international form: write it like +447700900123.")
    try:
        parsed = phonenumbers.parse(number.strip(), None)
    except phonenumbers.NumberParseException as error:
        raise PostError(f"{number!r} is not a phone number: write it like +447700900123.") from error
    if phonenumbers.is_possible_number_with_reason(parsed) != phonenumbers.ValidationResult.IS_POSSIBLE:
        raise PostError(f"The number {number!r} has too few or too many digits for its country.")
    return str(phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164))


def readable(number: str) -> str:
    """Return a stored number in groups, as a phone shows it."""
    parsed = phonenumbers.parse(number, None)
    return str(phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.INTERNATIONAL))


def read_post(payload: Any) -> Post:
    """Read what an Apprise `json://` URL posts: `to`, `title`, `message`, and `from` where it is given.

    A title stands above the text, as Apprise puts it for services that have no title.
    Raises PostError with the reason.
    """
    if not isinstance(payload, dict):
        raise PostError("The body must be a JSON object.")
    fields = {name: payload.get(name) or "" for name in ("to", "title", "message", "from")}
    for name, value in fields.items():
        if not isinstance(value, str):
            raise PostError(f"“{name}” must be text.")
    if not fields["to"].strip():
        raise PostError("“to” is missing: the mobile number, like +447700900123.")
    if not fields["message"].strip():
        raise PostError("“message” is missing or empty.")
    text = "\n".join(part for part in (fields["title"], fields["message"]) if part)
    return Post(to=e164(fields["to"]), text=text, sender=fields["from"])
