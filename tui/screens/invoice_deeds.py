"""What the invoice pop-up's options do: each asks what it must, does it, and says in a sentence what was done."""

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from store.models import Invoice, Refund
from store.money import format_money
from tui.approval import approved
from tui.screens.ask import Confirm
from tui.screens.invoice_ask import AskAndDo
from tui.screens.invoice_link_deeds import LinkDeeds
from tui.screens.invoice_options import Verb, failed_refunds
from tui.screens.menu import Menu, MenuItem

if TYPE_CHECKING:
    from tui.app import PaydeskApp

NEW_REFUND = "new"


class InvoiceDeeds(LinkDeeds):
    """The deeds for one invoice. Each runs in a worker and returns what to say, "" when there is nothing to say.

    They raise the errors of `store.errors`; nothing is changed then.
    """

    def __init__(self, app: "PaydeskApp") -> None:
        super().__init__(app)
        self._deeds: dict[Verb, Callable[[Invoice], Awaitable[str]]] = {
            "send_link": self.send_link,
            "resend": self.resend,
            "chase": self.chase,
            "cancel_link": self.cancel_link,
            "show_qr": self.show_qr,
            "copy_link": self.copy_link,
            "show_log": self._show_log,
            "email_receipt": self._email_receipt,
            "save_pdf": self._save_pdf,
            "take_payment": self._take_payment,
            "refund": self._refund,
            "void": self._void,
            "notes": self._notes,
            "open_in_pos": self._open_in_pos,
        }

    async def do(self, verb: Verb, invoice: Invoice) -> str:
        """Do one deed."""
        return await self._deeds[verb](invoice)

    async def _show_log(self, invoice: Invoice) -> str:
        from tui.screens.invoice_log_screen import InvoiceLogScreen

        await self._app.push_screen_wait(InvoiceLogScreen(invoice.row.number))
        return ""

    async def _email_receipt(self, invoice: Invoice) -> str:
        what = "receipt" if invoice.payments else "invoice"
        number, own = invoice.row.number, invoice.client.email
        to = await self._app.push_screen_wait(
            AskAndDo(
                f"Email {what}",
                f"Where the {what} for {number} goes to",
                lambda address: self._app.desk.email_receipt(number, address),
                yes="Send",
                value=own,
                needed="Type an email address.",
                placeholder="name@example.com",
            )
        )
        return "" if to is None else f"The {what} goes out to {to}."

    async def _save_pdf(self, invoice: Invoice) -> str:
        from tui.screens.documents import print_file

        path = await self._app.desk.save_pdf(invoice.row.number)
        command = (await self._app.desk.settings())["desk.print_command"]
        if not command:
            return f"Saved as {path}"
        await print_file(command, path)
        return f"Saved as {path} and sent to the printer."

    async def _take_payment(self, invoice: Invoice) -> str:
        from tui.screens.take_payment import TakePaymentDialog

        number, due = invoice.row.number, invoice.row.due
        credit = await self._app.desk.credit_of(invoice.client.id)
        types = {one.code: one for one in await self._app.desk.payment_types()}
        items = [
            MenuItem(one.key, one.code, one.name, *_credit_note(credit, invoice) if one.kind == "credit" else ())
            for one in types.values()
        ]
        title = f"Take payment · {format_money(due, invoice.row.currency)} due"
        code = await self._app.push_screen_wait(Menu(title, items))
        if code is None:
            return ""
        if types[code].kind == "link":
            return await self.send_link(invoice)
        most = min(due, credit) if types[code].kind == "credit" else due
        taken = await self._app.push_screen_wait(TakePaymentDialog(number, types[code], most))
        if taken is None:
            return ""
        left = (await self._app.desk.invoice(number)).row.due
        rest = f"{format_money(left, invoice.row.currency)} is still due." if left else "The invoice is paid."
        return f"{taken.said}. {rest}"

    async def _refund(self, invoice: Invoice) -> str:
        """Give money back; where a refund failed, ask whether that one is meant."""
        from tui.screens.refund import RefundDialog

        failed = failed_refunds(invoice)
        again = await self._which_refund(invoice, failed) if failed else NEW_REFUND
        if again is None:
            return ""
        if again == NEW_REFUND:
            kept: Refund | None = await self._app.push_screen_wait(RefundDialog(invoice.row.number))
        else:
            kept = await self._retry(invoice, next(refund for refund in failed if refund.id == again))
        if kept is None:
            return ""
        amount = format_money(kept.amount, invoice.row.currency)
        return f"Refund of {amount} is on its way." if kept.state == "pending" else f"{amount} is refunded."

    async def _retry(self, invoice: Invoice, refund: Refund) -> Refund | None:
        amount = format_money(refund.amount, invoice.row.currency)
        question = Confirm(
            "Try the refund again",
            f"The gateway is asked once more to give {amount} back. Last time it said: {refund.result}",
            yes="Try again",
            no="Leave it",
        )
        if not await self._app.push_screen_wait(question):
            return None
        return await approved(self._app, lambda desk: desk.retry_refund(refund.id))

    async def _which_refund(self, invoice: Invoice, failed: list[Refund]) -> str | None:
        def words(refund: Refund) -> str:
            return f"Try again: {format_money(refund.amount, invoice.row.currency)}"

        items = [
            MenuItem(str(place), refund.id, words(refund), refund.result) for place, refund in enumerate(failed, 1)
        ]
        items.append(MenuItem("n", NEW_REFUND, "New refund"))
        return await self._app.push_screen_wait(Menu("A refund failed", items))

    async def _void(self, invoice: Invoice) -> str:
        number = invoice.row.number
        reason = await self._app.push_screen_wait(
            AskAndDo(
                f"Make {number} void",
                "Why? Nothing is owed on it any more, and the invoice log keeps the reason.",
                lambda why: approved(self._app, lambda desk: desk.void(number, why)),
                yes="Make it void",
                needed="Say why it is made void.",
            )
        )
        return "" if reason is None else f"{number} is void: {reason}"

    async def _notes(self, invoice: Invoice) -> str:
        number = invoice.row.number
        notes = await self._app.push_screen_wait(
            AskAndDo(
                f"Notes · {number}",
                "What colleagues should know. It is never on a receipt.",
                lambda text: self._app.desk.set_notes(number, text),
                yes="Save",
                value=invoice.row.notes,
            )
        )
        return "" if notes is None else "The notes are saved." if notes else "The notes are taken away."

    async def _open_in_pos(self, invoice: Invoice) -> str:
        self._app.screen.dismiss()
        self._app.open_in_pos(invoice.row.number)
        return ""


def _credit_note(credit: int, invoice: Invoice) -> tuple[str, str]:
    """Return what a menu says beside account credit: how much there is, or why not."""
    return (f"{format_money(credit, invoice.row.currency)} there", "" if credit > 0 else "the client has no credit")
