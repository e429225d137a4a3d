"""F5: what the world has still to see, why it waits, when it is tried next, and what a person may decide."""

from collections.abc import Awaitable, Callable
from typing import ClassVar

from textual import work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container
from textual.timer import Timer
from textual.widgets import Static

from store.errors import PaydeskError
from store.outbox_words import OutboxLine
from store.strays import is_stray
from tui import themes
from tui.screens.ask import Confirm
from tui.screens.base import DeskScreen
from tui.screens.invoice_ask import AskAndDo
from tui.screens.invoice_sections import Here
from tui.screens.outbox_detail import Attempts, detail_lines
from tui.screens.outbox_table import OutboxTable
from tui.screens.outbox_words import (
    adoptable,
    counts_down,
    not_listed,
    once_more,
    sends_twice,
)
from tui.screens.reload import Reload
from tui.widgets.list_table import ListTable
from tui.widgets.said_line import SaidLine
from tui.widgets.sheet import Pane

MOST = 500
"""Entries that are listed; what needs a person is among the first."""

NO_ID = "Type the id under which the gateway shows the link."
LIKE_THIS = "such as plink_1Ab2Cd3Ef4, or the transaction's id"
NO_REASON = "Say why it is dropped; the invoice log keeps the reason."


class OutboxScreen(DeskScreen):
    """One line an entry, what needs a person first; the seconds count down without asking the store."""

    CSS_PATH = themes.layout("outbox.tcss")
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (120, "-wide")]
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("r", "retry", "retry", key_display="R", tooltip="Try this entry again now", id="outbox.retry"),
        Binding("h", "hold", "hold", key_display="H", tooltip="Keep this entry back", id="outbox.hold"),
        Binding("d", "drop", "drop", key_display="D", tooltip="Give this entry up, with a reason", id="outbox.drop"),
        Binding(
            "g",
            "adopt",
            "adopt",
            key_display="G",
            tooltip="The link exists at the gateway: take it by its id there",
            id="outbox.adopt",
        ),
        Binding(
            "g",
            "count",
            "count",
            key_display="G",
            tooltip="A payment that is not known here: say which invoice it pays",
            id="outbox.count",
        ),
        Binding(
            "a",
            "retry_all",
            "retry all",
            key_display="A",
            tooltip="Try everything now that can be tried without asking",
            id="outbox.retry_all",
        ),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._lines: dict[str, OutboxLine] = {}
        self._attempts: tuple[str, Attempts] = ("", ())
        self._tried: OutboxLine | None = None
        self._timer: Timer | None = None
        self.load = Reload(self, self._read)

    def body(self) -> ComposeResult:
        """Lay out the list and what is known of the entry under the cursor."""
        yield SaidLine()
        yield Static(id="outbox-more", markup=False)
        with Container(id="outbox-panes"):
            yield OutboxTable()
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
        stray = self.current is not None and is_stray(self.current.entry)
        if action == "count":
            return stray
        if action == "retry" and stray:
            return state == "held"
        if action in {"retry", "drop"}:
            return state in {"ready", "attention", "held"}
        if action == "hold":
            return state in {"ready", "attention"}
        if action == "adopt":
            return self.current is not None and adoptable(self.current.entry)
        return bool(self._lines) if action == "retry_all" else True

    @work(exclusive=True, group="decide")
    async def action_retry(self) -> None:
        """Try the entry again now; ask first where that could do a thing twice."""
        line = self.current
        if line is None:
            return
        if sends_twice(line.entry):
            question, yes = once_more(line)
            if not await self.app.push_screen_wait(Confirm("Retry", question, yes=yes)):
                return
        try:
            await self.desk.retry(line.entry.id)
        except PaydeskError as wrong:
            self.say(str(wrong), bad=True)
        else:
            self.say(f"{line.what}: it is tried now.", tries=line)

    @work(exclusive=True, group="decide")
    async def action_hold(self) -> None:
        """Keep the entry back until somebody retries it."""
        line = self.current
        if line is None:
            return
        await self._ask(
            "Hold",
            f"{line.what}. Why is it held back? This may stay empty.",
            lambda reason: self.desk.hold(line.entry.id, reason),
            lambda _: f"{line.what}: it is held until somebody retries it.",
        )

    @work(exclusive=True, group="decide")
    async def action_drop(self) -> None:
        """Give the entry up, with a reason."""
        if self.current is not None:
            await self._drop(self.current)

    @work(exclusive=True, group="decide")
    async def action_count(self) -> None:
        """Ask which invoice a payment pays that is not known here, or why it is dropped."""
        from tui.screens.stray import StrayDialog

        line = self.current
        if line is None:
            return
        try:
            stray = await self.desk.stray(line.entry.id)
        except PaydeskError as wrong:
            self.say(str(wrong), bad=True)
            return
        decided = await self.app.push_screen_wait(StrayDialog(line.entry.id, stray))
        if decided is not None and decided.drop:
            await self._drop(line)
        elif decided is not None:
            self.say(decided.said)

    async def _drop(self, line: OutboxLine) -> None:
        await self._ask(
            "Drop",
            f"{line.what}. Why is it dropped?",
            lambda reason: self.desk.drop(line.entry.id, reason),
            lambda _: f"{line.what}: it is dropped.",
            needed=NO_REASON,
        )

    @work(exclusive=True, group="decide")
    async def action_adopt(self) -> None:
        """Take the link that a person found at the gateway; the gateway is asked whether it is this one."""
        line = self.current
        if line is None:
            return
        await self._ask(
            "Adopt",
            f"{line.what}. What is the link's id at the gateway?",
            lambda gateway_id: self.desk.adopt(line.entry.id, gateway_id),
            lambda gateway_id: f"{line.what}: the gateway is asked for {gateway_id}.",
            tries=line,
            needed=NO_ID,
            placeholder=LIKE_THIS,
        )

    @work(exclusive=True, group="decide")
    async def action_retry_all(self) -> None:
        """Try everything now but what is held, and what may be done already and needs a look first."""
        try:
            done = await self.desk.retry_all()
        except PaydeskError as wrong:
            self.say(str(wrong), bad=True)
            return
        entries = "1 entry is" if done.tried == 1 else f"{done.tried} entries are"
        left = f" {done.left} may be done already: decide them one by one." if done.left else ""
        self.say((f"{entries} tried now." if done.tried else "Nothing to hurry.") + left)

    async def _ask(
        self,
        title: str,
        label: str,
        deed: Callable[[str], Awaitable[None]],
        done: Callable[[str], str],
        *,
        tries: OutboxLine | None = None,
        needed: str = "",
        placeholder: str = "",
    ) -> None:
        """Ask for a text, decide with it while the question still stands, and say that it is `done`."""

        async def carry_out(text: str) -> bool:
            await deed(text)
            return True

        question = AskAndDo(title, label, carry_out, yes=title, needed=needed, placeholder=placeholder)
        text = await self.app.push_screen_wait(question)
        if text is not None:
            self.say(done(text), tries=tries)

    def say(self, message: str, *, bad: bool = False, tries: OutboxLine | None = None) -> None:
        """Say in place what was done, or what went wrong; of an entry that it `tries`, soon what came of it."""
        self._tried = tries
        self.query_one(SaidLine).say(message, bad=bad, waiting=tries is not None)
        if tries is not None:
            self.load()

    async def _read(self) -> None:
        """Read what waits, and the attempts of the entry under the cursor."""
        try:
            lines = await self.desk.outbox(MOST)
            more = await self._not_listed() if len(lines) == MOST else ""
            await self._say_what_came()
        except PaydeskError as wrong:
            self.say(str(wrong), bad=True)
            return
        self._lines = {line.entry.id: line for line in lines}
        self.query_one("#outbox-more", Static).update(more)
        self.query_one("#outbox-more").display = bool(more)
        self._show()
        self.refresh_bindings()
        self._count_while_needed()
        self.load_attempts()

    async def _say_what_came(self) -> None:
        """Say that the entry which was tried from here is done; where it waits again, its line says why."""
        tried = self._tried
        if tried is None:
            return
        entry = await self.desk.entry_state(tried.entry.id)
        if entry.state == "done":
            attempts = await self.desk.attempts(entry.id)
            is_done = bool(attempts) and attempts[-1][1] == "done"
            self.say(f"{tried.what}: done." if is_done else f"{tried.what}: it is not needed any more.")
        elif entry.state not in {"ready", "claimed"} or entry.last_error:
            self.say("")

    async def _not_listed(self) -> str:
        status = await self.desk.status()
        return not_listed(MOST, status.queued + status.attention + status.held)

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
        self.table.show_lines(self._lines.values(), self.desk_app.now())

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
