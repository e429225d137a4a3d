"""A section of Admin that is a list, with a form under it for one of its rows."""

from textual.app import ComposeResult
from textual.containers import VerticalScroll

from tui.screens.admin_form import AskForm
from tui.screens.admin_section import Section
from tui.widgets.list_table import ListTable


class ListSection(Section):
    """A subclass gives the list in `table_made`, fills it in `read`, opens forms and saves them."""

    def body(self) -> ComposeResult:
        """Put the list above the place for a form."""
        yield self.table_made()
        yield VerticalScroll(classes="form-place", can_focus=False)

    def table_made(self) -> ListTable:
        """Return the list, new."""
        raise NotImplementedError

    @property
    def table(self) -> ListTable:
        """The list."""
        return self.query_one(ListTable)

    @property
    def open(self) -> AskForm | None:
        """The form, while one is open."""
        return next(iter(self.query(AskForm)), None)

    def begin(self) -> None:
        """Begin in the form where one is open, else in the list."""
        if self.open is not None:
            self.open.begin()
        else:
            self.table.focus()

    async def open_form(self, form: AskForm) -> None:
        """Open a form; one that is open already keeps its place."""
        if self.open is None:
            self.say("")
            await self.query_one(".form-place").mount(form)
            self.add_class("-form")
            self.noted(form)
            self.refresh_bindings()
        self.begin()

    async def close_form(self) -> None:
        """Close the form and go back to the list."""
        if self.open is not None:
            await self.open.remove()
        self.remove_class("-form")
        self.begin()
        self.refresh_bindings()

    async def left(self, form: AskForm) -> None:  # noqa: ARG002 - the one that is open
        """Close the form."""
        await self.close_form()
