"""The search query itself: every prefix of names and mobile numbers, against the LIKE that it replaces."""

import time
from collections.abc import Callable, Iterator

from store import clients
from store.contact import shown_mobile
from store.database import Reader, Store
from tests.benchmarks.clinics import mobile, name
from tests.benchmarks.figures import Figure, Sizes, quantile

EVERY = 7
"""LIKE walks the whole table each time; one prefix in so many is enough to know it."""
PEOPLE = 100


def search(sizes: Sizes, store: Store, count: int) -> list[Figure]:
    """Ask for every prefix of names and mobiles; p95 and the longest, each against p95 of LIKE."""
    typed = list(_prefixes(count, min(PEOPLE, sizes.codes * 5)))
    ours = store.read(lambda reader: [_seconds(clients.find, reader, text) for text in typed])
    theirs = store.read(lambda reader: [_seconds(_like, reader, text) for text in typed[::EVERY]])
    at, like = f"{count:,} clients", 1e3 * quantile(theirs, 0.95)
    p95, longest = 1e3 * quantile(ours, 0.95), 1e3 * max(ours)
    return [
        Figure("3", f"search, p95, {at}", p95, "ms", like, "LIKE '%k%', p95"),
        Figure("3", f"search, p95, {at}", p95, "ms", 2.0, "2 ms", most=1.0),
        Figure("3", f"search, longest, {at}", longest, "ms", 30.0, "30 ms", most=1.0),
    ]


def _prefixes(count: int, people: int) -> Iterator[str]:
    for place in range(people):
        serial = place * count // people
        for whole in (name(serial), shown_mobile(mobile(serial))):
            for end in range(1, len(whole) + 1):
                yield whole[:end]


def _like(reader: Reader, text: str) -> None:
    reader.all(
        "SELECT id, name, email, mobile FROM clients WHERE name LIKE :text OR email LIKE :text OR mobile LIKE :text"
        " ORDER BY seq DESC LIMIT 50",
        text=f"%{text}%",
    )


def _seconds(find: Callable[[Reader, str], object], reader: Reader, text: str) -> float:
    began = time.perf_counter()
    find(reader, text)
    return time.perf_counter() - began
