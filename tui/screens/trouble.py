"""The data file is damaged or gone: what happened, what still works and what to do, for whoever is at the desk."""

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widgets import Static

from tui import themes
from tui.desk.trouble import Trouble, restoring
from tui.format import time_of
from tui.screens.base import DeskDialog, escaped

TITLES = {"damaged": "The data file is damaged", "moved": "The data file is no longer in its place"}
WORKS = (
    "You can still look things up. Nothing is saved, and no link or message is sent: write on paper what you do "
    "until this is mended."
)


class TroubleDialog(DeskDialog[None]):
    """Says once that nothing is saved any more, and what helps; the status line goes on saying it."""

    CSS_PATH = themes.layout("dialogs.tcss")
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "close", "go on", tooltip="Close this and look things up", id="trouble.close"),
    ]

    def __init__(self, trouble: Trouble) -> None:
        super().__init__()
        self._trouble = trouble

    def body(self) -> ComposeResult:
        """Put what happened above what to do."""
        for name, text in (("what", self._what()), ("works", WORKS), ("todo", self._to_do())):
            yield Static(Content(text), id=name, markup=False)
        yield Static(Content.styled(restoring(self._trouble, self.desk.folder), "bold"), id="command", markup=False)
        yield Static(Content.styled(self._backup(), "$quiet"), id="backup", markup=False)

    def on_mount(self) -> None:
        """Name the box."""
        self.box.border_title = escaped(TITLES[self._trouble.kind])

    def _what(self) -> str:
        trouble = self._trouble
        if trouble.kind == "moved":
            return "The data file was deleted, moved or replaced while Paydesk had it open."
        found = f" ({self._time(trouble.found_at)})" if trouble.found_at else ""
        first = f" {trouble.problems[0]}" if trouble.problems else ""
        return f"Paydesk found that its data file is damaged{found}.{first}"

    def _to_do(self) -> str:
        return "Ring whoever looks after this computer, and tell them this. Every desk is to be closed first; then:"

    def _backup(self) -> str:
        if self._trouble.kept is not None:
            return "That file holds all that was saved until then."
        backup = self._trouble.backup
        if backup is None:
            return "No backup was found where they usually are. `paydesk verify` says what is wrong."
        at = self._time(backup.at)
        return f"That is the newest backup, of {at}. `paydesk verify` says what is wrong."

    def _time(self, text: str) -> str:
        return time_of(text, self.desk_app.clinic.zone, self.desk_app.now())
