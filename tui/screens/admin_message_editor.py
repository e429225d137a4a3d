"""Admin: the words of one message, with what a client would read beside them, and what is wrong under them."""

from collections.abc import Sequence
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.events import Key
from textual.geometry import Region
from textual.message import Message
from textual.strip import Strip
from textual.widgets import Input, Static, TextArea

from store import templates
from store.errors import BadInput, PaydeskError
from store.models import Channel
from store.setting_list import SETTINGS
from store.settings import Settings
from store.sms import SmsMeasure
from store.templates import MessageKind
from tui.approval import approved
from tui.background import begin
from tui.desk import MessagePreview
from tui.screens.base import app_of
from tui.screens.reload import Reload
from tui.widgets.error_line import ErrorLine
from tui.widgets.field import Field
from tui.widgets.sheet import Lines, Pane


class Words(TextArea):
    """The words; those of an SMS are one paragraph, so Enter makes no line in them."""

    def __init__(self, text: str, *, lines: bool) -> None:
        super().__init__(text, id="words", compact=True, highlight_cursor_line=False)
        self.cursor_blink = False
        self._lines = lines

    def render_lines(self, crop: Region) -> list[Strip]:
        """Draw nothing once it is taken away; Textual may ask until what it stood in is laid out anew.

        Its text area would then look for styles that are gone, which would end the desk.
        """
        return super().render_lines(crop) if self.is_attached else []

    async def on_key(self, event: Key) -> None:
        """Make no line where there can be none."""
        if event.key == "enter" and not self._lines:
            event.stop()
            event.prevent_default()


class MessageEditor(Vertical):
    """The words at the left, the preview at the right. Posts `Changed`, `Saved` and `Left`."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+s", "save", "save", key_display="^S", tooltip="Save these words", id="messages.save"),
        Binding(
            "ctrl+r", "usual", "usual words", key_display="^R", tooltip="Write the usual words", id="messages.usual"
        ),
        Binding(
            "escape", "leave", "back", tooltip="Back to the messages; unsaved words are asked about", id="words.leave"
        ),
    ]

    class Changed(Message):
        """Something was typed."""

    class Saved(Message):
        """The words are saved."""

        def __init__(self, said: str) -> None:
            super().__init__()
            self.said = said

    class Left(Message):
        """The person wants to leave."""

    def __init__(
        self, kind: MessageKind, channel: Channel, keys: Sequence[str], title: str, settings: Settings
    ) -> None:
        super().__init__()
        self._kind, self._channel, self._title = kind, channel, title
        *self._subject_key, self._words_key = keys
        self._begun = {key: settings[key] for key in keys}
        self._fixed = any(settings.where(key) == "environment" for key in keys)
        self._saving = False
        self.load = Reload(self, self._read)

    def compose(self) -> ComposeResult:
        """Put the subject above the words, the preview beside them, and what may stand in them below."""
        yield Static(Content.styled(self._title, "bold"), classes="form-title", markup=False)
        for key in self._subject_key:
            with Horizontal(classes="field-row"):
                yield Static("Subject", classes="label", markup=False)
                yield Field(self._begun[key], id="subject", disabled=self._fixed)
        with Horizontal(id="words-panes"):
            words = Words(self._begun[self._words_key], lines=SETTINGS[self._words_key].lines)
            words.read_only = self._fixed
            yield words
            yield Pane(id="words-preview")
        yield ErrorLine()
        yield Static(_places(self._kind), id="words-places", markup=False)

    def on_mount(self) -> None:
        """Show what a client would read."""
        self.query_one("#words-preview").border_title = "As a client reads it"
        self.load()

    @property
    def values(self) -> dict[str, str]:
        """What is typed, by setting."""
        typed = {key: self.query_one("#subject", Field).value for key in self._subject_key}
        return typed | {self._words_key: self.query_one(Words).text}

    @property
    def changed(self) -> dict[str, str]:
        """What differs from what was there."""
        return {key: value for key, value in self.values.items() if value != self._begun[key]}

    def begin(self) -> None:
        """Begin in the words, at their start."""
        self.query_one(Words).focus()

    def action_leave(self) -> None:
        """Ask to leave."""
        self.post_message(self.Left())

    def action_usual(self) -> None:
        """Write the usual words; they are kept once they are saved."""
        if self._fixed:
            return
        for key in self._subject_key:
            self.query_one("#subject", Field).value = SETTINGS[key].default
        self.query_one(Words).text = SETTINGS[self._words_key].default

    def action_save(self) -> None:
        """Save, once."""
        if self._fixed:
            self._wrong(
                BadInput(self._words_key, "These words are set by the environment and cannot be changed here.")
            )
        elif not self._saving:
            self._saving = True
            begin(self, self._save)

    @on(Input.Changed)
    @on(TextArea.Changed)
    def _typed(self, event: Message) -> None:
        event.stop()
        self.post_message(self.Changed())
        self.load()

    @on(Input.Submitted)
    def _entered(self, event: Input.Submitted) -> None:
        event.stop()
        self.query_one(Words).focus()

    async def _save(self) -> None:
        values = self.changed
        try:
            done = await approved(app_of(self), lambda desk: desk.set_many(values)) if values else {}
        except PaydeskError as error:
            self._wrong(error)
            self._go_to(error)
        else:
            if done is not None:
                self.post_message(self.Saved(f"{self._title}: saved." if values else "Nothing was changed."))
        finally:
            self._saving = False

    async def _read(self) -> None:
        """Show what a client would read; while that cannot be, what was shown stays, with the reason below."""
        try:
            preview = await app_of(self).desk.preview_message(self._kind, self._channel, self.values)
        except PaydeskError as error:
            self._wrong(error)
            return
        self.query_one(ErrorLine).clear()
        self.query_one("#words-preview", Pane).show(lambda width: preview_lines(preview, width))

    def _wrong(self, error: PaydeskError) -> None:
        in_subject = isinstance(error, BadInput) and error.field in self._subject_key
        self.query_one(ErrorLine).say(f"Subject: {error}" if in_subject else str(error))

    def _go_to(self, error: PaydeskError) -> None:
        if isinstance(error, BadInput) and error.field in self._subject_key:
            self.query_one("#subject").focus()
        else:
            self.query_one(Words).focus()


def preview_lines(preview: MessagePreview, width: int) -> Lines:
    """Return a message as a client reads it, and for an SMS what it takes to carry."""
    lines: Lines = []
    if preview.subject:
        lines += [*Content.styled(preview.subject, "bold").wrap(max(8, width)), Content("")]
    for line in preview.text.split("\n"):
        lines += Content(line).wrap(max(8, width)) if line else [Content("")]
    if preview.sms is not None:
        lines.append(Content(""))
        for sentence, style in measured(preview.sms):
            lines += Content.styled(sentence, style).wrap(max(8, width))
    return lines


def measured(sms: SmsMeasure) -> list[tuple[str, str]]:
    """Return what an SMS takes to carry, in sentences with their styles: parts, and what makes it longer."""
    parts = "1 part" if sms.segments == 1 else f"{sms.segments} parts"
    told = [(f"{sms.units}/{sms.room} · {parts}", "$text-accent" if sms.segments == 1 else "$text-warning")]
    if sms.offending:
        told.append((f"These make every part shorter: {' '.join(sms.offending)}", "$text-warning"))
    if sms.double:
        told.append((f"These count twice: {' '.join(sms.double)}", "$text-warning"))
    return told


def _places(kind: MessageKind) -> Content:
    known = (*templates.PLACES, "document") if kind == "receipt" else templates.PLACES
    return Content.assemble(("Filled in: ", "$quiet"), (" ".join(f"{{{name}}}" for name in known), "$text-accent"))
