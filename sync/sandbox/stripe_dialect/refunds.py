"""`/v1/refunds`. https://docs.stripe.com/api/refunds."""

import json
from dataclasses import replace
from typing import Any

from sync.sandbox import till
from sync.sandbox.money import shown
from sync.sandbox.records import Payment, Refund
from sync.sandbox.stripe_dialect import shapes
from sync.sandbox.stripe_dialect.calls import Action, Call
from sync.sandbox.stripe_dialect.errors import StripeError, missing
from sync.sandbox.stripe_dialect.expand import expanded, read_expand
from sync.sandbox.stripe_dialect.lists import REFUNDS, fetch, read_span
from sync.sandbox.stripe_dialect.order import kept

_REASONS = ("duplicate", "fraudulent", "requested_by_customer")


def create(call: Call) -> Action:
    """`POST /v1/refunds` for a payment intent or its charge; without an amount, what is left of it."""
    params = call.params
    intent, charge = params.text("payment_intent"), params.text("charge")
    if intent is None and charge is None:
        raise StripeError(
            "One of the following params should be provided for this request: payment_intent or charge."
        )
    amount = params.integer("amount", least=1)
    reason = params.choice("reason", _REASONS)
    metadata, expand = kept(params.metadata() or {}), read_expand(params)
    call.carries(metadata)

    def act() -> dict[str, Any]:
        payment = _refundable(call, intent, charge)
        left = payment.amount - payment.refunded
        wanted = left if amount is None else amount
        if wanted > left:
            raise StripeError(
                f"Refund amount ({shown(wanted, payment.currency)}) is greater than unrefunded amount "
                f"on charge ({shown(left, payment.currency)})",
                param="amount",
            )
        given = till.refund(call.context, payment, wanted, reason, metadata=metadata, cause=call.cause)
        call.changed(given.id)
        return expanded(call.context, shapes.refund(given, payment), expand)

    return act


def _refundable(call: Call, intent: str | None, charge: str | None) -> Payment:
    """Return the payment to refund, or refuse as Stripe does."""
    asked = intent or charge or ""
    noun = "payment_intent" if intent else "charge"
    payment = call.context.book.payment(asked)
    if payment is None or not asked.startswith("pi_" if intent else "ch_"):
        raise missing(noun, asked, noun, in_path=False)
    if payment.status != "succeeded":
        raise StripeError(f"This PaymentIntent ({payment.id}) does not have a successful charge to refund.")
    if payment.refunded >= payment.amount:
        raise StripeError(f"Charge {payment.charge_id} has already been refunded.", code="charge_already_refunded")
    return payment


def retrieve(call: Call) -> Action:
    """`GET /v1/refunds/{id}`."""
    expand = read_expand(call.params)
    return lambda: expanded(call.context, _shape(call, _found(call)), expand)


def update(call: Call) -> Action:
    """`POST /v1/refunds/{id}`: its metadata."""
    metadata, expand = call.params.metadata(), read_expand(call.params)

    def act() -> dict[str, Any]:
        refund = _found(call)
        if metadata:
            refund = replace(refund, metadata=kept({**refund.metadata, **metadata}))
            call.context.book.save_refund(refund)
            call.context.events.add("refund.updated", _shape(call, refund), call.cause)
            call.changed(refund.id)
        return expanded(call.context, _shape(call, refund), expand)

    return act


def index(call: Call) -> Action:
    """`GET /v1/refunds`."""
    span, expand = read_span(call.params, by_time=True), read_expand(call.params)
    intent, charge = call.params.text("payment_intent"), call.params.text("charge")

    def act() -> dict[str, Any]:
        asked = intent or charge
        payment = call.context.book.payment(asked) if asked else None
        if asked and payment is None:
            noun = "payment_intent" if intent else "charge"
            raise missing(noun, asked, noun, in_path=False)
        payment_id = payment.id if payment else None
        found = fetch(call.context.database, REFUNDS, span, payment_intent=payment_id)
        data = [_shape(call, Refund(**json.loads(doc))) for doc in found.docs]
        return expanded(call.context, shapes.page("/v1/refunds", data, has_more=found.has_more), expand)

    return act


def _found(call: Call) -> Refund:
    refund = call.context.book.refund(call.path_id)
    if refund is None or not call.path_id.startswith("re_"):
        raise missing("refund", call.path_id)
    return refund


def _shape(call: Call, refund: Refund) -> dict[str, Any]:
    payment = call.context.book.payment(refund.payment_id)
    if payment is None:
        raise LookupError(f"There is no payment {refund.payment_id}")
    return shapes.refund(refund, payment)
