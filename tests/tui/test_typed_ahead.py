"""Keys that come faster than the screen: each is heard where the one before it has led."""

import asyncio

from textual.app import App, ComposeResult
from textual.binding import Binding
from textual.events import Event, Key
from textual.widgets import Static

from tests.tui.conditions import until
from tests.tui.selling import NEXT_NUMBER, SMALL, at_once, drawn, keys, make_sale, pos
from tui.app import PaydeskApp
from tui.desk import Desk
from tui.typed_ahead import TypedAhead


async def test_a_sale_and_its_payment_in_one_breath(app: PaydeskApp, desk: Desk) -> None:
    """Client, items, card terminal, amount: nothing is lost on the way, and nothing lands in another field."""
    async with app.run_test(size=SMALL) as pilot:
        await until(pilot, lambda: app.focused is pos(app).client_search)
        at_once(app, "jane", "<enter>", "consul", "<enter>", "vacc", "<enter>", "<f8>", "t", "150", "<enter>")
        await until(pilot, lambda: "Part paid" in drawn(app))
        invoice = await desk.invoice(NEXT_NUMBER)
        assert (invoice.client.name, invoice.row.total) == ("Jane Smith", 21_100)
        assert [(p.type, p.amount) for p in invoice.payments] == [("card", 15_000)]


async def test_the_amount_that_is_typed_while_the_dialog_opens_is_the_amount(app: PaydeskApp, desk: Desk) -> None:
    """The dialog offers all that is due; what is typed at once takes its place, and Enter records that."""
    async with app.run_test(size=SMALL) as pilot:
        await make_sale(app, pilot)
        await keys(pilot, "<f8>")
        at_once(app, "t", "12.34", "<enter>")
        await until(pilot, lambda: "Part paid" in drawn(app))
        assert [p.amount for p in (await desk.invoice(NEXT_NUMBER)).payments] == [1_234]


async def test_a_price_and_all_that_follows_it_stay_in_their_form(app: PaydeskApp) -> None:
    """Fields of a form are gone through in the order typed, then the next line begins."""
    async with app.run_test(size=SMALL) as pilot:
        await keys(pilot, "omar", "<enter>")
        await until(pilot, lambda: app.focused is pos(app).finder.item_search)
        at_once(app, "<ctrl+l>", "X-ray", "<enter>", "2", "<enter>", "30.50", "<enter>", "<enter>", "0%", "<enter>")
        at_once(app, "vacc", "<enter>")
        await until(pilot, lambda: len(pos(app).sale.lines) == 2)
        lines = [(line.description, line.quantity, line.unit_price, line.vat_rate) for line in pos(app).sale.lines]
        assert lines == [("X-ray", 2_000, 3_050, 0), ("Vaccine, flu", 1_000, 9_100, 0)]


async def test_hundreds_of_keys_behind_one(app: PaydeskApp) -> None:
    """However many wait, all are heard."""
    async with app.run_test(size=SMALL) as pilot:
        await until(pilot, lambda: app.focused is pos(app).client_search)
        at_once(app, "<tab>", "x" * 500)
        await until(pilot, lambda: pos(app).finder.item_search.value == "x" * 500)


class Stuck(Static, can_focus=True):
    """Something whose key takes for ever."""

    async def on_key(self, event: Key) -> None:
        """Wait for the way out."""
        if event.key == "x":
            await self.app.let_go.wait()  # type: ignore[attr-defined]


class StuckApp(App[None]):
    """An application with one key that takes for ever and one that ends it."""

    BINDINGS = [Binding("f5", "let_go", priority=True)]

    def __init__(self) -> None:
        super().__init__()
        self.let_go = asyncio.Event()
        self._typed_ahead = TypedAhead(self, super().on_event, longest=0.1)

    def compose(self) -> ComposeResult:
        """Show it."""
        yield Stuck()

    async def on_event(self, event: Event) -> None:
        """Take the keys in order."""
        if isinstance(event, Key) and not event.is_forwarded:
            await self._typed_ahead.take(event)
        else:
            await super().on_event(event)

    def action_let_go(self) -> None:
        """Be the way out."""
        self.let_go.set()


async def test_one_key_that_hangs_does_not_make_the_desk_deaf() -> None:
    """After its time the next is heard all the same."""
    app = StuckApp()
    async with app.run_test() as pilot:
        await until(pilot, lambda: isinstance(app.focused, Stuck))
        at_once(app, "x", "<f5>")
        await asyncio.wait_for(app.let_go.wait(), 20)
