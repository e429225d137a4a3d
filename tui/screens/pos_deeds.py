"""What is done with a sale beyond its lines: discount, note, deposit; put aside, taken up again, paid."""

from typing import TYPE_CHECKING, ClassVar

from textual import work
from textual.binding import Binding, BindingType

from store.errors import PaydeskError
from tui.screens.pos_sale import SaleScreen

if TYPE_CHECKING:
    from store.discounts import Discount


class DeedScreen(SaleScreen):
    """The deeds of a sale, each with its key; a dialog is loaded when it is first wanted."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f8", "take_payment", "pay", tooltip="Choose how this sale is paid", id="pos.payment"),
        Binding("f7", "park", "park", tooltip="Put this sale aside and begin the next", id="pos.park"),
        Binding("f7", "new_sale", "new sale", tooltip="Begin the next sale", id="pos.new_sale"),
        Binding(
            "ctrl+d",
            "discount",
            "discount",
            show=False,
            priority=True,
            tooltip="Give a discount on the whole sale",
            id="pos.discount",
        ),
        Binding("ctrl+t", "notes", "notes", show=False, tooltip="Write a note on this sale", id="pos.notes"),
        Binding(
            "ctrl+e",
            "deposit",
            "deposit",
            show=False,
            priority=True,
            tooltip="Take a deposit as the client's account credit",
            id="pos.deposit",
        ),
        Binding("ctrl+o", "resume", "resume", show=False, tooltip="Take up an unfinished sale", id="pos.resume"),
    ]

    async def action_take_payment(self) -> None:
        """Go to the ways to pay, or say what is missing."""
        await self.paying.choose()

    def action_deposit(self) -> None:
        """Take money that the client leaves for later."""
        self.paying.deposit()

    def action_discount(self) -> None:
        """Give a discount on the whole sale."""
        from tui.screens.discount import DiscountDialog

        self.app.push_screen(DiscountDialog(self.sale.totals.full, self.sale.discount), self._discount_typed)

    def _discount_typed(self, discount: "Discount | None") -> None:
        if discount is not None and self.sale.editable:
            self.sale.take_off(discount)
            self.sale_changed()

    def action_notes(self) -> None:
        """Write a note on this sale."""
        from tui.screens.ask import AskText

        title, told = "Note on this sale", "For the clinic alone; no client sees it."
        self.app.push_screen(AskText(title, told, value=self.sale.notes), self._note_typed)

    async def _note_typed(self, text: str | None) -> None:
        if text is None:
            return
        try:
            await self.keeper.note(text)
        except PaydeskError as error:
            self.wrong(str(error))
        else:
            self.sale_changed()

    def action_resume(self) -> None:
        """Take up an unfinished sale; the one on the screen is put aside."""
        from tui.screens.parked import ParkedDialog

        self.app.push_screen(ParkedDialog(self.sale.number), self._sale_chosen)

    def _sale_chosen(self, number: str | None) -> None:
        if number is not None:
            self._take_up(number)

    @work(group="new", exclusive=True)
    async def _take_up(self, number: str) -> None:
        if self.sale.unfinished and await self.put_aside() is None:
            return
        try:
            await self.begin(number)
        except PaydeskError as error:
            self.wrong(str(error))

    @work(group="new", exclusive=True)
    async def action_new_sale(self) -> None:
        """Begin the next sale; change that is still to be handed over stays in sight until something is sold."""
        change, self.paying.change = self.paying.change, ""
        await self.begin()
        if change:
            self.say(change)

    @work(group="new", exclusive=True)
    async def action_park(self) -> None:
        """Put this sale aside, to be taken up later, and begin the next."""
        number = await self.put_aside()
        if number is not None:
            await self.begin()
            self.say(f"{number} is parked. ^O takes it up again.")

    async def put_aside(self) -> str | None:
        """Save and park the sale; return its number, or None where that cannot be, and say why."""
        if not await self.settle():
            return None
        try:
            return await self.keeper.park()
        except PaydeskError as error:
            self.wrong(str(error))
            return None

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002 - Textual's
        """Offer only what can be done now."""
        return self.is_mounted and self.can_now().get(action, True)

    def can_now(self) -> dict[str, bool]:
        """Return what can be done with the sale as it stands, by action."""
        sale = self.sale
        free = not self.finder.has_form
        return {
            "discount": free and sale.editable and bool(sale.lines),
            "notes": free and (bool(sale.lines) or sale.number is not None),
            "deposit": free and sale.client is not None and bool(self.till.deposits),
            "resume": free,
            "park": sale.unfinished,
            "new_sale": not sale.unfinished and (sale.client is not None or not sale.editable),
            "take_payment": bool(sale.lines) and sale.totals.due > 0,
        }
