"""Text from people and from the world, made safe to keep and to draw.

Control characters could drive the terminal and bidirectional overrides could make one text look like
another (https://www.unicode.org/reports/tr36/), so neither is kept. Right-to-left letters, accents and
emoji are text like any other and stay. What is drawn goes through `harmless` once more on its way out: a row of an
old file, or a message of another program, never went through `cleaned`.
"""

import re
import unicodedata
from collections.abc import Callable
from itertools import pairwise

_NEVER_KEPT = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})
_JOINERS = "\u200c\u200d"
"""Format characters that Persian, Indic scripts and emoji need; no other is kept."""

_UNSEEN = "\u115f\u1160\u2800\u3164\uffa0"
"""Letters and a symbol that are drawn as nothing: they are blanks, or else a name could be one that nobody sees."""

MOST_MARKS = 4
"""Marks upon one letter: more than a language needs grow over the lines beside it."""

_MARK = (
    "\u0300-\u036f\u0483-\u0489\u0591-\u05bd\u0610-\u061a\u064b-\u065f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff"
    "\ufe20-\ufe2f"
)
_TOO_MANY_MARKS = re.compile(f"([{_MARK}]{{{MOST_MARKS}}})[{_MARK}]+")
_DRIVING = (
    "\x00-\x1f\x7f-\x9f\xad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
    "\ud800-\udfff\U000e0000-\U000e00ff"
)
"""What drives a terminal, turns the order of writing round, breaks lines, or is no character at all."""
DRIVING = re.compile(f"[{_DRIVING}]")

_RIGHT_TO_LEFT = "\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\U00010800-\U00010fff\U0001e800-\U0001efff"
_STRETCH = re.compile(f"[{_RIGHT_TO_LEFT}]+(?:[-'’\".,/()&]{{0,2}} ?[{_RIGHT_TO_LEFT}]+)*")
LEFT_TO_RIGHT = "\u200e"
_SUSPECT = re.compile(f"[{_DRIVING}{_RIGHT_TO_LEFT}]|[{_MARK}]{{{MOST_MARKS + 1}}}")


def cleaned(text: str) -> str:
    """Return the text on one line: white space folded, control characters and bidi controls left out.

    Joiners stay between characters only: alone they would be a name that nobody sees.
    """
    if text.isascii() and text.isprintable():
        return " ".join(text.split())
    kept = []
    for character in text:
        if character.isspace() or character in _UNSEEN:
            kept.append(" ")
        elif character in _JOINERS or unicodedata.category(character) not in _NEVER_KEPT:
            kept.append(character)
    line = " ".join("".join(kept).split()).strip(f" {_JOINERS}")
    return _TOO_MANY_MARKS.sub(r"\1", line)


def cleaned_lines(text: str) -> str:
    """Return the text with its line breaks kept: each line cleaned, one blank line at most between paragraphs."""
    lines: list[str] = []
    for line in text.splitlines():
        tidy = cleaned(line)
        if tidy or (lines and lines[-1]):
            lines.append(tidy)
    return "\n".join(lines).strip("\n")


def suspect(text: str) -> bool:
    """Tell whether a text has anything in it that `harmless` or `rtl_ends` is about; quick where it has not."""
    return not (text.isascii() and text.isprintable()) and _SUSPECT.search(text) is not None


def harmless(text: str, instead: Callable[[str], str] | None = None) -> str:
    """Return a line with what could drive a terminal left out, or with what `instead` makes of each such character.

    Blanks stay where they are, so columns keep their place; a line break becomes one.
    """
    if text.isascii() and text.isprintable():
        return text
    make = instead or _blank
    return _TOO_MANY_MARKS.sub(r"\1", DRIVING.sub(lambda found: make(found[0]), text))


def too_many_marks(text: str) -> list[tuple[int, int]]:
    """Return where in a text marks stand upon a letter that has enough of them: beginnings and ends."""
    return [] if text.isascii() else [(found.end(1), found.end()) for found in _TOO_MANY_MARKS.finditer(text)]


def rtl_ends(text: str) -> list[int]:
    """Return the places in a line at which words of a right-to-left script end.

    A terminal that orders such words draws what follows them, two columns of amounts say, from the right as well. A
    left-to-right mark at these places keeps each column where it is (https://www.unicode.org/reports/tr9/, 2.6).
    """
    return [] if text.isascii() else [found.end() for found in _STRETCH.finditer(text)]


def level(text: str) -> str:
    """Return a harmless line for a terminal, in which words of a right-to-left script move nothing beside them."""
    line = harmless(text)
    ends = [0, *rtl_ends(line)]
    return LEFT_TO_RIGHT.join([*(line[start:end] for start, end in pairwise(ends)), line[ends[-1] :]])


def lower_first(name: str) -> str:
    """Return a name as it stands within a sentence: `Card terminal` gets a small letter, `AMEX` does not."""
    return name[:1].lower() + name[1:] if name[1:] == name[1:].lower() else name


def _blank(character: str) -> str:
    return " " if character.isspace() else ""
