"""`/v1/payment_links`. https://docs.stripe.com/api/payment-link."""

import json
from dataclasses import replace
from typing import Any

from sync.sandbox.names import mint
from sync.sandbox.records import Link
from sync.sandbox.stripe_dialect import order
from sync.sandbox.stripe_dialect.calls import Action, Call
from sync.sandbox.stripe_dialect.errors import missing
from sync.sandbox.stripe_dialect.expand import expanded, read_expand
from sync.sandbox.stripe_dialect.lists import LINKS, fetch, read_span
from sync.sandbox.stripe_dialect.shapes import line_items, page, payment_link

_SUBMIT_TYPES = ("auto", "book", "donate", "pay", "subscribe")
_TOKEN_LENGTH = 14


def create(call: Call) -> Action:
    """`POST /v1/payment_links`."""
    params, context = call.params, call.context
    currency, lines = order.read_lines(params)
    stated = params.text("currency")
    metadata = order.kept(params.metadata() or {})
    link = Link(
        id=mint("plink_1"),
        dialect="stripe",
        token=mint("", _TOKEN_LENGTH),
        created=context.now(),
        amount=sum(line["unit_amount"] * line["quantity"] for line in lines),
        currency=currency,
        title=lines[0]["name"] if len(lines) == 1 else f"{lines[0]['name']} and {len(lines) - 1} more",
        inactive_message=params.text("inactive_message", longest=500) or None,
        max_payments=order.read_limit(params),
        methods=order.read_methods(params),
        details={
            "line_items": lines,
            "metadata": metadata,
            "payment_intent_data": order.read_intent(params),
            "after_completion": order.read_after_completion(params),
            "custom_text": order.read_words(params),
            "submit_type": params.choice("submit_type", _SUBMIT_TYPES) or "auto",
            "customer_creation": params.choice("customer_creation", ("always", "if_required")) or "if_required",
        },
    )
    if stated not in {None, currency}:
        raise params.not_one_of("currency", (currency, currency.upper()))
    expand = read_expand(params)
    call.carries(metadata)

    def act() -> dict[str, Any]:
        context.book.save_link(link)
        shape = payment_link(link, context.url(link))
        context.events.add("payment_link.created", shape, call.cause)
        call.changed(link.id)
        return expanded(context, dict(shape), expand)

    return act


def retrieve(call: Call) -> Action:
    """`GET /v1/payment_links/{id}`."""
    expand = read_expand(call.params)

    def act() -> dict[str, Any]:
        link = _found(call)
        return expanded(call.context, payment_link(link, call.context.url(link)), expand)

    return act


def index(call: Call) -> Action:
    """`GET /v1/payment_links`."""
    span, active, expand = (
        read_span(call.params),
        call.params.boolean("active"),
        read_expand(call.params),
    )

    def act() -> dict[str, Any]:
        wanted = None if active is None else int(active)
        found = fetch(call.context.database, LINKS, span, active=wanted)
        links = [Link(**json.loads(doc)) for doc in found.docs]
        data = [payment_link(link, call.context.url(link)) for link in links]
        return expanded(call.context, page("/v1/payment_links", data, has_more=found.has_more), expand)

    return act


def update(call: Call) -> Action:
    """`POST /v1/payment_links/{id}`."""
    params, context = call.params, call.context
    active = params.boolean("active")
    metadata = params.metadata()
    message = params.text("inactive_message", longest=500)
    limit = order.read_limit(params)
    changes_methods, methods = params.has("payment_method_types"), order.read_methods(params)
    changes_end, end = params.has("after_completion"), order.read_after_completion(params)
    expand = read_expand(params)

    def act() -> dict[str, Any]:
        link = _found(call)
        details = dict(link.details)
        if metadata is not None:
            details["metadata"] = order.kept({**details["metadata"], **metadata}) if metadata else {}
        if changes_end:
            details["after_completion"] = end
        changed = replace(
            link,
            active=link.active if active is None else active,
            inactive_message=link.inactive_message if message is None else message or None,
            max_payments=link.max_payments if limit is None else limit,
            methods=methods if changes_methods else link.methods,
            details=details,
        )
        if changed != link:
            _keep_change(call, link, changed)
        return expanded(context, payment_link(changed, context.url(changed)), expand)

    return act


def _keep_change(call: Call, link: Link, changed: Link) -> None:
    context = call.context
    before, after = (payment_link(each, context.url(each)) for each in (link, changed))
    context.book.save_link(changed)
    old = {name: value for name, value in before.items() if value != after[name]}
    context.events.add("payment_link.updated", after, call.cause, old)
    call.changed(link.id)


def lines(call: Call) -> Action:
    """`GET /v1/payment_links/{id}/line_items`: at most 20 lines, so always one page."""
    read_span(call.params)

    def act() -> dict[str, Any]:
        return page(f"/v1/payment_links/{call.path_id}/line_items", line_items(_found(call)))

    return act


def _found(call: Call) -> Link:
    link = call.context.book.link(call.path_id, "stripe")
    if link is None:
        raise missing("payment_link", call.path_id)
    return link
