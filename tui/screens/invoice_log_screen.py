"""Options > Invoice log: the whole log of one invoice, as wide as the terminal."""

from collections.abc import Sequence

from textual.app import ComposeResult

from store.errors import PaydeskError
from store.models import LogLine
from tui import themes
from tui.screens.base import DeskDialog, escaped
from tui.screens.invoice_log import log_lines
from tui.screens.invoice_sections import Here
from tui.screens.reload import Reload
from tui.widgets.error_line import ErrorLine
from tui.widgets.sheet import Pane


class InvoiceLogScreen(DeskDialog[None]):
    """Shows who did what to the invoice and when, oldest first, and follows what happens meanwhile."""

    CSS_PATH = themes.layout("invoice_popup.tcss")

    def __init__(self, number: str) -> None:
        super().__init__()
        self._number = number
        self.load = Reload(self, self._read)

    def body(self) -> ComposeResult:
        """Put the log into a box that scrolls."""
        yield ErrorLine()
        yield Pane()

    def on_mount(self) -> None:
        """Read the log, now and after each change."""
        self.box.border_title = escaped(f"Invoice log · {self._number}")
        self.query_one(Pane).focus()
        self.desk_app.changed.subscribe(self, lambda _: self.load())
        self.load()

    async def _read(self) -> None:
        try:
            log = await self.desk.invoice_log(self._number)
            currency = (await self.desk.invoice(self._number)).row.currency
        except PaydeskError as wrong:
            self.query_one(ErrorLine).say(str(wrong))
            return
        self.query_one(ErrorLine).clear()
        self._show(log, currency)

    def _show(self, log: Sequence[LogLine], currency: str) -> None:
        here = Here(self.desk_app.clinic.zone, self.desk_app.now())
        self.query_one(Pane).show(lambda width: log_lines(log, currency, here, width))
