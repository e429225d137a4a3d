"""One channel of a payment link: on or off, to whom, for how much."""

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.message import Message
from textual.reactive import reactive
from textual.widgets import Input, Static

from store.charges import Charge
from store.models import Channel
from store.money import format_money
from tui.widgets.error_line import ErrorLine
from tui.widgets.field import Field

LABELS: dict[Channel, str] = {"email": "Email", "sms": "SMS"}
_WANTED: dict[Channel, str] = {"email": "email", "sms": "SMS"}
MISSING: dict[Channel, str] = {
    "email": "Type an email address, or switch Email off with Space.",
    "sms": "Type a mobile number, or switch SMS off with Space.",
}


class Tick(Static, can_focus=True):
    """A box with a tick; Space changes it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("space", "tick", "on or off", tooltip="Send by this channel, or not", id="channel.toggle"),
    ]
    on = reactive(False)

    class Toggled(Message):
        """The tick has changed."""

    def __init__(self, label: str) -> None:
        super().__init__(markup=False)
        self._label = label

    def render(self) -> Content:
        """Draw the box and its label."""
        return Content.assemble(
            ("[x] " if self.on else "[ ] ", "$text-accent bold" if self.on else "$quiet"), self._label
        )

    def action_tick(self) -> None:
        """Change the tick."""
        self.on = not self.on
        self.post_message(self.Toggled())

    def on_click(self) -> None:
        """Change the tick."""
        self.action_tick()


class ChannelRow(Vertical):
    """A channel's tick, address and charge; posts `Changed` when the tick or the address changes."""

    class Changed(Message):
        """The tick or the address has changed."""

    def __init__(self, channel: Channel) -> None:
        super().__init__(id=f"row-{channel}")
        self.channel = channel
        self._own = ""
        self._barred = ""

    def compose(self) -> ComposeResult:
        """Put them on one line, with room for an error under it."""
        with Horizontal(classes="channel"):
            yield Tick(LABELS[self.channel])
            yield Field(id=f"address-{self.channel}", max_length=254, select_on_focus=False)
            yield Static(classes="charge", markup=False)
        yield ErrorLine()

    @property
    def ticked(self) -> bool:
        """Whether the link goes out by this channel."""
        return self.query_one(Tick).on

    @property
    def address(self) -> str:
        """What is typed, empty for the client's own. Only for a ticked channel that is not `missing`."""
        typed = self._field.value.strip()
        return "" if typed == self._own else typed

    @property
    def missing(self) -> bool:
        """Whether it is ticked without an address."""
        return self.ticked and not self._field.value.strip()

    def fill(self, own: str, *, ticked: bool) -> None:
        """Begin with the client's own address."""
        self._own = own
        self._field.value = own
        self._field.placeholder = "none on the card"
        self.query_one(Tick).on = ticked

    def bar(self, why: str) -> None:
        """The client does not want this channel: it stays off, and whoever ticks it reads why."""
        self._barred = why
        self._field.value = ""
        self._field.placeholder = f"does not want {_WANTED[self.channel]}"
        self._field.disabled = True
        self.query_one(Tick).on = False

    def price(self, charge: Charge, segments: int) -> None:
        """Show what one message costs; `segments` is shown for an SMS."""
        parts = f"{segments} part{'' if segments == 1 else 's'} · " if self.channel == "sms" else ""
        self.query_one(".charge", Static).update(Content.styled(parts + charge_text(charge), "$quiet"))

    def wrong(self, text: str) -> None:
        """Say what is wrong with the address, and go there."""
        self.query_one(ErrorLine).say(text)
        self._field.mark(bad=True)
        self._field.focus()

    def clear(self) -> None:
        """Nothing is wrong any more."""
        self.query_one(ErrorLine).clear()
        self._field.mark(bad=False)

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        event.stop()
        self.clear()
        self.post_message(self.Changed())

    @on(Tick.Toggled)
    def _toggled(self, event: Tick.Toggled) -> None:
        event.stop()
        self.clear()
        if self._barred:
            self.query_one(Tick).on = False
            self.query_one(ErrorLine).say(self._barred)
        elif self.missing:
            self.wrong(MISSING[self.channel])
        self.post_message(self.Changed())

    @property
    def _field(self) -> Field:
        return self.query_one(Field)


def charge_text(charge: Charge) -> str:
    """Write a charge: `free`, `2p`, `5p + VAT 1p`."""
    if not charge.gross:
        return "free"
    return _pence(charge.net) + (f" + VAT {_pence(charge.vat)}" if charge.vat else "")


def _pence(pence: int) -> str:
    return f"{pence}p" if pence < 100 else format_money(pence)
