"""`expand[]`: putting whole objects where Stripe answers with ids. https://docs.stripe.com/api/expanding_objects."""

from typing import Any

from sync.sandbox.context import Context
from sync.sandbox.records import Link
from sync.sandbox.stripe_dialect import money_shapes, shapes
from sync.sandbox.stripe_dialect.errors import StripeError
from sync.sandbox.stripe_dialect.params import Params

_BY_ID = frozenset({"payment_intent", "payment_link", "latest_charge", "charge"})
_WITH_LINES = frozenset({"payment_link", "checkout.session"})


def read_expand(params: Params) -> list[list[str]]:
    """Read the paths to expand, such as `data.payment_intent`."""
    return [path.split(".") for path in params.texts("expand", most=20) or []]


def expanded(context: Context, shape: dict[str, Any], paths: list[list[str]]) -> dict[str, Any]:
    """Return an answer with those paths expanded. Raises StripeError for one that cannot be."""
    for path in paths:
        _expand(context, shape, path, ".".join(path))
    return shape


def _expand(context: Context, shape: dict[str, Any], path: list[str], whole: str) -> None:
    field, *rest = path
    if field == "data" and shape["object"] == "list" and rest:
        for item in shape["data"]:
            _expand(context, item, rest, whole)
        return
    if field == "line_items" and shape["object"] in _WITH_LINES:
        shape[field] = _lines(context, shape)
    elif field in _BY_ID and field in shape:
        if isinstance(shape[field], str):
            shape[field] = _by_id(context, shape[field])
    else:
        raise StripeError(f"This property cannot be expanded ({whole}).", param="expand")
    if rest and shape[field] is not None:
        _expand(context, shape[field], rest, whole)


def _lines(context: Context, shape: dict[str, Any]) -> dict[str, Any]:
    link_id = shape["id"] if shape["object"] == "payment_link" else shape["payment_link"]
    link_id = link_id["id"] if isinstance(link_id, dict) else link_id
    url = "/v1/payment_links" if shape["object"] == "payment_link" else "/v1/checkout/sessions"
    return shapes.page(f"{url}/{shape['id']}/line_items", shapes.line_items(_link(context, link_id)))


def _by_id(context: Context, record_id: str) -> dict[str, Any]:
    if record_id.startswith("plink_"):
        link = _link(context, record_id)
        return shapes.payment_link(link, context.url(link))
    payment = context.book.payment(record_id)
    if payment is None:
        raise LookupError(f"There is no payment {record_id}")
    make = money_shapes.charge if record_id.startswith("ch_") else money_shapes.payment_intent
    return make(payment, _link(context, payment.link_id))


def _link(context: Context, link_id: str) -> Link:
    link = context.book.link(link_id, "stripe")
    if link is None:
        raise LookupError(f"There is no link {link_id}")
    return link
