"""Tables as CSV that no spreadsheet runs: RFC 4180, with every text that could be a formula made plain text.

A cell that begins with = + - or @, or with white space that some programs skip before one, is read as a formula; the
same goes for the full-width forms (OWASP, “CSV Injection”). Such a text gets an apostrophe in front. Numbers are
our own and stay numbers, a minus included.
"""

import csv
import io
from collections.abc import Iterable, Sequence
from decimal import Decimal

Cell = str | int | Decimal | None

_STARTS = tuple("=+-@＝＋－＠")
_LEADS = ("\t", "\r", "\n")

BYTE_ORDER_MARK = "\ufeff"
"""Begins a file, so that Excel reads it as UTF-8 and not in the machine's old code page; never a stream's output."""


def csv_text(rows: Iterable[Sequence[Cell]]) -> str:
    """Return the rows as CSV, lines ended by CR LF; None is an empty cell."""
    written = io.StringIO(newline="")
    csv.writer(written, lineterminator="\r\n").writerows([_written(cell) for cell in row] for row in rows)
    return written.getvalue()


def safe_cell(text: str) -> str:
    """Return a text that is a text in any spreadsheet."""
    return f"'{text}" if text.startswith(_LEADS) or text.lstrip().startswith(_STARTS) else text


def pounds(pence: int) -> Decimal:
    """Return pence as the number a spreadsheet counts with: 1250 is 12.50."""
    return Decimal(pence).scaleb(-2)


def _written(cell: Cell) -> str:
    if cell is None:
        return ""
    return safe_cell(cell) if isinstance(cell, str) else f"{cell:f}" if isinstance(cell, Decimal) else str(cell)
