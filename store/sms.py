"""How long a text message is, and how a text is made to fit one.

A network carries a message in segments. Text in the GSM 7-bit alphabet has 160 characters in a lone segment
and 153 in each of several; any other character turns the whole message into UCS-2, with 70 and 67. Rules:
3GPP TS 23.038 (alphabet and its extension table) and TS 23.040 (room lost to the header of a long message).
"""

import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from store.placeholders import filled

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
    """The characters, each once, that GSM-7 does not have: one of them makes the whole message UCS-2."""
    double: tuple[str, ...] = ()
    """The characters, each once, that take two places of GSM-7."""


def measure(text: str) -> SmsMeasure:
    """Count the units and segments of `text`; an empty text is one segment."""
    strange = set(text) - BASIC - EXTENDED
    offending = tuple(dict.fromkeys(char for char in text if char in strange)) if strange else ()
    encoding: Encoding = "UCS-2" if offending else "GSM-7"
    widths = [1] * len(text) if BASIC.issuperset(text) else list(_widths(text, encoding))
    units = sum(widths)
    alone, each = ROOM[encoding]
    segments = 1 if units <= alone else _segments(widths, each)
    double = () if offending else tuple(dict.fromkeys(char for char in text if char in EXTENDED))
    return SmsMeasure(encoding, units, segments, alone if segments == 1 else each * segments, offending, double)


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


def fitted(wordings: Sequence[str], values: Mapping[str, str]) -> str:
    """Return the text of an SMS: one GSM-7 segment wherever that can be.

    `wordings` say the same with placeholders, the best first, each shorter than the one before. The {url} is never
    touched. To save a segment, first the words get fewer, then the {clinic} shorter, then a later wording is used.
    """
    words = {name: value if name == "url" else to_gsm(value) or value for name, value in values.items()}
    best = filled(wordings[0], words)
    if measure(best).segments == 1:
        return best
    candidates = [best]
    for wording in wordings[1:] or wordings:
        candidates += [filled(wording, words), filled(wording, words | {"clinic": _shortened(wording, words)})]
    return min(candidates, key=lambda text: measure(text).segments)


def likely_url(gateway_kind: str) -> str:
    """Return a stand-in for a link that does not exist yet, as long as that gateway's links usually are."""
    start = "https://"
    return start + "x" * (LIKELY_URL_LENGTH.get(gateway_kind, max(LIKELY_URL_LENGTH.values())) - len(start))


def _in_gsm(char: str) -> bool:
    return char in BASIC or char in EXTENDED


def _without_marks(char: str) -> str:
    return "".join(part for part in unicodedata.normalize("NFKD", char) if _in_gsm(part))


def _shortened(wording: str, words: Mapping[str, str]) -> str:
    """Cut the end of the clinic's name so that the text fits one segment, as far as a name may be cut."""
    name, times = words["clinic"], wording.count("{clinic}")
    whole = measure(filled(wording, words))
    excess = -(-(whole.units - ROOM[whole.encoding][0]) // max(1, times))
    if excess <= 0 or len(name) - excess < SHORTEST_NAME:
        return name
    cut = name[: len(name) - excess - 1]
    start = cut.rpartition(" ")[0]
    return (start if len(start) >= SHORTEST_NAME else cut).rstrip(" .,-&'") + "."


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
