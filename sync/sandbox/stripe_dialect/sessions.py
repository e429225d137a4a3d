"""`/v1/checkout/sessions`. https://docs.stripe.com/api/checkout/sessions."""

import json
from typing import Any

from sync.sandbox import till
from sync.sandbox.records import Session
from sync.sandbox.stripe_dialect.calls import Action, Call
from sync.sandbox.stripe_dialect.errors import StripeError, missing
from sync.sandbox.stripe_dialect.expand import expanded, read_expand
from sync.sandbox.stripe_dialect.lists import SESSIONS, fetch, read_span
from sync.sandbox.stripe_dialect.shapes import checkout_session, page


def retrieve(call: Call) -> Action:
    """`GET /v1/checkout/sessions/{id}`."""
    expand = read_expand(call.params)
    return lambda: expanded(call.context, _shape(call, _found(call)), expand)


def index(call: Call) -> Action:
    """`GET /v1/checkout/sessions`."""
    params = call.params
    span, expand = read_span(params, by_time=True), read_expand(params)
    link_id, payment_id = params.text("payment_link"), params.text("payment_intent")
    status = params.choice("status", ("open", "complete", "expired"))

    def act() -> dict[str, Any]:
        book, database = call.context.book, call.context.database
        if link_id is not None and book.link(link_id, "stripe") is None:
            raise missing("payment_link", link_id, "payment_link", in_path=False)
        if payment_id is not None and book.payment(payment_id) is None:
            raise missing("payment_intent", payment_id, "payment_intent", in_path=False)
        found = fetch(database, SESSIONS, span, payment_link=link_id, payment_intent=payment_id, status=status)
        data = [_shape(call, Session(**json.loads(doc))) for doc in found.docs]
        return expanded(call.context, page("/v1/checkout/sessions", data, has_more=found.has_more), expand)

    return act


def expire(call: Call) -> Action:
    """`POST /v1/checkout/sessions/{id}/expire`."""
    expand = read_expand(call.params)

    def act() -> dict[str, Any]:
        session = _found(call)
        if session.status != "open":
            raise StripeError(
                'Only Checkout Sessions with a status in ["open"] can be expired. '
                f"This Checkout Session has a status of `{session.status}`."
            )
        session = till.expire(call.context, session, call.cause)
        call.changed(session.id)
        return expanded(call.context, _shape(call, session), expand)

    return act


def _found(call: Call) -> Session:
    session = call.context.book.session(call.path_id)
    if session is None or session.dialect != "stripe":
        raise missing("checkout.session", call.path_id, "session")
    return session


def _shape(call: Call, session: Session) -> dict[str, Any]:
    link = call.context.book.link_of(session)
    return checkout_session(session, link, call.context.url(link))
