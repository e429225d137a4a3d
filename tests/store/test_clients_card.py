"""The card: what a client has been asked for, has paid, still owes, has left, was told; and notes about them."""

from functools import partial

import pytest

from store import client_card, client_notes, clients, credit, invoices
from store.client_card import ClientCard
from store.database import Tx
from store.errors import BadInput, NotFound
from tests.store.builders import Clinic, line


def card(clinic: Clinic, client_id: str = "") -> ClientCard:
    """Read a card, Jane's where no other is named."""
    return clinic.store.read(lambda reader: client_card.card(reader, client_id or clinic.jane.id))


def note(clinic: Clinic, text: str, actor: str = "Amira") -> client_notes.ClientNote:
    """Write a note on Jane's card."""
    return clinic.store.write(lambda tx: client_notes.add(tx, clinic.jane.id, text), actor=actor)


def test_a_new_card_is_empty(clinic: Clinic) -> None:
    """No money, no notes, nothing was sent."""
    empty = card(clinic)
    assert empty == ClientCard(clinic.jane, 0, (), (), (), (), 0, 0, 0, 0)


def test_totals_count_what_was_issued(clinic: Clinic) -> None:
    """A draft and a void invoice are no debts; paid is paid."""
    paid, part, void = clinic.issued(10_000), clinic.issued(20_000), clinic.issued(40_000)
    draft = clinic.draft(line(80_000)).row.number
    clinic.pay(paid, 10_000)
    clinic.pay(part, 5_000)
    clinic.store.write(lambda tx: invoices.void(tx, void, reason="twice"))
    jane = card(clinic)
    assert (jane.invoiced, jane.paid, jane.due, jane.drafts) == (30_000, 15_000, 15_000, 1)
    assert [row.number for row in jane.invoices] == [draft, void, part, paid]


def test_another_clients_invoices_are_theirs(clinic: Clinic) -> None:
    """A card shows its own."""
    omar = clinic.store.write(lambda tx: clients.add(tx, name="Omar Haddad"))
    clinic.issued()
    assert card(clinic, omar.id).invoices == ()
    assert card(clinic, omar.id).invoiced == 0


def test_credit_and_where_it_came_from(clinic: Clinic) -> None:
    """The newest movement first."""
    for pence in (5_000, 2_000):
        clinic.store.write(
            partial(credit.deposit, client_id=clinic.jane.id, type_code="cash", amount=pence, currency="GBP")
        )
    jane = card(clinic)
    assert jane.credit == 7_000
    assert [entry.amount for entry in jane.credit_entries] == [2_000, 5_000]


def test_a_row_of_the_list_has_credit_and_what_is_due(clinic: Clinic) -> None:
    """Beside each client that a search finds."""
    clinic.issued(20_000)
    clinic.store.write(lambda tx: credit.deposit(tx, clinic.jane.id, "cash", 500, currency="GBP"))
    clinic.store.write(lambda tx: clients.add(tx, name="Omar Haddad"))
    rows = clinic.store.read(client_card.rows)
    assert [(row.client.name, row.credit, row.due) for row in rows] == [
        ("Omar Haddad", 0, 0),
        ("Jane Smith", 500, 20_000),
    ]
    found = clinic.store.read(lambda reader: client_card.rows(reader, "jane"))
    assert [row.client for row in found] == [clinic.jane]


def test_payment_requests_are_no_communications(clinic: Clinic) -> None:
    """They and their reminders stand in the invoice's log; a receipt is on the card."""
    number = clinic.issued()
    clinic.live(number)
    invoice = clinic.invoice(number)

    def receipt(tx: Tx) -> None:
        for kind, message_id in (("receipt", "1"), ("reminder", "2")):
            tx.run(
                "INSERT INTO messages (id, kind, invoice_id, channel, state, net, vat, created_at, address)"
                " VALUES (:id, :kind, :invoice, 'email', 'queued', 0, 0, :now, 'jane@example.com')",
                id=message_id,
                kind=kind,
                invoice=invoice.row.id,
                now=tx.now,
            )

    clinic.store.write(receipt)
    shown = [(c.number, c.message.kind, c.message.address) for c in card(clinic).communications]
    assert shown == [(number, "receipt", "jane@example.com")]


def test_notes_are_newest_first_with_who_and_when(clinic: Clinic) -> None:
    """Two people, two notes."""
    first = note(clinic, "Prefers   mornings")
    clinic.clock.forward(hours=1)
    second = note(clinic, "Allergic to latex [/x]\x1b", actor="Ben")
    assert card(clinic).notes == (second, first)
    assert (second.actor, second.text, second.at) == ("Ben", "Allergic to latex [/x]", "2026-11-22T15:02:31.000Z")
    assert first.text == "Prefers mornings"


@pytest.mark.parametrize(("text", "why"), [("  ", "Type the note"), ("x" * 1001, "1000 are the most")])
def test_a_note_that_will_not_do(clinic: Clinic, text: str, why: str) -> None:
    """Nothing, or a novel."""
    with pytest.raises(BadInput, match=why) as caught:
        note(clinic, text)
    assert caught.value.field == "text"
    assert card(clinic).notes == ()


def test_a_note_about_nobody(clinic: Clinic) -> None:
    """There must be a card."""
    with pytest.raises(NotFound):
        clinic.store.write(lambda tx: client_notes.add(tx, "nobody", "hello"))
