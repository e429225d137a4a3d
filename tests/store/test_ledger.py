"""The ledger: append-only, chained, and found out when somebody changed it all the same."""

import hashlib
import json
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from store import ledger
from store.database import Store
from store.errors import StoreError
from store.headfile import HeadFile
from store.sqlite import sqlite3
from store.verify import Verdict, verify
from tests.store.builders import Clinic


@pytest.fixture
def busy(clinic: Clinic) -> Clinic:
    """A clinic with ten facts about three invoices."""
    clinic.pay(clinic.issued(200), 200)
    number = clinic.issued()
    clinic.receive(clinic.seen(clinic.live(number, by=("email", "sms"))), "ntfy://clinic")
    clinic.pay(clinic.issued(100), 100)
    return clinic


def checked(store: Store) -> Verdict:
    """Verify the file."""
    return store.read(lambda reader: verify(reader, store.path))


def tamper(path: Path, *statements: str) -> None:
    """Change the ledger behind Paydesk's back: without the triggers, in a connection of its own."""
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        for trigger in ("update", "delete"):
            connection.execute(f"DROP TRIGGER ledger_is_append_only_{trigger}")
        for statement in statements:
            connection.execute(statement)


def test_facts_are_numbered_without_a_gap_and_chained(busy: Clinic) -> None:
    """Each hash is SHA-256 over the one before and the entry's own fields."""
    rows = busy.store.read(lambda reader: reader.all("SELECT * FROM ledger ORDER BY seq"))
    assert [row["seq"] for row in rows] == list(range(1, 11))
    assert len({row["writer_id"] for row in rows}) == 1
    assert rows[0]["prev_hash"] == b"\0" * 32
    assert [row["prev_hash"] for row in rows[1:]] == [row["hash"] for row in rows[:-1]]
    first = rows[0]
    body = (
        f'["{first["writer_id"]}",1,"{first["entry_id"]}","{first["at"]}","Amira","invoice_issued",'
        f'"{first["invoice_id"]}",{json.dumps(first["payload"], ensure_ascii=False)}]'
    )
    assert first["hash"] == hashlib.sha256(b"\0" * 32 + body.encode()).digest()


def test_what_is_whole_is_whole(busy: Clinic) -> None:
    """Chain, tables and file."""
    assert checked(busy.store) == Verdict(entries=10, chain="ok", rebuilt="ok", integrity="ok", problems=())
    assert checked(busy.store).ok


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE ledger SET payload = '{}'",
        "UPDATE ledger SET actor = 'nobody' WHERE seq = 1",
        "DELETE FROM ledger",
        "DELETE FROM ledger WHERE seq = 9",
        "INSERT OR REPLACE INTO ledger SELECT * FROM ledger WHERE seq = 3",
    ],
)
def test_nothing_is_changed_or_deleted(busy: Clinic, statement: str) -> None:
    """The file itself refuses."""
    with pytest.raises(StoreError, match="the ledger is append-only"):
        busy.store.write(lambda tx: tx.run(statement))
    assert checked(busy.store).ok


def payload_of_the_payment(path: Path) -> None:
    """Make a payment smaller."""
    tamper(path, "UPDATE ledger SET payload = replace(payload, '21100', '11100') WHERE kind = 'payment_recorded'")


def hash_of_one(path: Path) -> None:
    """Put another hash."""
    tamper(path, "UPDATE ledger SET hash = randomblob(32) WHERE seq = 5")


def who_did_it(path: Path) -> None:
    """Blame somebody else."""
    tamper(path, "UPDATE ledger SET actor = 'Omar' WHERE seq = 5")


def when_it_was(path: Path) -> None:
    """Set it back in time."""
    tamper(path, "UPDATE ledger SET at = '2020-01-01T00:00:00.000Z' WHERE seq = 5")


def which_invoice(path: Path) -> None:
    """Move it to another invoice."""
    tamper(path, "UPDATE ledger SET invoice_id = (SELECT max(invoice_id) FROM ledger) WHERE seq = 5")


def one_deleted(path: Path) -> None:
    """Take one out."""
    tamper(path, "DELETE FROM ledger WHERE seq = 5")


def the_first_deleted(path: Path) -> None:
    """Take the beginning away."""
    tamper(path, "DELETE FROM ledger WHERE seq = 1")


def two_swapped(path: Path) -> None:
    """Change the order of two."""
    tamper(
        path,
        "UPDATE ledger SET seq = 100 WHERE seq = 5",
        "UPDATE ledger SET seq = 5 WHERE seq = 6",
        "UPDATE ledger SET seq = 6 WHERE seq = 100",
    )


def one_deleted_and_the_rest_moved_up(path: Path) -> None:
    """Take one out and close the gap."""
    moved = [f"UPDATE ledger SET seq = {seq - 1} WHERE seq = {seq}" for seq in range(6, 11)]
    tamper(path, "DELETE FROM ledger WHERE seq = 5", *moved)


def the_last_changed_and_its_hash_made_anew(path: Path) -> None:
    """Whoever knows how the chain is made can mend its end, but not what the head file says of it."""
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        row = connection.execute(
            "SELECT writer_id, seq, entry_id, at, actor, kind, invoice_id, replace(payload, '100', '900'), prev_hash"
            " FROM ledger WHERE seq = 10"
        ).fetchone()
    digest = ledger.digest_of(row[8], row[:8]).hex()
    tamper(path, f"UPDATE ledger SET payload = '{row[7]}', hash = x'{digest}' WHERE seq = 10")


def the_tail_cut_off(path: Path) -> None:
    """Take the newest away."""
    tamper(path, "DELETE FROM ledger WHERE seq > 7")


def all_of_it_deleted(path: Path) -> None:
    """Take everything away."""
    tamper(path, "DELETE FROM ledger")


@pytest.mark.parametrize(
    ("change", "at", "why"),
    [
        (payload_of_the_payment, 6, "its content was changed"),
        (hash_of_one, 5, "its content was changed"),
        (who_did_it, 5, "its content was changed"),
        (when_it_was, 5, "its content was changed"),
        (which_invoice, 5, "its content was changed"),
        (one_deleted, 5, "an entry is missing"),
        (the_first_deleted, 1, "an entry is missing"),
        (two_swapped, 5, "it does not follow the entry before it"),
        (one_deleted_and_the_rest_moved_up, 5, "it does not follow the entry before it"),
        (the_last_changed_and_its_hash_made_anew, 10, "it is not the entry that was written then"),
        (the_tail_cut_off, 8, "the newest entries are missing"),
        (all_of_it_deleted, 1, "the newest entries are missing"),
    ],
)
def test_tampering_is_found_where_it_is(busy: Clinic, change: Callable[[Path], None], at: int, why: str) -> None:
    """The first entry that is not as it was written is named."""
    change(busy.store.path)
    verdict = checked(busy.store)
    assert not verdict.ok
    assert (verdict.chain, verdict.rebuilt, verdict.integrity) == ("broken", "not checked", "ok")
    assert verdict.problems[0].startswith(f"The ledger is broken at entry {at} of ")
    assert verdict.problems[0].endswith(f": {why}.")


def test_the_head_is_kept_beside_the_file(busy: Clinic) -> None:
    """Writer, number and hash of the newest entry."""
    newest = busy.store.read(
        lambda reader: reader.one("SELECT writer_id, seq, hash FROM ledger ORDER BY seq DESC LIMIT 1")
    )
    assert newest is not None
    assert HeadFile(busy.store.path).read() == (newest["writer_id"], newest["seq"], newest["hash"])


@pytest.mark.parametrize("content", [None, b"", b"half a li", b"\xff\xfe not text", b"writer 9 nothex\n"])
def test_a_head_file_that_is_gone_or_torn_blames_nobody(busy: Clinic, content: bytes | None) -> None:
    """It says nothing then, and the next fact writes it anew."""
    head = busy.store.path.with_name(busy.store.path.name + ".head")
    head.unlink()
    if content is not None:
        head.write_bytes(content)
    assert HeadFile(busy.store.path).read() is None
    assert checked(busy.store).ok
    busy.issued()
    kept = HeadFile(busy.store.path).read()
    assert kept is not None
    assert kept[1] == 11


def test_a_head_file_that_cannot_be_written_fails_no_commit(busy: Clinic) -> None:
    """What is committed is committed."""
    head = busy.store.path.with_name(busy.store.path.name + ".head")
    head.unlink()
    head.mkdir()
    assert busy.invoice(busy.issued()).row.state == "unpaid"
    assert checked(busy.store).ok


def test_an_older_head_is_no_break(busy: Clinic) -> None:
    """A crash between the commit and the line leaves it behind the ledger."""
    head = busy.store.path.with_name(busy.store.path.name + ".head")
    line = head.read_bytes()
    busy.issued()
    head.write_bytes(line)
    assert checked(busy.store).ok


def test_nobody_is_named_in_it(busy: Clinic) -> None:
    """References and amounts only: a client's name and addresses can be erased without breaking the chain."""
    payloads = " ".join(str(fact.payload) for fact in busy.store.read(lambda reader: list(ledger.entries(reader))))
    assert not any(word in payloads for word in ("Jane", "Smith", "example.com", "900123"))


def test_the_facts_of_one_invoice(busy: Clinic) -> None:
    """Oldest first, and no other's."""
    second = busy.invoice("INV-000002").row.id
    kinds = [fact.kind for fact in busy.store.read(lambda reader: ledger.of_invoice(reader, second))]
    assert kinds == [
        "invoice_issued",
        "payment_requested",
        "link_created",
        "payment_recorded",
        "message_stopped",
        "message_stopped",
    ]
