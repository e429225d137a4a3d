"""Taking a payment at the POS: what must be there first, which dialog asks, what is shown after it."""

from typing import TYPE_CHECKING

from store.money import format_money
from tui.desk import Sent
from tui.screens.ask import Confirm
from tui.screens.pos_invoice import PaymentMenu
from tui.screens.take_payment import Taken, TakePaymentDialog

if TYPE_CHECKING:
    from tui.screens.pos_sale import SaleScreen


class Paying:
    """The payments of the sale on `screen`."""

    def __init__(self, screen: "SaleScreen") -> None:
        self._screen = screen

    def begin(self, way: str) -> None:
        """Open the dialog for one way to pay, once the sale is in the store."""
        screen = self._screen
        if screen.conflict:
            screen.wrong(f"Another desk saved {screen.sale.number}. ^R loads their version; then take the payment.")
        elif not screen.sale.payable:
            self.missing()
        elif screen.sale.unsaved:
            screen.run_worker(self._begin_when_saved(way), group="pay", exclusive=True)
        else:
            self._open(way)

    def choose(self) -> None:
        """Go to the ways to pay, or say what is missing."""
        menu = self._screen.query_one(PaymentMenu)
        if menu.rows:
            menu.action_edge(-1)
            menu.focus()
        else:
            self.missing()

    def missing(self) -> None:
        """Say what the sale needs before it can be paid."""
        sale = self._screen.sale
        if sale.client is None:
            self._screen.say("Choose a client first.", good=False)
            self._screen.query_one("#client").focus()
        elif not sale.lines:
            self._screen.say("Add a service or product first.", good=False)
        else:
            self._screen.say("Nothing is due.", good=False)

    def show_link(self, request_id: str) -> None:
        """Show a payment link: beside the sale where there is room, else over it."""
        from tui.screens.link_panel import LinkScreen
        from tui.screens.pos_beside import Beside

        if self._screen.has_class("-wide"):
            self._screen.run_worker(self._screen.query_one(Beside).show_link(request_id), group="link")
        else:
            self._screen.app.push_screen(LinkScreen(request_id, next_label="new sale"), self._link_closed)

    async def may_leave(self) -> bool:
        """Save the sale, or ask whether what cannot be saved may go."""
        screen = self._screen
        sale = screen.sale
        if not sale.unsaved or not sale.lines:
            return True
        if sale.client is not None and await screen.settle():
            return True
        why = "No client is chosen, so this sale is not saved." if sale.client is None else "This sale is not saved."
        question = Confirm("New sale", f"{why} Begin a new one all the same?", yes="New sale", no="Stay")
        answer: bool | None = await screen.app.push_screen_wait(question)
        return bool(answer)

    async def _begin_when_saved(self, way: str) -> None:
        if await self._screen.settle():
            self._open(way)

    def _open(self, way: str) -> None:
        number = self._screen.sale.number
        if number is None:
            return
        if way == "link":
            from tui.screens.payment_link import PaymentLinkDialog

            self._screen.app.push_screen(PaymentLinkDialog(number, "pos"), self._sent)
        else:
            self._screen.app.push_screen(TakePaymentDialog(number, way, self._screen.sale.totals.due), self._taken)

    async def _sent(self, sent: Sent | None) -> None:
        """A payment link is queued: show it, and on a wide terminal be ready for the next client."""
        screen = self._screen
        if sent is None:
            return
        await screen.keeper.reread()
        screen.draw()
        client = screen.sale.client
        self.show_link(sent.request.id)
        if screen.has_class("-wide"):
            await screen.begin()
        amount = format_money(sent.request.amount, screen.desk_app.clinic.currency)
        screen.say(f"Payment link for {amount} queued: {client.name if client else ''}")

    async def _link_closed(self, answer: str | None) -> None:
        if answer == "next":
            await self._screen.begin()

    async def _taken(self, taken: Taken | None) -> None:
        """Money was taken at the desk: say so, and what goes back."""
        screen = self._screen
        if taken is None:
            return
        await screen.keeper.reread()
        screen.draw()
        screen.say(taken.said)
        self.choose()
