"""Stripe: payment links over its HTTP API, and the event list as the feed.

Sources: https://docs.stripe.com/api/payment-link, https://docs.stripe.com/api/checkout/sessions,
https://docs.stripe.com/api/events/list, https://docs.stripe.com/api/pagination, https://docs.stripe.com/rate-limits.
"""

import contextlib
from collections.abc import AsyncGenerator, Callable, Collection
from datetime import timedelta

import httpx

from sync.errors import Declined, NotYet, Unreachable
from sync.gateways.addresses import LinkRule
from sync.gateways.base import (
    START_OF_FEED,
    Capabilities,
    CursorLost,
    GatewayRefund,
    Heard,
    Link,
    LinkOrder,
    LinkState,
    RefundOrder,
)
from sync.gateways.http import Forbidden, GatewayHttp, Pairs, Patience, Refused
from sync.gateways.reading import is_identity, plain
from sync.gateways.stripe_objects import (
    OUR_CODE,
    OUR_FILE,
    OUR_NUMBER,
    OUR_REFUND,
    OURS,
    PAID_EVENTS,
    REFUND_EVENTS,
    M,
    Page,
    StripeEvent,
    StripeSession,
    page_of,
    read_event,
    read_link,
    read_link_id,
    read_listed,
    read_refund,
    read_session,
)

STRIPE_URL = "https://api.stripe.com"
STRIPE_VERSION = "2026-10-28.endive"
STRIPE_HOSTS = ("*.stripe.com",)
EMPTY_FEED = START_OF_FEED
"""The cursor of a feed that held no event yet: whatever it holds next time is new."""

_PAGE = 100
_SETTLING = 1_800
"""Seconds until it is asked again what became of money that is days under way, as a bank debit's is."""
_FIRST: dict[LinkState, int] = {"paid": 0, "live": 1}


class StripeGateway:
    """Stripe, or the sandbox that speaks its dialect; `klarna=False` leaves cards, and wallets on cards."""

    def __init__(
        self,
        base_url: str,
        key: str,
        *,
        klarna: bool = True,
        allowed_hosts: Collection[str] = (),
        patience: Patience | None = None,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        self._klarna = klarna
        self._test_key = "_test_" in key[:8]
        self._rule = LinkRule("Stripe", base_url, (*STRIPE_HOSTS, *allowed_hosts))
        headers = {"Authorization": f"Bearer {key}", "Stripe-Version": STRIPE_VERSION}
        self._http = GatewayHttp("Stripe", base_url, headers, secret=key, patience=patience, transport=transport)

    @property
    def capabilities(self) -> Capabilities:
        """What Stripe can do; an hour of the 24 h of its keys is left for slow lines and clocks.

        25 a second is the limit of each single endpoint, live or in test mode (100 for all together, live).
        """
        return Capabilities(
            kind="stripe",
            name="Stripe",
            idempotency_window=timedelta(hours=23),
            can_look_up=True,
            has_event_feed=True,
            sends_messages=False,
            currencies=None,
            link_lifetime=None,
            requests_per_second=25,
        )

    async def create_link(self, order: LinkOrder) -> Link:
        """Make the link for `order`, or bring back the one that its key already made.

        Raises Declined when the link that came back asks for other money, or lies on an unknown host.
        """
        made = await self._http.post_form(
            "/v1/payment_links", read_link, form=self._form(order), key=order.idempotency_key
        )
        if (made.amount, made.currency) != (order.amount, order.currency.upper()):
            raise Declined(
                "Stripe made a link for another amount than was asked, so it was not sent. "
                "Deactivate it in Stripe's Dashboard, then send again.",
                detail=f"{made.id}: {made.amount} {made.currency}, asked {order.amount} {order.currency}",
            )
        state: LinkState = "live" if made.active else "cancelled"
        url = self._rule.checked(made.url)
        return Link(made.id, url, made.amount, made.currency, state, request_id=made.request_id)

    async def cancel_link(self, gateway_id: str, idempotency_key: str) -> Link:
        """Stop the link taking money; the answer's state is `paid` if the client was quicker.

        Deactivating a link does not close the checkout pages that it has already opened, so those are expired
        too (https://docs.stripe.com/api/checkout/sessions/expire). Raises NotYet while a payment is under way.
        """
        path = f"/v1/payment_links/{_known(gateway_id)}"
        await self._http.post_form(path, read_link_id, form=[("active", "false")], key=idempotency_key)
        sessions = await self._sessions(gateway_id)
        for session in sessions:
            if session.open:
                await self._expire(session.id)
        link = await self.fetch_link(gateway_id)
        if link.state == "live" and any(session.settling for session in sessions):
            raise NotYet(
                "The client has paid in a way whose money takes its time, a bank debit perhaps: it can still come. "
                "The link is closed to anyone else; Paydesk looks again every half hour.",
                retry_after=_SETTLING,
            )
        if link.state == "live":
            raise NotYet(
                "The client is paying on Stripe's page at this moment. The link is closed to anyone else; "
                "Paydesk will look again.",
                retry_after=30,
            )
        return link

    async def fetch_link(self, gateway_id: str) -> Link:
        """Return the link and the payments made on it. Raises Declined when there is no such link."""
        path = f"/v1/payment_links/{_known(gateway_id)}"
        link = await self._http.get(path, read_link, query=[("expand[]", "line_items")])
        sessions = await self._sessions(gateway_id)
        payments = tuple(session.payment for session in sessions if session.payment)
        refunds = [refund for payment in payments for refund in await self._refunds(payment.payment_id)]
        state: LinkState = "cancelled"
        if payments:
            state = "paid"
        elif link.active or any(session.open or session.settling for session in sessions):
            state = "live"
        url = self._rule.shown(link.url, state)
        return Link(
            link.id, url, link.amount, link.currency, state, payments, tuple(refunds), request_id=link.request_id
        )

    async def refund(self, order: RefundOrder) -> GatewayRefund:
        """Give back part or all of a payment, or bring back the refund that the key already made.

        Stripe's `reason` has three words only, so ours is in the metadata (https://docs.stripe.com/api/refunds/create).
        """
        form = [
            ("payment_intent", order.payment_id),
            ("amount", str(order.amount)),
            ("reason", "requested_by_customer"),
            (f"metadata[{OUR_REFUND}]", order.order_id),
            ("metadata[paydesk_code]", order.code),
            ("metadata[paydesk_invoice]", plain(order.invoice_number, 100)),
            ("metadata[paydesk_reason]", plain(order.reason, 200)),
        ]
        try:
            made = await self._http.post_form("/v1/refunds", read_refund, form=form, key=order.idempotency_key)
        except Forbidden as error:
            raise Declined(
                "Stripe does not let this key give money back. Give the key write access to Charges and Refunds in "
                "Stripe's Dashboard, then try again.",
                detail=error.detail,
            ) from error
        return made.refund or GatewayRefund(made.id, order.payment_id, order.amount, "pending")

    async def check(self) -> str:
        """Ask for one payment link: it needs no more than what the key must be able to do."""
        await self._http.get("/v1/payment_links", page_of(read_listed), query=[("limit", "1")])
        return f"Stripe answered and accepts the {'test key: no real money moves' if self._test_key else 'key'}."

    async def find_link(self, request_id: str) -> Link | None:
        """Look the link up by our request id, in the whole list of links: Stripe cannot search them.

        Of several (somebody copied one by hand) a paid one comes before a live one, and that before a closed one.
        """
        async with contextlib.aclosing(self._all("/v1/payment_links", read_listed)) as links:
            ids = [listed.id async for listed in links if listed.request_id == request_id]
        found = [await self.fetch_link(link_id) for link_id in ids]
        return min(found, key=lambda link: _FIRST.get(link.state, len(_FIRST)), default=None)

    async def hear(self, cursor: str | None) -> Heard:
        """Return one page of payments after `cursor`; None: begin at the newest event, with no payments.

        Raises CursorLost when Stripe no longer holds the cursor's event (it keeps 30 days).
        """
        if cursor is None:
            newest = await self._events([("limit", "1")])
            return Heard((), newest.members[0].id if newest.members else EMPTY_FEED, more=False)
        if cursor == EMPTY_FEED:
            return await self._hear_from_the_start()
        if not is_identity(cursor):
            raise CursorLost
        try:
            page = await self._events([("limit", str(_PAGE)), ("ending_before", cursor)])
        except Refused as error:
            if error.code == "resource_missing" or error.param == "ending_before":
                raise CursorLost from error
            raise
        return _heard(page.members, cursor, more=page.more)

    async def aclose(self) -> None:
        """Close the connections."""
        await self._http.aclose()

    async def _expire(self, session_id: str) -> None:
        """Close an open checkout page; one that was paid or expired in this moment stays as it is."""
        with contextlib.suppress(Refused):
            await self._http.post_form(f"/v1/checkout/sessions/{session_id}/expire", read_session, form=[])

    async def _sessions(self, gateway_id: str) -> list[StripeSession]:
        query = (("payment_link", gateway_id), ("expand[]", "data.payment_intent.latest_charge"))
        return [session async for session in self._all("/v1/checkout/sessions", read_session, *query)]

    async def _refunds(self, payment_id: str) -> list[GatewayRefund]:
        if not payment_id.startswith("pi_"):
            return []
        listed = self._all("/v1/refunds", read_refund, ("payment_intent", payment_id))
        return [each.refund async for each in listed if each.refund]

    async def _events(self, query: Pairs) -> Page[StripeEvent]:
        types = [("types[]", kind) for kind in (*PAID_EVENTS, *REFUND_EVENTS)]
        return await self._http.get("/v1/events", page_of(read_event), query=[*query, *types])

    async def _hear_from_the_start(self) -> Heard:
        """Return the oldest page of a feed that was empty: lists run from the newest, so walk to the end."""
        page = await self._events([("limit", str(_PAGE))])
        newer_exist = page.more
        while page.more:
            last = page.members[-1].id
            page = await self._events([("limit", str(_PAGE)), ("starting_after", last)])
            _must_move_on(last, page)
        return _heard(page.members, EMPTY_FEED, more=newer_exist)

    async def _all(self, path: str, read: Callable[[object], M], *query: tuple[str, str]) -> AsyncGenerator[M, None]:
        start: tuple[tuple[str, str], ...] = ()
        while True:
            page = await self._http.get(path, page_of(read), query=[*query, ("limit", str(_PAGE)), *start])
            if start:
                _must_move_on(start[0][1], page)
            for member in page.members:
                yield member
            if not page.more:
                return
            start = (("starting_after", page.members[-1].id),)

    def _form(self, order: LinkOrder) -> list[tuple[str, str]]:
        clinic = plain(order.clinic_name, 200) or "The clinic"
        number = plain(order.invoice_number, 100)
        item = "line_items[0][price_data]"
        form = [
            (f"{item}[currency]", order.currency.lower()),
            (f"{item}[unit_amount]", str(order.amount)),
            (f"{item}[product_data][name]", f"Invoice {number}"),
            (f"{item}[product_data][description]", f"Payment to {clinic}, reference {order.code}"),
            ("line_items[0][quantity]", "1"),
            ("restrictions[completed_sessions][limit]", "1"),
            ("payment_intent_data[description]", f"{clinic}, invoice {number}"),
            (
                "inactive_message",
                f"This payment link from {clinic} is closed. Please ask {clinic} if you still need to pay.",
            ),
            ("expand[]", "line_items"),
        ]
        for name, value in (
            (OURS, order.request_id),
            (OUR_CODE, order.code),
            (OUR_NUMBER, number),
            *([(OUR_FILE, order.file_id)] if order.file_id else []),
        ):
            form += [(f"metadata[{name}]", value), (f"payment_intent_data[metadata][{name}]", value)]
        if not self._klarna:
            form.append(("payment_method_types[]", "card"))
        return form


def _known(gateway_id: str) -> str:
    if not is_identity(gateway_id):
        raise Declined("That is not the id of a payment link at Stripe. It looks like plink_1Ab2Cd3Ef4.")
    return gateway_id


def _must_move_on(last: str, page: Page[M]) -> None:
    if page.members and page.members[-1].id == last:
        raise Unreachable("Stripe's list did not come to an end. Nothing was changed there.")


def _heard(newest_first: tuple[StripeEvent, ...], cursor: str, *, more: bool) -> Heard:
    oldest_first = newest_first[::-1]
    payments = tuple(event.payment for event in oldest_first if event.payment)
    refunds = tuple(event.refund for event in oldest_first if event.refund)
    return Heard(payments, newest_first[0].id if newest_first else cursor, more, refunds)
