"""Two cards of one person made one: what was on the card that goes is on the card that stays."""

from store import client_notes, clients, ledger
from store.authority import require_manager
from store.contact import mobile_key, shown_mobile
from store.database import Tx
from store.errors import Refused
from store.models import Client


def merge(tx: Tx, keep_id: str, gone_id: str) -> Client:
    """Move invoices, credit and notes from one card to the other and return the card kept; a manager may.

    What is empty on the card kept is filled from the other, and a “no” to email or SMS on either stays a “no”. The
    card that goes is emptied and never found again; its id gives the card kept from now on. What it said is a note.
    Raises NotFound, Refused and NeedsManager.
    """
    require_manager(tx, "merge two clients")
    keep, gone = _card(tx, keep_id), _card(tx, gone_id)
    if keep.id == gone.id:
        raise Refused("These are one and the same client. Choose another one to merge with.")
    ledger.append(tx, "client_merged", None, {"client": gone.id, "into": keep.id})
    tx.run("UPDATE client_notes SET client_id = :into WHERE client_id = :gone", into=keep.id, gone=gone.id)
    tx.run("UPDATE clients SET merged_into = :into WHERE merged_into = :gone", into=keep.id, gone=gone.id)
    tx.run(
        "UPDATE clients SET merged_into = :into, name = '', email = '', mobile = '', mobile_key = '', channels = '',"
        " version = version + 1 WHERE id = :gone",
        into=keep.id,
        gone=gone.id,
    )
    _fill(tx, keep, gone)
    client_notes.add(tx, keep.id, f"Merged from another card: {_said(gone)}")
    return clients.get(tx, keep.id)


def _card(tx: Tx, client_id: str) -> Client:
    client = clients.get(tx, client_id)
    if client.id != client_id:
        raise Refused(f"This card has been merged already: it is part of {client.name}'s now.")
    if not clients.is_there(tx, client_id):
        raise Refused("A client whose personal data has been erased cannot be merged.")
    return client


def _fill(tx: Tx, keep: Client, gone: Client) -> None:
    mobile = keep.mobile or gone.mobile
    tx.run(
        "UPDATE clients SET email = :email, mobile = :mobile, mobile_key = :mobile_key, channels = :channels,"
        " email_consent = :email_consent, sms_consent = :sms_consent, version = version + 1 WHERE id = :id",
        id=keep.id,
        email=keep.email or gone.email,
        mobile=mobile,
        mobile_key=mobile_key(mobile),
        channels=keep.channels or gone.channels,
        email_consent=int(keep.email_consent and gone.email_consent),
        sms_consent=int(keep.sms_consent and gone.sms_consent),
    )


def _said(client: Client) -> str:
    return " · ".join(part for part in (client.name, client.email, shown_mobile(client.mobile)) if part)
