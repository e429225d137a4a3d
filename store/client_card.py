"""What the desk shows of a client: a row of the list, and the whole card."""

from collections.abc import Iterable
from dataclasses import dataclass
from json import dumps

from store import client_notes, clients, credit
from store.client_notes import ClientNote
from store.credit import CreditEntry
from store.database import Reader
from store.invoice_filters import Filters
from store.models import Client, InvoiceRow, Message
from store.reading import list_invoices

MOST = 500
"""Invoices, and messages, that a card shows."""

_OWED = "coalesce(sum(CASE WHEN state IN ('unpaid', 'part_paid') THEN max(0, total - credited - paid) END), 0) AS due"


@dataclass(frozen=True, slots=True)
class ClientRow:
    """A client as a list shows them, with the credit they have and what is due from them, in pence."""

    client: Client
    credit: int
    due: int


@dataclass(frozen=True, slots=True)
class Communication:
    """A message to the client that asks for no money, and the number of the invoice that it is about."""

    message: Message
    number: str


@dataclass(frozen=True, slots=True)
class ClientCard:
    """A client whole; money in pence, everything newest first.

    `invoiced` is what issued invoices ask for once refunds are taken off, `paid` what was paid on them, `due` what is
    still to pay. Communications leave out payment requests and their reminders: these are in the invoice's log.
    """

    client: Client
    credit: int
    credit_entries: tuple[CreditEntry, ...]
    notes: tuple[ClientNote, ...]
    invoices: tuple[InvoiceRow, ...]
    communications: tuple[Communication, ...]
    invoiced: int
    paid: int
    due: int
    drafts: int


def rows(reader: Reader, text: str = "", *, limit: int = 50) -> list[ClientRow]:
    """Return clients found by `text`, newest first, each with credit and what is due."""
    found = clients.find(reader, text, limit=limit)
    ids = dumps([client.id for client in found])
    credits_of = {
        row["client_id"]: row["credit"]
        for row in reader.all(
            "SELECT client_id, sum(amount) AS credit FROM credits"
            " WHERE client_id IN (SELECT value FROM json_each(:ids)) GROUP BY client_id",
            ids=ids,
        )
    }
    due_of = {
        row["client_id"]: row["due"]
        for row in reader.all(
            f"SELECT client_id, {_OWED} FROM invoices"
            " WHERE client_id IN (SELECT value FROM json_each(:ids)) GROUP BY client_id",
            ids=ids,
        )
    }
    return [ClientRow(client, credits_of.get(client.id, 0), due_of.get(client.id, 0)) for client in found]


def card(reader: Reader, client_id: str) -> ClientCard:
    """Return a client's card; a merged card's id gives the card kept. Raises NotFound."""
    client = clients.get(reader, client_id)
    sums = reader.one(
        "SELECT coalesce(sum(CASE WHEN state IN ('unpaid', 'part_paid', 'paid') THEN total - credited END), 0)"
        f" AS invoiced, coalesce(sum(paid), 0) AS paid, {_OWED}, count(*) FILTER (WHERE state = 'draft') AS drafts"
        " FROM invoices WHERE client_id = :id",
        id=client.id,
    )
    entries = credit.entries(reader, client.id)
    return ClientCard(
        client,
        credit=credit.balance(reader, client.id),
        credit_entries=tuple(entries),
        notes=tuple(client_notes.of_client(reader, client.id)),
        invoices=tuple(list_invoices(reader, filters=Filters(client_id=client.id), limit=MOST)),
        communications=tuple(_communications(reader, client.id)),
        **(sums or {}),
    )


def _communications(reader: Reader, client_id: str) -> Iterable[Communication]:
    found = reader.all(
        "SELECT m.id, m.kind, m.invoice_id, m.request_id, m.channel, m.address, m.state, m.net, m.vat, m.segments,"
        " m.result, m.created_at, m.sent_at, i.number FROM invoices i JOIN messages m ON m.invoice_id = i.id"
        " WHERE i.client_id = :id AND m.kind NOT IN ('payment_request', 'reminder') ORDER BY m.id DESC LIMIT :most",
        id=client_id,
        most=MOST,
    )
    for row in found:
        fields = {**row}
        number = fields.pop("number")
        yield Communication(Message(**fields), number)
