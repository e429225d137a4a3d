"""The seam: invoices and what happened to them."""

from store import log, reading
from store.models import Invoice, InvoiceRow, LogLine
from tui.desk.calls import Calls


class InvoiceCalls(Calls):
    """Finding and reading invoices."""

    async def invoice(self, number: str) -> Invoice:
        """Return one invoice whole, by its number. Raises NotFound."""
        return await self._read(lambda reader: reading.invoice_by_number(reader, number))

    async def invoices(self, text: str = "", state: str = "", limit: int = 100) -> list[InvoiceRow]:
        """Return invoices newest first, by a few letters of number, client, mobile or request code."""
        return await self._read(lambda reader: reading.list_invoices(reader, text=text, state=state, limit=limit))

    async def invoice_log(self, number: str) -> list[LogLine]:
        """Return what happened to an invoice, oldest first."""
        return await self._read(lambda reader: log.invoice_log(reader, number))
