"""Reading what a payment link is to be: its lines, limits and words."""

from typing import Any

from sync.sandbox.money import MAXIMUM, MINIMUM, shown
from sync.sandbox.names import mint
from sync.sandbox.stripe_dialect.errors import StripeError, missing
from sync.sandbox.stripe_dialect.money_shapes import METHOD_TYPES
from sync.sandbox.stripe_dialect.params import Params

MOST_LINES = 20
_WORDS = ("after_submit", "shipping_address", "submit", "terms_of_service_acceptance")


def read_lines(params: Params) -> tuple[str, list[dict[str, Any]]]:
    """Read `line_items` with inline prices; returns the currency and the lines.

    The sandbox has no catalogue, so a price's id is never found.
    """
    lines = params.children("line_items")
    if not lines:
        raise params.absent("line_items")
    if len(lines) > MOST_LINES:
        message = f"Array line_items exceeded maximum {MOST_LINES} allowed elements."
        raise StripeError(message, param="line_items")
    read = [_read_line(line) for line in lines]
    currencies = {currency for currency, _ in read}
    if len(currencies) > 1:
        raise StripeError("All prices must be in the same currency.", param="line_items")
    currency = currencies.pop()
    items = [item for _, item in read]
    _check_total(sum(item["unit_amount"] * item["quantity"] for item in items), currency)
    return currency, items


def _read_line(line: Params) -> tuple[str, dict[str, Any]]:
    if line.has("price"):
        raise missing("price", line.needed("price"), line.name("price"), in_path=False)
    price = line.child("price_data")
    if price is None:
        raise line.absent("price_data")
    quantity = line.integer("quantity", least=1, most=999_999)
    if quantity is None:
        raise line.absent("quantity")
    currency = price.needed("currency").lower()
    if currency not in MINIMUM:
        supported = ", ".join(sorted(MINIMUM))
        message = f"Invalid currency: {currency}. Stripe currently supports these currencies: {supported}"
        raise StripeError(message, param=price.name("currency"))
    amount = price.integer("unit_amount", most=MAXIMUM)
    if amount is None:
        raise price.absent("unit_amount")
    product = price.child("product_data")
    if product is None:
        raise price.absent("product_data")
    item = {
        "id": mint("li_"),
        "price": mint("price_"),
        "product": mint("prod_", 14),
        "name": product.needed("name", longest=250),
        "about": product.text("description"),
        "unit_amount": amount,
        "quantity": quantity,
        "tax_behavior": price.choice("tax_behavior", ("exclusive", "inclusive", "unspecified")) or "unspecified",
    }
    product.metadata()
    return currency, item


def _check_total(total: int, currency: str) -> None:
    if total < MINIMUM[currency]:
        least = f"{shown(MINIMUM[currency], currency)} {currency}"
        raise StripeError(
            f"The Checkout Session's total amount due must add up to at least {least}",
            code="amount_too_small",
        )
    if total > MAXIMUM:
        most = f"{shown(MAXIMUM, currency)} {currency}"
        raise StripeError(
            f"The Checkout Session's total amount due must be no more than {most}", code="amount_too_large"
        )


def read_methods(params: Params) -> list[str] | None:
    """Read `payment_method_types`; None leaves the choice to Stripe, or an update empties it."""
    methods = params.texts("payment_method_types")
    for index, method in enumerate(methods or []):
        if method not in METHOD_TYPES:
            raise params.not_one_of(f"payment_method_types[{index}]", METHOD_TYPES)
    return methods or None


def read_limit(params: Params) -> int | None:
    """Read `restrictions[completed_sessions][limit]`."""
    restrictions = params.child("restrictions")
    if restrictions is None:
        return None
    sessions = restrictions.child("completed_sessions")
    if sessions is None:
        raise restrictions.absent("completed_sessions")
    limit = sessions.integer("limit", least=1)
    if limit is None:
        raise sessions.absent("limit")
    return limit


def read_after_completion(params: Params) -> dict[str, Any]:
    """Read where the client goes after paying."""
    after = params.child("after_completion")
    if after is None:
        return {"hosted_confirmation": {"custom_message": None}, "type": "hosted_confirmation"}
    kind = after.choice("type", ("hosted_confirmation", "redirect"))
    if kind is None:
        raise after.absent("type")
    if kind == "hosted_confirmation":
        hosted = after.child("hosted_confirmation")
        message = hosted.text("custom_message", longest=500) if hosted else None
        return {"hosted_confirmation": {"custom_message": message}, "type": kind}
    redirect = after.child("redirect")
    if redirect is None:
        raise after.absent("redirect")
    url = redirect.needed("url")
    if not url.startswith(("http://", "https://")):
        raise StripeError("Not a valid URL", code="url_invalid", param=redirect.name("url"))
    return {"redirect": {"url": url}, "type": kind}


def read_words(params: Params) -> dict[str, Any]:
    """Read `custom_text`: the maker's own words on the pay page."""
    words = params.child("custom_text")
    texts: dict[str, Any] = dict.fromkeys(_WORDS)
    for name in _WORDS:
        part = words.child(name) if words else None
        if part is not None:
            texts[name] = {"message": part.needed("message", longest=1200)}
    return texts


def read_intent(params: Params) -> dict[str, Any] | None:
    """Read `payment_intent_data`: what each payment on the link carries."""
    data = params.child("payment_intent_data")
    if data is None:
        return None
    return {
        "capture_method": None,
        "description": data.text("description", longest=1000),
        "metadata": kept(data.metadata() or {}),
        "setup_future_usage": None,
        "statement_descriptor": None,
        "statement_descriptor_suffix": None,
        "transfer_group": None,
    }


def kept(metadata: dict[str, str]) -> dict[str, str]:
    """Return metadata without the keys that an empty value unsets."""
    return {name: value for name, value in metadata.items() if value}
