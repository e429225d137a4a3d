"""Keeping the sale in the store: each change is saved, in order, and never over somebody else's."""

import asyncio

from store.errors import NotFound
from store.models import Invoice
from tui.desk import Desk
from tui.sale import Sale

NOBODY = ""
"""The client of a draft whose client is not chosen yet."""


class SaleKeeper:
    """The sale on the screen, and its way into the store."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._one_at_a_time = asyncio.Lock()
        self.sale = Sale()

    async def save(self, desk: Desk) -> bool:
        """Save the sale's last change, if there is one, as who is at `desk`; true when nothing is unsaved then.

        Raises what `Desk.save_draft` raises; the change is kept.
        """
        async with self._one_at_a_time:
            sale = self.sale
            while sale.saveable:
                sale.unsaved = False
                try:
                    sale.invoice = await desk.save_draft(
                        sale.client.id if sale.client else NOBODY,
                        tuple(sale.lines),
                        number=sale.number,
                        version=sale.version,
                        discount=sale.discount,
                        notes=sale.notes,
                    )
                except BaseException:
                    sale.unsaved = True
                    raise
            return not (sale.unsaved and sale.editable)

    async def reread(self) -> bool:
        """Read the invoice again; return True when somebody else has saved the draft since.

        Raises NotFound when somebody else has discarded it: what is here is then a new draft, not saved yet.
        """
        async with self._one_at_a_time:
            sale = self.sale
            if sale.number is None or sale.invoice is None:
                return False
            try:
                now = await self._desk.invoice(sale.number)
            except NotFound:
                sale.forget()
                raise
            if now.row.state == "draft" and now.row.version != sale.invoice.row.version:
                return True
            if (sale is self.sale and not (sale.unsaved and sale.editable)) or now.row.state != "draft":
                sale.load(now)
            return False

    async def open(self, number: str) -> Invoice:
        """Begin with what the store has under `number`. Raises NotFound."""
        invoice = await self._desk.invoice(number)
        self.sale = Sale()
        self.sale.load(invoice)
        return invoice

    async def note(self, text: str) -> None:
        """Write the sale's notes: with the draft, or at once where it is issued. Raises what the desk raises."""
        if self.sale.editable or self.sale.number is None:
            self.sale.note(text)
        else:
            await self._desk.set_notes(self.sale.number, text)
            await self.reread()

    async def park(self) -> str | None:
        """Put the saved draft aside and return its number; None where there is none. Raises Refused."""
        number = self.sale.number
        if number is None or not self.sale.editable:
            return None
        async with self._one_at_a_time:
            await self._desk.park(number)
        return number

    def begin(self) -> None:
        """Begin a new sale."""
        self.sale = Sale()
