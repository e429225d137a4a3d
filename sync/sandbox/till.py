"""What moves money in the sandbox: a client pays or does not, a bank answers late, a clinic refunds.

Each function is one transaction, and writes Stripe's events in it where the link is Stripe's.
"""

from dataclasses import replace
from typing import Literal

from sync.sandbox.context import Context
from sync.sandbox.events import BY_CLIENT, Cause
from sync.sandbox.names import mint, mint_uuid
from sync.sandbox.records import Link, Payment, Refund, Session
from sync.sandbox.stripe_dialect.money_shapes import charge, payment_intent
from sync.sandbox.stripe_dialect.shapes import checkout_session
from sync.sandbox.stripe_dialect.shapes import refund as refund_shape

SESSION_SECONDS = 24 * 3600
"""https://docs.stripe.com/api/checkout/sessions: a session lasts 24 hours unless told otherwise."""

LATE = frozenset({"bacs_debit"})
"""Methods whose money comes days after the client has finished."""

DECLINED = {
    "code": "card_declined",
    "decline_code": "generic_decline",
    "message": "Your card was declined.",
}

Verdict = Literal["paid", "already_paid", "closed"]


def open_session(context: Context, link: Link) -> Session:
    """Begin a visit to a link's pay page."""
    now = context.now()
    session_id = mint("cs_test_a1", 56) if link.dialect == "stripe" else mint_uuid()
    session = Session(session_id, link.id, link.dialect, now, now + SESSION_SECONDS)
    context.book.save_session(session)
    return session


def expire_overdue(context: Context) -> None:
    """End the visits whose time is over, as Stripe does by itself."""
    for session in context.book.overdue_sessions(context.now()):
        expire(context, session, BY_CLIENT)


def expire(context: Context, session: Session, cause: Cause) -> Session:
    """End one open visit."""
    with context.book.transaction():
        ended = replace(session, status="expired")
        context.book.save_session(ended)
        _tell_session(context, "checkout.session.expired", ended, context.book.link_of(ended), cause)
    return ended


def pay(context: Context, session_id: str, method: str) -> Verdict:
    """Let a client pay in an open visit; refused when the link has been paid as often as it may be."""
    with context.book.transaction():
        session, link = _visit(context, session_id)
        if session.status == "complete" or link.used_up:
            return "already_paid"
        if session.status == "expired" or (link.dialect == "coherent" and not link.active):
            return "closed"
        payment = _attempt(context, session, link, method)
        late = method in LATE
        payment = replace(payment, status="processing") if late else _gone_through(context, payment)
        made = link.payments_made + 1
        link = replace(link, payments_made=made, active=link.active and made != link.max_payments)
        session = replace(
            session,
            status="complete",
            payment_id=payment.id,
            payment_status="unpaid" if late else "paid",
        )
        _save(context, payment, session)
        context.book.save_link(link)
        _tell_payment(context, "processing" if late else "succeeded", payment, link)
        _tell_session(context, "checkout.session.completed", session, link, BY_CLIENT)
    return "paid"


def decline(context: Context, session_id: str, method: str) -> None:
    """Let a client's bank refuse; the visit stays open for another try."""
    with context.book.transaction():
        session, link = _visit(context, session_id)
        if session.status != "open":
            return
        payment = replace(_attempt(context, session, link, method), status="failed", error=DECLINED)
        session = replace(session, payment_id=payment.id)
        _save(context, payment, session)
        if link.dialect == "coherent":
            context.book.save_link(replace(link, details={**link.details, "rejected": True}))
        _tell_payment(context, "payment_failed", payment, link)


def settle(context: Context, payment: Payment, *, succeeded: bool) -> Payment:
    """Let the bank answer for a payment that was on its way."""
    with context.book.transaction():
        session = context.book.session_of(payment)
        link = context.book.link_of(session)
        if succeeded:
            payment = _gone_through(context, payment)
            session = replace(session, payment_status="paid")
        else:
            payment = replace(payment, status="failed", error=DECLINED)
        _save(context, payment, session)
        outcome = "succeeded" if succeeded else "failed"
        _tell_payment(context, "succeeded" if succeeded else "payment_failed", payment, link)
        _tell_session(context, f"checkout.session.async_payment_{outcome}", session, link, BY_CLIENT)
    return payment


def refund(
    context: Context,
    payment: Payment,
    amount: int,
    reason: str | None,
    *,
    metadata: dict[str, str] | None = None,
    cause: Cause = BY_CLIENT,
) -> Refund:
    """Give money back; the caller has checked that there is as much left."""
    link = context.book.link_of(context.book.session_of(payment))
    refund_id = mint("re_") if link.dialect == "stripe" else mint_uuid()
    given = Refund(refund_id, payment.id, context.now(), amount, payment.currency, reason, metadata or {})
    payment = replace(payment, refunded=payment.refunded + amount)
    with context.book.transaction():
        context.book.save_refund(given)
        context.book.save_payment(payment)
        if link.dialect == "stripe":
            context.events.add("charge.refunded", charge(payment, link), cause)
            context.events.add("refund.created", refund_shape(given, payment), cause)
    return given


def _visit(context: Context, session_id: str) -> tuple[Session, Link]:
    session = context.book.session(session_id)
    if session is None:
        raise LookupError(f"There is no visit {session_id}")
    return session, context.book.link_of(session)


def _attempt(context: Context, session: Session, link: Link, method: str) -> Payment:
    """Return the visit's payment with a new charge; Stripe keeps one intent for all tries of a visit."""
    earlier = context.book.payment(session.payment_id) if session.payment_id else None
    if earlier is not None:
        return replace(earlier, method=method, charge_id=mint("ch_"), error=None)
    return Payment(
        id=mint("pi_") if link.dialect == "stripe" else mint_uuid(),
        link_id=link.id,
        session_id=session.id,
        created=context.now(),
        amount=link.amount,
        currency=link.currency,
        method=method,
        status="processing",
        charge_id=mint("ch_"),
    )


def _gone_through(context: Context, payment: Payment) -> Payment:
    return replace(payment, status="succeeded", paid_at=context.now())


def _save(context: Context, payment: Payment, session: Session) -> None:
    context.book.save_payment(payment)
    context.book.save_session(session)


def _tell_payment(context: Context, what: str, payment: Payment, link: Link) -> None:
    if link.dialect == "stripe":
        context.events.add(f"payment_intent.{what}", payment_intent(payment, link), BY_CLIENT)
        if what == "succeeded":
            context.events.add("charge.succeeded", charge(payment, link), BY_CLIENT)


def _tell_session(context: Context, kind: str, session: Session, link: Link, cause: Cause) -> None:
    if link.dialect == "stripe":
        context.events.add(kind, checkout_session(session, link, context.url(link)), cause)
