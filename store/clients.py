"""Clients: the cards of the people who pay."""

from store import search
from store.contact import mobile_key, normal_email, normal_mobile
from store.database import Reader, Row, Tx
from store.errors import BadInput, EditConflict, NotFound
from store.ids import new_id
from store.models import Client
from store.text import cleaned

LONGEST_NAME = 120
_COLUMNS = "c.id, c.name, c.email, c.mobile, c.channels, c.version, c.email_consent, c.sms_consent"


def add(tx: Tx, *, name: str, email: str = "", mobile: str = "") -> Client:
    """Add a client. Raises BadInput for the first field that will not do."""
    fields = _checked(name, email, mobile)
    client = Client(new_id(), *fields)
    tx.run(
        "INSERT INTO clients (id, name, email, mobile, mobile_key, created_at)"
        " VALUES (:id, :name, :email, :mobile, :mobile_key, :now)",
        id=client.id,
        name=client.name,
        email=client.email,
        mobile=client.mobile,
        mobile_key=mobile_key(client.mobile),
        now=tx.now,
    )
    return client


def update(tx: Tx, client_id: str, *, name: str, email: str, mobile: str, version: int) -> Client:
    """Save a client's card as loaded at `version`. Raises BadInput, NotFound or EditConflict."""
    fields = _checked(name, email, mobile)
    changed = tx.run(
        "UPDATE clients SET name = :name, email = :email, mobile = :mobile, mobile_key = :mobile_key,"
        " version = version + 1 WHERE id = :id AND version = :version",
        id=client_id,
        version=version,
        name=fields[0],
        email=fields[1],
        mobile=fields[2],
        mobile_key=mobile_key(fields[2]),
    )
    now = get(tx, client_id)
    if not changed:
        raise EditConflict(
            f"Somebody else has just saved {now.name}'s card. Look at it again, then repeat your change."
        )
    return now


def remember_channels(tx: Tx, client_id: str, channels: str) -> None:
    """Keep how this client was sent a link, so that the next dialog offers the same."""
    tx.run("UPDATE clients SET channels = :channels WHERE id = :id", channels=channels, id=client_id)


def get(reader: Reader, client_id: str) -> Client:
    """Return a client. Raises NotFound."""
    row = reader.one(f"SELECT {_COLUMNS} FROM clients c WHERE c.id = :id", id=client_id)
    if row is None:
        raise NotFound(f"There is no client {cleaned(client_id)[:40]}. Find the id with `paydesk clients list`.")
    return _client(row)


def find(reader: Reader, text: str = "", *, limit: int = 50) -> list[Client]:
    """Return clients whose name, email or mobile has every word typed, newest first."""
    match = search.match(text)
    if match is None:
        rows = reader.all(f"SELECT {_COLUMNS} FROM clients c ORDER BY c.seq DESC LIMIT :n", n=limit)
    else:
        rows = reader.all(
            f"SELECT {_COLUMNS} FROM clients_fts f JOIN clients c ON c.seq = f.rowid"
            " WHERE clients_fts MATCH :match ORDER BY f.rowid DESC LIMIT :n",
            match=match,
            n=limit,
        )
    return [_client(row) for row in rows]


def _checked(name: str, email: str, mobile: str) -> tuple[str, str, str]:
    name = cleaned(name)
    if not name:
        raise BadInput("name", "Type the client's name.")
    if len(name) > LONGEST_NAME:
        raise BadInput("name", f"The name is {len(name)} letters long; {LONGEST_NAME} are the most. Shorten it.")
    email = normal_email(email) if cleaned(email) else ""
    mobile = normal_mobile(mobile) if cleaned(mobile) else ""
    return name, email, mobile


def _client(row: Row) -> Client:
    return Client(**row)
