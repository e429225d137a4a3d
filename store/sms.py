"""How long a text message is, and how the text of a payment request is made to fit one.

A network carries a message in segments. Text in the GSM 7-bit alphabet has 160 characters in a lone segment
and 153 in each of several; any other character turns the whole message into UCS-2, with 70 and 67. Rules:
3GPP TS 23.038 (alphabet and its extension table) and TS 23.040 (room lost to the header of a long message).
"""

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from store.text import cleaned

Encoding = Literal["GSM-7", "UCS-2"]

BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
EXTENDED = frozenset("\f^{}\\[~]|€")
"""Characters that take two places: an escape, then a code of the extension table."""

ROOM: dict[Encoding, tuple[int, int]] = {"GSM-7": (160, 153), "UCS-2": (70, 67)}
"""Units in a lone segment, and in each of several."""

LOOKALIKES = str.maketrans(
    {
        "‘": "'", "’": "'", "‚": "'", "‛": "'", "`": "'", "´": "'", "′": "'",
        "“": '"', "”": '"', "„": '"', "″": '"', "«": '"', "»": '"',
        "‐": "-", "‑": "-", "‒": "-", "–": "-", "—": "-", "―": "-", "−": "-",
        "…": "...", "•": "-", "·": "-", "©": "(c)", "®": "(R)", "™": "(TM)",
        "Ð": "D", "ð": "d", "Đ": "D", "đ": "d", "Ł": "L", "ł": "l", "Œ": "OE", "œ": "oe",
        "Þ": "Th", "þ": "th", "ı": "i", "ħ": "h", "Ħ": "H", "ẞ": "SS",
    }
)  # fmt: skip

SHORTEST_NAME = 8
"""A clinic's name is never cut to fewer characters than this, counting the full stop."""

LIKELY_URL_LENGTH = {"stripe": 47, "coherent": 80}
"""Characters in a typical link of each gateway: its pay page's address and an identifier."""


@dataclass(frozen=True, slots=True)
class SmsMeasure:
    """What one text costs to carry; `units` are septets (GSM-7) or UTF-16 code units (UCS-2)."""

    encoding: Encoding
    units: int
    segments: int
    room: int
    """Units that fit in this many segments."""
    offending: tuple[str, ...]
    """The characters, each once, that GSM-7 does not have."""


def measure(text: str) -> SmsMeasure:
    """Count the units and segments of `text`; an empty text is one segment."""
    strange = set(text) - BASIC - EXTENDED
    offending = tuple(dict.fromkeys(char for char in text if char in strange)) if strange else ()
    encoding: Encoding = "UCS-2" if offending else "GSM-7"
    widths = [1] * len(text) if BASIC.issuperset(text) else list(_widths(text, encoding))
    units = sum(widths)
    alone, each = ROOM[encoding]
    segments = 1 if units <= alone else _segments(widths, each)
    return SmsMeasure(encoding, units, segments, alone if segments == 1 else each * segments, offending)


def to_gsm(text: str) -> str | None:
    """Return `text` in GSM-7 characters, or None when a letter or digit has no likeness there.

    Accents that the alphabet lacks are dropped, typographic marks become plain ones, pictures go.
    """
    if BASIC.issuperset(text):
        return " ".join(text.split())
    parts: list[str] = []
    for char in unicodedata.normalize("NFC", text).translate(LOOKALIKES):
        plain = char if _in_gsm(char) else _without_marks(char)
        if not plain and unicodedata.category(char)[0] in "LN":
            return None
        parts.append(plain)
    return " ".join("".join(parts).split())


def sms_text(clinic: str, amount_text: str, invoice_number: str, url: str, code: str) -> str:
    """Return the text of a payment request: one GSM-7 segment wherever that can be.

    The link is never touched, and the clinic is always named. To save a segment, first the words get fewer,
    then the clinic's name shorter, then the short code is left out. Treatments are not mentioned.
    """
    name = cleaned(clinic)
    name = to_gsm(name) or name
    amount, number = (to_gsm(cleaned(part)) or cleaned(part) for part in (amount_text, invoice_number))
    check = f" Check with us: {code}"
    brief = f": {amount} for {number}. Pay: {url}"
    best = f"{name} asks for {amount} ({number}). Pay safely at {url}{check}"
    if measure(best).segments == 1:
        return best
    candidates = [best]
    for rest in (brief + check, brief, f": {amount}. Pay: {url}"):
        candidates += [name + rest, _shortened(name, rest) + rest]
    return min(candidates, key=lambda text: measure(text).segments)


def likely_url(gateway_kind: str) -> str:
    """Return a stand-in for a link that does not exist yet, as long as that gateway's links usually are."""
    start = "https://"
    return start + "x" * (LIKELY_URL_LENGTH.get(gateway_kind, max(LIKELY_URL_LENGTH.values())) - len(start))


def _in_gsm(char: str) -> bool:
    return char in BASIC or char in EXTENDED


def _without_marks(char: str) -> str:
    return "".join(part for part in unicodedata.normalize("NFKD", char) if _in_gsm(part))


def _shortened(name: str, rest: str) -> str:
    """Cut the end of `name` so that it and `rest` fit one segment, as far as a name may be cut."""
    whole = measure(name + rest)
    excess = whole.units - ROOM[whole.encoding][0]
    if excess <= 0 or len(name) - excess < SHORTEST_NAME:
        return name
    cut = name[: len(name) - excess - 1]
    words = cut.rpartition(" ")[0]
    return (words if len(words) >= SHORTEST_NAME else cut).rstrip(" .,-&'") + "."


def _widths(text: str, encoding: Encoding) -> Iterator[int]:
    """Yield the units of each character."""
    for char in text:
        wide = char in EXTENDED if encoding == "GSM-7" else ord(char) > 0xFFFF
        yield 2 if wide else 1


def _segments(widths: list[int], room: int) -> int:
    """Count segments: a character of two units is never split between them."""
    segments, used = 1, 0
    for width in widths:
        if used + width > room:
            segments, used = segments + 1, 0
        used += width
    return segments
