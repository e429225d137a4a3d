"""Keeping the sale in the store: each change is saved, in order, and never over somebody else's."""

import asyncio

from store.models import Invoice
from tui.desk import Desk
from tui.sale import Sale


class SaleKeeper:
    """The sale on the screen, and its way into the store."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._one_at_a_time = asyncio.Lock()
        self.sale = Sale()

    async def save(self) -> None:
        """Save the sale's last change, if there is one. Raises what `Desk.save_draft` raises; the change is kept."""
        async with self._one_at_a_time:
            sale = self.sale
            while sale.saveable and sale.client is not None:
                sale.unsaved = False
                try:
                    sale.invoice = await self._desk.save_draft(
                        sale.client.id, tuple(sale.lines), number=sale.number, version=sale.version
                    )
                except BaseException:
                    sale.unsaved = True
                    raise

    async def reread(self) -> bool:
        """Read the invoice again; return True when somebody else has saved the draft since."""
        async with self._one_at_a_time:
            sale = self.sale
            if sale.number is None or sale.invoice is None:
                return False
            now = await self._desk.invoice(sale.number)
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

    def begin(self) -> None:
        """Begin a new sale."""
        self.sale = Sale()
