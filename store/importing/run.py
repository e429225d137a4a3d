"""Taking a file's rows in one transaction: all of them, or all but the bad ones, or none and only a look."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Generic, Literal, TypeVar

from store.database import Tx
from store.errors import BadInput, Refused

Outcome = Literal["added", "changed", "there"]
T = TypeVar("T")

OUTCOMES: tuple[Outcome, ...] = ("added", "changed", "there")


@dataclass(frozen=True, slots=True)
class RowError:
    """Why one row cannot be taken; `column` is empty where it is about all of it.

    A row is numbered as in a spreadsheet; where `unit` says so it is no row, but one invoice after the other.
    """

    row: int
    column: str
    why: str
    unit: str = "Row"

    def __str__(self) -> str:
        place = f"{self.unit} {self.row}, {self.column}" if self.column else f"{self.unit} {self.row}"
        return f"{place}: {self.why}"


@dataclass(frozen=True, slots=True)
class Imported:
    """What became of a file: how many were added, changed, there already; each bad row; and whether it was kept."""

    what: str
    added: int
    changed: int
    there: int
    errors: tuple[RowError, ...]
    kept: bool

    @property
    def taken(self) -> int:
        """How many were taken, or would be."""
        return self.added + self.changed + self.there


class _UndoneError(Exception):
    """Carries the result out of a transaction that must leave nothing behind."""

    def __init__(self, result: Imported) -> None:
        super().__init__()
        self.result = result


@dataclass(frozen=True, slots=True)
class Piece(Generic[T]):
    """What is taken as one: a row, or the rows of one invoice; `number` is its first row."""

    number: int
    content: T


def take(
    tx: Tx,
    what: str,
    pieces: Iterable[Piece[T]],
    each: Callable[[Tx, T], Outcome],
    *,
    unit: str = "Row",
    skip_bad: bool = False,
    dry_run: bool = False,
) -> Imported:
    """Do `each` piece and return what became of all; `unit` is what the pieces' numbers count.

    With a bad row nothing is written, unless `skip_bad`; on a `dry_run` nothing is written at all.
    """
    try:
        with tx.attempt():
            return _taken(tx, what, pieces, each, unit=unit, skip_bad=skip_bad, dry_run=dry_run)
    except _UndoneError as undone:
        return undone.result


def _taken(
    tx: Tx,
    what: str,
    pieces: Iterable[Piece[T]],
    each: Callable[[Tx, T], Outcome],
    *,
    unit: str,
    skip_bad: bool,
    dry_run: bool,
) -> Imported:
    errors: list[RowError] = []
    counts = dict.fromkeys(OUTCOMES, 0)
    for piece in pieces:
        try:
            with tx.attempt():
                counts[each(tx, piece.content)] += 1
        except _RowsError as wrong:
            errors.append(wrong.error)
        except BadInput as wrong:
            errors.append(RowError(piece.number, wrong.field, str(wrong), unit))
        except Refused as wrong:
            errors.append(RowError(piece.number, "", str(wrong), unit))
    errors.sort(key=lambda error: error.row)
    kept = not dry_run and (skip_bad or not errors)
    result = Imported(what, counts["added"], counts["changed"], counts["there"], tuple(errors), kept)
    if not kept:
        raise _UndoneError(result)
    return result


class _RowsError(Exception):
    """An error in one row of a piece that has several."""

    def __init__(self, error: RowError) -> None:
        super().__init__(str(error))
        self.error = error


def in_row(number: int, error: Refused) -> Exception:
    """Return an error that says in which of a piece's rows it is."""
    return _RowsError(RowError(number, error.field if isinstance(error, BadInput) else "", str(error)))
