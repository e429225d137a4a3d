"""Damage: single bits that flip in the data file or its log, and a log that lost its end or is gone.

Each damaged copy is held against the whole one, row by row. What reads as before is harmless: the bit was in unused
room. What reads otherwise must be found, by `paydesk verify` and by the next start's check; nothing but SQLite's own
structure and the ledger protects a name, a note or a setting, so those are counted apart.
"""

import random
import shutil
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from store import health, settings
from store.database import PERSON, Reader, Store, Tx
from store.errors import Damaged, StoreError
from store.opening import FILE_NAME
from store.rebuild import COMPARED
from store.verify import verify
from tests.faults.outcomes import Outcome, Sizes
from tests.store.builders import Clinic, Clock, furnished

LOG = FILE_NAME + "-wal"
MONEY = {"the ledger": "SELECT * FROM ledger"} | {f"facts of {name}": sql for name, sql in COMPARED.items()}
"""What the ledger's hashes protect, and what `verify` builds anew out of it."""

Dump = dict[str, list[tuple[object, ...]]]


@dataclass
class Kept:
    """A whole data file as it is on the disk while a desk has it open, and what can be read in it."""

    folder: Path
    dump: Dump


@dataclass
class Tally:
    """What became of some damage."""

    times: int = 0
    by_start: int = 0
    by_verify: int = 0
    harmless: int = 0
    unguarded: Counter[str] = field(default_factory=Counter)
    missed: list[str] = field(default_factory=list)


def run(sizes: Sizes, folder: Path) -> Iterator[Outcome]:
    """Flip `sizes.flips` bits in the file and as many in the log, and cut the log short as often."""
    kept = keep(folder / "whole", invoices=min(40, max(6, sizes.flips // 8)))
    chance = random.Random(sizes.flips)
    for what, name in (("in the data file", FILE_NAME), ("in its log", LOG)):
        began, tally = time.monotonic(), Tally()
        for number in range(sizes.flips):
            content = flipped((kept.folder / name).read_bytes(), chance)
            look(kept, folder / f"flip {number}", name, content, tally)
        yield _outcome(f"single bit flipped {what}", tally, began)
    began, tally = time.monotonic(), Tally()
    for number in range(sizes.flips):
        whole = (kept.folder / LOG).read_bytes()
        shorter = whole[: chance.randrange(len(whole))] if number else None
        look(kept, folder / f"cut {number}", LOG, shorter, tally)
    yield _outcome("log cut short, or gone", tally, began)


def keep(folder: Path, *, invoices: int) -> Kept:
    """Let a desk work, and copy its file and log while it is open: half of its work is in each."""
    clock = Clock()
    with closing(Store(folder.with_name("desk") / FILE_NAME, clock=clock)) as store:
        clinic = furnished(store, clock)
        _work(clinic, invoices)
        for pragma in ("PRAGMA wal_checkpoint(TRUNCATE)", "PRAGMA wal_autocheckpoint = 0"):
            store._submit(partial(Tx.value, sql=pragma), "desk", PERSON, alone=True).result()
        _work(clinic, invoices)
        store.write(lambda tx: settings.put(tx, "clinic.name", "The last change"))
        shutil.copytree(store.path.parent, folder)
        return Kept(folder, store.read(dumped))


def flipped(content: bytes, chance: random.Random) -> bytes:
    """Return the content with one bit the other way round."""
    held = bytearray(content)
    held[chance.randrange(len(held))] ^= 1 << chance.randrange(8)
    return bytes(held)


def look(kept: Kept, folder: Path, name: str, content: bytes | None, tally: Tally) -> None:
    """Damage a copy (None: the file is gone), and see who finds it."""
    shutil.copytree(kept.folder, folder)
    if content is None:
        (folder / name).unlink()
    else:
        (folder / name).write_bytes(content)
    path = folder / FILE_NAME
    tally.times += 1
    by_start, by_verify, differ = False, False, frozenset[str]()
    try:
        with closing(Store(path)) as store:
            by_start = bool(health.check(path))
            by_verify = bool(store.read(lambda reader: verify(reader, path)).problems)
            differ = frozenset(_differences(kept.dump, store.read(dumped)))
    except Damaged:
        by_start = by_verify = True
    except StoreError as error:
        tally.missed.append(f"{folder.name}: told as something else: {error}")
    tally.by_start += by_start
    tally.by_verify += by_verify
    if not by_verify:
        _count_unseen(tally, differ, folder.name)
    shutil.rmtree(folder)


def dumped(reader: Reader) -> Dump:
    """Return every row of every table."""
    names = [row["name"] for row in reader.all("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name")]
    asked = {name: f'SELECT * FROM "{name}"' for name in names} | MONEY
    return {name: sorted((tuple(row) for row in reader.all(sql)), key=repr) for name, sql in asked.items()}


def _work(clinic: Clinic, invoices: int) -> None:
    for number in range(invoices):
        invoice = clinic.issued()
        request = clinic.make_link(clinic.send(invoice, 100, by=("email", "sms")))
        if number % 2:
            clinic.cancel(request)
        clinic.pay(invoice, 500)
        clinic.draft()


def _differences(whole: Dump, damaged: Dump) -> Iterator[str]:
    for name in sorted({*whole, *damaged}):
        if whole.get(name) != damaged.get(name):
            yield name


def _count_unseen(tally: Tally, differ: frozenset[str], where: str) -> None:
    if not differ:
        tally.harmless += 1
    elif differ & set(MONEY):
        tally.missed.append(f"{where}: what differs in {', '.join(sorted(differ))} was not found")
    else:
        tally.unguarded.update(differ)


def _outcome(what: str, tally: Tally, began: float) -> Outcome:
    unguarded = ", ".join(f"{name} {number}" for name, number in tally.unguarded.most_common())
    return Outcome(
        f"{what}: {tally.by_verify} found by verify, {tally.by_start} by the next start, {tally.harmless} in unused"
        f" room, {sum(tally.unguarded.values())} in text that is no money fact ({unguarded or 'none'})",
        tally.times,
        tally.times - tally.harmless,
        len(tally.missed),
        seconds=time.monotonic() - began,
        problems=tuple(tally.missed),
    )
