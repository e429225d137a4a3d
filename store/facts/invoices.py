"""Invoices: issued, void, and the state that follows from what has been paid."""

from typing import Any

from store.database import Tx
from store.facts.kind import Apply
from store.models import LedgerEntry


def _invoice_issued(tx: Tx, entry: LedgerEntry) -> None:
    fact = entry.payload
    tx.run(
        "INSERT INTO invoices (id, number, client_id, state, currency, total, vat, discount, discount_rate, search,"
        " created_at, created_by, issued_at) VALUES (:id, :number, :client, 'unpaid', :currency, :total, :vat,"
        " :discount, :discount_rate, '', :at, :actor, :at)"
        " ON CONFLICT (id) DO UPDATE SET state = 'unpaid', client_id = :client, currency = :currency,"
        " total = :total, vat = :vat, discount = :discount, discount_rate = :discount_rate, issued_at = :at,"
        " parked_at = NULL, version = version + 1",
        id=entry.invoice_id,
        number=fact["number"],
        client=fact["client"],
        currency=fact["currency"],
        total=fact["total"],
        vat=fact["vat"],
        discount=fact.get("discount", 0),
        discount_rate=fact.get("discount_rate", 0),
        at=entry.at,
        actor=entry.actor,
    )
    tx.run("DELETE FROM lines WHERE invoice_id = :id", id=entry.invoice_id)
    tx.run_many(
        "INSERT INTO lines (invoice_id, position, description, quantity, unit_price, vat_rate, total, discount,"
        " discount_rate) VALUES (:invoice_id, :position, :description, :quantity, :unit_price, :vat_rate, :total,"
        " :discount, :discount_rate)",
        [
            {
                "invoice_id": entry.invoice_id,
                "position": position,
                "description": description,
                "quantity": quantity,
                "unit_price": unit_price,
                "vat_rate": vat_rate,
                "total": total,
                "discount": discount,
                "discount_rate": discount_rate,
            }
            for position, (description, quantity, unit_price, vat_rate, total, discount, discount_rate) in enumerate(
                (_whole(line) for line in fact["lines"]), 1
            )
        ],
    )
    settle_state(tx, entry.invoice_id)


def _whole(line: list[Any]) -> list[Any]:
    """Return a line with its discount: lines of before there were discounts have five fields."""
    return [*line, 0, 0] if len(line) == 5 else line


def _invoice_voided(tx: Tx, entry: LedgerEntry) -> None:
    tx.run("UPDATE invoices SET state = 'void', version = version + 1 WHERE id = :id", id=entry.invoice_id)


def _draft_discarded(tx: Tx, entry: LedgerEntry) -> None:
    """Only the fact is kept: a draft is no money record, and its number is not given again."""


def settle_state(tx: Tx, invoice_id: str | None) -> None:
    """Derive the invoice's state from what is owed and what has been paid; a void invoice stays void."""
    tx.run(
        "UPDATE invoices SET state = CASE WHEN state = 'void' THEN 'void' WHEN paid >= total - credited THEN 'paid'"
        " WHEN paid > 0 THEN 'part_paid' ELSE 'unpaid' END WHERE id = :id",
        id=invoice_id,
    )


APPLY: Apply = {
    "invoice_issued": _invoice_issued,
    "invoice_voided": _invoice_voided,
    "draft_discarded": _draft_discarded,
}
