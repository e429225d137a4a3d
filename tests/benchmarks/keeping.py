"""What is drawn and what is checked: QR codes, and the ledger's chain."""

import hashlib
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

from store import ledger
from store.database import Reader, Tx
from store.ids import new_id
from store.verify import verify
from sync.qr import half_blocks, matrix
from tests.benchmarks.clinics import store_in
from tests.benchmarks.figures import Figure, Sizes, median


def draw(sizes: Sizes) -> list[Figure]:
    """Draw codes of new links, against the matrix alone that qrcode makes by itself."""
    from qrcode.main import QRCode

    links = [f"https://buy.stripe.com/test_{serial:020d}" for serial in range(sizes.codes)]
    half_blocks(links[0])

    def theirs(link: str) -> None:
        code = QRCode()
        code.add_data(link)
        code.make()

    matrix.cache_clear()
    half_blocks.cache_clear()
    ours = [1e3 * _seconds(partial(half_blocks, link)) for link in links]
    again = 1e3 * median([_seconds(partial(half_blocks, link)) for link in links])
    default = 1e3 * median([_seconds(partial(theirs, link)) for link in links])
    return [
        Figure("12", "QR drawn", median(ours), "ms", default, "qrcode's default"),
        Figure("12", "QR drawn", median(ours), "ms", 4.0, "4 ms", most=1.0),
        Figure("12", "the same QR again", again, "ms", default, "qrcode's default", most=0.01),
    ]


def check(sizes: Sizes, folder: Path) -> list[Figure]:
    """Walk the ledger's chain, and verify the whole file, against SHA-256 over the same bytes."""
    store = store_in(folder)
    try:
        store.write(lambda tx: _fill(tx, sizes.entries))
        bodies = store.read(_bodies)
        path = store.path
        chain, whole, bare = [], [], []
        for _ in range(sizes.runs):
            bare.append(1e3 * _seconds(lambda: [hashlib.sha256(body).digest() for body in bodies]))
            chain.append(1e3 * store.read(lambda reader: _seconds(lambda: ledger.first_break(reader, None))))
            whole.append(1e3 * store.read(lambda reader: _seconds(lambda: verify(reader, path))))
    finally:
        store.close()
    peer, what = "sha256 of the same bytes", f"{sizes.entries:,} entries"
    return [
        Figure("14", f"the chain of {what}", median(chain), "ms", median(bare), peer, most=10.0),
        Figure("14", f"verify of {what}", median(whole), "ms", median(bare), peer, most=10.0),
    ]


def _fill(tx: Tx, count: int) -> None:
    """Write `count` facts: an invoice, a request for it and the payment, over and over."""
    lines = [["Consultation", 1000, 21_100, 2000, 21_100], ["Dressing", 2000, 450, 2000, 900]]
    for serial in range(-(-count // 3)):
        invoice, request = new_id(), new_id()
        issue = {"number": f"INV-{serial:06d}", "client": invoice, "currency": "GBP", "total": 22_000, "vat": 3_667}
        ledger.append(tx, "invoice_issued", invoice, {**issue, "lines": lines})
        asked = {"request": request, "code": f"{serial:07d}", "amount": 22_000, "origin": "pos"}
        ledger.append(tx, "payment_requested", invoice, {**asked, "messages": [[new_id(), "email", 0, 0, 0]]})
        paid = {"payment": new_id(), "type": "payment_link", "amount": 22_000, "request": request}
        ledger.append(tx, "payment_recorded", invoice, {**paid, "gateway_payment": f"pi_{serial}"})


def _bodies(reader: Reader) -> list[bytes]:
    body = "payload || entry_id || writer_id || at || actor || invoice_id"
    return [
        row["prev_hash"] + row["body"].encode() for row in reader.all(f"SELECT prev_hash, {body} AS body FROM ledger")
    ]


def _seconds(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began
