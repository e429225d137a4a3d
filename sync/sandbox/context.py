"""What every route of one sandbox shares."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from starlette.routing import Route

from sync.sandbox.book import Book
from sync.sandbox.database import Database
from sync.sandbox.events import Events
from sync.sandbox.faults import Faults
from sync.sandbox.journal import Journal
from sync.sandbox.records import Link
from sync.sandbox.schema import SCHEMA


class ClientMailbox(Protocol):
    """What the sandbox asks of the client's mailbox and phone."""

    def routes(self) -> list[Route]:
        """Return the routes of the phone page and the SMS endpoint."""
        ...

    def start_smtp(self, port: int) -> int:
        """Start the mail server and return its port."""
        ...

    def stop(self) -> None:
        """Stop the mail server."""
        ...

    def deliver_sms(self, to: str, text: str, sender: str = "") -> int:
        """Put an SMS on a phone."""
        ...

    def deliver_email(self, to: str, subject: str, text: str) -> int:
        """Put an email in a mailbox."""
        ...


@dataclass(frozen=True, slots=True)
class Addresses:
    """Where the sandbox listens: URLs without a closing slash, and the mail server's host and port."""

    gateway: str = "http://127.0.0.1"
    """The API, and the pages as long as the line is not cut."""
    pages: str = "http://127.0.0.1"
    """The client's own line: pay page, phone and switches, always there."""
    smtp: str = "127.0.0.1"


@dataclass(frozen=True, slots=True)
class Context:
    """One sandbox's file, clock and outside."""

    database: Database
    book: Book
    events: Events
    journal: Journal
    faults: Faults
    mailbox: ClientMailbox
    clock: Callable[[], float]
    clinic: str
    """The name on the gateway's account, which its pay page shows."""
    addresses: Addresses

    def now(self) -> int:
        """Return the time in whole seconds since 1970, UTC."""
        return int(self.clock())

    def url(self, link: Link) -> str:
        """Return the address that a client opens to pay."""
        return f"{self.addresses.pages}/pay/{link.token}"


def open_context(
    data_dir: Path, mailbox: ClientMailbox, clock: Callable[[], float], clinic: str, addresses: Addresses
) -> Context:
    """Open or make the sandbox's file in `data_dir`."""
    data_dir.mkdir(parents=True, exist_ok=True)
    database = Database(data_dir / "sandbox.sqlite", SCHEMA)
    return Context(
        database=database,
        book=Book(database),
        events=Events(database, clock),
        journal=Journal(database, clock),
        faults=Faults(database),
        mailbox=mailbox,
        clock=clock,
        clinic=clinic,
        addresses=addresses,
    )
