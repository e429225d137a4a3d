"""The seam: refunds."""

from store import refunds
from store.models import Refund
from store.refunds import Refundable
from tui.desk.calls import Calls


class RefundCalls(Calls):
    """Giving money back."""

    async def refundable(self, number: str) -> list[Refundable]:
        """Return the payments of an invoice of which something can be given back, oldest first. Raises NotFound."""
        return await self._read(lambda reader: refunds.refundable(reader, number))

    async def refund(
        self,
        number: str,
        payment_id: str,
        amount: int,
        *,
        to: str = "",
        reason: str,
        still_owed: bool = False,
        refund_id: str = "",
    ) -> Refund:
        """Give `amount` pence of a payment back, to the way it was paid or `to` another payment type.

        What came by link goes back by the link (pending until the gateway has done it) or to account_credit. The
        same `refund_id` again changes nothing. Raises BadInput (field amount, payment, reason or to), Refused,
        NotFound, NeedsManager.
        """
        return await self._write(
            lambda tx: refunds.refund(
                tx,
                number,
                payment_id,
                amount,
                to=to,
                reason=reason,
                still_owed=still_owed,
                refund_id=refund_id,
            )
        )

    async def retry_refund(self, refund_id: str) -> Refund:
        """Ask the gateway again for a refund that failed. Raises Refused, BadInput, NotFound, NeedsManager."""
        return await self._write(lambda tx: refunds.retry(tx, refund_id))
