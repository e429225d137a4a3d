"""One question of a form: its label, its field, and room for what is wrong with the answer."""

from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.dom import DOMNode
from textual.widget import Widget
from textual.widgets import Static

from tui.widgets.error_line import ErrorLine
from tui.widgets.pin_field import PinField

PIN_FIELDS = ("pin", "again")


def question(label: str, field: Widget, classes: str = "") -> ComposeResult:
    """Give a row with `label` and `field`, and the line that `say_wrong` writes to; the field has an id."""
    with Horizontal(classes=f"field-row {classes}"):
        yield Static(label, classes="label", markup=False)
        yield field
    yield ErrorLine(id=f"wrong-{field.id}")


def new_pin() -> ComposeResult:
    """Give the two questions for a new PIN, `pin` and `again`."""
    yield from question("PIN", PinField(placeholder="4 to 8 digits", id="pin"))
    yield from question("PIN again", PinField(placeholder="the same once more", id="again"))


def say_wrong(form: DOMNode, field: str, message: str) -> None:
    """Say under a field what is wrong with it and go there; two PINs that will not do are typed again."""
    for line in form.query(ErrorLine):
        line.clear()
    if field in PIN_FIELDS:
        for pin in form.query(PinField):
            pin.take()
    form.query_one(f"#wrong-{field}", ErrorLine).say(message)
    form.query_one("#pin" if field in PIN_FIELDS else f"#{field}").focus()
