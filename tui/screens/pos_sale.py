"""The POS's sale and the store kept in agreement: saved with each change, read again when anything changes."""

import asyncio
from functools import cached_property

from textual import work

from store.errors import EditConflict, NotFound, PaydeskError
from tui.approval import approved
from tui.clinic import UNKNOWN
from tui.sale import Sale
from tui.sale_keeper import SaleKeeper
from tui.screens.base import DeskScreen
from tui.screens.pos_finder import Finder
from tui.screens.pos_invoice import InvoicePane
from tui.screens.pos_payment import Paying
from tui.till import Till, read_till
from tui.widgets.error_line import ErrorLine


class SaleScreen(DeskScreen):
    """One sale at a time; a subclass draws it and changes it."""

    def __init__(self) -> None:
        super().__init__()
        self.choosing = True
        """Whether somebody is choosing the client."""
        self.editing: int | None = None
        """The place of the line in the form, None for a new one."""
        self.conflict = False
        """Whether another desk's version stands in the store."""
        self.till = Till((), 0, UNKNOWN.currency, UNKNOWN.zone)
        """What the sale can be paid with, as last read."""
        self._settling = asyncio.Lock()

    @cached_property
    def keeper(self) -> SaleKeeper:
        """The sale's way into the store."""
        return SaleKeeper(self.desk)

    @cached_property
    def paying(self) -> Paying:
        """The sale's payments."""
        return Paying(self)

    @property
    def sale(self) -> Sale:
        """The sale on the screen."""
        return self.keeper.sale

    @property
    def finder(self) -> Finder:
        """The left pane."""
        return self.query_one(Finder)

    @property
    def stands(self) -> bool:
        """Whether there is still a screen to draw on: what was begun may end after it was closed."""
        return bool(self.display) and self.is_attached

    def say(self, text: str, *, good: bool = True) -> None:
        """Say what has just happened to the sale, in its pane."""
        if self.stands:
            self.query_one(InvoicePane).notice(text, good=good)

    def wrong(self, text: str) -> None:
        """Say what is wrong with the sale, in its pane."""
        if self.stands:
            self.query_one("#sale-error", ErrorLine).say(text)

    async def settle(self) -> bool:
        """Save what is unsaved; say why not and return False if that fails. Call it in a worker.

        A discount beyond what reception may give asks for a manager's PIN in place.
        """
        async with self._settling:
            try:
                if await approved(self.desk_app, self.keeper.save) is None:
                    self.wrong("Nobody approved the discount, so this is not saved. Lower it, or ask a manager.")
                else:
                    self.wrong("")
            except EditConflict as error:
                self.conflict = True
                self.wrong(f"{error} ^R loads it.")
            except PaydeskError as error:
                self.wrong(str(error))
        self.draw()
        return not self.sale.unsaved

    async def saved_unasked(self) -> bool:
        """Save what is unsaved; return whether all is, without a word to anybody where it cannot be."""
        try:
            return await self.keeper.save(self.desk)
        except PaydeskError:
            return False

    async def begin(self, number: str | None = None) -> None:
        """Begin a new sale, or go on with the invoice `number`. Raises NotFound."""
        if number is None:
            self.keeper.begin()
        else:
            await self.keeper.open(number)
        self.conflict = False
        self.choosing = self.sale.client is None
        self.editing = None
        await self.finder.close()
        self.wrong("")
        self.say("")
        self.clear_fields()
        await self.read_till()
        await self.show_client()
        self.draw()
        self.go_on()

    @work(group="new")
    async def open_draft(self, number: str) -> None:
        """Open a draft invoice to go on with; what is on the screen is saved first."""
        if self.sale.saveable and not await self.settle():
            return
        try:
            await self.begin(number)
        except PaydeskError as error:
            self.wrong(str(error))

    async def action_reload(self) -> None:
        """Take what the other desk saved; what is unsaved here is given up."""
        if self.sale.number is not None:
            await self.begin(self.sale.number)
            self.say("This is what the other desk saved.")

    def sale_changed(self) -> None:
        """The sale has changed: draw it at once, and save it."""
        self.say("")
        self.draw()
        self._save()

    @work(group="save")
    async def _save(self) -> None:
        await self.settle()

    async def read_till(self) -> None:
        """Read the payment types and the client's account credit."""
        try:
            self.till = await read_till(self.desk, self.desk_app.clinic, self.sale.client)
        except PaydeskError as error:
            self.wrong(str(error))

    @work(group="reread", exclusive=True)
    async def reread(self) -> None:
        """Something was committed somewhere: is it about this sale?"""
        await self.read_till()
        number = self.sale.number
        if number is None:
            self.draw()
            return
        try:
            theirs = await self.keeper.reread()
        except NotFound:
            self.wrong(f"Another desk has discarded {number}. What is here is saved anew with the next change.")
            self.draw()
            return
        except PaydeskError as error:
            self.wrong(str(error))
            return
        if theirs and not self.conflict:
            self.conflict = True
            self.wrong(f"Another desk has saved {self.sale.number} in the meantime. ^R loads their version.")
        self.draw()
        await self.show_client()

    def draw(self) -> None:
        """Draw the sale as it stands."""
        raise NotImplementedError

    def clear_fields(self) -> None:
        """Empty both searches."""
        raise NotImplementedError

    def go_on(self) -> None:
        """Put the focus where the work goes on."""
        raise NotImplementedError

    async def show_client(self) -> None:
        """Show the client beside the sale, where there is room."""
        raise NotImplementedError
