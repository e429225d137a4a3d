"""How Stripe shows a payment: the intent, its charge, and with what the client paid."""

from typing import Any

from sync.sandbox.records import Link, Payment

Shape = dict[str, Any]

METHOD_TYPES = ("card", "klarna", "bacs_debit")
"""The payment method types that the sandbox's pay page can play."""

_WALLETS = {"apple_pay": "apple_pay", "google_pay": "google_pay"}


def method_type(method: str) -> str:
    """Return Stripe's type for what the client pressed: a wallet pays with the card in it."""
    return "card" if method in _WALLETS else method


def payment_intent(payment: Payment, link: Link) -> Shape:
    """Return a payment intent in its present state."""
    data = link.details["payment_intent_data"] or {}
    status = "requires_payment_method" if payment.status == "failed" else payment.status
    received = payment.amount if payment.status == "succeeded" else 0
    return {
        "id": payment.id,
        "object": "payment_intent",
        "amount": payment.amount,
        "amount_capturable": 0,
        "amount_details": {"tip": {}},
        "amount_received": received,
        "application": None,
        "application_fee_amount": None,
        "automatic_payment_methods": None,
        "canceled_at": None,
        "cancellation_reason": None,
        "capture_method": "automatic_async",
        "client_secret": f"{payment.id}_secret_{payment.charge_id[3:]}",
        "confirmation_method": "automatic",
        "created": payment.created,
        "currency": payment.currency,
        "customer": None,
        "description": data.get("description"),
        "last_payment_error": _error(payment),
        "latest_charge": payment.charge_id,
        "livemode": False,
        "metadata": data.get("metadata", {}),
        "next_action": None,
        "on_behalf_of": None,
        "payment_method": None,
        "payment_method_configuration_details": None,
        "payment_method_options": {},
        "payment_method_types": link.methods or ["card", "klarna"],
        "processing": None,
        "receipt_email": None,
        "review": None,
        "setup_future_usage": None,
        "shipping": None,
        "source": None,
        "statement_descriptor": None,
        "statement_descriptor_suffix": None,
        "status": status,
        "transfer_data": None,
        "transfer_group": None,
    }


def charge(payment: Payment, link: Link) -> Shape:
    """Return the charge of a payment: through, on its way, or failed."""
    data = link.details["payment_intent_data"] or {}
    return {
        "id": payment.charge_id,
        "object": "charge",
        "amount": payment.amount,
        "amount_captured": payment.amount if payment.status == "succeeded" else 0,
        "amount_refunded": payment.refunded,
        "balance_transaction": None,
        "captured": payment.status == "succeeded",
        "created": payment.paid_at or payment.created,
        "currency": payment.currency,
        "customer": None,
        "description": data.get("description"),
        "disputed": False,
        "failure_code": payment.error["code"] if payment.error else None,
        "failure_message": payment.error["message"] if payment.error else None,
        "livemode": False,
        "metadata": data.get("metadata", {}),
        "paid": payment.status == "succeeded",
        "payment_intent": payment.id,
        "payment_method": None,
        "payment_method_details": _with_what(payment.method),
        "receipt_email": None,
        "receipt_number": None,
        "receipt_url": None,
        "refunded": payment.refunded == payment.amount,
        "shipping": None,
        "status": "pending" if payment.status == "processing" else payment.status,
        "transfer_data": None,
        "transfer_group": None,
    }


def _error(payment: Payment) -> Shape | None:
    if payment.error is None:
        return None
    return {"type": "card_error", "charge": payment.charge_id, **payment.error}


def _with_what(method: str) -> Shape:
    """Return with what the client paid: Stripe's test Visa, alone or in a wallet, or another type."""
    kind = method_type(method)
    if kind != "card":
        return {"type": kind, kind: {}}
    wallet: Shape | None = {"type": method, "dynamic_last4": None, method: {}} if method in _WALLETS else None
    visa = {"brand": "visa", "country": "US", "funding": "credit", "last4": "4242", "wallet": wallet}
    return {"type": "card", "card": visa}
