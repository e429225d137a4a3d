"""The list: its cursor stays on its row, its columns fit, its text is only text."""

import pytest
from textual.app import App, ComposeResult

from tests.tui.conditions import until
from tests.tui.terminal import lines
from tui.widgets.list_table import Column, ListRow, ListTable, fitted
from tui.widgets.state import Mark

COLUMNS = (Column("Name"), Column("Note", share=2, from_width=60), Column("Amount", width=8, right=True))


class ListApp(App[None]):
    """A list and nothing else."""

    def compose(self) -> ComposeResult:
        """Give the list."""
        yield ListTable(COLUMNS, empty="Nobody")


def rows(*keys: str) -> list[ListRow]:
    """Return a row a key."""
    return [ListRow(key, (key, Mark("●", "Paid", "good"), "£1.00")) for key in keys]


async def test_the_cursor_stays_on_its_row() -> None:
    """Rows come in above, others go; a row that goes leaves the cursor where it was."""
    app = ListApp()
    async with app.run_test(size=(40, 10)) as pilot:
        table = app.query_one(ListTable)
        table.show(rows("a", "b", "c"))
        table.focus()
        await pilot.press("down")
        table.show(rows("new", "a", "b", "c"))
        assert table.cursor_key == "b"
        table.show(rows("new", "a", "c"))
        assert table.cursor_key == "c"
        table.show([])
        await until(pilot, lambda: "Nobody" in lines(app)[1])
        assert table.cursor_key is None


async def test_the_scroll_stays_when_a_cell_changes() -> None:
    """Only the changed row is drawn again."""
    app = ListApp()
    names = [f"n{place:02d}" for place in range(40)]
    async with app.run_test(size=(40, 10)) as pilot:
        table = app.query_one(ListTable)
        table.show(rows(*names))
        table.focus()
        await pilot.press("end")
        await until(pilot, lambda: "n39" in lines(app)[-1])
        changed = rows(*names)
        changed[35] = ListRow("n35", ("changed", "", "£9.99"))
        table.show(changed)
        await until(pilot, lambda: any("changed" in line for line in lines(app)))
        assert "n39" in lines(app)[-1]
        await pilot.press("home", "pageup", "up")
        await until(pilot, lambda: "n00" in lines(app)[1])


async def test_columns_fit_the_room() -> None:
    """Narrow, a column is left out; amounts end at the same place."""
    app = ListApp()
    async with app.run_test(size=(80, 6)) as pilot:
        app.query_one(ListTable).show(rows("a"))
        await until(pilot, lambda: "● Paid" in lines(app)[1])
        assert lines(app)[0].rstrip().endswith("Amount")
        assert len(lines(app)[0].rstrip()) == len(lines(app)[1].rstrip())
        await pilot.resize_terminal(40, 6)
        await until(pilot, lambda: "● Paid" not in lines(app)[1])
        assert "£1.00" in lines(app)[1]


async def test_enter_and_clicks_choose() -> None:
    """A click moves the cursor, another on the same row chooses, as Enter does."""
    chosen: list[str] = []

    class Choosing(ListApp):
        def on_list_table_chosen(self, event: ListTable.Chosen) -> None:
            chosen.append(event.key)

    app = Choosing()
    async with app.run_test(size=(40, 10)) as pilot:
        table = app.query_one(ListTable)
        table.show(rows("a", "b", "c"))
        await pilot.click(ListTable, offset=(3, 2))
        assert (table.cursor_key, chosen) == ("b", [])
        await pilot.click(ListTable, offset=(3, 2))
        table.focus()
        await pilot.press("down", "enter")
        await until(pilot, lambda: chosen == ["b", "c"])


@pytest.mark.parametrize(
    ("text", "width", "drawn"),
    [
        ("abc", 5, "abc  "),
        ("abcdef", 4, "abc…"),
        ("[/x]", 6, "[/x]  "),
        ("日本語テキスト", 5, "日本…"),
        ("a\x1b[31mb\n\tc", 10, "a[31mb c  "),
        ("\u202eevil", 5, "evil "),
        ("", 3, "   "),
    ],
)
def test_text_is_exactly_as_wide_as_its_column(text: str, width: int, drawn: str) -> None:
    """Wide letters counted, control characters and overrides gone."""
    assert fitted(text, width) == drawn


def test_amounts_stand_at_the_right() -> None:
    """Of their column."""
    assert fitted("£1.00", 8, right=True) == "   £1.00"
