"""Admin: the words of emails and SMS to clients."""

from dataclasses import dataclass
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from store import templates
from store.models import Channel
from store.setting_list import SETTINGS
from store.settings import Settings
from store.templates import MessageKind
from tui.background import begin
from tui.screens.admin_message_editor import MessageEditor
from tui.screens.admin_section import Section
from tui.widgets.list_table import Column, ListRow, ListTable
from tui.widgets.state import Mark

COLUMNS = (Column("Message", share=1), Column("By", 6), Column("Words", 18))


@dataclass(frozen=True, slots=True)
class Worded:
    """One message that clients are sent: what it is, how it goes, and the settings that hold its words."""

    kind: MessageKind
    channel: Channel
    title: str

    @property
    def keys(self) -> tuple[str, ...]:
        """The settings: an email's subject and body, or an SMS."""
        if self.channel == "sms":
            return (templates.key(self.kind, "sms"),)
        return (templates.key(self.kind, "email", "subject"), templates.key(self.kind, "email", "body"))


MESSAGES: dict[str, Worded] = {
    f"{one.kind}-{one.channel}": one
    for one in (
        Worded("payment_request", "email", "Payment link"),
        Worded("payment_request", "sms", "Payment link"),
        Worded("reminder", "email", "Reminder of an unpaid link"),
        Worded("reminder", "sms", "Reminder of an unpaid link"),
        Worded("receipt", "email", "Receipt or invoice"),
    )
}


class MessagesTable(ListTable):
    """The messages; Enter opens the words of one."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "choose", "words", tooltip="Read and change its words", id="messages.open"),
    ]


class MessagesSection(Section):
    """The list, and in its place the editor of one."""

    TITLE = "Messages"
    ABOUT = "the words that clients read"

    def body(self) -> ComposeResult:
        """Give the list."""
        yield MessagesTable(COLUMNS)

    @property
    def editor(self) -> MessageEditor | None:
        """The editor, while one is open."""
        return next(iter(self.query(MessageEditor)), None)

    @property
    def unsaved(self) -> bool:
        """Whether the editor holds what is not saved."""
        return self.editor is not None and bool(self.editor.changed)

    @property
    def roomy(self) -> bool:
        """Whether words are open: they need the screen's whole width."""
        return self.editor is not None

    def begin(self) -> None:
        """Begin in the editor where one is open, else in the list."""
        if self.editor is not None:
            self.editor.begin()
        else:
            self.query_one(MessagesTable).focus()

    async def read(self) -> None:
        """Read which messages have words of the clinic's own."""
        settings = await self.desk.settings()
        rows = [ListRow(name, (one.title, _way(one), _whose(settings, one))) for name, one in MESSAGES.items()]
        self.query_one(MessagesTable).show(rows)

    @on(ListTable.Moved)
    def _moved(self, event: ListTable.Moved) -> None:
        event.stop()
        self.say("")

    @on(ListTable.Chosen)
    async def _chosen(self, event: ListTable.Chosen) -> None:
        event.stop()
        if self.editor is not None:
            return
        one = MESSAGES[event.key]
        self.say("")
        await self.mount(
            MessageEditor(one.kind, one.channel, one.keys, f"{one.title} by {_way(one)}", await self.desk.settings()),
            after=self.query_one(MessagesTable),
        )
        self.add_class("-editing")
        self.post_message(self.Turned())
        self.begin()

    @on(MessageEditor.Changed)
    def _typed(self, event: MessageEditor.Changed) -> None:
        event.stop()
        self.post_message(self.Turned())

    @on(MessageEditor.Saved)
    async def _saved(self, event: MessageEditor.Saved) -> None:
        event.stop()
        await self._close()
        self.say(event.said)

    @on(MessageEditor.Left)
    def _editor_left(self, event: MessageEditor.Left) -> None:
        event.stop()
        begin(self, self._ask_to_leave, group="leave", exclusive=True)

    async def _ask_to_leave(self) -> None:
        if await self.sure_to_leave():
            await self._close()

    async def _close(self) -> None:
        await self.query(MessageEditor).remove()
        self.remove_class("-editing")
        self.post_message(self.Turned())
        self.load()
        self.begin()


def _way(one: Worded) -> str:
    return "SMS" if one.channel == "sms" else "email"


def _whose(settings: Settings, one: Worded) -> Mark:
    if any(settings.where(key) == "environment" for key in one.keys):
        return Mark("", "set elsewhere", "quiet")
    own = any(settings[key] != SETTINGS[key].default for key in one.keys)
    return Mark("●", "the clinic's own", "wait") if own else Mark("", "the usual ones", "quiet")
