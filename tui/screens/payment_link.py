"""Sending a payment link: how much, by which channels, to whom, for what charge, with which words."""

import re
from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.widgets import Input, Static

from store.contact import shown_mobile
from store.errors import BadInput, PaydeskError
from store.models import OPEN_REQUESTS, Channel, Invoice, Origin
from store.money import format_money, format_plain
from tui import themes
from tui.desk import CHANNELS, STAND_IN_CODE, SendPreview, Sent
from tui.screens.base import NEXT, PREVIOUS, DeskDialog, answers, escaped
from tui.widgets.amount_input import AmountInput
from tui.widgets.channel_row import MISSING, ChannelRow
from tui.widgets.error_line import ErrorLine

_STAND_IN_URL = re.compile(r"https://x+")


class PaymentLinkDialog(DeskDialog[Sent | None]):
    """Ask for a payment of the invoice `number`; answers with what was queued, None if nothing was."""

    CSS_PATH = themes.layout("payment_link.tcss")
    BOX_TITLE = "Payment link"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "send", "send payment", tooltip="Send the payment link", id="link.send"),
        NEXT,
        PREVIOUS,
    ]

    def __init__(self, number: str, origin: Origin) -> None:
        super().__init__()
        self._number = number
        self._origin = origin
        self._preview: SendPreview | None = None
        self._busy = False

    def body(self) -> ComposeResult:
        """Amount, channels, the SMS, and what Enter does."""
        with Horizontal(classes="field-row"):
            yield Static("Amount", classes="label", markup=False)
            yield AmountInput(id="amount")
            yield Static(id="due", markup=False)
        yield ErrorLine(id="wrong-amount")
        yield Static(id="asked", markup=False)
        for channel in CHANNELS:
            yield ChannelRow(channel)
        yield Static(id="sms", markup=False)
        yield ErrorLine(id="wrong")
        yield Static(answers("Send payment"), id="answers", markup=False)

    async def on_mount(self) -> None:
        """Offer what is still due, by the client's usual channels."""
        self.box.border_subtitle = escaped(self._number)
        amount = self.query_one("#amount", AmountInput)
        try:
            preview = await self.desk.preview(self._number, origin=self._origin)
        except PaydeskError as error:
            self.query_one("#wrong", ErrorLine).say(str(error))
            return
        client = preview.invoice.client
        amount.most = preview.invoice.askable
        amount.value = format_plain(preview.amount)
        own: dict[Channel, str] = {"email": client.email, "sms": shown_mobile(client.mobile)}
        for channel in CHANNELS:
            self._row(channel).fill(own[channel], ticked=channel in preview.usual)
            if why := preview.refused.get(channel):
                self._row(channel).bar(why)
        self._show(preview)
        amount.focus()
        amount.select_all()

    @on(Input.Changed, "#amount")
    def _amount_typed(self) -> None:
        self.query_one("#wrong-amount", ErrorLine).clear()
        self.query_one("#amount", AmountInput).mark(bad=False)
        self._look()

    @work(exclusive=True)
    async def _look(self) -> None:
        """Show the words and charges for the amount as typed; an amount that will not do changes nothing."""
        try:
            amount = self.query_one("#amount", AmountInput).pence
            self._show(await self.desk.preview(self._number, origin=self._origin, amount=amount))
        except PaydeskError:
            return

    @on(ChannelRow.Changed)
    def _channel_changed(self) -> None:
        self.query_one("#wrong", ErrorLine).clear()
        if self._preview is not None:
            self._show(self._preview)

    async def action_send(self) -> None:
        """Queue it, or say in place what will not do; a second Enter changes nothing."""
        if self._busy or self._preview is None:
            return
        self._busy = True
        try:
            await self._send()
        finally:
            self._busy = False

    async def _send(self) -> None:
        ticked = [row for row in self.query(ChannelRow) if row.ticked]
        for row in ticked:
            row.clear()
            if row.missing:
                row.wrong(MISSING[row.channel])
                return
        try:
            amount = self.query_one("#amount", AmountInput).pence
            addresses = {row.channel: row.address for row in ticked}
            sent = await self.desk.send(self._number, addresses, amount=amount, origin=self._origin)
        except PaydeskError as error:
            self._say(error)
        else:
            self.dismiss(sent)

    def _say(self, error: PaydeskError) -> None:
        """Say what was refused beside the field that it is about."""
        field = error.field if isinstance(error, BadInput) else ""
        row = next((row for row in self.query(ChannelRow) if row.ticked and field in _FIELDS[row.channel]), None)
        if row is not None:
            row.wrong(str(error))
        elif field == "amount":
            self.query_one("#wrong-amount", ErrorLine).say(str(error))
            self.query_one("#amount", AmountInput).mark(bad=True)
            self.query_one("#amount").focus()
        else:
            self.query_one("#wrong", ErrorLine).say(str(error))

    def _show(self, preview: SendPreview) -> None:
        self._preview = preview
        row = preview.invoice.row
        self.query_one("#due", Static).update(
            Content.styled(f"of {format_money(row.due, row.currency)} due", "$quiet")
        )
        already = _already_asked(preview.invoice)
        self.query_one("#asked", Static).update(Content.styled(already, "$text-warning"))
        self.query_one("#asked").display = bool(already)
        for channel in CHANNELS:
            self._row(channel).price(preview.charges[channel], preview.sms.segments)
        self.query_one("#sms", Static).update(self._words(preview))

    def _words(self, preview: SendPreview) -> Content:
        """Return the SMS as it will read, and what it takes; or what happens without one."""
        if not self._row("sms").ticked:
            text = (
                "No SMS."
                if self._row("email").ticked
                else "No message goes out: the client scans the QR on the screen."
            )
            return Content.styled(text, "$quiet")
        text = _STAND_IN_URL.sub("https://…", preview.sms_text).replace(STAND_IN_CODE, "…")
        size = preview.sms
        parts = f"{size.units}/{size.room} · {size.segments} part{'' if size.segments == 1 else 's'}"
        why = f" · because of {' '.join(size.offending[:5])}" if size.offending else ""
        return Content.assemble(text, "  ", (parts + why, "$text-warning" if size.segments > 1 else "$quiet"))

    def _row(self, channel: Channel) -> ChannelRow:
        return self.query_one(f"#row-{channel}", ChannelRow)


_FIELDS: dict[Channel, tuple[str, ...]] = {"email": ("email",), "sms": ("sms", "mobile")}
"""The names by which a refusal means this channel's address."""


def _already_asked(invoice: Invoice) -> str:
    """Say what open links ask for already, or nothing."""
    codes = ", ".join(request.code for request in invoice.requests if request.state in OPEN_REQUESTS)
    if not codes:
        return ""
    asked = format_money(invoice.asked, invoice.row.currency)
    end = "" if invoice.askable else " Cancel that link first to ask again."
    return f"{asked} is already asked for by {codes}.{end}"
