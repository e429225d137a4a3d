"""How Stripe shows a link, a checkout session, a payment and a refund.

Field names and nulls as in https://docs.stripe.com/api, version 2026-10-28; a payment link has no `created`.
"""

from typing import Any

from sync.sandbox.records import Link, Payment, Refund, Session

Shape = dict[str, Any]


def page(url: str, data: list[Shape], *, has_more: bool = False) -> Shape:
    """Return a list as Stripe pages it."""
    return {"object": "list", "url": url, "has_more": has_more, "data": data}


def payment_link(link: Link, url: str) -> Shape:
    """Return a payment link, without its line items."""
    details = link.details
    restrictions = None
    if link.max_payments is not None:
        restrictions = {"completed_sessions": {"count": link.payments_made, "limit": link.max_payments}}
    return {
        "id": link.id,
        "object": "payment_link",
        "active": link.active,
        "after_completion": details["after_completion"],
        "allow_promotion_codes": False,
        "application": None,
        "application_fee_amount": None,
        "application_fee_percent": None,
        "automatic_tax": {"enabled": False, "liability": None},
        "billing_address_collection": "auto",
        "consent_collection": None,
        "currency": link.currency,
        "custom_fields": [],
        "custom_text": details["custom_text"],
        "customer_creation": details["customer_creation"],
        "inactive_message": link.inactive_message,
        "invoice_creation": None,
        "livemode": False,
        "metadata": details["metadata"],
        "on_behalf_of": None,
        "payment_intent_data": details["payment_intent_data"],
        "payment_method_collection": "always",
        "payment_method_types": link.methods,
        "phone_number_collection": {"enabled": False},
        "restrictions": restrictions,
        "shipping_address_collection": None,
        "shipping_options": [],
        "submit_type": details["submit_type"],
        "subscription_data": None,
        "tax_id_collection": {"enabled": False, "required": "never"},
        "transfer_data": None,
        "url": url,
    }


def line_item(item: Shape, currency: str, created: int) -> Shape:
    """Return one line of a link, with its inline price."""
    amount = item["unit_amount"] * item["quantity"]
    return {
        "id": item["id"],
        "object": "item",
        "amount_discount": 0,
        "amount_subtotal": amount,
        "amount_tax": 0,
        "amount_total": amount,
        "currency": currency,
        "description": item["name"],
        "price": {
            "id": item["price"],
            "object": "price",
            "active": False,
            "billing_scheme": "per_unit",
            "created": created,
            "currency": currency,
            "custom_unit_amount": None,
            "livemode": False,
            "lookup_key": None,
            "metadata": {},
            "nickname": None,
            "product": item["product"],
            "recurring": None,
            "tax_behavior": item["tax_behavior"],
            "tiers_mode": None,
            "transform_quantity": None,
            "type": "one_time",
            "unit_amount": item["unit_amount"],
            "unit_amount_decimal": str(item["unit_amount"]),
        },
        "quantity": item["quantity"],
    }


def line_items(link: Link) -> list[Shape]:
    """Return all lines of a link."""
    return [line_item(item, link.currency, link.created) for item in link.details["line_items"]]


def checkout_session(session: Session, link: Link, url: str) -> Shape:
    """Return a checkout session that a payment link opened."""
    return {
        "id": session.id,
        "object": "checkout.session",
        "adaptive_pricing": {"enabled": False},
        "after_expiration": None,
        "allow_promotion_codes": False,
        "amount_subtotal": link.amount,
        "amount_total": link.amount,
        "automatic_tax": {"enabled": False, "liability": None, "provider": None, "status": None},
        "billing_address_collection": "auto",
        "cancel_url": None,
        "client_reference_id": None,
        "client_secret": None,
        "consent": None,
        "consent_collection": None,
        "created": session.created,
        "currency": link.currency,
        "currency_conversion": None,
        "custom_fields": [],
        "custom_text": link.details["custom_text"],
        "customer": None,
        "customer_creation": link.details["customer_creation"],
        "customer_details": None,
        "customer_email": None,
        "discounts": [],
        "expires_at": session.expires,
        "invoice": None,
        "invoice_creation": None,
        "livemode": False,
        "locale": "auto",
        "metadata": link.details["metadata"],
        "mode": "payment",
        "payment_intent": session.payment_id,
        "payment_link": link.id,
        "payment_method_collection": "always",
        "payment_method_configuration_details": None,
        "payment_method_options": {},
        "payment_method_types": link.methods or ["card", "klarna"],
        "payment_status": session.payment_status,
        "permissions": None,
        "phone_number_collection": {"enabled": False},
        "recovered_from": None,
        "saved_payment_method_options": None,
        "setup_intent": None,
        "shipping_address_collection": None,
        "shipping_cost": None,
        "shipping_options": [],
        "status": session.status,
        "submit_type": link.details["submit_type"],
        "subscription": None,
        "success_url": "https://stripe.com",
        "total_details": {"amount_discount": 0, "amount_shipping": 0, "amount_tax": 0},
        "ui_mode": "hosted_page",
        "url": url if session.status == "open" else None,
        "wallet_options": None,
    }


def refund(refund: Refund, payment: Payment) -> Shape:
    """Return a refund; the sandbox's are through at once."""
    return {
        "id": refund.id,
        "object": "refund",
        "amount": refund.amount,
        "balance_transaction": None,
        "charge": payment.charge_id,
        "created": refund.created,
        "currency": refund.currency,
        "destination_details": None,
        "metadata": refund.metadata,
        "payment_intent": payment.id,
        "reason": refund.reason,
        "receipt_number": None,
        "source_transfer_reversal": None,
        "status": "succeeded",
        "transfer_reversal": None,
    }
