"""Taking a payment at the POS: what must be there first, which dialog asks, what is shown after it."""

from typing import TYPE_CHECKING

from store.models import PaymentType
from store.money import format_money
from tui.background import begin
from tui.desk import Sent
from tui.screens.pos_ways import PaymentMenu

if TYPE_CHECKING:
    from tui.screens.deposit import Deposited
    from tui.screens.pos_sale import SaleScreen
    from tui.screens.take_payment import Taken


class Paying:
    """The payments of the sale on `screen`."""

    def __init__(self, screen: "SaleScreen") -> None:
        self._screen = screen
        self.change = ""
        """What was said of the change that may still be in somebody's hand, until the next payment."""

    async def begin(self, code: str) -> None:
        """Open the dialog of one payment type, once the sale is in the store."""
        screen = self._screen
        way = screen.till.type_of(code)
        if way is None:
            return
        if screen.conflict:
            screen.wrong(f"Another desk saved {screen.sale.number}. ^R loads their version; then take the payment.")
        elif not screen.sale.payable:
            self.missing()
        elif way.kind == "credit" and not screen.till.credit:
            screen.say("The client has no account credit. ^E takes a deposit.", good=False)
        elif await screen.saved_unasked():
            self._open(way)
        else:
            begin(screen, self._begin_when_saved, way, group="pay", exclusive=True)

    async def choose(self) -> None:
        """Go to the ways to pay, or say what is missing; a sale that is only being saved is waited for."""
        screen, menu = self._screen, self._screen.query_one(PaymentMenu)
        if screen.sale.payable and screen.sale.invoice is None:
            await screen.saved_unasked()
            screen.draw()
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
        elif sale.payable:
            self._screen.say("This sale is not saved yet, so it cannot be paid.", good=False)
        else:
            self._screen.say("Nothing is due.", good=False)

    def show_link(self, request_id: str) -> None:
        """Show a payment link: beside the sale where there is room, else over it."""
        from tui.screens.link_panel import LinkScreen
        from tui.screens.pos_beside import Beside

        if self._screen.has_class("-wide"):
            begin(self._screen, self._screen.query_one(Beside).show_link, request_id, group="link")
        else:
            self._screen.app.push_screen(LinkScreen(request_id, next_label="new sale"), self._link_closed)

    def deposit(self) -> None:
        """Open the dialog in which the client leaves money for later."""
        from tui.screens.deposit import DepositDialog

        screen = self._screen
        client = screen.sale.client
        if client is not None and screen.app.screen is screen:
            screen.app.push_screen(DepositDialog(client, screen.till), self._deposited)

    async def _begin_when_saved(self, way: PaymentType) -> None:
        if await self._screen.settle():
            self._open(way)

    def _open(self, way: PaymentType) -> None:
        """Open one dialog: a key that was pressed twice finds the first dialog there already."""
        screen = self._screen
        number = screen.sale.number
        if number is None or screen.app.screen is not screen:
            return
        if way.kind == "link":
            from tui.screens.payment_link import PaymentLinkDialog

            screen.app.push_screen(PaymentLinkDialog(number, "pos"), self._sent)
        else:
            from tui.screens.take_payment import TakePaymentDialog

            most = screen.till.most(way, screen.sale)
            screen.app.push_screen(TakePaymentDialog(number, way, most), self._taken)

    async def _sent(self, sent: Sent | None) -> None:
        """A payment link is queued: show it, and on a wide terminal be ready for the next client."""
        screen = self._screen
        if sent is None:
            return
        await screen.keeper.reread()
        screen.draw()
        number = screen.sale.number or ""
        self.show_link(sent.request.id)
        if screen.has_class("-wide"):
            await screen.begin()
        amount = format_money(sent.request.amount, screen.desk_app.clinic.currency)
        screen.say(f"Payment link for {amount} queued: {number}")

    async def _link_closed(self, answer: str | None) -> None:
        if answer == "next":
            await self._screen.begin()

    async def _taken(self, taken: "Taken | None") -> None:
        """Money was taken at the desk: say so and what goes back, and offer the rest."""
        screen = self._screen
        if taken is None:
            return
        await screen.keeper.reread()
        await screen.read_till()
        screen.draw()
        screen.say(taken.said)
        self.change = taken.said if taken.change else ""
        await self.choose()

    async def _deposited(self, deposited: "Deposited | None") -> None:
        """A deposit was taken: say what the client has now."""
        screen = self._screen
        if deposited is None:
            return
        await screen.read_till()
        await screen.show_client()
        screen.draw()
        screen.say(deposited.said)
