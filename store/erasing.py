"""Erasing a client's personal data on request, while the money that was taken stays written down.

The ledger names clients by their ids alone, so nothing in it has to go: what goes is on the card and around it. A
right of the client's under the UK GDPR, article 17; the money records stay for as long as the law asks for them
(https://ico.org.uk/for-organisations/uk-gdpr-guidance-and-resources/individual-rights/individual-rights/right-to-erasure/).
What SQLite leaves in free pages and in its log, and the PDFs that were saved, go with `sweep`.
"""

from collections.abc import Iterable

from store import clients, credit, ledger, sales
from store.authority import require_manager
from store.database import Store, Tx
from store.errors import Refused, StoreError
from store.money import format_money

ERASED = "Erased client"
DOCUMENTS = "documents"
"""The folder beside the data file in which invoices and receipts are saved as PDF, under their numbers."""

_INVOICES = "(SELECT id FROM invoices WHERE client_id = :id)"


def erase(tx: Tx, client_id: str) -> list[str]:
    """Erase all that is known of a client but the money; a manager may. Return the numbers of their invoices.

    Drafts are thrown away with it. An erased client is erased once: a second time nothing happens. Raises NotFound,
    NeedsManager, and Refused while a link is open, something waits to go out, or credit is left.
    """
    require_manager(tx, "erase a client's personal data")
    client = clients.get(tx, client_id)
    if clients.is_there(tx, client.id):
        _refuse_unfinished(tx, client.id)
        ledger.append(tx, "client_erased", None, {"client": client.id})
        _empty_card(tx, client.id)
        _empty_invoices(tx, client.id)
        _empty_outbox(tx, client.id)
        for table in ("clients_fts", "invoices_fts"):
            tx.run(f"INSERT INTO {table} ({table}) VALUES ('rebuild')")
    rows = tx.all("SELECT number FROM invoices WHERE client_id = :id ORDER BY seq", id=client.id)
    return [row["number"] for row in rows]


def sweep(store: Store, numbers: Iterable[str]) -> None:
    """Delete the saved PDFs of the invoices `numbers`, and what the data file still holds of what was erased.

    Raises StoreError when traces may be left; to erase again sweeps again.
    """
    folder = store.path.parent / DOCUMENTS
    try:
        for number in numbers:
            (folder / f"{number}.pdf").unlink(missing_ok=True)
        store.scrub()
    except (OSError, StoreError) as error:
        raise StoreError(
            f"The client's data is erased, but traces may be left in the data folder: {error} Make room, close other"
            " programs that use it, then erase again with `paydesk clients erase`."
        ) from error


def _refuse_unfinished(tx: Tx, client_id: str) -> None:
    link = tx.one(
        "SELECT r.code, i.number FROM invoices i JOIN requests r ON r.invoice_id = i.id"
        " WHERE i.client_id = :id AND r.state IN ('queued', 'live', 'cancelling', 'attention') LIMIT 1",
        id=client_id,
    )
    if link is not None:
        what = f"Payment link {link['code']} of {link['number']}"
        raise Refused(f"{what} is still open. Cancel it, wait until that is done, then erase.")
    waits = tx.value(
        "SELECT i.number FROM invoices i JOIN outbox o ON o.invoice_id = i.id"
        " WHERE i.client_id = :id AND o.state IN ('ready', 'claimed', 'attention', 'held') LIMIT 1",
        id=client_id,
    )
    if waits is not None:
        raise Refused(
            f"Something about {waits} still waits to go out. Send or drop it in the outbox (F5), then erase."
        )
    left = credit.balance(tx, client_id)
    if left:
        raise Refused(f"{format_money(left)} of credit is left on this card. Use it or give it back, then erase.")


def _empty_card(tx: Tx, client_id: str) -> None:
    tx.run(
        "UPDATE clients SET name = :name, email = '', mobile = '', mobile_key = '', channels = '', email_consent = 0,"
        " sms_consent = 0, erased_at = :now, version = version + 1 WHERE id = :id",
        name=ERASED,
        now=tx.now,
        id=client_id,
    )
    tx.run("DELETE FROM client_notes WHERE client_id = :id", id=client_id)


def _empty_invoices(tx: Tx, client_id: str) -> None:
    for draft in tx.all("SELECT number FROM invoices WHERE client_id = :id AND state = 'draft'", id=client_id):
        sales.discard(tx, draft["number"])
    tx.run(
        "UPDATE invoices SET notes = '', version = version + 1 WHERE client_id = :id AND notes <> ''", id=client_id
    )
    tx.run(f"UPDATE messages SET address = '' WHERE invoice_id IN {_INVOICES}", id=client_id)


def _empty_outbox(tx: Tx, client_id: str) -> None:
    tx.run(
        f"UPDATE attempts SET answer = '' WHERE entry_id IN (SELECT id FROM outbox WHERE invoice_id IN {_INVOICES})",
        id=client_id,
    )
    tx.run(f"UPDATE outbox SET payload = '{{}}', last_error = '' WHERE invoice_id IN {_INVOICES}", id=client_id)
