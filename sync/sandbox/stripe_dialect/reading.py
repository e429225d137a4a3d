"""What can only be read: events, payment intents, the balance and the account."""

import json
from typing import Any

from sync.sandbox.stripe_dialect.calls import Action, Call
from sync.sandbox.stripe_dialect.errors import StripeError, missing
from sync.sandbox.stripe_dialect.expand import expanded, read_expand
from sync.sandbox.stripe_dialect.lists import EVENTS, fetch, read_span
from sync.sandbox.stripe_dialect.money_shapes import payment_intent

_MOST_TYPES = 20
_ACCOUNT = "acct_1PaydeskSandbox0"


def events(call: Call) -> Action:
    """`GET /v1/events`. https://docs.stripe.com/api/events/list."""
    span = read_span(call.params, by_time=True)
    types, only = call.params.texts("types", most=_MOST_TYPES), call.params.text("type")
    if types is not None and only is not None:
        raise StripeError("You may pass either `type` or `types`, but not both.", param="types")
    wanted = [only] if only is not None else types

    def act() -> str:
        call.context.events.forget_old()
        filters = json.dumps(wanted) if wanted else None
        found = fetch(call.context.database, EVENTS, span, types=filters)
        more = json.dumps(found.has_more)
        return f'{{"object": "list", "url": "/v1/events", "has_more": {more}, "data": [{", ".join(found.docs)}]}}'

    return act


def event(call: Call) -> Action:
    """`GET /v1/events/{id}`."""

    def act() -> str:
        doc = call.context.events.doc(call.path_id)
        if doc is None:
            raise missing("event", call.path_id)
        return doc

    return act


def intent(call: Call) -> Action:
    """`GET /v1/payment_intents/{id}`."""
    expand = read_expand(call.params)

    def act() -> dict[str, Any]:
        payment = call.context.book.payment(call.path_id)
        link = call.context.book.link(payment.link_id, "stripe") if payment else None
        if payment is None or link is None or payment.id != call.path_id:
            raise missing("payment_intent", call.path_id, "intent")
        return expanded(call.context, payment_intent(payment, link), expand)

    return act


def balance(call: Call) -> Action:
    """`GET /v1/balance`: what has been paid and not refunded, all of it pending."""

    def act() -> dict[str, Any]:
        sums: dict[str, int] = {"gbp": 0}
        for payment in call.context.book.payments():
            if payment.status == "succeeded" and payment.id.startswith("pi_"):
                left = payment.amount - payment.refunded
                sums[payment.currency] = sums.get(payment.currency, 0) + left
        return {
            "object": "balance",
            "available": [_money(0, currency) for currency in sums],
            "livemode": False,
            "pending": [_money(amount, currency) for currency, amount in sums.items()],
        }

    return act


def _money(amount: int, currency: str) -> dict[str, Any]:
    return {"amount": amount, "currency": currency, "source_types": {"card": amount}}


def account(call: Call) -> Action:
    """`GET /v1/account`."""

    def act() -> dict[str, Any]:
        return {
            "id": _ACCOUNT,
            "object": "account",
            "business_profile": {"name": call.context.clinic, "support_email": None, "url": None},
            "business_type": "company",
            "capabilities": {"card_payments": "active", "klarna_payments": "active", "transfers": "active"},
            "charges_enabled": True,
            "country": "GB",
            "default_currency": "gbp",
            "details_submitted": True,
            "email": None,
            "metadata": {},
            "payouts_enabled": True,
            "settings": {"dashboard": {"display_name": call.context.clinic, "timezone": "Europe/London"}},
            "type": "standard",
        }

    return act
