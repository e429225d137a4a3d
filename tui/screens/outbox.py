"""F5: what the world has still to see, why it waits, when it is tried next, and what a person may decide."""

from collections.abc import Awaitable
from typing import ClassVar

from rich.cells import cell_len
from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container
from textual.events import Resize
from textual.message import Message
from textual.timer import Timer

from store.errors import PaydeskError, Refused
from store.outbox_words import OutboxLine
from tui import themes
from tui.screens.ask import AskText, Confirm
from tui.screens.base import DeskScreen
from tui.screens.invoice_sections import Here
from tui.screens.outbox_detail import Attempts, detail_lines
from tui.screens.outbox_words import STATES, choices, counts_down, next_try, sends_twice
from tui.screens.reload import Reload
from tui.screens.said_line import SaidLine
from tui.screens.sheet import Pane
from tui.widgets.list_table import GAP, Column, ListRow, ListTable

COLUMNS = (Column("State", 9), Column("What waits, and why"), Column("Next try", 9, right=True))
EMPTY = "Nothing waits. Everything has gone out."
EVERYTHING = -1
NO_REASON = "Say why it is dropped; the invoice log keeps the reason."


class OutboxTable(ListTable):
    """The list of entries; posts `Resized` when its lines have other room."""

    class Resized(Message):
        """The table is wider or narrower now."""

    @property
    def room(self) -> int:
        """Cells for what waits and why."""
        return self.size.width - 2 - sum(GAP + column.width for column in COLUMNS if column.width)

    @on(Resize)
    def _tell_room(self) -> None:
        self.post_message(self.Resized())


class OutboxScreen(DeskScreen):
    """One line an entry, what needs a person first; the seconds count down without asking the store."""

    CSS_PATH = themes.layout("outbox.tcss")
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (120, "-wide")]
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("r", "retry", "retry", key_display="R", tooltip="Try this entry again now", id="outbox.retry"),
        Binding("h", "hold", "hold", key_display="H", tooltip="Keep this entry back", id="outbox.hold"),
        Binding("d", "drop", "drop", key_display="D", tooltip="Give this entry up, with a reason", id="outbox.drop"),
        Binding(
            "a", "retry_all", "retry all", key_display="A", tooltip="Try all that waits now", id="outbox.retry_all"
        ),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._lines: dict[str, OutboxLine] = {}
        self._attempts: tuple[str, Attempts] = ("", ())
        self._timer: Timer | None = None
        self.load = Reload(self, self._read)

    def body(self) -> ComposeResult:
        """Lay out the list and what is known of the entry under the cursor."""
        yield SaidLine()
        with Container(id="outbox-panes"):
            yield OutboxTable(COLUMNS, id="outbox-list", empty=EMPTY)
            yield Pane(id="outbox-detail")

    @property
    def table(self) -> OutboxTable:
        """The list."""
        return self.query_one(OutboxTable)

    @property
    def current(self) -> OutboxLine | None:
        """The entry under the cursor."""
        return self._lines.get(self.table.cursor_key or "")

    @property
    def counting(self) -> bool:
        """Whether anything listed still counts down."""
        now = self.desk_app.now()
        return any(counts_down(line, now) for line in self._lines.values())

    def on_mount(self) -> None:
        """Follow the store."""
        self._timer = self.set_interval(1, self.tick, pause=True)
        self.desk_app.changed.subscribe(self, self._store_changed)
        self.desk_app.status_changed.subscribe(self, lambda _: self._show())
        self.table.focus()

    def on_screen_resume(self) -> None:
        """Read again what may have changed while another screen was shown."""
        self.load()

    def on_outbox_table_resized(self) -> None:
        """Say as much in each line as it now has room for."""
        self._show_rows()

    def on_screen_suspend(self) -> None:
        """Nobody looks, so nothing counts."""
        if self._timer is not None:
            self._timer.pause()

    def on_list_table_moved(self, event: ListTable.Moved) -> None:
        """Show what is known of the entry under the cursor."""
        event.stop()
        self.query_one(Pane).scroll_home(animate=False)
        self.refresh_bindings()
        self.load_attempts()

    def on_list_table_chosen(self, event: ListTable.Chosen) -> None:
        """Open the entry's invoice."""
        from tui.screens.invoice_popup import InvoicePopup

        event.stop()
        line = self._lines.get(event.key)
        if line is not None and line.number:
            self.app.push_screen(InvoicePopup(line.number))

    def tick(self) -> None:
        """Count a second down on screen; the store is not asked."""
        self._show_rows()
        self._show_detail()
        self._count_while_needed()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002 - Textual's
        """Offer what can be decided about the entry under the cursor."""
        state = self.current.entry.state if self.current else ""
        if action in {"retry", "drop"}:
            return state in {"ready", "attention", "held"}
        if action == "hold":
            return state in {"ready", "attention"}
        return bool(self._lines) if action == "retry_all" else True

    @work(exclusive=True, group="decide")
    async def action_retry(self) -> None:
        """Try the entry again now; ask first where that could do a thing twice."""
        line = self.current
        if line is None:
            return
        if sends_twice(line.entry):
            question = Confirm("Retry", f"{line.what}. {choices(line.entry)[0]} Send it again?", yes="Send again")
            if not await self.app.push_screen_wait(question):
                return
        await self._decide(self.desk.retry(line.entry.id), f"{line.what}: it is tried now.")

    @work(exclusive=True, group="decide")
    async def action_hold(self) -> None:
        """Keep the entry back until somebody retries it."""
        line = self.current
        if line is None:
            return
        reason = await self.app.push_screen_wait(AskText("Hold", "Why is it held back? This may stay empty."))
        if reason is not None:
            await self._decide(
                self.desk.hold(line.entry.id, reason), f"{line.what}: it is held until somebody retries it."
            )

    @work(exclusive=True, group="decide")
    async def action_drop(self) -> None:
        """Give the entry up, with a reason."""
        line = self.current
        if line is None:
            return
        reason = await self.app.push_screen_wait(
            AskText("Drop", f"{line.what}. Why is it dropped?", needed=NO_REASON)
        )
        if reason is not None:
            await self._decide(self.desk.drop(line.entry.id, reason), f"{line.what}: it is dropped.")

    @work(exclusive=True, group="decide")
    async def action_retry_all(self) -> None:
        """Try everything now that waits for its next try."""
        now = self.desk_app.now()
        hurried = 0
        try:
            for line in await self.desk.outbox(EVERYTHING):
                if counts_down(line, now):
                    hurried += await self._hurry(line.entry.id)
        except PaydeskError as wrong:
            self.say(str(wrong), bad=True)
            return
        entries = "1 entry is" if hurried == 1 else f"{hurried} entries are"
        self.say(f"{entries} tried now." if hurried else "Nothing to hurry: what waits is being tried already.")

    async def _hurry(self, entry_id: str) -> bool:
        """Try one entry now; False when it was taken or settled in the meantime."""
        try:
            await self.desk.retry(entry_id)
        except Refused:
            return False
        return True

    async def _decide(self, deed: Awaitable[None], done: str) -> None:
        try:
            await deed
        except PaydeskError as wrong:
            self.say(str(wrong), bad=True)
        else:
            self.say(done)

    def say(self, message: str, *, bad: bool = False) -> None:
        """Say in place what was done, or what went wrong."""
        self.query_one(SaidLine).say(message, bad=bad)

    async def _read(self) -> None:
        """Read what waits, and the attempts of the entry under the cursor."""
        try:
            lines = await self.desk.outbox()
        except PaydeskError as wrong:
            self.say(str(wrong), bad=True)
            return
        self._lines = {line.entry.id: line for line in lines}
        self._show()
        self.refresh_bindings()
        self._count_while_needed()
        self.load_attempts()

    @work(exclusive=True, group="attempts")
    async def load_attempts(self) -> None:
        """Read what came of each try at the entry under the cursor."""
        line = self.current
        try:
            if line is not None:
                self._attempts = (line.entry.id, tuple(await self.desk.attempts(line.entry.id)))
        except PaydeskError as wrong:
            self.say(str(wrong), bad=True)
        self._show_detail()

    def _show(self) -> None:
        self._show_rows()
        self._show_detail()

    def _show_rows(self) -> None:
        now = self.desk_app.now()
        self.table.show([self._row(line, next_try(line, now)) for line in self._lines.values()])

    def _row(self, line: OutboxLine, when: str) -> ListRow:
        because = f": {line.why}" if line.why else ""
        fits = cell_len(line.what + because) <= self.table.room
        told = (line.what if fits else line.brief) + because
        return ListRow(line.entry.id, (STATES[line.entry.state], told, when))

    def _show_detail(self) -> None:
        line = self.current
        here = Here(self.desk_app.clinic.zone, self.desk_app.now())
        of, attempts = self._attempts
        tries = attempts if line is not None and of == line.entry.id else ()
        self.query_one(Pane).show(lambda width: [] if line is None else detail_lines(line, tries, here, width))

    def _count_while_needed(self) -> None:
        if self._timer is None:
            return
        if self.counting and self.is_current:
            self._timer.resume()
        else:
            self._timer.pause()

    def _store_changed(self, _: None) -> None:
        if self in self.app.screen_stack:
            self.load()
