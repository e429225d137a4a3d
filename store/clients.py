"""Clients: the cards of the people who pay."""

from store import search
from store.contact import mobile_key, normal_email, normal_mobile
from store.database import Reader, Row, Tx
from store.errors import BadInput, EditConflict, NotFound, Refused
from store.ids import new_id
from store.models import Client
from store.text import cleaned

LONGEST_NAME = 120
COLUMNS = "c.id, c.name, c.email, c.mobile, c.channels, c.version, c.email_consent, c.sms_consent"
THERE = "c.merged_into IS NULL AND c.erased_at IS NULL"
"""The condition of a card that can be found and changed."""


def add(
    tx: Tx, *, name: str, email: str = "", mobile: str = "", email_consent: bool = True, sms_consent: bool = True
) -> Client:
    """Add a client. Raises BadInput for the first field that will not do."""
    name, email, mobile = _checked(name, email, mobile)
    client = Client(new_id(), name, email, mobile, email_consent=email_consent, sms_consent=sms_consent)
    tx.run(
        "INSERT INTO clients (id, name, email, mobile, mobile_key, email_consent, sms_consent, created_at)"
        " VALUES (:id, :name, :email, :mobile, :mobile_key, :email_consent, :sms_consent, :now)",
        id=client.id,
        name=client.name,
        email=client.email,
        mobile=client.mobile,
        mobile_key=mobile_key(client.mobile),
        email_consent=int(email_consent),
        sms_consent=int(sms_consent),
        now=tx.now,
    )
    return client


def update(
    tx: Tx,
    client_id: str,
    *,
    name: str,
    email: str,
    mobile: str,
    version: int,
    email_consent: bool | None = None,
    sms_consent: bool | None = None,
) -> Client:
    """Save a client's card as loaded at `version`; a consent of None stays as it is.

    Raises BadInput, NotFound, EditConflict when the card was saved in the meantime, and Refused when it was merged or
    erased.
    """
    name, email, mobile = _checked(name, email, mobile)
    changed = tx.run(
        "UPDATE clients AS c SET name = :name, email = :email, mobile = :mobile, mobile_key = :mobile_key,"
        " email_consent = coalesce(:email_consent, email_consent), sms_consent = coalesce(:sms_consent, sms_consent),"
        f" version = version + 1 WHERE id = :id AND version = :version AND {THERE}",
        id=client_id,
        version=version,
        name=name,
        email=email,
        mobile=mobile,
        mobile_key=mobile_key(mobile),
        email_consent=email_consent,
        sms_consent=sms_consent,
    )
    now = present(tx, client_id)
    if now.id != client_id:
        raise Refused(f"This card was merged: it is part of {now.name}'s now, and nothing is saved here any more.")
    if not changed:
        raise EditConflict(
            f"Somebody else has just saved {now.name}'s card. Look at it again, then repeat your change."
        )
    return now


def remember_channels(tx: Tx, client_id: str, channels: str) -> None:
    """Keep how this client was sent a link, so that the next dialog offers the same."""
    tx.run("UPDATE clients SET channels = :channels WHERE id = :id", channels=channels, id=client_id)


def get(reader: Reader, client_id: str) -> Client:
    """Return a client; the id of a card that was merged away gives the card that was kept. Raises NotFound."""
    row = reader.one(
        f"SELECT {COLUMNS} FROM clients c"
        " WHERE c.id = coalesce((SELECT merged_into FROM clients WHERE id = :id), :id)",
        id=client_id,
    )
    if row is None:
        raise NotFound(f"There is no client {cleaned(client_id)[:40]}. Find the id with `paydesk clients list`.")
    return from_row(row)


def present(reader: Reader, client_id: str) -> Client:
    """Return the card to which something new may go: the kept one where it was merged.

    Raises NotFound, and Refused for a card that was erased.
    """
    client = get(reader, client_id)
    if not is_there(reader, client.id):
        raise Refused("This client's data was erased, so nothing new can be put down for them. Add a new client.")
    return client


def is_there(reader: Reader, client_id: str) -> bool:
    """Tell whether a card can be found and changed: it was neither merged away nor erased."""
    return bool(reader.value(f"SELECT 1 FROM clients c WHERE c.id = :id AND {THERE}", id=client_id))


def find(reader: Reader, text: str = "", *, limit: int = 50) -> list[Client]:
    """Return clients whose name, email or mobile has every word typed, newest first."""
    match = search.match(text)
    if match is None:
        rows = reader.all(
            f"SELECT {COLUMNS} FROM clients c WHERE {THERE} ORDER BY c.seq DESC LIMIT :n",
            n=limit,
        )
    else:
        rows = reader.all(
            f"SELECT {COLUMNS} FROM clients_fts f CROSS JOIN clients c ON c.seq = f.rowid"
            f" WHERE clients_fts MATCH :match AND {THERE} ORDER BY f.rowid DESC LIMIT :n",
            match=match,
            n=limit,
        )
    return [from_row(row) for row in rows]


def from_row(row: Row) -> Client:
    """Return the client of a row with `COLUMNS`."""
    fields = {
        **row,
        "email_consent": bool(row["email_consent"]),
        "sms_consent": bool(row["sms_consent"]),
    }
    return Client(**fields)


def _checked(name: str, email: str, mobile: str) -> tuple[str, str, str]:
    name = cleaned(name)
    if not name:
        raise BadInput("name", "Type the client's name.")
    if len(name) > LONGEST_NAME:
        raise BadInput("name", f"The name is {len(name)} letters long; {LONGEST_NAME} are the most. Shorten it.")
    email = normal_email(email) if cleaned(email) else ""
    mobile = normal_mobile(mobile) if cleaned(mobile) else ""
    return name, email, mobile
