"""Sending a live payment link again, or reminding the client of it: by which channels, to whom, for what charge."""

from typing import ClassVar, Literal

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widgets import Static

from store.contact import shown_mobile
from store.errors import BadInput, PaydeskError
from store.models import Channel, Invoice, PaymentRequest
from store.money import format_money
from store.text import cleaned
from tui import themes
from tui.desk import CHANNELS, SendPreview, Sent
from tui.screens.base import NEXT, PREVIOUS, DeskDialog, answers, escaped
from tui.widgets.channel_row import MISSING, ChannelRow, Tick
from tui.widgets.error_line import ErrorLine
from tui.widgets.field import Field

SendAgain = Literal["resend", "chase"]


class SendAgainDialog(DeskDialog[Sent | None]):
    """Ask how `request` goes out once more; answers with what was queued, None if nothing was.

    Sent again it may go to another address; a reminder goes to where the link went before.
    """

    CSS_PATH = [themes.layout("payment_link.tcss"), themes.layout("invoice_popup.tcss")]
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "send", "send", tooltip="Queue these messages", id="again.send"),
        NEXT,
        PREVIOUS,
    ]

    def __init__(self, invoice: Invoice, request: PaymentRequest, kind: SendAgain) -> None:
        super().__init__()
        self._invoice, self._request, self._kind = invoice, request, kind
        self._busy = False

    def body(self) -> ComposeResult:
        """Say which link, then the channels."""
        yield Static(id="again-what", markup=False)
        for channel in CHANNELS:
            yield ChannelRow(channel)
        yield ErrorLine(id="wrong")
        yield Static(answers("Send reminder" if self._kind == "chase" else "Send again"), id="answers", markup=False)

    async def on_mount(self) -> None:
        """Offer the channels by which it went before, at the same addresses."""
        self.box.border_title = "Chase" if self._kind == "chase" else "Resend link"
        self.box.border_subtitle = escaped(self._invoice.row.number)
        amount = format_money(self._request.amount, self._invoice.row.currency)
        what = "Reminds of the same link" if self._kind == "chase" else "The same link again"
        self.query_one("#again-what", Static).update(
            Content.styled(cleaned(f"{what}: {self._invoice.client.name}, {amount}, {self._request.code}"), "$quiet")
        )
        try:
            preview = await self.desk.preview(self._invoice.row.number, origin="invoice", amount=self._request.amount)
        except PaydeskError as error:
            self.query_one("#wrong", ErrorLine).say(str(error))
            return
        self._fill(preview)

    @on(ChannelRow.Changed)
    def _changed(self) -> None:
        self.query_one("#wrong", ErrorLine).clear()

    async def action_send(self) -> None:
        """Queue it, or say in place what will not do; a second Enter changes nothing."""
        if self._busy:
            return
        self._busy = True
        try:
            await self._send()
        finally:
            self._busy = False

    async def _send(self) -> None:
        ticked = [row for row in self.query(ChannelRow) if row.ticked]
        missing = next((row for row in ticked if row.missing), None)
        if missing is not None:
            missing.wrong(MISSING[missing.channel])
            return
        if not ticked:
            self.query_one("#wrong", ErrorLine).say("Choose Email or SMS with Space.")
            return
        try:
            sent = await self._queue(ticked)
        except PaydeskError as error:
            self._say(error, ticked)
        else:
            self.dismiss(sent)

    async def _queue(self, ticked: list[ChannelRow]) -> Sent:
        if self._kind == "chase":
            return await self.desk.chase(self._request.id, [row.channel for row in ticked])
        return await self.desk.resend(
            self._request.id, {row.channel: row.query_one(Field).value.strip() for row in ticked}, origin="invoice"
        )

    def _say(self, error: PaydeskError, ticked: list[ChannelRow]) -> None:
        field = error.field if isinstance(error, BadInput) else ""
        row = next((row for row in ticked if row.channel == field), None)
        if row is None:
            self.query_one("#wrong", ErrorLine).say(str(error))
        else:
            row.wrong(str(error))

    def _fill(self, preview: SendPreview) -> None:
        """Offer each channel with the address it last went to, else the client's own."""
        client, before = self._invoice.client, self._addresses()
        own: dict[Channel, str] = {"email": client.email, "sms": shown_mobile(client.mobile)}
        wanted = [channel for channel in before if channel not in preview.refused] or list(preview.usual)
        for channel in CHANNELS:
            row = self.query_one(f"#row-{channel}", ChannelRow)
            row.fill(before.get(channel, "") or own[channel], ticked=channel in wanted)
            row.price(preview.charges[channel], preview.sms.segments)
            row.query_one(Field).disabled = self._kind == "chase"
            if channel in preview.refused:
                row.bar(preview.refused[channel])
        first = next((row for row in self.query(ChannelRow) if row.ticked), self.query(ChannelRow).first())
        first.query_one(Tick).focus()

    def _addresses(self) -> dict[Channel, str]:
        """Return where the request last went, by channel, as people read it."""
        return {
            message.channel: shown_mobile(message.address) if message.channel == "sms" else message.address
            for message in sorted(self._request.messages, key=lambda message: message.sent_at or "")
            if message.sent_at and message.address
        }
