"""Rebuild what screens read from the ledger alone, and compare it with the tables as they stand.

Left out of the comparison is what is no money fact: drafts, search words, addresses (personal data that can
be erased), poll times and edit versions.
"""

from dataclasses import dataclass

from store import ledger, projection
from store.database import Reader, Tx
from store.migrations import migrate
from store.sqlite import sqlite3

COMPARED = {
    "sqlite_schema": (
        "SELECT type, name, tbl_name, sql FROM sqlite_schema WHERE name NOT LIKE 'sqlite%' AND name NOT LIKE"
        " '\\_sqlite%' ESCAPE '\\' AND NOT (type = 'table' AND name LIKE '%\\_fts\\_%' ESCAPE '\\')"
    ),
    "invoices": (
        "SELECT id, number, client_id, state, currency, total, vat, paid, discount, discount_rate, credited,"
        " issued_at FROM invoices WHERE issued_at IS NOT NULL ORDER BY id"
    ),
    "lines": (
        "SELECT l.* FROM lines l JOIN invoices i ON i.id = l.invoice_id WHERE i.issued_at IS NOT NULL"
        " ORDER BY l.invoice_id, l.position"
    ),
    "payments": "SELECT * FROM payments ORDER BY id",
    "requests": (
        "SELECT id, code, invoice_id, amount, origin, state, reason, gateway, gateway_id, url, created_at, live_at,"
        " closed_at FROM requests ORDER BY id"
    ),
    "messages": (
        "SELECT id, kind, request_id, invoice_id, channel, state, net, vat, segments, result, created_at, sent_at"
        " FROM messages ORDER BY id"
    ),
    "refunds": "SELECT * FROM refunds ORDER BY id",
    "credits": "SELECT * FROM credits ORDER BY id",
    "days": "SELECT * FROM days ORDER BY id",
    "strays": "SELECT * FROM strays ORDER BY id",
}


@dataclass(frozen=True, slots=True)
class Difference:
    """A row of a table that is not what the ledger says; None where it is missing."""

    table: str
    in_file: tuple[object, ...] | None
    from_ledger: tuple[object, ...] | None


def differences(reader: Reader, *, most: int = 20) -> list[Difference]:
    """Replay the ledger into an empty file in memory and return where the tables differ."""
    connection = sqlite3.connect(":memory:", isolation_level=None)
    connection.row_factory = sqlite3.Row
    try:
        migrate(connection)
        for entry in ledger.entries(reader):
            projection.apply(Tx(connection, entry.at, entry.actor), entry)
        rebuilt = Reader(connection)
        found: list[Difference] = []
        for table, sql in COMPARED.items():
            found += _compare(table, reader, rebuilt, sql)
        return found[:most]
    finally:
        connection.close()


def _compare(table: str, file: Reader, rebuilt: Reader, sql: str) -> list[Difference]:
    there = {tuple(row) for row in file.all(sql)}
    here = {tuple(row) for row in rebuilt.all(sql)}
    return [
        *(Difference(table, row, None) for row in sorted(there - here, key=repr)),
        *(Difference(table, None, row) for row in sorted(here - there, key=repr)),
    ]
