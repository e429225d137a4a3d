"""Erasing a client's personal data: what goes and what stays is said, and the word is typed before it is done."""

from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.widgets import Input, Static

from store.client_card import ClientCard
from store.errors import PaydeskError
from store.money import format_money
from tui import themes
from tui.approval import approved
from tui.desk import Desk
from tui.screens.base import DeskDialog, answers, escaped
from tui.widgets.error_line import ErrorLine
from tui.widgets.field import Field

WORD = "erase"


class EraseDialog(DeskDialog[bool | None]):
    """Erases a client once the word was typed and a manager stands behind it; answers with True when it is done."""

    CSS_PATH = themes.layout("clients.tcss")
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "erase", "erase", tooltip="Erase this client's data", id="erase.yes"),
    ]

    def __init__(self, card: ClientCard, currency: str) -> None:
        super().__init__()
        self._card = card
        self._currency = currency
        self._at_it = False

    def body(self) -> ComposeResult:
        """Say what will happen, and ask for the word."""
        yield Static(Content("\n\n".join(self._words())), id="erase-what", markup=False)
        with Horizontal(classes="field-row"):
            yield Static("To go on", classes="label", markup=False)
            yield Field(placeholder=f"type {WORD}", id="erase-word", max_length=20)
        yield ErrorLine()
        yield Static(answers("Erase"), id="answers", markup=False)

    def on_mount(self) -> None:
        """Name the box."""
        self.box.border_title = escaped(f"Erase {self._card.client.name}")

    @on(Input.Changed)
    def _typed(self) -> None:
        self.query_one(ErrorLine).clear()

    @work(group="erase")
    async def action_erase(self) -> None:
        """Erase, if the word is there; what stands in the way is said here."""
        if self._at_it:
            return
        if self.query_one(Field).value.strip().casefold() != WORD:
            self.query_one(ErrorLine).say(f"Type the word {WORD} to go on, or Esc to leave everything as it is.")
            self.query_one(Field).focus()
            return
        self._at_it = True
        try:
            if await approved(self.desk_app, self._erased):
                self.dismiss(True)
        except PaydeskError as error:
            self.query_one(ErrorLine).say(str(error))
        finally:
            self._at_it = False

    async def _erased(self, desk: Desk) -> bool:
        await desk.erase_client(self._card.client.id)
        return True

    def _words(self) -> list[str]:
        issued = len(self._card.invoices) - self._card.drafts
        one, many = "1 invoice with its payments", f"{issued} invoices with their payments"
        kept = "the record of this" if not issued else one if issued == 1 else many
        goes = (
            "Name, email, mobile, consent, notes and the addresses of every message go for good, also from the "
            "search and from the file itself. Saved PDFs and unfinished sales go too."
        )
        stays = (
            f"What stays is {kept}, under the name “Erased client”. Paper, backups and what the gateway and the mail "
            "server know are for you to see to."
        )
        words = [goes, stays]
        if self._card.due:
            due = format_money(self._card.due, self._currency)
            words.append(f"{due} is still due. Once erased, nobody can be asked for it.")
        return words
