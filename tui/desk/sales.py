"""The seam: the catalogue, sales being made, and money taken at the desk."""

from collections.abc import Sequence

from store import catalogue, invoices, payments
from store.database import Tx
from store.invoices import NewLine
from store.models import CatalogueItem, Invoice, Payment
from tui.desk.calls import Calls


class SaleCalls(Calls):
    """Making a sale and taking its money."""

    async def find_items(self, text: str = "", limit: int = 50) -> list[CatalogueItem]:
        """Return services and products by a few letters of name or code."""
        return await self._read(lambda reader: catalogue.find(reader, text, limit=limit))

    async def save_draft(
        self, client_id: str, lines: Sequence[NewLine], *, number: str | None = None, version: int | None = None
    ) -> Invoice:
        """Save a draft invoice, new or as loaded at `version`. Raises BadInput, EditConflict, Refused."""

        def work(tx: Tx) -> Invoice:
            chosen = self._settings(tx)
            return invoices.save_draft(
                tx,
                client_id,
                lines,
                currency=chosen["clinic.currency"],
                prefix=chosen["clinic.number_prefix"],
                number=number,
                version=version,
            )

        return await self._write(work)

    async def issue(self, number: str) -> Invoice:
        """Issue a draft invoice; it is not edited any more. Raises Refused without lines."""
        return await self._write(lambda tx: invoices.issue(tx, number))

    async def take_payment(self, number: str, kind: str, amount: int, *, reference: str = "") -> Payment:
        """Record `amount` pence as cash, card or transfer; a draft is issued first. Raises BadInput, Refused."""
        return await self._write(lambda tx: payments.take(tx, number, kind, amount, reference=reference))
