"""What work on the data file is given: a reader of one moment's state, or an open transaction, and who does it."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from store.errors import BadInput
from store.sqlite import sqlite3

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class By:
    """Who does something. `person` and `approver` are ids of staff whose PIN was right; empty where none was asked.

    `name` is what the ledger keeps; `approver_name` stands beside it where a manager approved.
    """

    name: str
    person: str = ""
    approver: str = ""
    approver_name: str = ""


class Reader:
    """A connection to read with; parameters are named only."""

    def __init__(self, connection: "sqlite3.Connection") -> None:
        self._connection = connection

    def one(self, sql: str, **params: Any) -> Row | None:
        """Return the first row, or None."""
        row: Row | None = self._execute(sql, params).fetchone()
        return row

    def all(self, sql: str, **params: Any) -> list[Row]:
        """Return every row."""
        found: list[Row] = self._execute(sql, params).fetchall()
        return found

    def each(self, sql: str, **params: Any) -> Iterator[Row]:
        """Yield the rows one by one, without holding them all."""
        yield from self._execute(sql, params)

    def value(self, sql: str, **params: Any) -> Any:
        """Return the first column of the first row, or None."""
        row = self._execute(sql, params).fetchone()
        return None if row is None else row[0]

    def _execute(self, sql: str, params: Mapping[str, Any]) -> "sqlite3.Cursor":
        """Run one statement. Raises BadInput for a parameter with half characters, as file names may have them."""
        try:
            return self._connection.execute(sql, params)
        except UnicodeEncodeError:
            raise BadInput("text", "This holds characters that are no text. Type it again.") from None


class Tx(Reader):
    """An open immediate transaction; `now` is its time and `by` who does it, `actor` their name.

    `in_company`: persons write just now, who have to wait for the end of the transaction, so it had better be short.
    """

    def __init__(
        self, connection: "sqlite3.Connection", now: str, actor: str | By, *, in_company: bool = False
    ) -> None:
        super().__init__(connection)
        self.now = now
        self.by = By(actor) if isinstance(actor, str) else actor
        self.actor = self.by.name
        self.in_company = in_company
        self.head: tuple[str, int, bytes] | None = None

    def run(self, sql: str, **params: Any) -> int:
        """Run one statement and return how many rows it changed."""
        return self._execute(sql, params).rowcount

    @contextmanager
    def attempt(self) -> Iterator[None]:
        """Undo what the block wrote, and nothing else, when it raises."""
        head = self.head
        self._connection.execute("SAVEPOINT attempt")
        try:
            yield
        except BaseException:
            self.head = head
            if self._connection.in_transaction:  # a full disk may have undone the whole transaction already
                self._connection.execute("ROLLBACK TO attempt")
            raise
        finally:
            if self._connection.in_transaction:
                self._connection.execute("RELEASE attempt")

    def run_many(self, sql: str, rows: Iterable[Mapping[str, Any]]) -> None:
        """Run one statement for each mapping of named parameters."""
        self._connection.executemany(sql, rows)
