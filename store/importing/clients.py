"""Clients from a CSV file. A client who is there already, by name and address, is left as they are."""

from store import clients
from store.contact import normal_email, normal_mobile
from store.database import Tx
from store.errors import BadInput
from store.importing.run import Imported, Outcome, Piece, take
from store.importing.table import Column, Row, rows_of
from store.text import cleaned

COLUMNS = (
    Column("name", "the client's name", needed=True),
    Column("email", "their email address"),
    Column("mobile", "their mobile number"),
    Column("email_consent", "yes or no; yes where it is empty"),
    Column("sms_consent", "yes or no; yes where it is empty"),
)
_WORDS = {
    "": True,
    "yes": True,
    "y": True,
    "true": True,
    "1": True,
    "no": False,
    "n": False,
    "false": False,
    "0": False,
}


def import_clients(tx: Tx, content: bytes, *, skip_bad: bool = False, dry_run: bool = False) -> Imported:
    """Add the clients of a CSV file. Raises BadInput (file) for a file that cannot be read."""
    rows = rows_of(content, COLUMNS)
    return take(tx, "clients", (Piece(row.number, row) for row in rows), _add, skip_bad=skip_bad, dry_run=dry_run)


def _add(tx: Tx, row: Row) -> Outcome:
    refuse_more_cells(row)
    if found(tx, row["name"], row["email"], row["mobile"]):
        return "there"
    clients.add(
        tx,
        name=row["name"],
        email=row["email"],
        mobile=row["mobile"],
        email_consent=yes_or_no(row, "email_consent"),
        sms_consent=yes_or_no(row, "sms_consent"),
    )
    return "added"


def found(tx: Tx, name: str, email: str, mobile: str) -> str | None:
    """Return the id of the client with this name and one of these addresses; without any, by the name alone."""
    email = normal_email(email) if cleaned(email) else ""
    mobile = normal_mobile(mobile) if cleaned(mobile) else ""
    kept: str | None = tx.value(
        f"SELECT id FROM clients c WHERE name = :name COLLATE NOCASE AND {clients.THERE} AND ("
        " (:email <> '' AND email = :email) OR (:mobile <> '' AND mobile = :mobile)"
        " OR (:email = '' AND :mobile = '')) ORDER BY seq LIMIT 1",
        name=cleaned(name),
        email=email,
        mobile=mobile,
    )
    return kept


def yes_or_no(row: Row, column: str) -> bool:
    """Read a cell that is yes or no; empty is yes. Raises BadInput."""
    word = row[column].lower()
    if word not in _WORDS:
        raise BadInput(column, f"“{cleaned(row[column])[:40]}” is neither yes nor no.")
    return _WORDS[word]


def refuse_more_cells(row: Row) -> None:
    """Refuse a row with more cells than the file has columns: something has slipped. Raises BadInput."""
    if row[""]:
        raise BadInput("", f"There are more cells than columns: “{cleaned(row[''])[:40]}”. Put quotes round commas.")
