"""F2: the point of sale. Client, items, payment; each change is in the store before the next key."""

from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.widgets import Input

from store.errors import PaydeskError
from store.models import Client, PaymentRequest
from tui import themes
from tui.screens.base import NEXT, PREVIOUS
from tui.screens.pos_beside import Beside
from tui.screens.pos_client import ClientBar, ClientCard, ClientSearch
from tui.screens.pos_finder import Finder
from tui.screens.pos_forms import client_form, line_form, read_line
from tui.screens.pos_invoice import InvoicePane, LinesTable, PaymentMenu
from tui.screens.pos_sale import SaleScreen
from tui.widgets.form import Form
from tui.widgets.list_table import ListTable

WIDE = 140


class PosScreen(SaleScreen):
    """Finds client and items, changes the sale, takes the payment."""

    CSS_PATH = themes.layout("pos.tcss")
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (WIDE, "-wide")]
    AUTO_FOCUS = "#client"
    BINDINGS: ClassVar[list[BindingType]] = [
        NEXT,
        PREVIOUS,
        Binding("f8", "take_payment", "pay", tooltip="Choose how this sale is paid", id="pos.payment"),
        Binding(
            "f7", "new_sale", "new sale", tooltip="Begin with the next client; this sale is kept", id="pos.new_sale"
        ),
        Binding("ctrl+n", "new_client", "new client", key_display="^N", tooltip="Add a client", id="pos.new_client"),
        Binding(
            "ctrl+l", "free_line", "free line", key_display="^L", tooltip="A line not in the list", id="pos.free_line"
        ),
        Binding(
            "ctrl+r",
            "reload",
            "load theirs",
            key_display="^R",
            tooltip="Load what the other desk saved",
            id="pos.reload",
        ),
        Binding("p", "pay('link')", "Payment link", show=False, tooltip="Send a payment link", id="pos.link"),
        Binding("c", "pay('cash')", "Cash", show=False, tooltip="Take cash", id="pos.cash"),
        Binding("t", "pay('card')", "Card terminal", show=False, tooltip="Record a card payment", id="pos.card"),
        Binding("b", "pay('transfer')", "Bank transfer", show=False, tooltip="Record a transfer", id="pos.transfer"),
        Binding("escape", "keep_client", "keep client", tooltip="Stay with this client", id="pos.keep_client"),
        Binding("q", "show_qr", "Show QR", show=False, tooltip="Show the payment link's QR", id="pos.qr"),
    ]

    def body(self) -> ComposeResult:
        """Lay the client line above the panes."""
        yield ClientBar()
        with Horizontal(id="panes"):
            yield Finder()
            yield InvoicePane()
            yield Beside(self.desk)

    @property
    def client_search(self) -> ClientSearch:
        """The client's field."""
        return self.query_one(ClientSearch)

    def on_mount(self) -> None:
        """Fill the lists and follow what changes."""
        self.desk_app.changed.subscribe(self, lambda _: self._reread())
        self.draw()
        self._look()

    def draw(self) -> None:
        """Draw the sale as it stands."""
        clinic = self.desk_app.clinic
        begins_choosing = self.choosing and not self.finder.choosing
        self.query_one(ClientBar).show(self.sale, choosing=self.choosing)
        self.query_one(InvoicePane).show(self.sale, clinic.zone, clinic.currency)
        self.finder.show(choosing=self.choosing, editable=self.sale.editable, hint=self._hint())
        if begins_choosing:
            self._look()
        self.refresh_bindings()

    @on(Input.Changed, "#client")
    @on(Input.Changed, "#item")
    def _typed(self) -> None:
        self.finder.say("")
        self._look()

    def _look(self) -> None:
        self.finder.look(self.client_search.value)

    @on(Input.Submitted, "#client")
    @on(ListTable.Chosen, "#clients")
    async def _client_entered(self, event: Input.Submitted | ListTable.Chosen) -> None:
        text = self.client_search.value
        if isinstance(event, Input.Submitted) and not text.strip() and not self.client_search.driven:
            self.finder.say("Type a few letters of the client's name, mobile or email.")
            return
        try:
            client = await self.finder.client_for(text)
        except PaydeskError as error:
            self.finder.say(str(error))
            return
        if client is None:
            await self._open_form(client_form(text.strip()))
        else:
            await self._choose(client)

    @on(ClientCard.Another)
    def _another_client(self) -> None:
        self.choosing = True
        self.draw()
        self._look()
        self.client_search.focus()

    def action_keep_client(self) -> None:
        """Stay with the client there is."""
        self.choosing = False
        self.clear_fields()
        self.draw()
        self.go_on()

    @on(Input.Submitted, "#item")
    @on(ListTable.Chosen, "#items")
    async def _item_entered(self, event: Input.Submitted | ListTable.Chosen) -> None:
        field = self.finder.item_search
        if isinstance(event, Input.Submitted) and not field.value.strip() and not field.driven:
            self.action_take_payment()
            return
        try:
            item, quantity, words = await self.finder.item_for(field.value)
        except PaydeskError as error:
            self.finder.say(str(error))
            return
        if not self.sale.editable:
            return
        if item is None:
            await self._open_form(line_form("Free line", description=words, quantity=quantity))
        else:
            self._added(self.sale.add_item(item, quantity))

    @on(ListTable.Chosen, "#lines")
    async def _edit_line(self, event: ListTable.Chosen) -> None:
        place = int(event.key)
        if self.sale.editable and place < len(self.sale.lines):
            await self._open_form(line_form("Change the line", self.sale.lines[place]))
            self.editing = place

    @on(LinesTable.Step)
    def _step_line(self, event: LinesTable.Step) -> None:
        if self.editing is None:
            self.sale.step(event.place, event.by)
            self.sale_changed()

    @on(LinesTable.Remove)
    def _remove_line(self, event: LinesTable.Remove) -> None:
        if self.editing is None:
            self.sale.remove(event.place)
            self.sale_changed()
        if not self.sale.lines:
            self.go_on()

    @on(Form.Filled)
    async def _form_filled(self, event: Form.Filled) -> None:
        try:
            if event.form.id == "client-form":
                await self._new_client(event.values)
            else:
                await self._line_typed(event.values)
        except PaydeskError as error:
            event.form.wrong(error)

    async def _new_client(self, values: dict[str, str]) -> None:
        client = await self.desk.add_client(**values)
        await self._close_form()
        await self._choose(client)

    async def _line_typed(self, values: dict[str, str]) -> None:
        line, place = read_line(values), self.editing
        await self._close_form()
        if place is None:
            self._added(self.sale.add(line))
        else:
            self.sale.change(place, line)
            self.sale_changed()
            self.query_one(LinesTable).focus()

    @on(Form.Left)
    async def _form_left(self) -> None:
        await self._close_form()
        self.go_on()

    @on(ListTable.Chosen, "#payment")
    def _payment_chosen(self, event: ListTable.Chosen) -> None:
        if event.key == "new":
            self.action_new_sale()
        elif event.key == "qr":
            self.action_show_qr()
        else:
            self.action_pay(event.key)

    @on(ListTable.Chosen, "#recent")
    def _recent_chosen(self, event: ListTable.Chosen) -> None:
        from tui.screens.invoice_popup import InvoicePopup

        self.app.push_screen(InvoicePopup(event.key))

    def action_take_payment(self) -> None:
        """Go to the ways to pay, or say what is missing."""
        self.paying.choose()

    def action_pay(self, way: str) -> None:
        """Take a payment one way: link, cash, card or transfer."""
        self.paying.begin(way)

    def action_show_qr(self) -> None:
        """Show the newest payment link's QR again."""
        request: PaymentRequest | None = self.sale.newest_request
        if request is not None:
            self.paying.show_link(request.id)

    async def action_new_client(self) -> None:
        """Add a client in place."""
        await self._open_form(client_form(self.client_search.value.strip()))

    async def action_free_line(self) -> None:
        """Add a line that is not in the list."""
        await self._open_form(line_form("Free line"))

    @work(group="new")
    async def action_new_sale(self) -> None:
        """Save this sale and begin the next."""
        if await self.paying.may_leave():
            await self.begin()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002 - Textual's
        """Offer only what can be done now."""
        if action == "reload":
            return self.conflict
        if action in {"new_client", "free_line"}:
            now = self.choosing if action == "new_client" else not self.choosing
            return self.is_mounted and now and self.sale.editable and not self.finder.has_form
        if action == "keep_client":
            return self.choosing and self.sale.client is not None
        if action == "new_sale":
            return self.is_mounted and (self.sale.client is not None or bool(self.sale.lines))
        if action == "take_payment":
            return self.is_mounted and self.sale.payable
        return True

    async def _choose(self, client: Client) -> None:
        self.sale.choose(client)
        self.choosing = False
        self.clear_fields()
        await self.show_client()
        self.sale_changed()
        self.go_on()

    async def show_client(self) -> None:
        """Show the client beside the sale, where there is room."""
        if self.has_class("-wide"):
            await self.query_one(Beside).show_client(self.sale.client, self.desk_app.clinic, but=self.sale.number)

    def _added(self, place: int) -> None:
        """A line was added at `place`: show it, and be ready for the next."""
        self.clear_fields()
        self.sale_changed()
        self.query_one(LinesTable).select(str(place))
        self.finder.item_search.focus()

    async def _open_form(self, form: Form) -> None:
        if self.sale.editable:
            self.editing = None
            await self.finder.open(form)
            self.draw()

    async def _close_form(self) -> None:
        self.editing = None
        await self.finder.close()
        self.draw()

    def clear_fields(self) -> None:
        """Empty both searches."""
        self.client_search.value = ""
        self.finder.clear()

    def go_on(self) -> None:
        """Put the focus where the work goes on."""
        if self.choosing:
            self.client_search.focus()
        elif self.sale.editable:
            self.finder.item_search.focus()
        else:
            self.query_one(PaymentMenu).focus()

    def _hint(self) -> Content:
        """Say what this sale is waiting for, and where the sandbox's client reads their messages."""
        sandbox = self.desk_app.sandbox
        if self.sale.lines or sandbox is None:
            return Content("")
        return Content.assemble("Client's phone: ", (f"{sandbox.address.rstrip('/')}/phone", "$text-accent"))
