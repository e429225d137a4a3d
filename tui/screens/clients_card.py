"""One client's card: head, sections, the form when it is edited, and what can be done with it."""

from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container, Vertical, VerticalScroll
from textual.content import Content
from textual.message import Message
from textual.widgets import Tab, Tabs

from store.client_card import ClientCard
from store.errors import PaydeskError
from store.models import Client
from tui.approval import approved
from tui.desk import Desk
from tui.screens.base import app_of
from tui.screens.clients_consent import Consent
from tui.screens.clients_form import ClientForm, NoteForm
from tui.screens.clients_sections import (
    INVOICES,
    communications_lines,
    credit_lines,
    details_lines,
    head_lines,
    invoice_rows,
    notes_lines,
    sums_lines,
)
from tui.screens.invoice_sections import Here
from tui.screens.reload import Reload
from tui.till import Till, read_till
from tui.widgets.form import Form
from tui.widgets.list_table import ListTable
from tui.widgets.said_line import SaidLine
from tui.widgets.sheet import Pane, Sheet

SECTIONS = (
    ("details", "Details"),
    ("invoices", "Invoices"),
    ("communications", "Communications"),
    ("notes", "Notes"),
    ("credit", "Credit"),
)
"""The sections, in the order of their keys 1 to 5."""
NO_INVOICES = "No invoices yet. F7 begins one."


class DetailsPane(VerticalScroll, can_focus=True):
    """The card's fields, the two consents, and the sums."""

    def compose(self) -> ComposeResult:
        """Put them under one another."""
        with Vertical(id="details-own"):
            yield Sheet(id="details-fields")
            yield Consent()
        yield Sheet(id="details-sums")


class CardPane(Vertical):
    """Shows one client and follows the store; one section at a time, or all where there is room."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("e", "edit", "edit", tooltip="Change name, email or mobile", id="clients.edit"),
        Binding("n", "note", "note", tooltip="Write a note about this client", id="clients.note"),
        Binding("d", "deposit", "deposit", tooltip="Take a deposit, kept as account credit", id="clients.deposit"),
        Binding("m", "merge", "merge", tooltip="Make two cards of one person one", id="clients.merge"),
        Binding("x", "erase", "erase", show=False, tooltip="Erase this client's data", id="clients.erase"),
        *(
            Binding(
                str(place),
                f"section('{name}')",
                f"show {title.lower()}",
                show=False,
                tooltip=f"Show {title.lower()}",
                id=f"clients.{name}",
            )
            for place, (name, title) in enumerate(SECTIONS, 1)
        ),
        Binding("left", "step(-1)", "section before", show=False, id="clients.section_before"),
        Binding("right", "step(1)", "next section", show=False, id="clients.section_after"),
        Binding("escape", "leave", "list", tooltip="Back to the list of clients", id="clients.leave"),
    ]

    class Left(Message):
        """The person is done with the card."""

    class Saved(Message):
        """A client was added or changed."""

        def __init__(self, client: Client) -> None:
            super().__init__()
            self.client = client

    class Gone(Message):
        """The client was erased."""

    def __init__(self) -> None:
        super().__init__(id="clients-card")
        self.client_id = ""
        self.card: ClientCard | None = None
        self.section = SECTIONS[0][0]
        self._saving = False
        self.load = Reload(self, self._read)

    def compose(self) -> ComposeResult:
        """Lay out the head, the sections' names, the sections, and what was done."""
        yield Sheet(id="card-head")
        tabs = Tabs(*(Tab(title, id=f"tab-{name}") for name, title in SECTIONS))
        tabs.can_focus = False
        yield tabs
        with Container(id="card-sections"):
            yield DetailsPane(id="section-details", classes="section")
            yield ListTable(INVOICES, empty=NO_INVOICES, id="section-invoices", classes="section")
            for name in ("communications", "notes", "credit"):
                yield Pane(id=f"section-{name}", classes="section")
        yield SaidLine()

    def on_mount(self) -> None:
        """Begin without a client."""
        self.add_class("-empty")
        self._choose(self.section)

    @property
    def form(self) -> Form | None:
        """The form, while one is open."""
        return next(iter(self.query(Form)), None)

    def show(self, client_id: str) -> None:
        """Show a client from now on; nobody when it is empty."""
        if client_id != self.client_id:
            self.client_id = client_id
            self.say("")
        self.load()

    def say(self, message: str, *, bad: bool = False) -> None:
        """Say in place what was done, or what went wrong."""
        self.query_one(SaidLine).say(message, bad=bad)

    def begin(self) -> None:
        """Put the focus into the form, or into the chosen section."""
        if self.form is not None:
            self.form.begin()
        else:
            self.query_one(f"#section-{self.section}").focus(scroll_visible=False)

    async def open_form(self, form: Form) -> None:
        """Put a form in the sections' place."""
        if self.form is None:
            self.say("")
            self.add_class("-form")
            await self.mount(form, after=self.query_one("#card-head"))
        self.begin()
        self.refresh_bindings()

    async def close_form(self) -> None:
        """Show the sections again."""
        if self.form is not None:
            await self.form.remove()
        self.remove_class("-form")

    def on_tabs_tab_activated(self, event: Tabs.TabActivated) -> None:
        """A name was clicked."""
        event.stop()
        self._choose(event.tabs.active.removeprefix("tab-"))

    def on_list_table_chosen(self, event: ListTable.Chosen) -> None:
        """Open an invoice."""
        from tui.screens.invoice_popup import InvoicePopup

        event.stop()
        self.app.push_screen(InvoicePopup(event.key))

    def on_list_table_moved(self, event: ListTable.Moved) -> None:
        """The cursor among the invoices concerns nobody else."""
        event.stop()

    def action_section(self, name: str) -> None:
        """Show a section and go there."""
        self._choose(name)
        self.query_one(Tabs).active = f"tab-{name}"
        self.query_one(f"#section-{name}").focus(scroll_visible=False)

    def action_step(self, by: int) -> None:
        """Show the next section."""
        names = [name for name, _ in SECTIONS]
        self.action_section(names[(names.index(self.section) + by) % len(names)])

    def action_leave(self) -> None:
        """Back to the list."""
        self.post_message(self.Left())

    async def action_edit(self) -> None:
        """Edit the card in place."""
        if self.card is not None:
            await self.open_form(ClientForm(self.card.client))

    async def action_note(self) -> None:
        """Write a note in place."""
        await self.open_form(NoteForm())

    @work(group="deed", exclusive=True)
    async def action_deposit(self) -> None:
        """Take a deposit."""
        from tui.screens.deposit import DepositDialog

        if self.card is not None:
            app = app_of(self)
            try:
                till = await read_till(app.desk, app.clinic, self.card.client)
                taken = await app.push_screen_wait(DepositDialog(self.card.client, till))
            except PaydeskError as error:
                self.say(str(error), bad=True)
            else:
                self.say(f"{taken.said}." if taken else "")

    @work(group="deed", exclusive=True)
    async def action_merge(self) -> None:
        """Choose the other card, ask, and merge."""
        from tui.screens.clients_merge import MergeDialog, sure

        if self.card is None:
            return
        app, keep = app_of(self), self.card.client
        gone = await app.push_screen_wait(MergeDialog(keep))
        if gone is None:
            return
        try:
            question = sure(keep, await app.desk.client_card(gone.id), app.clinic.currency)
            if not await app.push_screen_wait(question):
                return
            merged = await approved(app, lambda desk: desk.merge_clients(keep.id, gone.id))
        except PaydeskError as error:
            self.say(str(error), bad=True)
            return
        if merged is not None:
            self.say(f"{gone.name}'s card is now part of this one.")
            self.post_message(self.Saved(merged))

    @work(group="deed", exclusive=True)
    async def action_erase(self) -> None:
        """Ask, and erase."""
        from tui.screens.clients_erase import EraseDialog

        if self.card is not None:
            app = app_of(self)
            if await app.push_screen_wait(EraseDialog(self.card, app.clinic.currency)):
                app.say("The client's personal data is erased. The money records stay.")
                self.post_message(self.Gone())

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer what concerns a client only while there is one, and nothing of it over a form."""
        own = {"edit", "note", "deposit", "merge", "erase", "section", "step"}
        if action in own:
            return self.card is not None and self.form is None
        return super().check_action(action, parameters)

    @on(Consent.Settled)
    def _consent_settled(self, event: Consent.Settled) -> None:
        event.stop()
        self.say(event.wrong, bad=True)
        self.load()

    @on(Form.Filled)
    async def _filled(self, event: Form.Filled) -> None:
        event.stop()
        if self._saving:
            return
        self._saving = True
        try:
            await self._saved(app_of(self).desk, event.form, event.values)
        except PaydeskError as error:
            event.form.wrong(error)
        finally:
            self._saving = False

    async def _saved(self, desk: Desk, form: Form, values: dict[str, str]) -> None:
        if isinstance(form, ClientForm):
            client = await form.save(desk, values)
            await self.close_form()
            self.show(client.id)
            self.say(_alike(await desk.duplicates_of(client.id)))
            self.post_message(self.Saved(client))
        else:
            await desk.add_note(self.client_id, values["text"])
            await self.close_form()
            self.action_section("notes")
            self.load()

    @on(Form.Left)
    async def _form_left(self, event: Form.Left) -> None:
        event.stop()
        await self.close_form()
        if self.card is None:
            self.post_message(self.Left())
        else:
            self.begin()

    async def _read(self) -> None:
        """Read the card and show what is new, each section where it was scrolled to."""
        app, client_id = app_of(self), self.client_id
        try:
            card = await app.desk.client_card(client_id) if client_id else None
            till = await read_till(app.desk, app.clinic, card.client if card else None)
        except PaydeskError as wrong:
            self.say(str(wrong), bad=True)
            return
        if client_id == self.client_id:
            self.card = card
            self.set_class(card is None, "-empty")
            if card is not None:
                self._show(card, till)
            self.refresh_bindings()

    def _show(self, card: ClientCard, till: Till) -> None:
        app = app_of(self)
        here, clinic = Here(app.clinic.zone, app.now()), app.clinic
        self.query_one("#card-head", Sheet).show(lambda width: head_lines(card, clinic, width))
        self.query_one("#details-fields", Sheet).show(lambda width: details_lines(card, width))
        self.query_one("#details-sums", Sheet).show(lambda width: sums_lines(card, clinic, width))
        self.query_one(Consent).show(card.client)
        self.query_one("#section-invoices", ListTable).show(invoice_rows(card, here))
        self._pane("communications").show(lambda width: communications_lines(card, here, width))
        self._pane("notes").show(lambda width: notes_lines(card, here, width))
        self._pane("credit").show(lambda width: credit_lines(card, till, here, width))
        counts = {
            "invoices": len(card.invoices),
            "communications": len(card.communications),
            "notes": len(card.notes),
        }
        for place, (name, title) in enumerate(SECTIONS, 1):
            titled = f"{title} {counts[name]}" if counts.get(name) else title
            self.query_one(f"#tab-{name}", Tab).label = Content.assemble((f"{place} ", "$quiet"), titled)
            self.query_one(f"#section-{name}").border_title = f"{place} {titled}"

    def _pane(self, name: str) -> Pane:
        return self.query_one(f"#section-{name}", Pane)

    def _choose(self, name: str) -> None:
        self.section = name
        for other, _ in SECTIONS:
            self.query_one(f"#section-{other}").set_class(other == name, "-chosen")


def _alike(others: list[Client]) -> str:
    if not others:
        return "Saved."
    more = f" and {len(others) - 1} more" if len(others) > 1 else ""
    return f"Saved. There is a card very like it: {others[0].name}{more}. M makes them one."
