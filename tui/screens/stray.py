"""A payment on a link that is not known here: which invoice it pays, or that it is not to be counted."""

from dataclasses import dataclass
from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.widgets import Input, Static

from store.errors import NotFound, PaydeskError
from store.models import InvoiceRow
from store.money import format_money
from store.strays import Stray
from store.text import cleaned
from tui import themes
from tui.format import time_of
from tui.screens.base import DeskDialog, answers, escaped
from tui.widgets.error_line import ErrorLine
from tui.widgets.field import Field
from tui.widgets.sheet import Lines, Sheet, hanging
from tui.widgets.state import invoice_state

INDENT = 11
LIKE_THIS = "its number, such as INV-000001"
NO_NUMBER = "Type the number of the invoice that it pays. Make one first (F2) if there is none."
LOOK_FIRST = "Look whether this is the invoice; Enter then counts the payment on it."


@dataclass(frozen=True, slots=True)
class Decided:
    """What was decided: it is counted, as `said`, or it is to be dropped."""

    said: str = ""
    drop: bool = False


class StrayDialog(DeskDialog[Decided | None]):
    """Say what is known of the payment behind an entry, and count it on the invoice that a person names and saw."""

    CSS_PATH = themes.layout("outbox.tcss")
    BOX_TITLE = "Payment that is not known here"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "count", "count it", tooltip="Count the payment on this invoice", id="stray.count"),
        Binding(
            "ctrl+d",
            "drop",
            "drop",
            priority=True,
            key_display="^D",
            tooltip="Do not count it: it was given back, or is none of ours",
            id="stray.drop",
        ),
    ]

    def __init__(self, entry_id: str, stray: Stray) -> None:
        super().__init__()
        self._entry_id, self._stray = entry_id, stray
        self._seen: tuple[str, InvoiceRow | None] = ("", None)
        self._busy = False

    def body(self) -> ComposeResult:
        """Put what is known above the invoice's number, and under that what the number means."""
        yield Sheet(id="stray-known")
        with Horizontal(classes="field-row"):
            yield Static("Invoice", classes="label", markup=False)
            yield Field(placeholder=LIKE_THIS, id="number", select_on_focus=False, max_length=60)
        yield Sheet(id="stray-meant")
        yield ErrorLine()
        yield Static(answers("Count it"), id="answers", markup=False)

    async def on_mount(self) -> None:
        """Say what is known, and offer the invoice that the link names where it is here."""
        self.box.border_subtitle = escaped(self._stray.code)
        try:
            there = await self._find(self._stray.number)
        except PaydeskError as error:
            self.query_one(ErrorLine).say(str(error))
            there = None
        self.query_one("#stray-known", Sheet).show(lambda width: self._known(width, here=there is not None))
        if there is not None:
            self._field.value = there.number
            self._field.cursor_position = len(there.number)
        self._field.focus()

    @property
    def _field(self) -> Field:
        return self.query_one(Field)

    @property
    def _typed(self) -> str:
        return self._field.value.strip()

    @on(Input.Changed)
    def _changed(self) -> None:
        self.query_one(ErrorLine).clear()
        self._field.mark(bad=False)
        self._look()

    @work(exclusive=True, group="look")
    async def _look(self) -> None:
        """Show whose invoice is typed and what it owes; nothing while no invoice has that number."""
        try:
            await self._see(self._typed)
        except PaydeskError as error:
            self.query_one(ErrorLine).say(str(error))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer no way out while it is being counted."""
        return not self._busy if action in {"close", "drop"} else super().check_action(action, parameters)

    def action_drop(self) -> None:
        """Leave it to the question why it is dropped."""
        self.dismiss(Decided(drop=True))

    def action_count(self) -> None:
        """Count it on the invoice that is shown, or say in place what will not do; a second Enter changes nothing."""
        if not self._busy:
            self._busy = True
            self._count()

    @work(group="count")
    async def _count(self) -> None:
        typed = self._typed
        try:
            seen, row = self._seen
            if not typed:
                self._wrong(NO_NUMBER)
            elif seen != typed:
                await self._see(typed)
                self._wrong(LOOK_FIRST if self._seen[1] else _unknown(typed))
            elif row is None:
                self._wrong(_unknown(typed))
            else:
                await self.desk.count_stray(self._entry_id, row.number)
                self.dismiss(Decided(await self._said(row.number)))
        except PaydeskError as error:
            self._wrong(str(error))
        finally:
            self._busy = False

    async def _said(self, number: str) -> str:
        row = (await self.desk.invoice(number)).row
        left = f"It still owes {format_money(row.due, row.currency)}." if row.due else "It is paid."
        if row.overpaid:
            left = f"It is overpaid by {format_money(row.overpaid, row.currency)}."
        return f"{self._paid} counted on {row.number}. {left}"

    async def _see(self, typed: str) -> None:
        row = await self._find(typed)
        if typed == self._typed:
            self._seen = (typed, row)
            self.query_one("#stray-meant", Sheet).show(lambda width: self._meant(row, width))

    async def _find(self, typed: str) -> InvoiceRow | None:
        """Return the invoice of that number, however its letters are typed."""
        for number in dict.fromkeys((typed, typed.upper())):
            try:
                return (await self.desk.invoice(number)).row
            except NotFound:
                continue
        return None

    def _wrong(self, message: str) -> None:
        self.query_one(ErrorLine).say(message)
        self._field.mark(bad=message != LOOK_FIRST)
        self._field.focus()

    @property
    def _paid(self) -> str:
        return format_money(self._stray.amount, self._stray.currency)

    def _known(self, width: int, *, here: bool) -> Lines:
        stray, app = self._stray, self.desk_app
        when = time_of(stray.paid_at, app.clinic.zone, app.now())
        names = f"{stray.number}, which is {'' if here else 'not '}here"
        how = f", {stray.method}" if stray.method else ""
        return [
            *hanging(width, INDENT, "Paid", Content.assemble((self._paid, "bold"), cleaned(f"{how}, {when}"))),
            *hanging(width, INDENT, "Link", f"{stray.code}, made after the backup that was brought back"),
            *hanging(width, INDENT, "For", names if stray.number else "no invoice is named"),
            *hanging(width, INDENT, "Gateway", f"{stray.gateway.capitalize()}, {stray.gateway_id}"),
        ]

    def _meant(self, row: InvoiceRow | None, width: int) -> Lines:
        """Say whose invoice it is, what it owes, and what counting does to it."""
        if row is None:
            return []
        state, owes = invoice_state(row), format_money(row.due, row.currency)
        about = f"{row.client_name or 'nobody yet'}, {state.word.lower()}, owes {owes}"
        over = self._stray.amount - row.due
        notes = ["It is issued with this."] if row.state == "draft" else []
        if over > 0 and row.state != "void":
            notes.append(f"That is {format_money(over, row.currency)} less than was paid: it will be overpaid.")
        lines = hanging(width, INDENT, "", Content.styled(cleaned(about), "bold"))
        return lines + (hanging(width, INDENT, "", " ".join(notes), "$quiet") if notes else [])


def _unknown(typed: str) -> str:
    return f"There is no invoice {typed[:40]}. Look for it among the invoices (F3)."
