"""Money that moved: payments, refunds of them, and what a client has as credit."""

from store.database import Tx
from store.facts.invoices import settle_state
from store.facts.kind import Apply
from store.facts.requests import move_request
from store.models import LedgerEntry


def _payment_recorded(tx: Tx, entry: LedgerEntry) -> None:
    fact = entry.payload
    credited = fact.get("credited", 0)
    tx.run(
        "INSERT INTO payments (id, invoice_id, type, amount, at, recorded_at, reference, request_id,"
        " gateway_payment_id, refund_of, credited, actor) VALUES (:id, :invoice_id, :type, :amount, :at,"
        " :recorded_at, :reference, :request_id, :gateway_payment_id, :refund_of, :credited, :actor)",
        id=fact["payment"],
        invoice_id=entry.invoice_id,
        type=fact["type"],
        amount=fact["amount"],
        at=fact.get("paid_at", entry.at),
        recorded_at=entry.at,
        reference=fact.get("reference", ""),
        request_id=fact.get("request"),
        gateway_payment_id=fact.get("gateway_payment"),
        refund_of=fact.get("refund_of"),
        credited=credited,
        actor=entry.actor,
    )
    tx.run(
        "UPDATE invoices SET paid = paid + :amount, credited = credited + :credited WHERE id = :id",
        amount=fact["amount"],
        credited=credited,
        id=entry.invoice_id,
    )
    settle_state(tx, entry.invoice_id)
    if fact.get("request"):
        move_request(tx, fact["request"], "paid", reason=fact.get("note", ""), closed_at=entry.at)
    if fact.get("credit"):
        _use_credit(tx, entry)
    if fact.get("refund"):
        tx.run(
            "UPDATE refunds SET state = 'done', closed_at = :at, result = :result, gateway_refund_id = :gateway"
            " WHERE id = :id",
            id=fact["refund"],
            at=entry.at,
            result=fact.get("reference", ""),
            gateway=fact.get("gateway_payment"),
        )


def _use_credit(tx: Tx, entry: LedgerEntry) -> None:
    """A payment by account credit takes from the client's credit; a refund to it gives back."""
    fact = entry.payload
    tx.run(
        "INSERT INTO credits (id, client_id, amount, type, at, reference, payment_id, actor)"
        " SELECT :id, client_id, -:amount, :type, :at, number, :payment, :actor FROM invoices WHERE id = :invoice",
        id=fact["credit"],
        amount=fact["amount"],
        type=fact["type"],
        at=entry.at,
        payment=fact["payment"],
        actor=entry.actor,
        invoice=entry.invoice_id,
    )


def _credit_recorded(tx: Tx, entry: LedgerEntry) -> None:
    fact = entry.payload
    tx.run(
        "INSERT INTO credits (id, client_id, amount, type, at, reference, actor)"
        " VALUES (:id, :client, :amount, :type, :at, :reference, :actor)",
        id=fact["credit"],
        client=fact["client"],
        amount=fact["amount"],
        type=fact["type"],
        at=entry.at,
        reference=fact.get("reference", ""),
        actor=entry.actor,
    )


APPLY: Apply = {"payment_recorded": _payment_recorded, "credit_recorded": _credit_recorded}
