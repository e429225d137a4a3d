"""Counting a till by notes and coins: how many of each, added up while one types."""

from collections.abc import Mapping
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.widgets import Input, Static

from store.coins import PIECES, piece_name
from store.money import format_money
from tui import themes
from tui.screens.base import NEXT, PREVIOUS, DeskDialog
from tui.widgets.field import Field

MOST_DIGITS = 4
ANSWERS = Content.assemble(
    (" Done ", "$block-cursor-foreground on $block-cursor-background"),
    (" ^S", "$text-accent bold"),
    "        Back",
    (" Esc", "$text-accent bold"),
)
"""The dialog's last line: Enter goes on to the next field, so what ends it is ^S."""


class CountDialog(DeskDialog[dict[int, int] | None]):
    """One field for each note and coin of `currency`; answers with how many there are of each, by pence."""

    CSS_PATH = themes.layout("today.tcss")
    BOX_TITLE = "Notes and coins"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "go_on", "next", tooltip="Go to the next; on the last, done", id="count.next"),
        Binding("ctrl+s", "done", "done", key_display="^S", tooltip="Take this sum as counted", id="count.done"),
        Binding("down", "app.focus_next", "next", show=False, id="count.down"),
        Binding("up", "app.focus_previous", "before", show=False, id="count.up"),
        NEXT,
        PREVIOUS,
    ]

    def __init__(self, currency: str, pieces: Mapping[int, int]) -> None:
        super().__init__()
        self._currency = currency
        self._before = pieces

    def body(self) -> ComposeResult:
        """Put the largest first, and the sum under them."""
        for pence in PIECES[self._currency]:
            many = self._before.get(pence, 0)
            with Horizontal(classes="field-row"):
                yield Static(f"{piece_name(pence, self._currency):>5} ×", classes="label", markup=False)
                yield Field(str(many or ""), restrict=r"[0-9]*", max_length=MOST_DIGITS, id=f"piece-{pence}")
                yield Static(id=f"sum-{pence}", classes="sum", markup=False)
        yield Static(id="pieces-total", markup=False)
        yield Static(ANSWERS, id="answers", markup=False)

    def on_mount(self) -> None:
        """Show what was counted before."""
        self._show()

    @property
    def pieces(self) -> dict[int, int]:
        """How many there are of each, as typed; nothing typed is none."""
        typed = {pence: self.query_one(f"#piece-{pence}", Field).value for pence in PIECES[self._currency]}
        return {pence: int(text) for pence, text in typed.items() if text and int(text)}

    @on(Input.Changed)
    def _show(self) -> None:
        pieces = self.pieces
        for pence in PIECES[self._currency]:
            many = pieces.get(pence, 0)
            self.query_one(f"#sum-{pence}", Static).update(self._money(pence * many) if many else "")
        total = sum(pence * many for pence, many in pieces.items())
        self.query_one("#pieces-total", Static).update(
            Content.assemble(("Counted  ", "$quiet"), (self._money(total), "bold $text-accent"))
        )

    def action_go_on(self) -> None:
        """Go to the next field; on the last, answer."""
        last = self.query_one(f"#piece-{PIECES[self._currency][-1]}")
        if last.has_focus:
            self.action_done()
        else:
            self.screen.focus_next()

    def action_done(self) -> None:
        """Answer with what is typed."""
        self.dismiss(self.pieces)

    def _money(self, pence: int) -> str:
        return format_money(pence, self._currency)
