"""What a command prints: one JSON document, or plain lines that are safe on any terminal and in a pipe."""

import io
import json
import sys
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from store.text import DRIVING, cleaned, harmless, level


class Drawn(str):
    """A line of blocks of our own, which may say in which colours a terminal draws it."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Answer:
    """What a command found or did: as a JSON document, as lines, and what was wrong (exit code 1) if anything."""

    document: Any
    lines: Sequence[str] = field(default=())
    problem: str = ""


def tell(answer: Answer, *, as_json: bool) -> int:
    """Print the answer and return the exit code."""
    if as_json:
        tell_json(answer.document)
    else:
        tell_lines(answer.lines)
    if answer.problem:
        complain(answer.problem)
    return 1 if answer.problem else 0


def tell_json(document: Any) -> None:
    """Print one JSON document on one line, in ASCII where the terminal knows no more.

    What could drive a terminal is escaped, as JSON allows for any character.
    """
    known = (sys.stdout.encoding or "").lower().startswith("utf")
    written = json.dumps(document, ensure_ascii=not known)
    sys.stdout.write(DRIVING.sub(lambda found: json.dumps(found[0])[1:-1], written) + "\n")
    sys.stdout.flush()


def tell_lines(lines: Iterable[str]) -> None:
    """Print each as one line that drives no terminal; a letter that is not known there becomes a question mark.

    On a terminal, words of a right-to-left script leave the columns beside them in their place.
    """
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")
    safe = level if sys.stdout.isatty() else harmless
    sys.stdout.write("".join(f"{line if isinstance(line, Drawn) else safe(line)}\n" for line in lines))
    sys.stdout.flush()


def complain(message: str) -> None:
    """Print one line on stderr."""
    if isinstance(sys.stderr, io.TextIOWrapper):
        sys.stderr.reconfigure(errors="replace")
    sys.stderr.write(f"paydesk: {cleaned(message)}\n")
    sys.stderr.flush()


def table(rows: Sequence[Sequence[str]], right: Iterable[int] = ()) -> list[str]:
    """Return rows with their columns in line, two blanks apart; the columns in `right` are right-aligned."""
    if not rows:
        return []
    clean = [[cleaned(cell) for cell in row] for row in rows]
    widths = [max(map(_width, column)) for column in zip(*clean, strict=True)]
    flush_right = set(right)
    lines = []
    for row in clean:
        cells = []
        for column, (cell, width) in enumerate(zip(row, widths, strict=True)):
            blank = " " * (width - _width(cell))
            cells.append(blank + cell if column in flush_right else cell + blank)
        lines.append("  ".join(cells).rstrip())
    return lines


def local_time(at: str, zone: str) -> str:
    """Write a stored time in the clinic's zone, to the minute."""
    return datetime.fromisoformat(at).astimezone(ZoneInfo(zone)).strftime("%Y-%m-%d %H:%M")


def state_words(state: str) -> str:
    """Write a state as people read it: `part paid`."""
    return state.replace("_", " ")


def _width(text: str) -> int:
    """Return the cells that a terminal gives to `text`."""
    wide = sum(unicodedata.east_asian_width(character) in "WF" for character in text)
    nothing = sum(unicodedata.category(character) in {"Mn", "Me", "Cf"} for character in text)
    return len(text) + wide - nothing
