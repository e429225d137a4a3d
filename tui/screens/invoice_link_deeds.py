"""What the invoice pop-up does with payment links: send, send again, remind, show, copy, take back."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from store.models import Invoice, PaymentRequest
from store.money import format_money
from tui.desk import Sent
from tui.screens.ask import Confirm
from tui.screens.invoice_options import cancellable, live_links, open_requests
from tui.screens.invoice_send_again import SendAgain, SendAgainDialog
from tui.screens.menu import Menu, MenuItem
from tui.widgets.channel_row import LABELS
from tui.widgets.state import request_state

if TYPE_CHECKING:
    from tui.app import PaydeskApp


class LinkDeeds:
    """The deeds that have to do with links. Each runs in a worker and returns what to say, "" for nothing."""

    def __init__(self, app: "PaydeskApp") -> None:
        self._app = app

    async def send_link(self, invoice: Invoice) -> str:
        """Ask the client for money, and show the new link."""
        from tui.screens.link_panel import LinkScreen
        from tui.screens.payment_link import PaymentLinkDialog

        sent = await self._app.push_screen_wait(PaymentLinkDialog(invoice.row.number, "invoice"))
        if sent is not None:
            await self._app.push_screen_wait(LinkScreen(sent.request.id))
        return ""

    async def resend(self, invoice: Invoice) -> str:
        """Send a live link again."""
        return await self._again(invoice, "resend", "Send which payment link again?")

    async def chase(self, invoice: Invoice) -> str:
        """Remind the client of a live link."""
        return await self._again(invoice, "chase", "Remind of which payment link?")

    async def show_qr(self, invoice: Invoice) -> str:
        """Show the newest open link."""
        from tui.screens.link_panel import LinkScreen

        await self._app.push_screen_wait(LinkScreen(open_requests(invoice)[0].id))
        return ""

    async def copy_link(self, invoice: Invoice) -> str:
        """Put the newest live link on the clipboard."""
        request = live_links(invoice)[0]
        self._app.copy_to_clipboard(request.url)
        return f"Link {request.code} copied: {request.url}"

    async def cancel_link(self, invoice: Invoice) -> str:
        """Take a link back, after asking."""
        request = await self._which(cancellable(invoice), invoice, "Cancel which payment link?")
        if request is None or not await self._app.push_screen_wait(_sure(request, invoice)):
            return ""
        cancelled = await self._app.desk.cancel(request.id)
        if cancelled.state == "cancelling":
            return f"Payment link {request.code} is being cancelled: the gateway is told as soon as there is a line."
        return f"Payment link {request.code} is cancelled. It was never sent."

    async def _again(self, invoice: Invoice, kind: SendAgain, question: str) -> str:
        request = await self._which(live_links(invoice), invoice, question)
        if request is None:
            return ""
        sent = await self._app.push_screen_wait(SendAgainDialog(invoice, request, kind))
        return "" if sent is None else _queued(sent, kind)

    async def _which(
        self, requests: Sequence[PaymentRequest], invoice: Invoice, question: str
    ) -> PaymentRequest | None:
        """Return the only request, or the one that somebody chooses."""
        if len(requests) < 2:
            return requests[0] if requests else None
        zone, now = self._app.clinic.zone, self._app.now()
        items = [
            MenuItem(
                str(place),
                request.id,
                f"{request.code}  {format_money(request.amount, invoice.row.currency):>11}",
                request_state(request, zone, now),
            )
            for place, request in enumerate(requests, 1)
        ]
        chosen = await self._app.push_screen_wait(Menu(question, items))
        return next((request for request in requests if request.id == chosen), None)


def _queued(sent: Sent, kind: SendAgain) -> str:
    what = "A reminder of payment link" if kind == "chase" else "Payment link"
    by = " and ".join(LABELS[charge.channel] for charge in sent.charges)
    return f"{what} {sent.request.code} goes out{'' if kind == 'chase' else ' again'} by {by}."


def _sure(request: PaymentRequest, invoice: Invoice) -> Confirm:
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
