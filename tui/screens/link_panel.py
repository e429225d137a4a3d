"""A payment link to be scanned: QR, amount, state as it changes, address, code; and what can be done with it."""

from typing import ClassVar

from textual import work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Digits, Static

from store.errors import PaydeskError
from store.models import Invoice, PaymentRequest
from store.money import format_money
from tui import themes
from tui.format import time_of
from tui.screens.ask import Confirm
from tui.screens.base import DeskDialog, app_of
from tui.screens.link_facts import messages, steps
from tui.widgets.key_bar import KeyBar
from tui.widgets.qr import QrCode
from tui.widgets.top_bar import StatusLine

FACTS_WIDTH = 30
CLOSED = ("paid", "cancelled", "expired", "stopped")


class LinkPanel(Widget, can_focus=True):
    """One payment request, live. Asks the engine once to look out for it more often."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y", "copy", "copy link", tooltip="Copy the link to the clipboard", id="link.copy"),
        Binding("x", "cancel", "cancel link", tooltip="Take the payment link back", id="link.cancel"),
    ]

    def __init__(self, request_id: str) -> None:
        super().__init__()
        self.request_id = request_id
        self.request: PaymentRequest | None = None
        self.invoice: Invoice | None = None
        self.shows_qr = False

    def compose(self) -> ComposeResult:
        """QR, then facts."""
        yield QrCode(id="qr")
        with Vertical(id="facts"):
            yield Digits(id="amount")
            yield Static(id="whose", markup=False)
            yield Static(id="steps", markup=False)
            yield Static(id="url", markup=False)
            yield Static(id="messages", markup=False)

    async def on_mount(self) -> None:
        """Read the request, follow what changes, and have the gateway asked more often."""
        app_of(self).changed.subscribe(self, lambda _: self._look())
        app_of(self).status_changed.subscribe(self, lambda _: self._draw())
        await self._read()
        try:
            await app_of(self).desk.watch_request(self.request_id)
        except PaydeskError as error:
            app_of(self).say(str(error), bad=True)

    def on_resize(self) -> None:
        """See again whether the code fits."""
        self._draw()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002 - Textual's
        """Offer only what can be done with the link as it is."""
        request = self.request
        if action == "copy":
            return request is not None and bool(request.url)
        if action == "cancel":
            return request is not None and request.state in {"queued", "live", "attention"}
        return True

    def action_copy(self) -> None:
        """Put the link on the clipboard of whoever sits at this terminal (OSC 52)."""
        if self.request is not None:
            self.app.copy_to_clipboard(self.request.url)
            app_of(self).say("The link is on the clipboard, if this terminal allows it.")

    @work
    async def action_cancel(self) -> None:
        """Take the request back, after asking."""
        request, app = self.request, app_of(self)
        if request is None:
            return
        amount = format_money(request.amount, app.clinic.currency)
        question = f"The client cannot pay {amount} with {request.code} any more. Cancel it?"
        if await app.push_screen_wait(Confirm("Cancel payment link", question, yes="Cancel the link", no="Keep it")):
            try:
                await app.desk.cancel(request.id)
            except PaydeskError as error:
                app.say(str(error), bad=True)

    @work(exclusive=True)
    async def _look(self) -> None:
        await self._read()

    async def _read(self) -> None:
        desk = app_of(self).desk
        try:
            request = await desk.request(self.request_id)
            invoice = await desk.invoice(request.invoice_id)
        except PaydeskError as error:
            app_of(self).say(str(error), bad=True)
            return
        if self._stands() and (request, invoice) != (self.request, self.invoice):
            if request.state == "paid" and self.request is not None and self.request.state != "paid":
                self._say_paid(request, invoice)
            self.request, self.invoice = request, invoice
            self._draw()
            self.screen.refresh_bindings()

    def _stands(self) -> bool:
        """Tell whether there is still something to draw on: what was read may come after the panel was closed."""
        return self.is_attached and bool(self.query(QrCode))

    def _say_paid(self, request: PaymentRequest, invoice: Invoice) -> None:
        row, app = invoice.row, app_of(self)
        paid = next((each.amount for each in reversed(invoice.payments) if each.request_id == request.id), 0)
        if not paid:
            app.say(f"{request.code}: {request.reason}", bad=True)
            return
        said = f"{invoice.client.name} has paid {format_money(paid, row.currency)} for {row.number}."
        if row.overpaid:
            said += f" That is {format_money(row.overpaid, row.currency)} too much: give it back from the invoice."
        app.say(said, bad=bool(row.overpaid))

    def _draw(self) -> None:
        request, invoice, app = self.request, self.invoice, app_of(self)
        if request is None or invoice is None or not self._stands():
            return
        currency, zone, now = invoice.row.currency, app.clinic.zone, app.now()
        self.shows_qr = self._draw_code(request)
        self.query_one(Digits).update(format_money(request.amount, currency))
        self.query_one("#whose", Static).update(
            Content.assemble(
                (invoice.client.name, "bold"),
                f"\n{invoice.row.number}  ·  ",
                (f"check code {request.code}", "$quiet"),
            )
        )
        self.query_one("#steps", Static).update(Content("\n").join(steps(request, zone, now)))
        self.query_one("#messages", Static).update(Content("\n").join(messages(request, zone, now)))
        self.query_one("#url", Static).update(self._address(request))

    def _draw_code(self, request: PaymentRequest) -> bool:
        if not request.url or request.state in CLOSED or not self.size.width:
            self.query_one(QrCode).show("", columns=0, rows=0)
            return False
        upright = self.styles.layout is not None and self.styles.layout.name == "vertical"
        columns = self.size.width - 2 if upright else self.size.width - FACTS_WIDTH
        return self.query_one(QrCode).show(request.url, columns=columns, rows=self._rows(upright=upright))

    def _rows(self, *, upright: bool) -> int:
        return max(0, self.app.size.height - 18) if upright else self.size.height

    def _address(self, request: PaymentRequest) -> Content:
        """Return the link as text; before there is one, what it waits for."""
        app = app_of(self)
        if request.url:
            note = (
                "" if self.shows_qr or request.state in CLOSED else "\nThis link is too long for a QR of this size."
            )
            return Content.assemble((request.url, "$text-accent underline"), (note, "$text-warning"))
        if request.state == "live":
            return Content.styled("Its address is none for a client. Cancel it (x), send a new one.", "$text-warning")
        if request.state != "queued":
            return Content("")
        gateway = app.status.gateway
        if gateway is not None and gateway.state != "online":
            since = time_of(request.created_at, app.clinic.zone, app.now())
            return Content(f"Will go out by itself when the line is back. Queued since {since}.")
        return Content.styled("The link is being made. The QR appears here.", "$quiet")


class LinkScreen(DeskDialog[str | None]):
    """The panel over the whole terminal; answers "next" when the person goes on with `next_label`, else None."""

    CSS_PATH = themes.layout("payment_link.tcss")
    AUTO_FOCUS = "LinkPanel"

    def __init__(self, request_id: str, *, next_label: str = "") -> None:
        super().__init__()
        self._request_id = request_id
        self._next_label = next_label

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "n,f7", "next", "next client", key_display="N", tooltip="Leave this and begin a new sale", id="link.next"
        ),
    ]

    def compose(self) -> ComposeResult:
        """The panel under a title, above the keys."""
        yield StatusLine("Payment link")
        yield LinkPanel(self._request_id)
        yield KeyBar()

    def action_next(self) -> None:
        """Go on with the next sale."""
        self.dismiss("next")

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002 - Textual's
        """A next sale only where there is one to go on with."""
        return bool(self._next_label) if action == "next" else True
