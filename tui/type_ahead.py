"""Searching with each key: only the answer to what is typed now is shown, and only that can be chosen."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, TypeVar

from tui.widgets.list_table import ListRow, ListTable

T = TypeVar("T")


class TypeAhead(Generic[T]):
    """Keeps `table` at what `find` answers for the text; `row` draws one answer and gives its key."""

    def __init__(
        self, table: ListTable, find: Callable[[str], Awaitable[Sequence[T]]], row: Callable[[T], ListRow]
    ) -> None:
        self._table = table
        self._find = find
        self._row = row
        self._asked: str | None = None
        self._shown: str | None = None
        self._found: dict[str, T] = {}

    async def look(self, text: str) -> None:
        """Search for `text` and show what is found, unless something else was asked for meanwhile."""
        self._asked = text
        found = await self._find(text)
        if self._asked != text:
            return
        rows = [self._row(one) for one in found]
        self._found = {row.key: one for row, one in zip(rows, found, strict=True)}
        self._table.show(rows, keep=text == self._shown)
        self._shown = text

    async def pick(self, text: str) -> T | None:
        """Return what is under the cursor in the answer to `text`, None when nothing is found."""
        if self._shown != text:
            await self.look(text)
        return self._found.get(self._table.cursor_key or "")
