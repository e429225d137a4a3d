"""A full disk: the write is refused in words, nothing is lost or half done, and it goes on once there is room."""

import pytest

from store import requests
from store.database import Store, Tx
from store.errors import DiskFull
from store.verify import verify
from tests.store.builders import Clinic


def allow(store: Store, spare: int | None) -> None:
    """Let the file grow by `spare` pages and no further, as on a disk with that much room (None: as it likes)."""

    def work(tx: Tx) -> None:
        pages = 1_000_000 if spare is None else tx.value("PRAGMA page_count") + spare
        assert tx.value(f"PRAGMA max_page_count = {pages}") == pages

    store.write(work)


def fill(clinic: Clinic, number: str) -> list[str]:
    """Send and cancel payment requests until the disk is full; return those that were said to be safe."""
    sent: list[str] = []

    def send_and_cancel() -> None:
        while True:
            request = clinic.send(number, 100, by=("email", "sms"))
            sent.append(request.id)
            clinic.cancel(request)

    with pytest.raises(DiskFull, match=r"not saved. Make room on the disk and try again"):
        send_and_cancel()
    return sent


def test_what_was_said_to_be_safe_is_there_and_nothing_else(clinic: Clinic) -> None:
    """Requests that returned are whole; the one that met the full disk left no trace."""
    number = clinic.issued()
    allow(clinic.store, 3)
    sent = fill(clinic, number)
    assert sent
    assert [request.id for request in clinic.invoice(number).requests] == sent
    assert all(len(request.messages) == 2 for request in clinic.invoice(number).requests)
    queued = clinic.store.read(lambda reader: reader.all("SELECT subject_id FROM outbox ORDER BY seq"))
    assert [row["subject_id"] for row in queued] == sent
    assert clinic.store.read(lambda reader: verify(reader, clinic.store.path)).problems == ()


def test_writing_goes_on_when_there_is_room_again(clinic: Clinic) -> None:
    """The same desk, without a new start."""
    number = clinic.issued()
    allow(clinic.store, 3)
    before = len(fill(clinic, number))
    for request in clinic.invoice(number).requests:
        allow(clinic.store, None)
        if request.state == "queued":
            clinic.cancel(request)
    assert clinic.send(number).amount == 21_100
    assert len(clinic.invoice(number).requests) == before + 1
    assert clinic.store.read(lambda reader: verify(reader, clinic.store.path)).problems == ()


def test_a_block_that_meets_a_full_disk_says_so(clinic: Clinic) -> None:
    """SQLite may have undone the whole transaction by itself; the error that is told is still the full disk."""
    number = clinic.issued()
    allow(clinic.store, 0)

    def work(tx: Tx) -> None:
        with tx.attempt():
            for _ in range(200):
                sent, _ = requests.send(tx, number, {"email": ""}, amount=100, origin="pos")
                requests.cancel(tx, sent.id, why="x" * 1000)

    with pytest.raises(DiskFull):
        clinic.store.write(work)
    assert clinic.invoice(number).requests == ()
    allow(clinic.store, None)
    clinic.store.write(work)
    assert len(clinic.invoice(number).requests) == 200
