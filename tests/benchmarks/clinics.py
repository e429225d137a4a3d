"""Data files to measure on: as many clients, invoices and waiting entries as are asked for, made in bulk."""

from collections.abc import Iterator
from pathlib import Path

from store import clients, invoices, outbox, settings
from store.contact import mobile_key
from store.database import Store, Tx
from store.ids import new_id
from store.invoices import NewLine
from store.opening import FILE_NAME
from store.sqlite import sqlite3

_GIVEN = (
    "Amelia,Oliver,Zoë,Muhammad,Isla,George,Chloé,Noah,Freya,Harry,Priya,Arthur,Niamh,Leo,Grace,Oscar,Aoife,Theo,"
    "Ivy,Jack,Ruby,Henry,Mei,Charlie,Sofia,Thomas,Elif,William,Ada,James"
)
_FAMILY = (
    "Smith,Jones,Taylor,Brown,Williams,Wilson,Johnson,Davies,Patel,Robinson,Wright,Thompson,Evans,Walker,White,"
    "Roberts,Green,Hall,Wood,Jackson,Clarke,Khan,O'Neill,Harris,Lewis,Müller,Begum,Ó-Murchú,Okafor,Szabó,Nguyen,"
    "Fernández,Çelik,Kowalska,Hughes,Edwards,Turner,Mac-Lean,Cohen,Singh"
)
GIVEN, FAMILY = _GIVEN.split(","), _FAMILY.split(",")


def name(serial: int) -> str:
    """Return a client's name; some are shared, as in life."""
    family = f"{FAMILY[serial % len(FAMILY)]}-{FAMILY[serial // 41 % len(FAMILY)]}"
    return f"{GIVEN[serial // 7 % len(GIVEN)]} {family}"


def mobile(serial: int) -> str:
    """Return a client's mobile number."""
    return f"+447{serial * 7_919 % 1_000_000_000:09d}"


def store_in(folder: Path) -> Store:
    """Open the data file of a clinic that has been set up."""
    store = Store(folder / FILE_NAME)
    store.write(lambda tx: settings.put(tx, "clinic.name", "Riverside Clinic"))
    return store


def with_clients(folder: Path, count: int) -> Store:
    """Open a data file with `count` clients and as many invoices."""
    store = store_in(folder)
    store.write(lambda tx: _fill(tx, count))
    return store


def issued(store: Store, count: int) -> list[str]:
    """Issue `count` invoices of two lines for one client and return their numbers."""

    def work(tx: Tx) -> list[str]:
        jane = clients.add(tx, name="Jane Smith", email="jane@example.com", mobile="07700 900123")
        lines = [NewLine("Consultation", 1000, 21_100, 2000), NewLine("Dressing", 2000, 450, 2000)]
        drafts = [invoices.save_draft(tx, jane.id, lines, currency="GBP", prefix="INV-") for _ in range(count)]
        return [invoices.issue(tx, draft.row.number).row.number for draft in drafts]

    return store.write(work)


def waiting(store: Store, count: int) -> None:
    """Put `count` entries into the outbox that are due, and as many that are done."""

    def work(tx: Tx) -> None:
        for _ in range(2 * count):
            outbox.add(tx, "notify", new_id(), None, {"target": "ntfy://clinic"})
        tx.run("UPDATE outbox SET state = 'done' WHERE seq % 2 = 0")

    store.write(work)


def bare_file(folder: Path) -> "sqlite3.Connection":
    """Open a file of one table, with the journal and the durability that ours has."""
    connection = sqlite3.connect(folder / "bare.sqlite", isolation_level=None)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("CREATE TABLE IF NOT EXISTS bare (id INTEGER PRIMARY KEY, body TEXT NOT NULL)")
    return connection


def _fill(tx: Tx, count: int) -> None:
    ids = [new_id() for _ in range(count)]
    tx.run_many(
        "INSERT INTO clients (id, name, email, mobile, mobile_key, created_at)"
        " VALUES (:id, :name, :email, :mobile, :key, :at)",
        _client_rows(tx, ids),
    )
    tx.run_many(
        "INSERT INTO invoices (id, number, client_id, state, currency, total, vat, search, created_at, created_by)"
        " VALUES (:id, :number, :client, 'draft', 'GBP', 1000, 0, :search, :at, 'desk')",
        (
            {"id": new_id(), "number": number, "client": client, "search": f"{number} {serial}", "at": tx.now}
            for serial, client in enumerate(ids)
            for number in [f"OLD-{serial:06d}"]
        ),
    )


def _client_rows(tx: Tx, ids: list[str]) -> Iterator[dict[str, str]]:
    for serial, client in enumerate(ids):
        yield {
            "id": client,
            "name": name(serial),
            "email": f"client{serial}@example.com",
            "mobile": mobile(serial),
            "key": mobile_key(mobile(serial)),
            "at": tx.now,
        }
