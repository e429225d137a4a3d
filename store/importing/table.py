"""Reading a file of rows: CSV as spreadsheets save it, each row a mapping of column to text.

Rows are numbered as a spreadsheet shows them: the headings are row 1.
"""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from store.csv_text import plain_text
from store.errors import BadInput
from store.text import cleaned

MOST_BYTES = 10_000_000
MOST_ROWS = 20_000
"""One import is one transaction, and a person's write waits for it: this many rows take a few seconds."""

DELIMITERS = ",;\t"
LONGEST_CELL = 10_000


@dataclass(frozen=True, slots=True)
class Column:
    """One column that a file may have."""

    name: str
    help: str
    needed: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a file: its number as a spreadsheet shows it, and its cells by column, empty where there is none."""

    number: int
    cells: dict[str, str]

    def __getitem__(self, column: str) -> str:
        return self.cells.get(column, "")


def decoded(content: bytes) -> str:
    """Return the text of a file in UTF-8, with or without its mark. Raises BadInput (file)."""
    if len(content) > MOST_BYTES:
        raise BadInput("file", f"The file is larger than {MOST_BYTES // 1_000_000} MB. Split it into smaller ones.")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise BadInput("file", "The file is not UTF-8 text. Save it as “CSV UTF-8” and try again.") from error


def rows_of(content: bytes, columns: Sequence[Column]) -> list[Row]:
    """Read a CSV file whose columns are among `columns`, in any order; empty rows are left out.

    Raises BadInput (file) for a file that is no CSV, has no rows, too many, or columns that are not known.
    """
    text = decoded(content)
    if "\0" in text:
        raise BadInput("file", "The file is no text. Save the sheet as “CSV UTF-8” and try again.")
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text), strict=True)
    csv.field_size_limit(LONGEST_CELL)
    try:
        first = next(reader, [])
        if not any(cell.strip() for cell in first):
            raise BadInput("file", "The file is empty. Its first row must hold the names of the columns.")
        names = _headings(first, columns)
        rows = [_row(number, names, line) for number, line in _filled(reader)]
    except csv.Error as error:
        raise BadInput("file", f"Row {reader.line_num} cannot be read as CSV: {cleaned(str(error))}.") from error
    if not rows:
        raise BadInput("file", "The file has headings but no rows.")
    return rows


def _filled(reader: Iterable[list[str]]) -> Iterator[tuple[int, list[str]]]:
    """Yield the rows that hold anything, with their numbers. Raises BadInput (file) where there are too many."""
    count = 0
    for number, line in enumerate(reader, 2):
        cells = [plain_text(cell.strip()) for cell in line]
        if any(cells):
            count += 1
            if count > MOST_ROWS:
                raise BadInput("file", f"The file has too many rows; {MOST_ROWS:,} are the most. Split it.")
            yield number, cells


def _row(number: int, names: Sequence[str], line: Sequence[str]) -> Row:
    beyond = [cell for cell in line[len(names) :] if cell]
    cells = dict(zip(names, line, strict=False))
    return Row(number, {**cells, "": " ".join(beyond)} if beyond else cells)


def _delimiter(text: str) -> str:
    """Return what stands between the cells: whichever there is most of in the headings."""
    first = text.split("\n", 1)[0]
    return max(DELIMITERS, key=first.count)


def _headings(line: Sequence[str], columns: Sequence[Column]) -> list[str]:
    known = {column.name for column in columns}
    names = [cleaned(cell).lower().replace(" ", "_") for cell in line[: len(known) + 1]]
    strange = [name for name in names if name not in known]
    if strange:
        raise BadInput(
            "file", f"There is no column “{strange[0][:40]}” here. The columns are: {', '.join(sorted(known))}."
        )
    twice = [name for name in names if names.count(name) > 1]
    if twice:
        raise BadInput("file", f"The column “{twice[0]}” is there twice. Rename or delete one of them.")
    missing = [column.name for column in columns if column.needed and column.name not in names]
    if missing:
        raise BadInput("file", f"The column “{missing[0]}” is missing. Add it to the first row.")
    return names
