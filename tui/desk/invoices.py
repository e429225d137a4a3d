"""The seam: invoices and what happened to them."""

from zoneinfo import ZoneInfo

from store import invoices, log, reading
from store.database import Reader
from store.invoice_filters import Filters, Only, days_back
from store.models import Invoice, InvoiceRow, LogLine
from store.search import is_code_of
from tui.desk.calls import Calls


class InvoiceCalls(Calls):
    """Finding and reading invoices, and making one void."""

    async def invoice(self, number: str) -> Invoice:
        """Return one invoice whole, by its number. Raises NotFound."""
        return await self._read(lambda reader: reading.invoice_by_number(reader, number))

    async def invoices(
        self,
        text: str = "",
        state: str = "",
        *,
        days: int | None = None,
        client_id: str = "",
        only: Only = "",
        limit: int = 100,
    ) -> list[InvoiceRow]:
        """Return invoices newest first, by a few letters of number, client, mobile, request code or outside number.

        `days` keeps those of the last so many days in the clinic's zone, today being the first of them; `only` is
        `link_unpaid` or `overdue`. Raises BadInput for a state or kind there is not.
        """

        def work(reader: Reader) -> list[InvoiceRow]:
            filters = self._filters(reader, Filters(state, client_id=client_id, only=only), days)
            return reading.list_invoices(reader, text=text, filters=filters, limit=limit)

        return await self._read(work)

    async def request_meant(self, number: str, text: str) -> str:
        """Return the id of the invoice's newest payment request whose code `text` is, whole or half; else nothing."""
        invoice = await self.invoice(number)
        return next((r.id for r in reversed(invoice.requests) if is_code_of(text, r.code)), "")

    async def void(self, number: str, reason: str) -> Invoice:
        """Make an issued invoice void. Raises BadInput, NeedsManager, Refused when money or a link stands on it."""
        return await self._write(lambda tx: invoices.void(tx, number, reason=reason))

    async def invoice_log(self, number: str) -> list[LogLine]:
        """Return what happened to an invoice, oldest first."""
        return await self._read(lambda reader: log.invoice_log(reader, number))

    def _filters(self, reader: Reader, asked: Filters, days: int | None) -> Filters:
        """Work out the days that the filters mean, by the clinic's zone and its days of payment."""
        if days is None and asked.only != "overdue":
            return asked
        settings, now = self._settings(reader), self._store.clock()
        zone = ZoneInfo(settings["clinic.zone"])
        return Filters(
            asked.state,
            client_id=asked.client_id,
            only=asked.only,
            since="" if days is None else days_back(now, zone, days - 1),
            issued_before=days_back(now, zone, int(settings["clinic.payment_days"])),
        )
