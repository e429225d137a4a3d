"""A data file of before is brought up to today's schema, and nothing in it changes its meaning."""

from contextlib import closing
from pathlib import Path

from sqlite_utils import Database

from store import ledger, migrations
from store.database import Store, Tx
from store.reading import invoice_by_number
from store.sqlite import sqlite3
from store.verify import verify

INVOICE = "01M8284DCZ3N21235FX9YFA5G4"


def facts(path: Path) -> list[tuple[object, ...]]:
    """Return the ledger of an invoice that was paid in cash, as the first version wrote it."""
    with closing(Store(path)) as store:

        def work(tx: Tx) -> None:
            line = ["Consultation", 1000, 21_100, 2000, 21_100]
            fact = {"number": "INV-000001", "client": "c", "currency": "GBP", "total": 21_100, "vat": 3517}
            ledger.append(tx, "invoice_issued", INVOICE, {**fact, "lines": [line]})
            ledger.append(tx, "payment_recorded", INVOICE, {"payment": "p", "type": "cash", "amount": 21_100})

        store.write(work)
        return store.read(lambda reader: [tuple(row) for row in reader.all("SELECT * FROM ledger")])


def first_version(path: Path, rows: list[tuple[object, ...]]) -> None:
    """Write a data file as the first version left it: private to its owner."""
    at = rows[0][3]
    path.touch(mode=0o600)
    with closing(sqlite3.connect(path, isolation_level=None)) as old:
        old.execute("PRAGMA journal_mode = WAL")
        migrations._registered().apply(Database(old), stop_before="0002_the_till")
        old.executemany(f"INSERT INTO ledger VALUES ({', '.join('?' * 10)})", rows)
        old.execute("UPDATE meta SET value = ? WHERE key = 'writer_id'", (rows[0][0],))
        old.execute(
            "INSERT INTO invoices (id, number, client_id, state, currency, total, vat, paid, created_at, created_by,"
            " issued_at) VALUES (?, 'INV-000001', 'c', 'paid', 'GBP', 21100, 3517, 21100, ?, 'desk', ?)",
            (INVOICE, at, at),
        )
        old.execute("INSERT INTO lines VALUES (?, 1, 'Consultation', 1000, 21100, 2000, 21100)", (INVOICE,))
        old.execute(
            "INSERT INTO payments (id, invoice_id, type, amount, at, actor)"
            " VALUES ('p', ?, 'cash', 21100, ?, 'desk')",
            (INVOICE, rows[1][3]),
        )


def test_a_file_of_the_first_version_is_brought_up_to_date(tmp_path: Path) -> None:
    """Its ledger says what its tables say, before and after, and it can be worked with."""
    path = tmp_path / "old" / "paydesk.sqlite"
    path.parent.mkdir()
    first_version(path, facts(tmp_path / "new" / "paydesk.sqlite"))
    with closing(Store(path)) as store:
        assert store.read(lambda reader: reader.value("PRAGMA user_version")) == migrations.SCHEMA_VERSION
        invoice = store.read(lambda reader: invoice_by_number(reader, "INV-000001"))
        verdict = store.read(lambda reader: verify(reader, path))
    assert (invoice.row.state, invoice.row.paid, invoice.lines[0].discount) == ("paid", 21_100, 0)
    assert verdict.problems == ()
