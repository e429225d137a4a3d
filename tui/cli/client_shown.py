"""A client's card on the command line: as a JSON document, and in lines."""

from collections.abc import Sequence

from store.client_card import ClientCard
from store.client_notes import ClientNote
from store.contact import shown_mobile
from store.models import Client
from store.money import format_money
from store.settings import Settings
from tui.cli.credit import entry_document
from tui.cli.documents import Document, client_document, listed_document
from tui.cli.output import local_time, state_words, table


def consent_document(client: Client) -> Document:
    """Return a client with what they have agreed to."""
    return {**client_document(client), "email_consent": client.email_consent, "sms_consent": client.sms_consent}


def note_document(note: ClientNote) -> Document:
    """Return a note."""
    return {"at": note.at, "actor": note.actor, "text": note.text}


def card_document(card: ClientCard, likely: Sequence[Client]) -> Document:
    """Return a whole card, and the cards that are likely of the same person."""
    return {
        **consent_document(card.client),
        "invoiced": card.invoiced,
        "paid": card.paid,
        "due": card.due,
        "credit": card.credit,
        "notes": [note_document(note) for note in card.notes],
        "invoices": [listed_document(row) for row in card.invoices],
        "communications": [
            {
                "at": told.message.created_at,
                "kind": told.message.kind,
                "channel": told.message.channel,
                "address": told.message.address,
                "number": told.number,
                "state": told.message.state,
                "result": told.message.result,
            }
            for told in card.communications
        ],
        "credit_entries": [entry_document(entry) for entry in card.credit_entries],
        "likely_duplicates": [client_document(client) for client in likely],
    }


def card_lines(card: ClientCard, likely: Sequence[Client], settings: Settings) -> list[str]:
    """Return a card as people read it."""
    client, currency = card.client, settings["clinic.currency"]
    fields = [
        ("Client", client.name),
        ("Email", _with_consent(client.email, agreed=client.email_consent)),
        ("Mobile", _with_consent(shown_mobile(client.mobile), agreed=client.sms_consent)),
        ("Due", format_money(card.due, currency)),
        ("Credit", format_money(card.credit, currency)),
    ]
    invoices = [
        (row.number, state_words(row.state), format_money(row.total, currency), format_money(row.due, currency))
        for row in card.invoices
    ]
    same = [("Likely the same:", other.id, other.name) for other in likely]
    return [*table(fields), *table(invoices, right=(2, 3)), *note_lines(card.notes, settings), *table(same)]


def note_lines(notes: Sequence[ClientNote], settings: Settings) -> list[str]:
    """Return notes, one a line."""
    return table([(local_time(note.at, settings["clinic.zone"]), note.actor, note.text) for note in notes])


def _with_consent(address: str, *, agreed: bool) -> str:
    return (address or "none") if agreed else f"{address or 'none'} (said no)"
