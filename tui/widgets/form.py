"""A small form in place: labelled fields, each with its own error under it, kept as typed until it will do."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.message import Message
from textual.widgets import Input, Static

from store.errors import BadInput
from tui.widgets.error_line import ErrorLine
from tui.widgets.field import Field


@dataclass(frozen=True, slots=True)
class Asked:
    """One field of a form; one that is seldom filled is `optional`, and nobody is led to it while it is empty."""

    name: str
    label: str
    value: str = ""
    placeholder: str = ""
    optional: bool = False


class FormField(Field):
    """A field whose Enter goes on to the next."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("enter", "submit", "next", id="form.next")]


class Form(Vertical):
    """Fields under a title. Enter goes to the next field and saves on the last; posts `Filled` or `Left`."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+s", "save", "save", key_display="^S", tooltip="Save what is typed", id="form.save"),
        Binding("escape", "leave", "back", tooltip="Close the form and change nothing", id="form.leave"),
    ]

    class Filled(Message):
        """The person is done; who mounted the form saves it, or says with `wrong` what will not do."""

        def __init__(self, form: "Form", values: dict[str, str]) -> None:
            super().__init__()
            self.form = form
            self.values = values

    class Left(Message):
        """The person left the form."""

        def __init__(self, form: "Form") -> None:
            super().__init__()
            self.form = form

    def __init__(self, title: str, fields: Sequence[Asked], *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self._title = title
        self._asked = tuple(fields)

    def compose(self) -> ComposeResult:
        """Put the fields under one another, each with room for its error."""
        yield Static(Content.styled(self._title, "bold"), classes="form-title", markup=False)
        for asked in self._asked:
            with Horizontal(classes="field-row"):
                yield Static(asked.label, classes="label", markup=False)
                yield FormField(asked.value, placeholder=asked.placeholder, id=f"form-{asked.name}")
            yield ErrorLine(id=f"wrong-{asked.name}")
        yield ErrorLine(id="wrong-form")

    @property
    def values(self) -> dict[str, str]:
        """What is typed, by field."""
        return {asked.name: self._field(asked.name).value for asked in self._asked}

    def begin(self, name: str = "") -> None:
        """Put the focus on a field (the first that is empty and asked for, unless named)."""
        values = self.values
        empty = (asked.name for asked in self._asked if not asked.optional and not values[asked.name])
        self._field(name or next(empty, self._asked[0].name)).focus()

    def wrong(self, error: Exception) -> None:
        """Say what will not do, under its field, and put the focus there."""
        name = error.field if isinstance(error, BadInput) else ""
        if name in self.values:
            self.query_one(f"#wrong-{name}", ErrorLine).say(str(error))
            self._field(name).mark(bad=True)
            self._field(name).focus()
        else:
            self.query_one("#wrong-form", ErrorLine).say(str(error))

    def action_save(self) -> None:
        """Hand over what is typed."""
        for line in self.query(ErrorLine):
            line.clear()
        self.post_message(self.Filled(self, self.values))

    def action_leave(self) -> None:
        """Leave without saving."""
        self.post_message(self.Left(self))

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        event.stop()
        name = (event.input.id or "").removeprefix("form-")
        self._field(name).mark(bad=False)
        self.query_one(f"#wrong-{name}", ErrorLine).clear()

    @on(Input.Submitted)
    def _entered(self, event: Input.Submitted) -> None:
        event.stop()
        names = list(self.values)
        place = names.index((event.input.id or "").removeprefix("form-"))
        if place + 1 < len(names):
            self._field(names[place + 1]).focus()
        else:
            self.action_save()

    def _field(self, name: str) -> Field:
        return self.query_one(f"#form-{name}", Field)
