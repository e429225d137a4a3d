"""`paydesk verify`."""

import sqlite3
from pathlib import Path

from store.opening import FILE_NAME
from tests.tui.cli.conftest import Paydesk


def test_whole_file_is_said_to_be_whole(paydesk: Paydesk, invoice: str) -> None:
    """Chain, tables and SQLite are all in order."""
    assert paydesk("verify", "--json").document == {
        "ok": True,
        "entries": 1,
        "chain": "ok",
        "rebuilt": "ok",
        "integrity": "ok",
        "problems": [],
    }
    assert "1 entries, chain ok" in paydesk("verify").out


def test_changed_table_is_found(paydesk: Paydesk, invoice: str, folder: Path) -> None:
    """A sum changed behind the ledger's back: exit 1, one line on stderr, and the document says where."""
    with sqlite3.connect(folder / FILE_NAME) as other:
        other.execute("UPDATE invoices SET total = 1")
    other.close()
    ran = paydesk("verify", "--json")
    assert ran.code == 1
    assert '"rebuilt": "different"' in ran.out
    assert ran.err.startswith("paydesk: Table invoices differs from the ledger")
    assert ran.err.count("\n") == 1


def test_damaged_file_is_refused_in_one_line(paydesk: Paydesk, invoice: str, folder: Path) -> None:
    """A file that is no database any more is said to be damaged."""
    (folder / FILE_NAME).write_bytes(b"not a database at all, and long enough to be read as a header" * 100)
    ran = paydesk("verify", "--json")
    assert (ran.code, ran.out) == (1, "")
    assert ran.err.startswith("paydesk: ")
    assert ran.err.count("\n") == 1
