"""What the invoice pop-up's options do: each asks what it must, does it, and says in a sentence what was done."""

from collections.abc import Awaitable, Callable, Sequence
from typing import TYPE_CHECKING

from store.models import Invoice, PaymentRequest
from store.money import format_money
from tui.screens.ask import Confirm
from tui.screens.invoice_options import Verb, cancellable, live_link, open_requests
from tui.screens.menu import Menu, MenuItem
from tui.widgets.state import request_state

if TYPE_CHECKING:
    from tui.app import PaydeskApp

KINDS = (("c", "cash", "Cash"), ("t", "card", "Card terminal"), ("b", "transfer", "Bank transfer"))
"""The payment types taken at the desk: key, type, word."""


class InvoiceDeeds:
    """The deeds for one invoice. Each runs in a worker and returns what to say, "" when there is nothing to say.

    They raise the errors of `store.errors`; nothing is changed then.
    """

    def __init__(self, app: "PaydeskApp") -> None:
        self._app = app
        self._deeds: dict[Verb, Callable[[Invoice], Awaitable[str]]] = {
            "send_link": self._send_link,
            "show_log": self._show_log,
            "show_qr": self._show_qr,
            "copy_link": self._copy_link,
            "cancel_link": self._cancel_link,
            "take_payment": self._take_payment,
            "open_in_pos": self._open_in_pos,
        }

    async def do(self, verb: Verb, invoice: Invoice) -> str:
        """Do one deed."""
        return await self._deeds[verb](invoice)

    async def _send_link(self, invoice: Invoice) -> str:
        from tui.screens.link_panel import LinkScreen
        from tui.screens.payment_link import PaymentLinkDialog

        sent = await self._app.push_screen_wait(PaymentLinkDialog(invoice.row.number, "invoice"))
        if sent is not None:
            await self._app.push_screen_wait(LinkScreen(sent.request.id))
        return ""

    async def _show_log(self, invoice: Invoice) -> str:
        from tui.screens.invoice_log_screen import InvoiceLogScreen

        await self._app.push_screen_wait(InvoiceLogScreen(invoice.row.number))
        return ""

    async def _show_qr(self, invoice: Invoice) -> str:
        from tui.screens.link_panel import LinkScreen

        await self._app.push_screen_wait(LinkScreen(open_requests(invoice)[0].id))
        return ""

    async def _copy_link(self, invoice: Invoice) -> str:
        request = live_link(invoice)
        if request is None:
            return ""
        self._app.copy_to_clipboard(request.url)
        return f"Link {request.code} copied: {request.url}"

    async def _cancel_link(self, invoice: Invoice) -> str:
        request = await self._which(cancellable(invoice), invoice.row.currency)
        if request is None or not await self._app.push_screen_wait(self._sure(request, invoice)):
            return ""
        cancelled = await self._app.desk.cancel(request.id)
        if cancelled.state == "cancelling":
            return f"Payment link {request.code} is being cancelled: the gateway is told as soon as there is a line."
        return f"Payment link {request.code} is cancelled. It was never sent."

    async def _take_payment(self, invoice: Invoice) -> str:
        from tui.screens.take_payment import TakePaymentDialog

        number, currency = invoice.row.number, invoice.row.currency
        items = [MenuItem(key, kind, word) for key, kind, word in KINDS]
        title = f"Take payment · {format_money(invoice.row.due, currency)} due"
        kind = await self._app.push_screen_wait(Menu(title, items))
        if kind is None:
            return ""
        taken = await self._app.push_screen_wait(TakePaymentDialog(number, kind, invoice.row.due))
        if taken is None:
            return ""
        due = (await self._app.desk.invoice(number)).row.due
        rest = f"{format_money(due, currency)} is still due." if due else "The invoice is paid."
        return f"{taken.said}. {rest}"

    async def _open_in_pos(self, invoice: Invoice) -> str:
        self._app.screen.dismiss()
        self._app.open_in_pos(invoice.row.number)
        return ""

    async def _which(self, requests: Sequence[PaymentRequest], currency: str) -> PaymentRequest | None:
        """Return the only request, or the one that somebody chooses."""
        if len(requests) < 2:
            return requests[0] if requests else None
        zone, now = self._app.clinic.zone, self._app.now()
        items = [
            MenuItem(
                str(place),
                request.id,
                f"{request.code}  {format_money(request.amount, currency):>11}",
                request_state(request, zone, now),
            )
            for place, request in enumerate(requests, 1)
        ]
        chosen = await self._app.push_screen_wait(Menu("Cancel which payment link?", items))
        return next((request for request in requests if request.id == chosen), None)

    def _sure(self, request: PaymentRequest, invoice: Invoice) -> Confirm:
        amount = format_money(request.amount, invoice.row.currency)
        if request.state == "live":
            what = "is open. It will be switched off at the gateway, so that nobody can pay with it any more."
        else:
            what = "has not been sent yet. It will not be sent, and neither will its messages."
        return Confirm(
            f"Cancel payment link {request.code}",
            f"The link for {amount} of {invoice.row.number} {what}",
            yes="Cancel the link",
            no="Keep it",
        )
