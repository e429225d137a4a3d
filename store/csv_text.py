"""Tables as CSV that no spreadsheet runs: RFC 4180, with every text that could be a formula made plain text.

A cell that begins with = + - or @, or with white space that some programs skip before one, is read as a formula; the
same goes for the full-width forms (OWASP, “CSV Injection”). Such a text gets an apostrophe in front, and so does one
that has apostrophes before such a start already: `plain_text` takes off what `safe_cell` put on, and nothing else.
Numbers are our own and stay numbers, a minus included.
"""

import csv
import io
from collections.abc import Iterable, Sequence
from decimal import Decimal

Cell = str | int | Decimal | None

_STARTS = tuple("=+-@＝＋－＠")
_LEADS = ("\t", "\r", "\n")
_SKIPPED = "".join(
    map(chr, [*range(33), 0x7F, *range(0x80, 0xA1), 0xAD, 0x1680, *range(0x2000, 0x2010), 0x2028, 0x2029])
)
_SKIPPED += "\u202a\u202b\u202c\u202d\u202e\u202f\u205f\u2060\u2066\u2067\u2068\u2069\u3000\ufeff"
"""What nobody sees, and what a program may leave out before it looks for a formula."""

BYTE_ORDER_MARK = "\ufeff"
"""Begins a file, so that Excel reads it as UTF-8 and not in the machine's old code page; never a stream's output."""


def csv_text(rows: Iterable[Sequence[Cell]]) -> str:
    """Return the rows as CSV, lines ended by CR LF; None is an empty cell."""
    written = io.StringIO(newline="")
    csv.writer(written, lineterminator="\r\n").writerows([_written(cell) for cell in row] for row in rows)
    return written.getvalue()


def safe_cell(text: str) -> str:
    """Return a text that is a text in any spreadsheet."""
    return f"'{text}" if _could_run(text) else text


def plain_text(cell: str) -> str:
    """Return the text that `safe_cell` made a cell of."""
    return cell[1:] if cell.startswith("'") and _could_run(cell[1:]) else cell


def pounds(pence: int) -> Decimal:
    """Return pence as the number a spreadsheet counts with: 1250 is 12.50."""
    return Decimal(pence).scaleb(-2)


def _could_run(text: str) -> bool:
    """Tell whether a text could be run, the apostrophes in front of it apart."""
    bare = text.lstrip("'")
    return bare.startswith(_LEADS) or bare.lstrip(_SKIPPED).startswith(_STARTS)


def _written(cell: Cell) -> str:
    if cell is None:
        return ""
    return safe_cell(cell) if isinstance(cell, str) else f"{cell:f}" if isinstance(cell, Decimal) else str(cell)
