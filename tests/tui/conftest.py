"""A clinic to try the screens on: a real store, a few clients, items and invoices, and the desk's app."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from store import catalogue, clients, invoices, settings
from store.database import Store, Tx
from store.invoices import NewLine
from store.opening import FILE_NAME
from tui.app import PaydeskApp
from tui.desk import Desk

NOW = datetime(2026, 11, 22, 14, 2, 31, tzinfo=UTC)
HOSTILE = "Bobby [/x] Tables"


def frozen() -> datetime:
    """Return the tests' one moment."""
    return NOW


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """A data file with a clinic in it: five clients, four items, INV-000001 (draft) and INV-000002 (unpaid)."""
    opened = Store(tmp_path / FILE_NAME, clock=frozen)
    opened.write(fill)
    yield opened
    opened.close()


@pytest.fixture
def desk(store: Store) -> Desk:
    """Amira's desk."""
    return Desk(store, actor="Amira")


@pytest.fixture
def app(desk: Desk) -> PaydeskApp:
    """The application on that desk, with a frozen clock."""
    return PaydeskApp(desk, now=frozen)


def fill(tx: Tx) -> None:
    """Write the clinic."""
    settings.put(tx, "clinic.name", "Riverside Clinic")
    jane = clients.add(tx, name="Jane Smith", email="jane@example.com", mobile="07700 900123")
    clients.add(tx, name="Omar Haddad", email="omar@example.com")
    clients.add(tx, name="Nobody Reachable")
    clients.add(tx, name=HOSTILE, email="bobby@example.com", mobile="07700900456")
    clients.add(tx, name="😀 دانا ליאור " + "very long name " * 6, email="dana@example.com")
    for name, price, rate in (
        ("Consultation, 30 min", 12_000, 2000),
        ("Consultation, phone", 4_500, 0),
        ("Vaccine, flu", 9_100, 0),
        ("Vitamin D [bold] tablets", 899, 2000),
    ):
        catalogue.add(tx, name=name, price=price, vat_rate=rate)
    for issued in (False, True):
        made = invoices.save_draft(
            tx,
            jane.id,
            [NewLine("Consultation, 30 min", 1000, 12_000, 2000), NewLine("Vaccine, flu", 1000, 9_100, 0)],
            currency="GBP",
            prefix="INV-",
        )
        if issued:
            invoices.issue(tx, made.row.number)
