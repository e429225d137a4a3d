"""The form of Admin: labelled fields, each with a note and its error under it, kept as typed until it is saved."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.message import Message
from textual.widgets import Input, Static

from store.errors import BadInput
from tui.screens.admin_ask import Ask, SecretField, field_of
from tui.widgets.choice import Choice
from tui.widgets.error_line import ErrorLine
from tui.widgets.field import Field


class AskForm(Vertical):
    """Fields under a title, if any. Enter goes on, and saves on the last; posts `Filled`, `Left` and `Changed`."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "go_on", "next", show=False, id="admin.next"),
        Binding("ctrl+s", "save", "save", key_display="^S", tooltip="Save what is typed", id="admin.save"),
        Binding("escape", "leave", "back", tooltip="Leave it; what is typed is asked about", id="admin.back"),
    ]

    class Filled(Message):
        """The person is done; who mounted the form saves its `values`, or says with `wrong` what will not do."""

        def __init__(self, form: "AskForm") -> None:
            super().__init__()
            self.form = form

    class Left(Message):
        """The person wants to leave the form."""

        def __init__(self, form: "AskForm") -> None:
            super().__init__()
            self.form = form

    class Changed(Message):
        """Something was typed or chosen."""

        def __init__(self, form: "AskForm") -> None:
            super().__init__()
            self.form = form

    def __init__(self, asks: Sequence[Ask], *, title: str = "", id: str | None = None) -> None:  # noqa: A002 - Textual's
        super().__init__(id=id)
        self.asks = tuple(asks)
        self._title = title
        self._fields = {ask.name: field_of(ask, _id(ask.name)) for ask in asks}
        self._begun = self.values
        self._after = {ask.name: Static(ask.after, classes="after", markup=False) for ask in asks}
        self._notes = {ask.name: Static("", classes="note", markup=False) for ask in asks}
        self._errors = {ask.name: ErrorLine() for ask in asks}
        self._error = ErrorLine()

    def compose(self) -> ComposeResult:
        """Put the fields under one another, each with room for its note and its error."""
        if self._title:
            yield Static(Content.styled(self._title, "bold"), classes="form-title", markup=False)
        for ask in self.asks:
            with Horizontal(classes="field-row"):
                yield Static(ask.label, classes="label", markup=False)
                yield self._fields[ask.name]
                yield self._after[ask.name]
            yield self._notes[ask.name]
            yield self._errors[ask.name]
        yield self._error

    def on_mount(self) -> None:
        """Follow what is chosen, and take no room for what is not said."""
        for name, field in self._fields.items():
            if isinstance(field, Choice):
                self.watch(field, "value", partial(self._chosen, name), init=False)
        for ask in self.asks:
            self._after[ask.name].display = bool(ask.after)

    @property
    def values(self) -> dict[str, str]:
        """What is typed or chosen, by name; a secret is empty where nothing is typed."""
        return {ask.name: self._value(ask) for ask in self.asks}

    @property
    def changed(self) -> dict[str, str]:
        """What differs from what was there when the form began; a secret that is taken away is empty."""
        differing = {name: value for name, value in self.values.items() if value != self._begun[name]}
        return differing | {ask.name: "" for ask in self.asks if self._taken_away(ask)}

    def fill(self, values: Mapping[str, str]) -> None:
        """Show other values where nobody has typed anything; of a secret its mask."""
        touched = self.changed
        for ask in self.asks:
            if ask.name not in values:
                continue
            field = self._fields[ask.name]
            if isinstance(field, SecretField):
                field.keep(values[ask.name])
            else:
                self._begun[ask.name] = values[ask.name]
                if ask.name not in touched:
                    self._put(ask, values[ask.name])

    def settle(self, values: Mapping[str, str]) -> None:
        """Take these as saved: they are what the form begins with from now on."""
        for ask in self.asks:
            if ask.name in values:
                self._begun[ask.name] = "" if ask.secret else values[ask.name]
                self._put(ask, self._begun[ask.name])

    def revert(self) -> None:
        """Give up what was typed."""
        self.clear()
        self.settle(dict(self._begun))

    def beside(self, name: str, text: str, *, locked: bool = False) -> None:
        """Say something beside a field instead of what it asks for; `locked`: nobody may change it."""
        told = text or next(ask.after for ask in self.asks if ask.name == name)
        self._after[name].update(Content(told))
        self._after[name].display = bool(told)
        self._fields[name].disabled = locked

    def note(self, name: str, text: str) -> None:
        """Say quietly under a field what its answer means; empty takes no room."""
        self._notes[name].update(Content.styled(text, "$quiet"))
        self._notes[name].display = bool(text)

    def begin(self, name: str = "") -> None:
        """Put the focus on a field (the first that can be changed, unless named)."""
        free = (ask.name for ask in self.asks if not self.field(ask.name).disabled)
        first = name or next(free, "")
        if first:
            self.field(first).focus()

    def wrong(self, error: Exception) -> None:
        """Say what will not do, under its field, and put the focus there."""
        self.clear()
        name = error.field if isinstance(error, BadInput) else ""
        if name not in self._fields:
            self._error.say(str(error))
            return
        self._errors[name].say(str(error))
        field = self._fields[name]
        if isinstance(field, Field):
            field.mark(bad=True)
        field.focus()

    def clear(self) -> None:
        """Nothing is wrong any more."""
        for name in self._fields:
            self._forgive(name)

    def field(self, name: str) -> Field | Choice:
        """Return a field."""
        return self._fields[name]

    def action_go_on(self) -> None:
        """Go to the next field; on the last, save."""
        free = [field for field in self._fields.values() if not field.disabled]
        place = next((place for place, field in enumerate(free) if field.has_focus), len(free) - 1)
        if place + 1 < len(free):
            free[place + 1].focus()
        else:
            self.action_save()

    def action_save(self) -> None:
        """Hand over what is typed."""
        self.clear()
        self.post_message(self.Filled(self))

    def action_leave(self) -> None:
        """Ask to leave."""
        self.post_message(self.Left(self))

    @on(Input.Submitted)
    def _entered(self, event: Input.Submitted) -> None:
        event.stop()
        self.action_go_on()

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        event.stop()
        name = next(name for name, field in self._fields.items() if field is event.input)
        self._chosen(name)

    def _chosen(self, name: str) -> None:
        self._forgive(name)
        self.post_message(self.Changed(self))

    def _forgive(self, name: str) -> None:
        field = self._fields[name]
        if isinstance(field, Field):
            field.mark(bad=False)
        self._errors[name].clear()
        self._error.clear()

    def _value(self, ask: Ask) -> str:
        field = self._fields[ask.name]
        if isinstance(field, Choice):
            return next(value for value, word in ask.words.items() if word == field.value)
        return field.value

    def _taken_away(self, ask: Ask) -> bool:
        field = self._fields[ask.name]
        return isinstance(field, SecretField) and field.taken_away and not field.value

    def _put(self, ask: Ask, value: str) -> None:
        field = self._fields[ask.name]
        if isinstance(field, Choice):
            field.value = ask.words.get(value, field.value)
        elif isinstance(field, SecretField):
            field.forget_typed()
        elif field.value != value:
            with self.prevent(Input.Changed):
                field.value = value


def _id(name: str) -> str:
    return name.replace(".", "-").replace("_", "-")
