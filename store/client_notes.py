"""Notes on a client's card: who wrote what, and when. They are personal data, so the ledger has none of them."""

from dataclasses import dataclass

from store import clients
from store.database import Reader, Tx
from store.errors import BadInput, Refused
from store.ids import new_id
from store.text import cleaned

LONGEST = 1000


@dataclass(frozen=True, slots=True)
class ClientNote:
    """One note."""

    id: str
    at: str
    actor: str
    text: str


def add(tx: Tx, client_id: str, text: str) -> ClientNote:
    """Write a note on a client's card. Raises BadInput, NotFound, and Refused for an erased client."""
    words = cleaned(text)
    if not words:
        raise BadInput("text", "Type the note.")
    if len(words) > LONGEST:
        raise BadInput("text", f"The note is {len(words)} letters long; {LONGEST} are the most. Shorten it.")
    client = clients.get(tx, client_id)
    if not clients.is_there(tx, client.id):
        raise Refused("This client's personal data has been erased, so nothing more is written about them.")
    note = ClientNote(new_id(), tx.now, tx.actor, words)
    tx.run(
        "INSERT INTO client_notes (id, client_id, at, actor, text) VALUES (:id, :client, :at, :actor, :text)",
        id=note.id,
        client=client.id,
        at=note.at,
        actor=note.actor,
        text=note.text,
    )
    return note


def of_client(reader: Reader, client_id: str) -> list[ClientNote]:
    """Return a client's notes, newest first."""
    rows = reader.all(
        "SELECT id, at, actor, text FROM client_notes WHERE client_id = :id ORDER BY id DESC", id=client_id
    )
    return [ClientNote(**row) for row in rows]
