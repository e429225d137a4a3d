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
from tui.request_code import unknown_code
from tui.screens.base import NEXT, PREVIOUS
from tui.screens.pos_beside import Beside
from tui.screens.pos_client import ClientBar, ClientCard, ClientSearch
from tui.screens.pos_deeds import DeedScreen
from tui.screens.pos_finder import Finder
from tui.screens.pos_forms import client_form, line_form, read_line
from tui.screens.pos_invoice import InvoicePane, LinesTable
from tui.screens.pos_items import ItemSearch
from tui.screens.pos_ways import NEW_SALE, SHOW_QR, PaymentMenu, with_letters
from tui.widgets.form import Form
from tui.widgets.list_table import ListTable

WIDE = 140


class PosScreen(DeedScreen):
    """Finds client and items, changes the sale, takes the payment."""

    CSS_PATH = themes.layout("pos.tcss")
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (WIDE, "-wide")]
    AUTO_FOCUS = "#client"
    BINDINGS: ClassVar[list[BindingType]] = [
        NEXT,
        PREVIOUS,
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
        self._fixed_keys, self._lettered = self._bindings, self.till.active
        self.desk_app.changed.subscribe(self, lambda _: self.reread())
        self.draw()
        self.call_after_refresh(self.reread)

    def on_screen_resume(self) -> None:
        """Search at the start, and for what may have changed while another place was shown."""
        self._look()

    def draw(self) -> None:
        """Draw the sale as it stands."""
        if not self.stands:
            return
        begins_choosing = self.choosing and not self.finder.choosing
        self.query_one(ClientBar).show(self.sale, self.till, choosing=self.choosing)
        self.query_one(InvoicePane).show(self.sale, self.till)
        self._bind_letters()
        self.finder.show(choosing=self.choosing, editable=self.sale.editable, hint=self._hint())
        if begins_choosing:
            self._look()
        self.refresh_bindings()

    def _bind_letters(self) -> None:
        """Make each payment type's letter a key."""
        types = self.till.active
        if types != self._lettered:
            self._lettered = types
            self._bindings = with_letters(self._fixed_keys, types)

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
        if client is None and (unknown := unknown_code(text)):
            self.finder.say(unknown)
        elif client is None:
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

    @on(ListTable.Chosen, "#items")
    async def _item_clicked(self) -> None:
        text = self.finder.item_search.value
        self.clear_fields()
        await self._item_meant(text, driven=True)

    @on(ItemSearch.Entered)
    async def _item_entered(self, event: ItemSearch.Entered) -> None:
        if not event.text.strip() and not event.driven:
            await self.action_take_payment()
        else:
            await self._item_meant(event.text, driven=event.driven)

    async def _item_meant(self, text: str, *, driven: bool) -> None:
        """Add the item that is meant, or say why not and give back what was typed."""
        try:
            item, quantity, words = await self.finder.item_for(text, driven=driven)
        except PaydeskError as error:
            self.finder.refuse(text, str(error))
            return
        if not self.sale.editable:
            return
        if item is not None:
            self._added(self.sale.add_item(item, quantity))
        elif unknown := unknown_code(words):
            self.finder.refuse(text, unknown)
        else:
            self.finder.item_search.give_back(text)
            await self._open_form(line_form("Free line", description=words, quantity=quantity))

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
        client = await self.desk.add_client(name=values["name"], email=values["email"], mobile=values["mobile"])
        await self._close_form()
        await self._choose(client)

    async def _line_typed(self, values: dict[str, str]) -> None:
        line, place = read_line(values), self.editing
        await self._close_form()
        if place is None:
            self.clear_fields()
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
    async def _payment_chosen(self, event: ListTable.Chosen) -> None:
        if event.key == NEW_SALE:
            self.action_new_sale()
        elif event.key == SHOW_QR:
            self.action_show_qr()
        else:
            await self.action_pay(event.key)

    @on(ListTable.Chosen, "#recent")
    def _recent_chosen(self, event: ListTable.Chosen) -> None:
        from tui.screens.invoice_popup import InvoicePopup

        self.app.push_screen(InvoicePopup(event.key))

    async def action_pay(self, code: str) -> None:
        """Take a payment by one payment type."""
        await self.paying.begin(code)

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

    def can_now(self) -> dict[str, bool]:
        """Return what can be done now, by action."""
        sale, free = self.sale, self.sale.editable and not self.finder.has_form
        return super().can_now() | {
            "new_client": free and self.choosing,
            "free_line": free and not self.choosing,
            "keep_client": self.choosing and sale.client is not None,
            "reload": self.conflict,
            "pay": bool(sale.lines),
            "show_qr": sale.newest_request is not None,
        }

    @work(group="new", exclusive=True)
    async def begin_for(self, client_id: str) -> None:
        """Begin a sale for a client; the one on the screen is put aside."""
        if self.sale.unfinished and await self.put_aside() is None:
            return
        try:
            client = await self.desk.client(client_id)
        except PaydeskError as error:
            self.wrong(str(error))
            return
        await self.begin()
        await self._choose(client)

    async def _choose(self, client: Client) -> None:
        self.sale.choose(client)
        self.choosing = False
        self.clear_fields()
        await self.read_till()
        await self.show_client()
        self.sale_changed()
        self.go_on()

    async def show_client(self) -> None:
        """Show the client beside the sale, where there is room."""
        if self.stands and self.has_class("-wide"):
            await self.query_one(Beside).show_client(
                self.sale.client, self.desk_app.clinic, credit=self.till.credit, but=self.sale.number
            )

    def _added(self, place: int) -> None:
        """A line was added at `place`: show it, and be ready for the next."""
        self.finder.say("")
        self._look()
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
