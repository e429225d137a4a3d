"""Refund orders and answers for the gateway tests."""

from sync.gateways.base import RefundOrder

UUID = "2f1a7c1e-0000-4000-8000-000000000001"


def a_refund(**changes: object) -> RefundOrder:
    """Return an order to give £50.00 back, changed as asked."""
    fields: dict[str, object] = {
        "order_id": "01JD0000000000000000000007",
        "gateway_id": UUID,
        "payment_id": "pi_1",
        "amount": 5_000,
        "reason": "she changed her mind",
        "code": "K7Q-42M",
        "invoice_number": "INV-000124",
        "idempotency_key": "key-7",
    }
    return RefundOrder(**{**fields, **changes})  # type: ignore[arg-type]


def stripe_refund(status: str = "succeeded", **changes: object) -> dict[str, object]:
    """Return a Stripe refund of that order."""
    return {
        "id": "re_1",
        "object": "refund",
        "amount": 5_000,
        "created": 1_700_000_000,
        "payment_intent": "pi_1",
        "status": status,
        "metadata": {"paydesk_refund": a_refund().order_id},
        **changes,
    }
