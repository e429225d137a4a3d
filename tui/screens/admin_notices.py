"""Admin: what the clinic is told of, by whom it is told, and a test that says what came of it."""

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll

from store.errors import Refused
from store.models import OutboxEntry
from store.outbox_words import OutboxLine
from store.setting_list import NOTICES
from store.settings import Settings, masked
from tui.approval import approved
from tui.desk import Desk
from tui.format import time_of
from tui.screens.admin_ask import Ask
from tui.screens.admin_form import AskForm
from tui.screens.admin_lists import ListSection
from tui.screens.admin_settings import PLACES
from tui.screens.base import app_of
from tui.widgets.list_table import Column, ListRow, ListTable
from tui.widgets.sheet import Lines, Sheet, hanging
from tui.widgets.state import TONE_STYLE, Mark

COLUMNS = (Column("The clinic is told when", share=3), Column("", 5), Column("By", share=1, quiet=True))
MINUTES = "notify.offline.minutes"
NOBODY = "There is nobody to tell yet. Enter fills in who is told."


class NoticesTable(ListTable):
    """The kinds; Enter changes who is told."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "choose", "who is told", tooltip="Change who is told", id="notices.change"),
    ]


class NoticesSection(ListSection):
    """Each kind with its switch and its targets, and under them what came of the last test."""

    TITLE = "Notifications"
    ABOUT = "what the clinic is told"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("space", "switch", "on or off", tooltip="Tell the clinic of this, or not", id="notices.switch"),
        Binding("t", "test", "send a test", tooltip="Send a test to everybody who is told", id="notices.test"),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._settings: Settings | None = None
        self._editing = ""
        self._tested: list[str] = []
        self._came: list[tuple[str, Mark]] = []

    def body(self) -> ComposeResult:
        """Put the list above the place for a form and what came of a test."""
        yield self.table_made()
        yield VerticalScroll(classes="form-place", can_focus=False)
        yield Sheet(id="notices-came")

    def table_made(self) -> ListTable:
        """Return the list."""
        return NoticesTable(COLUMNS)

    async def read(self) -> None:
        """Read the settings, and what has come of the last test so far."""
        self._settings = settings = await self.desk.settings()
        self.table.show([ListRow(kind, _cells(settings, kind, when)) for kind, when in NOTICES.items()])
        waiting = {line.entry.id: line for line in await self.desk.outbox(limit=-1)} if self._tested else {}
        entries = [await self.desk.entry_state(entry_id) for entry_id in self._tested]
        app = app_of(self)
        self._came = [(masked(entry.payload["target"]), _came(entry, waiting.get(entry.id))) for entry in entries]
        sent_at = [time_of(entry.created_at, app.clinic.zone, app.now()) for entry in entries][:1]
        self.query_one("#notices-came", Sheet).show(lambda width: self._lines(width, *sent_at))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer nothing of the list over a form."""
        if action in {"switch", "test"} and self.is_mounted:
            return self.open is None
        return super().check_action(action, parameters)

    def action_switch(self) -> None:
        """Tell of the kind under the cursor, or not."""
        kind, settings = self.table.cursor_key, self._settings
        if kind is None or settings is None:
            return
        key = f"notify.{kind}.enabled"
        value = "off" if settings.on(key) else "on"
        if settings.where(key) == "environment":
            self.say("This is set by the environment and cannot be changed here.", bad=True)
        elif value == "on" and not settings.list_of(f"notify.{kind}.targets"):
            self.say(NOBODY, bad=True)
        else:
            self.do(lambda desk: desk.set(key, value), lambda kept: f"Switched {kept}.")

    def action_test(self) -> None:
        """Send a test to the targets of the kind under the cursor, and follow it."""
        kind, settings = self.table.cursor_key, self._settings
        if kind is None or settings is None:
            return
        if not settings.list_of(f"notify.{kind}.targets"):
            self.say(NOBODY, bad=True)
            return

        async def deed(desk: Desk) -> list[str]:
            self._tested = await desk.test_notice(kind)
            return self._tested

        self.do(deed, lambda _: "")

    @on(ListTable.Moved)
    def _moved(self, event: ListTable.Moved) -> None:
        event.stop()
        self.say("")

    @on(ListTable.Chosen)
    async def _chosen(self, event: ListTable.Chosen) -> None:
        event.stop()
        kind, settings = event.key, self._settings
        if settings is None:
            return
        key = f"notify.{kind}.targets"
        self._editing = kind
        asks = [Ask(key, "Told by", placeholder="mailto://… ntfy://… with spaces", secret=True)]
        if kind == "offline":
            asks.append(Ask(MINUTES, "After minutes", settings[MINUTES]))
        form = AskForm(asks, title=f"When {NOTICES[kind]}")
        await self.open_form(form)
        form.fill({key: _masked(settings, kind)})
        for ask in asks:
            place = settings.where(ask.name)
            form.beside(ask.name, PLACES.get(place, ""), locked=place == "environment")

    async def save(self, form: AskForm) -> str | None:
        """Save who is told; the first target switches the kind on."""
        values, kind, settings = form.changed, self._editing, self._settings
        if settings is None:
            raise Refused("The settings could not be read. Leave Admin and open it again.")
        key, enabled = f"notify.{kind}.targets", f"notify.{kind}.enabled"
        first = bool(values.get(key)) and not settings[key] and settings.where(enabled) != "environment"
        if values:
            wanted = values | ({enabled: "on"} if first else {})
            if await approved(app_of(self), lambda desk: desk.set_many(wanted)) is None:
                return None
        await self.close_form()
        return "Saved and switched on. T sends a test." if first else "Saved."

    def _lines(self, width: int, sent_at: str = "") -> Lines:
        lines: Lines = []
        if self._came:
            lines += hanging(width, 0, "", f"Test of {sent_at}", "$quiet")
        for target, mark in self._came:
            lines += hanging(width, 14, target, str(mark), TONE_STYLE[mark.tone])
        return lines


def _cells(settings: Settings, kind: str, when: str) -> tuple[str | Mark, ...]:
    if kind == "offline":
        when = f"the gateway is away for {settings[MINUTES]} min"
    on = settings.on(f"notify.{kind}.enabled")
    return (
        when,
        Mark("✓", "on", "good") if on else Mark("", "off", "quiet"),
        _masked(settings, kind) or "nobody yet",
    )


def _masked(settings: Settings, kind: str) -> str:
    return " ".join(masked(target) for target in settings.list_of(f"notify.{kind}.targets"))


def _came(entry: OutboxEntry, line: OutboxLine | None) -> Mark:
    """Return what has come of one test."""
    if entry.state == "done":
        return Mark("✓", "sent", "good")
    why = (line.why if line else "") or entry.last_error
    if entry.state in {"attention", "held", "dropped"}:
        return Mark("✕", f"not sent: {why or 'it was given up'}", "bad")
    if not why:
        return Mark("◷", "on its way", "wait")
    stop = "" if why.endswith((".", "!", "?")) else "."
    return Mark("◷", f"waits: {why}{stop} It goes out by itself.", "wait")
