"""Coherent: payment links over its transactions API, in pounds sterling only.

Every call to make a link makes a new one: there is no idempotency key, no list and no event feed, so each
open transaction is asked for by its id. Source: Coherent's Payments API guide
(https://coherenthealthcare.notion.site/Coherent-Payments-API-4263433a80404116947a45abc5f0dd6c).
"""

from collections.abc import Callable, Collection
from dataclasses import replace
from datetime import UTC, datetime
from typing import NoReturn

import httpx

from sync.errors import Declined, NotYet, OutcomeUnknown, WorldError
from sync.gateways.addresses import LinkRule
from sync.gateways.base import (
    Capabilities,
    GatewayPayment,
    GatewayRefund,
    Heard,
    Link,
    LinkOrder,
    LinkState,
    RefundOrder,
)
from sync.gateways.coherent_refunds import live_refunds, paid_id, read_refunds
from sync.gateways.http import GatewayHttp, Patience, Refused
from sync.gateways.reading import Fields, ShapeError, is_identity, plain

COHERENT_URL = "https://service.coherenthealthcare.com"
COHERENT_HOSTS = ("coherenthealthcare.com", "*.coherenthealthcare.com")

_TRANSACTIONS = "/api/v1/transaction"
_STATES: dict[str, LinkState] = {
    "unpaid": "live",
    "rejected": "live",
    "paid": "paid",
    "refunded": "paid",
    "void": "cancelled",
}
"""A rejected card leaves the link open: the client can try again. A refunded transaction was paid before."""
_NOBODYS = "00000000-0000-4000-8000-000000000000"
"""The id of no transaction: asking for it proves the token and brings nothing."""


class CoherentGateway:
    """Coherent, or the sandbox that speaks its dialect.

    Connections are kept for 2 s only: a create that breaks on a stale one needs a person to look at Coherent.
    """

    def __init__(
        self,
        base_url: str,
        key: str,
        *,
        allowed_hosts: Collection[str] = (),
        patience: Patience | None = None,
        transport: httpx.AsyncBaseTransport | None = None,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._rule = LinkRule("Coherent", base_url, (*COHERENT_HOSTS, *allowed_hosts))
        self._clock = clock
        self._http = GatewayHttp(
            "Coherent",
            base_url,
            {"access-token": key},
            secret=key,
            keepalive=2,
            patience=patience,
            transport=transport,
        )

    @property
    def capabilities(self) -> Capabilities:
        """What Coherent can do; it publishes no limit, so 5 requests a second is our own restraint."""
        return Capabilities(
            kind="coherent",
            name="Coherent",
            idempotency_window=None,
            can_look_up=False,
            has_event_feed=False,
            sends_messages=True,
            currencies=frozenset({"GBP"}),
            link_lifetime=None,
            requests_per_second=5,
        )

    async def create_link(self, order: LinkOrder) -> Link:
        """Make a new link for `order`; the code is in its note, so that a person finds it in Coherent's app.

        Raises Declined for another currency than GBP, before anything is sent.
        """
        if order.currency.upper() != "GBP":
            raise Declined("Coherent takes pounds sterling only. Choose another gateway or another way to pay.")
        number = plain(order.invoice_number, 100)
        body: dict[str, object] = {
            "amount": order.amount,
            "name": plain(order.client_name, 200) or "Client",
            "note": f"{order.code} {number}",
            "patientNote": f"Invoice {number}",
            "emailNotify": bool(order.email),
            "smsNotify": bool(order.mobile),
        }
        if order.email:
            body["email"] = order.email
        if order.mobile:
            body["phone"] = order.mobile
        link = await self._http.send_json("POST", _TRANSACTIONS, self._link, body)
        if link.amount != order.amount:
            raise Declined(
                "Coherent made a link for another amount than was asked, so it was not sent. "
                "Void it in Coherent, then send again.",
                detail=f"{link.gateway_id}: {link.amount}, asked {order.amount}",
            )
        self._rule.checked(link.url)
        return link

    async def cancel_link(self, gateway_id: str, idempotency_key: str) -> Link:  # noqa: ARG002
        """Void the transaction; the answer's state is `paid` if the client was quicker.

        Coherent takes no key: voiding twice does no more than voiding once.
        """
        path = f"{_TRANSACTIONS}/{_known(gateway_id)}"
        refusal: Declined | None = None
        try:
            await self._http.send_json("PUT", f"{path}/status", lambda _: None, {"status": "void"})
        except Refused as error:
            refusal = error
        link = await self.fetch_link(gateway_id)
        if link.state != "live":
            return link
        raise refusal or NotYet("Coherent has not closed the link yet. Paydesk will look again.", retry_after=30)

    async def fetch_link(self, gateway_id: str) -> Link:
        """Return the link and the payment made on it. Raises Declined when there is no such transaction."""
        link = await self._http.get(f"{_TRANSACTIONS}/{_known(gateway_id)}", self._link)
        return replace(link, url=self._rule.shown(link.url, link.state))

    async def refund(self, order: RefundOrder) -> GatewayRefund:
        """Give back part or all of a transaction; what became of it is then read from the transaction itself.

        Coherent takes no key: after an OutcomeUnknown the transaction must be looked at before it is asked again.
        """
        path = f"{_TRANSACTIONS}/{_known(order.gateway_id)}"
        body = {"amount": order.amount, "reason": plain(order.reason, 200)}
        await self._http.send_json("POST", f"{path}/refund", lambda _: None, body)
        try:
            link = await self.fetch_link(order.gateway_id)
        except WorldError as error:
            why = "Coherent took the refund, and then could not be asked what became of it."
            raise OutcomeUnknown(why, detail=error.detail) from error
        same = [each for each in live_refunds(link.refunds) if each.amount == order.amount]
        return same[-1] if same else GatewayRefund("", order.payment_id, order.amount, "pending", nameless=True)

    async def check(self) -> str:
        """Ask for a transaction that nobody has: the token is right when Coherent says that there is none."""
        try:
            await self._http.get(f"{_TRANSACTIONS}/{_NOBODYS}", lambda _: None)
        except Refused as error:
            if error.status != 404:
                raise
        return "Coherent answered and accepts the token."

    async def find_link(self, request_id: str) -> NoReturn:
        """Raise NotImplementedError: Coherent has no list."""
        raise NotImplementedError(f"Coherent cannot look up {request_id}")

    async def hear(self, cursor: str | None) -> Heard:
        """Raise NotImplementedError: Coherent has no event feed."""
        raise NotImplementedError(f"Coherent has no feed to read after {cursor}")

    async def aclose(self) -> None:
        """Close the connections."""
        await self._http.aclose()

    def _link(self, value: object) -> Link:
        fields = Fields(value)
        state = _STATES.get(fields.text("status"))
        if state is None:
            raise ShapeError("the status is unknown")
        uuid, amount = fields.identity("uuid"), fields.amount("amount")
        payments = (self._payment(fields, uuid, amount),) if state == "paid" else ()
        refunds, whole = read_refunds(fields, uuid, amount) if payments else ((), True)
        return Link(
            uuid,
            fields.text("paymentUrl"),
            amount,
            "GBP",
            state,
            payments,
            refunds,
            refunds_whole=whole,
            note=fields.words("note", 200),
        )

    def _payment(self, fields: Fields, uuid: str, amount: int) -> GatewayPayment:
        """Read the one payment of a transaction; where its time is unreadable, it is the time it was seen."""
        return GatewayPayment(
            payment_id=paid_id(uuid),
            gateway_id=uuid,
            request_id=None,
            amount=amount,
            currency="GBP",
            paid_at=fields.moment_or_none("paymentPaidTime") or self._clock(),
            method=fields.words("paymentMethodSummary", 40) or fields.words("paymentMethod", 40),
        )


def _known(gateway_id: str) -> str:
    if not is_identity(gateway_id):
        raise Declined("That is not the id of a transaction at Coherent. Copy it from Coherent's app.")
    return gateway_id
