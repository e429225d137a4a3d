"""Coherent's transactions as its public page describes them: no keys, no list, a new link for every POST.

https://coherenthealthcare.notion.site/Coherent-Payments-API-4263433a80404116947a45abc5f0dd6c. What that page
does not say (error bodies, a whole answer) is the plainest thing here, and listed in docs/sandbox.md.
"""

import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from sync.sandbox import till
from sync.sandbox.context import Context
from sync.sandbox.mailbox import PostError
from sync.sandbox.money import MAXIMUM, shown
from sync.sandbox.names import mint, mint_uuid
from sync.sandbox.records import Link, Payment
from sync.sandbox.weather import weather

_TEXTS = ("note", "patientNote", "email", "phone", "successUrl", "failureUrl", "postcode")
_SWITCHES = ("emailNotify", "smsNotify", "isMoto")
_TOKENS = ("sandbox-", "test-", "sk_test_", "rk_test_")
"""Also Stripe's test keys, so that one key does for both dialects of this sandbox."""
REFUSED = "sandbox-refused"
"""A token that begins so is refused, to try what a wrong token does."""

_SUMMARIES = {
    "card": "Visa **** 4242",
    "apple_pay": "Apple Pay, Visa **** 4242",
    "google_pay": "Google Pay, Visa **** 4242",
    "klarna": "Klarna",
}


class Refused(Exception):
    """An answer that is not 2xx, with its words."""

    def __init__(self, message: str, status: int = 400) -> None:
        super().__init__(message)
        self.status = status


@dataclass(frozen=True, slots=True)
class _Call:
    """One request that was let in."""

    context: Context
    request: Request
    body: dict[str, Any]

    def transaction(self) -> Link:
        """Return the transaction that the path names."""
        uuid = self.request.path_params["uuid"]
        link = self.context.book.link(uuid, "coherent")
        if link is None:
            raise Refused(f"There is no transaction {uuid}.", 404)
        return link

    def changed(self, link: Link) -> None:
        """Note in the journal what the request made or changed."""
        weather(self.request).entry.effect = link.id


def coherent_routes(context: Context) -> list[Route]:
    """Return the routes of the dialect."""

    def route(method: str, path: str, act: Callable[[_Call], dict[str, Any]]) -> Route:
        return Route(f"/api/v1/transaction{path}", _handler(context, act), methods=[method])

    return [
        route("POST", "", _create),
        route("GET", "/{uuid}", _retrieve),
        route("PUT", "/{uuid}/status", _set_status),
        route("POST", "/{uuid}/refund", _refund),
        Route("/api/{rest:path}", _nothing_here, methods=["GET", "POST", "PUT", "DELETE"]),
    ]


def _handler(context: Context, act: Callable[[_Call], dict[str, Any]]) -> Callable[[Request], Awaitable[Response]]:
    async def handler(request: Request) -> Response:
        try:
            _check_token(request.headers.get("access-token", ""))
            call = _Call(context, request, _read_body(await request.body()))
            with context.database.transaction():
                return JSONResponse(act(call))
        except Refused as refusal:
            weather(request).entry.effect = None
            return JSONResponse({"message": str(refusal)}, refusal.status)

    return handler


async def _nothing_here(_request: Request) -> Response:
    return JSONResponse({"message": "Not found"}, 404)


def _check_token(token: str) -> None:
    if not token:
        raise Refused("The access-token header is missing.", 401)
    if not token.startswith(_TOKENS) or token.startswith((REFUSED, "sk_test_refused")):
        raise Refused("The access token is not valid. The sandbox takes sandbox-… and test-….", 401)


def _read_body(raw: bytes) -> dict[str, Any]:
    if not raw:
        return {}
    try:
        body = json.loads(raw)
    except ValueError as error:
        raise Refused("The body is not JSON.") from error
    if not isinstance(body, dict):
        raise Refused("The body must be a JSON object.")
    return body


def _create(call: _Call) -> dict[str, Any]:
    """`POST /api/v1/transaction`: always a new link."""
    body, context = call.body, call.context
    amount, name = _amount(body.get("amount")), _text(body, "name")
    if not name:
        raise Refused("“name” is missing: the patient's name.")
    details: dict[str, Any] = {"name": name, **{key: _text(body, key) for key in _TEXTS}}
    details |= {key: _switch(body, key) for key in _SWITCHES}
    link = Link(
        id=mint_uuid(),
        dialect="coherent",
        token=mint("", 14),
        created=context.now(),
        amount=amount,
        currency="gbp",
        title=details["patientNote"] or details["note"] or "Payment request",
        max_payments=1,
        details=details,
    )
    context.book.save_link(link)
    call.changed(link)
    _notify(call, link)
    return _shape(call, link)


def _notify(call: _Call, link: Link) -> None:
    """Send what Coherent itself sends when it is told to; its own words are not known here."""
    context, details = call.context, link.details
    amount = shown(link.amount, link.currency)
    text = f"{context.clinic} asks for {amount}. Pay here: {context.url(link)}"
    try:
        if details["emailNotify"] and details["email"]:
            subject = f"Payment request from {context.clinic}"
            context.mailbox.deliver_email(details["email"], subject, text)
        if details["smsNotify"] and details["phone"]:
            context.mailbox.deliver_sms(details["phone"], text, context.clinic)
    except (PostError, ValueError) as error:
        raise Refused(str(error)) from error


def _retrieve(call: _Call) -> dict[str, Any]:
    return _shape(call, call.transaction())


def _set_status(call: _Call) -> dict[str, Any]:
    """`PUT …/status {"status": "void"}`: money that has come in is refunded, not voided."""
    link = call.transaction()
    if call.body.get("status") != "void":
        raise Refused("“status” can only be set to “void”.")
    if link.used_up:
        raise Refused("This transaction has been paid, so it cannot be voided. Refund it.")
    if link.active:
        link = replace(link, active=False)
        call.context.book.save_link(link)
        call.changed(link)
    return _shape(call, link)


def _refund(call: _Call) -> dict[str, Any]:
    """`POST …/refund {amount, reason}`."""
    link = call.transaction()
    amount, reason = _amount(call.body.get("amount")), _text(call.body, "reason")
    payment = _paid(call.context, link)
    if payment is None:
        raise Refused("This transaction has not been paid, so there is nothing to refund.")
    left = payment.amount - payment.refunded
    if amount > left:
        raise Refused(f"{shown(left, link.currency)} is left to refund.")
    till.refund(call.context, payment, amount, reason)
    call.changed(link)
    return _shape(call, link)


def _paid(context: Context, link: Link) -> Payment | None:
    payments = context.book.payments(link.id)
    return next((payment for payment in payments if payment.status == "succeeded"), None)


def _shape(call: _Call, link: Link) -> dict[str, Any]:
    payment = _paid(call.context, link)
    details = {key: value for key, value in link.details.items() if key != "rejected"}
    return {
        "uuid": link.id,
        "amount": link.amount,
        "status": _status(link, payment),
        "paymentUrl": call.context.url(link),
        "createdTime": _time(link.created),
        **details,
        "paymentMethod": payment.method if payment else None,
        "paymentMethodSummary": _SUMMARIES.get(payment.method) if payment else None,
        "paymentPaidTime": _time(payment.paid_at) if payment and payment.paid_at else None,
        "refunds": _refunds(call.context, payment),
    }


def _status(link: Link, payment: Payment | None) -> str:
    if payment is not None:
        return "refunded" if payment.refunded == payment.amount else "paid"
    if not link.active:
        return "void"
    return "rejected" if link.details.get("rejected") else "unpaid"


def _refunds(context: Context, payment: Payment | None) -> list[dict[str, Any]]:
    refunds = context.book.refunds(payment.id) if payment else []
    return [{"amount": each.amount, "status": "refunded", "reason": each.reason} for each in refunds]


def _time(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")


def _amount(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 < value <= MAXIMUM:
        raise Refused("“amount” must be a whole number of pence above zero.")
    return value


def _text(body: dict[str, Any], key: str) -> str | None:
    value = body.get(key)
    if value is None:
        return None
    if not isinstance(value, str) or not _is_unicode(value):
        raise Refused(f"“{key}” must be text.")
    return value


def _is_unicode(text: str) -> bool:
    """Whether a text can be sent on: JSON can spell half of a surrogate pair, which no page can show."""
    return not any("\ud800" <= char <= "\udfff" for char in text)


def _switch(body: dict[str, Any], key: str) -> bool:
    value = body.get(key, False)
    if not isinstance(value, bool):
        raise Refused(f"“{key}” must be true or false.")
    return value
