"""Account credit: what a client has left at the clinic for later. Pence, and never below zero."""

from dataclasses import dataclass

from store import clients, ledger, payment_types
from store.authority import require_manager
from store.database import Reader, Tx
from store.errors import BadInput, Refused
from store.models import Client
from store.money import LARGEST, format_money
from store.once import own_id
from store.text import cleaned


@dataclass(frozen=True, slots=True)
class CreditEntry:
    """One movement of a client's credit: above zero it came in, below it was used or paid back.

    `type` is the payment type's code. Where an invoice was paid (or refunded) with it, `payment_id` is that payment
    and `reference` the invoice's number.
    """

    id: str
    client_id: str
    amount: int
    type: str
    at: str
    reference: str
    payment_id: str | None
    actor: str


def balance(reader: Reader, client_id: str) -> int:
    """Return the pence that a client has; nobody has none."""
    return int(reader.value("SELECT coalesce(sum(amount), 0) FROM credits WHERE client_id = :id", id=client_id))


def entries(reader: Reader, client_id: str) -> list[CreditEntry]:
    """Return what came in and went out, newest first."""
    rows = reader.all(
        "SELECT id, client_id, amount, type, at, reference, payment_id, actor FROM credits"
        " WHERE client_id = :id ORDER BY at DESC, id DESC",
        id=client_id,
    )
    return [CreditEntry(**row) for row in rows]


def deposit(
    tx: Tx,
    client_id: str,
    type_code: str,
    amount: int,
    *,
    currency: str,
    reference: str = "",
    credit_id: str = "",
) -> CreditEntry:
    """Take `amount` pence from a client for later, by a type that is cash or written down.

    The same `credit_id` again changes nothing and returns the deposit. Raises BadInput, NotFound, and Refused for
    another deposit under that id.
    """
    client = clients.present(tx, client_id)
    if done := _already(tx, credit_id, client.id, type_code, amount, reference):
        return done
    payment_types.at_the_desk(tx, type_code, payment_types.KINDS)
    if amount <= 0:
        raise BadInput("amount", "The amount must be above zero.")
    if balance(tx, client.id) + amount > LARGEST:
        raise BadInput("amount", f"{client.name} would have more than {format_money(LARGEST, currency)}.")
    return _record(tx, client.id, type_code, amount, reference, credit_id)


def pay_back(
    tx: Tx,
    client_id: str,
    type_code: str,
    amount: int,
    *,
    currency: str,
    reference: str = "",
    credit_id: str = "",
) -> CreditEntry:
    """Give `amount` pence of a client's credit back; the entry is below zero.

    The same `credit_id` again changes nothing and returns the entry. Raises BadInput, NotFound, NeedsManager, and
    Refused for another entry under that id.
    """
    client = clients.present(tx, client_id)
    if done := _already(tx, credit_id, client.id, type_code, -amount, reference):
        return done
    payment_types.at_the_desk(tx, type_code, payment_types.KINDS)
    if amount <= 0:
        raise BadInput("amount", "The amount must be above zero.")
    check_enough(tx, client, amount, currency)
    require_manager(tx, "return a deposit")
    return _record(tx, client.id, type_code, -amount, reference, credit_id)


def check_enough(tx: Tx, client: Client, amount: int, currency: str) -> None:
    """Raise BadInput (amount) where the client has less credit than `amount` pence."""
    there = balance(tx, client.id)
    if there <= 0:
        raise BadInput("amount", f"{client.name} has no account credit.")
    if amount > there:
        money, left = format_money(amount, currency), format_money(there, currency)
        raise BadInput("amount", f"{money} is more than the {left} that {client.name} has as credit.")


def _record(tx: Tx, client_id: str, type_code: str, amount: int, reference: str, credit_id: str) -> CreditEntry:
    made = own_id(credit_id)
    fact = {
        "credit": made,
        "client": client_id,
        "amount": amount,
        "type": type_code,
        "reference": cleaned(reference),
    }
    ledger.append(tx, "credit_recorded", None, fact)
    return next(entry for entry in entries(tx, client_id) if entry.id == made)


def _already(
    tx: Tx, credit_id: str, client_id: str, type_code: str, amount: int, reference: str
) -> CreditEntry | None:
    """Return what is recorded under `credit_id`, if anything. Raises Refused where it is not the same."""
    row = tx.one("SELECT * FROM credits WHERE id = :id", id=credit_id) if credit_id else None
    if row is None:
        return None
    kept = CreditEntry(**row)
    if (kept.client_id, kept.type, kept.amount, kept.reference) != (
        client_id,
        type_code,
        amount,
        cleaned(reference),
    ):
        raise Refused("This has been recorded already, with something else in it. Look at the client's credit.")
    return kept
