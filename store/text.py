"""Text from people and from the world, made safe to keep and to draw.

Control characters could drive the terminal and bidirectional overrides could make one text look like
another (https://www.unicode.org/reports/tr36/), so neither is kept. Right-to-left letters, accents and
emoji are text like any other and stay.
"""

import unicodedata

_NEVER_KEPT = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})
_JOINERS = "\u200c\u200d"
"""Format characters that Persian, Indic scripts and emoji need; no other is kept."""


def cleaned(text: str) -> str:
    """Return the text on one line: white space folded, control characters and bidi controls left out.

    Joiners stay between characters only: alone they would be a name that nobody sees.
    """
    if text.isascii() and text.isprintable():
        return " ".join(text.split())
    kept = []
    for character in text:
        if character.isspace():
            kept.append(" ")
        elif character in _JOINERS or unicodedata.category(character) not in _NEVER_KEPT:
            kept.append(character)
    return " ".join("".join(kept).split()).strip(f" {_JOINERS}")


def cleaned_lines(text: str) -> str:
    """Return the text with its line breaks kept: each line cleaned, one blank line at most between paragraphs."""
    lines: list[str] = []
    for line in text.splitlines():
        tidy = cleaned(line)
        if tidy or (lines and lines[-1]):
            lines.append(tidy)
    return "\n".join(lines).strip("\n")


def lower_first(name: str) -> str:
    """Return a name as it stands within a sentence: `Card terminal` gets a small letter, `AMEX` does not."""
    return name[:1].lower() + name[1:] if name[1:] == name[1:].lower() else name
