"""What other Paydesk processes do in the tests: module-level functions, so that a new interpreter finds them."""

import multiprocessing
import threading
from collections.abc import Callable
from multiprocessing.queues import Queue
from multiprocessing.synchronize import Barrier
from pathlib import Path
from typing import Any

from store import ledger
from store.database import ENGINE, PERSON, Store, Tx
from store.errors import PaydeskError
from store.ids import new_code, new_id

Body = Callable[["Queue[str]", "Barrier", list[Path]], None]


def run_together(body: Body, paths: list[Path], processes: int) -> list[str]:
    """Run `body` in several new processes at once and return every word they put into the queue."""
    context: Any = multiprocessing.get_context("spawn")
    told, start = context.Queue(), context.Barrier(processes)
    running = [context.Process(target=body, args=(told, start, paths)) for _ in range(processes)]
    for process in running:
        process.start()
    words = [told.get(timeout=60) for _ in range(processes)]
    for process in running:
        process.join()
    assert [process.exitcode for process in running] == [0] * processes
    told.close()
    told.join_thread()
    return words


def first_starts(told: "Queue[str]", start: "Barrier", paths: list[Path]) -> None:
    """Open each new data file at the same moment as the others, and say which writer ids were found."""
    found = []
    for path in paths:
        start.wait(timeout=60)
        try:
            store = Store(path)
        except PaydeskError as error:
            found.append(str(error))
            continue
        found.append(store.read(lambda reader: str(reader.value("SELECT value FROM meta WHERE key = 'writer_id'"))))
        store.close()
    told.put(" ".join(found))


def four_writers(told: "Queue[str]", start: "Barrier", paths: list[Path]) -> None:
    """Write 200 facts from each of four threads, two of them as the engine, and say what went wrong."""
    store = Store(paths[0])
    problems: list[str] = []

    def write(priority: int) -> None:
        for _ in range(200):
            try:
                store.write(ask_for_a_penny, priority=priority)
            except PaydeskError as error:
                problems.append(str(error))

    start.wait(timeout=60)
    threads = [threading.Thread(target=write, args=(priority,)) for priority in (PERSON, ENGINE, PERSON, ENGINE)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    store.close()
    told.put("; ".join(problems) or "fine")


def ask_for_a_penny(tx: Tx) -> None:
    """Write one fact that the tables carry: a payment request of the first invoice."""
    invoice_id = tx.value("SELECT id FROM invoices LIMIT 1")
    code = new_code(lambda code: bool(tx.value("SELECT 1 FROM requests WHERE code = :code", code=code)))
    ledger.append(
        tx, "payment_requested", invoice_id, {"request": new_id(), "code": code, "amount": 1, "origin": "pos"}
    )
