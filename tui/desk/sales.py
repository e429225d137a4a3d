"""The seam: the catalogue, sales being made, and money taken at the desk."""

from collections.abc import Sequence

from store import catalogue, credit, invoices, payment_types, payments, sales
from store.credit import CreditEntry
from store.database import Tx
from store.discounts import NONE, Discount
from store.invoices import NewLine
from store.models import CatalogueItem, Invoice, InvoiceRow, Payment, PaymentType
from store.payment_types import Kind
from tui.desk.calls import Calls


class SaleCalls(Calls):
    """Making a sale and taking its money."""

    async def find_items(self, text: str = "", limit: int = 50) -> list[CatalogueItem]:
        """Return services and products that are sold, by a few letters of name or code."""
        return await self._read(lambda reader: catalogue.find(reader, text, limit=limit))

    async def items(self, text: str = "", *, all: bool = True, limit: int = -1) -> list[CatalogueItem]:  # noqa: A002
        """Return the catalogue, with what is not sold any more unless `all` is False; limit -1: whole."""
        return await self._read(lambda reader: catalogue.find(reader, text, limit=limit, every=all))

    async def item_by_code(self, code: str) -> CatalogueItem | None:
        """Return the item that is sold under exactly this code, in capitals or not, or None."""
        return await self._read(lambda reader: catalogue.by_code(reader, code))

    async def save_item(
        self,
        item_id: str | None,
        *,
        name: str,
        price: int,
        vat_rate: int,
        code: str = "",
        version: int | None = None,
    ) -> CatalogueItem:
        """Save an item, new (`item_id` None) or as loaded at `version`; what was sold before keeps its price.

        Raises BadInput (name, price, vat, code), NotFound, EditConflict, NeedsManager.
        """

        def work(tx: Tx) -> CatalogueItem:
            if item_id is None:
                return catalogue.add(tx, name=name, price=price, vat_rate=vat_rate, code=code)
            return catalogue.change(
                tx, item_id, name=name, price=price, vat_rate=vat_rate, code=code, version=version
            )

        return await self._write(work)

    async def switch_item(self, item_id: str, on: bool) -> CatalogueItem:
        """Sell an item again, or not any more. Raises NotFound, NeedsManager."""
        return await self._write(lambda tx: catalogue.switch(tx, item_id, on=on))

    async def save_draft(
        self,
        client_id: str,
        lines: Sequence[NewLine],
        *,
        number: str | None = None,
        version: int | None = None,
        discount: Discount = NONE,
        notes: str = "",
    ) -> Invoice:
        """Save a draft whole, new or as loaded at `version`; `client_id` may be empty until it is issued.

        Raises BadInput, EditConflict, Refused, and NeedsManager for a discount over the clinic's limit: saved with a
        manager's approval, the draft keeps it, and nobody is asked again unless more is given away.
        """

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
                discount=discount,
                notes=notes,
                discount_limit=int(chosen["desk.discount_limit"]),
            )

        return await self._write(work)

    async def park(self, number: str) -> Invoice:
        """Put a draft aside for later; its next save takes it up again. Raises Refused."""
        return await self._write(lambda tx: sales.park(tx, number))

    async def parked(self) -> list[InvoiceRow]:
        """Return the drafts that were parked, newest first; client's name and notes say whose they are."""
        return await self._read(sales.parked)

    async def discard_draft(self, number: str) -> None:
        """Give a draft up for good; its number is not given again. Raises Refused for what was issued."""
        await self._write(lambda tx: sales.discard(tx, number))

    async def set_notes(self, number: str, text: str) -> Invoice:
        """Write an invoice's notes, in whatever state it is. Raises BadInput (notes)."""
        return await self._write(lambda tx: sales.set_notes(tx, number, text))

    async def issue(self, number: str) -> Invoice:
        """Issue a draft; it is not edited any more. Raises Refused without lines, BadInput without a client."""
        return await self._write(lambda tx: invoices.issue(tx, number))

    async def payment_types(self, *, all: bool = False) -> list[PaymentType]:  # noqa: A002
        """Return the payment types that are on, or all of them, in their order."""
        return await self._read(lambda reader: payment_types.listed(reader, every=all))

    async def save_payment_type(
        self, code: str | None, *, name: str, key: str | None = None, kind: Kind | None = None
    ) -> PaymentType:
        """Add a payment type (`code` None) or change one; a key or kind of None is not changed.

        Raises BadInput (name, key, kind), NotFound, NeedsManager, Refused.
        """

        def work(tx: Tx) -> PaymentType:
            if code is None:
                return payment_types.add(tx, name=name, kind=kind or "recorded", key=key or "")
            return payment_types.change(tx, code, name=name, kind=kind, key=key)

        return await self._write(work)

    async def move_payment_type(self, code: str, by: int) -> list[PaymentType]:
        """Move a payment type `by` places down, or up; return all in their new order. Raises NeedsManager."""
        return await self._write(lambda tx: payment_types.move(tx, code, by))

    async def switch_payment_type(self, code: str, on: bool) -> PaymentType:
        """Switch a payment type on or off. Raises NeedsManager, Refused for the last one that is on."""
        return await self._write(lambda tx: payment_types.switch(tx, code, on=on))

    async def take_payment(
        self, number: str, type_code: str, amount: int, *, reference: str = "", payment_id: str = ""
    ) -> Payment:
        """Record `amount` pence by a payment type of cash, recorded or credit kind; a draft is issued first.

        With a `payment_id` of the caller's (`store.ids.new_id`) the same call again returns the same payment.
        Raises BadInput (type, amount, client), Refused.
        """
        return await self._write(
            lambda tx: payments.take(tx, number, type_code, amount, reference=reference, payment_id=payment_id)
        )

    async def credit_of(self, client_id: str) -> int:
        """Return the pence that a client has as account credit."""
        return await self._read(lambda reader: credit.balance(reader, client_id))

    async def credit_entries(self, client_id: str) -> list[CreditEntry]:
        """Return what came into a client's credit and went out of it, newest first."""
        return await self._read(lambda reader: credit.entries(reader, client_id))

    async def take_deposit(
        self, client_id: str, type_code: str, amount: int, *, reference: str = "", credit_id: str = ""
    ) -> CreditEntry:
        """Take money from a client for later. Raises BadInput (type, amount), NotFound, Refused.

        With a `credit_id` of the caller's the same call again returns the same entry.
        """
        return await self._write(
            lambda tx: credit.deposit(
                tx,
                client_id,
                type_code,
                amount,
                currency=self._settings(tx)["clinic.currency"],
                reference=reference,
                credit_id=credit_id,
            )
        )

    async def return_deposit(
        self, client_id: str, type_code: str, amount: int, *, reference: str = "", credit_id: str = ""
    ) -> CreditEntry:
        """Give a client's credit back, up to what there is. Raises BadInput (type, amount), NeedsManager, Refused.

        With a `credit_id` of the caller's the same call again returns the same entry.
        """
        return await self._write(
            lambda tx: credit.pay_back(
                tx,
                client_id,
                type_code,
                amount,
                currency=self._settings(tx)["clinic.currency"],
                reference=reference,
                credit_id=credit_id,
            )
        )
