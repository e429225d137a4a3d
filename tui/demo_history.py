"""What happened at the demo clinic before today: clients, catalogue, and invoices with payments at the desk."""

import random
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from store import catalogue, clients, days, invoices, payments
from store.database import Tx
from store.day_views import CashCount
from store.invoices import NewLine
from store.models import CatalogueItem, Client, Invoice
from store.money import parse_amount, parse_vat_rate
from store.settings import Settings
from store.times import to_text
from tui.demo_catalogue import ITEMS
from tui.demo_people import PEOPLE

CURRENCY, PREFIX = "GBP", "INV-"
STAFF = ("Amira", "Ben", "Joanne")
REFERENCES = {"cash": "", "card": "terminal 1", "transfer": "bank statement"}

ENDINGS = (
    "paid", "paid", "unpaid", "paid", "paid", "void", "paid", "part_paid", "paid", "paid",
    "unpaid", "paid", "part_paid", "paid", "unpaid", "paid",
)  # fmt: skip
"""How each of the past invoices stands today, oldest first."""

FIRST_DAY = 33
"""Days before today on which the clients' cards were made."""

CLOSES_AT = 18
"""The hour after which nothing is taken any more."""

FLOAT = 10_000
"""Pence that stay in the till overnight, where there are as many."""

APART = {9: (-200, "£2.00 for the parking meter, the receipt is in the drawer")}
"""By how many pence the count differed on the day of one of the past invoices, and why."""


class Diary:
    """Makes up the same clinic every time: all chance comes from one seed, all times go back from `now`."""

    def __init__(self, tx: Tx, now: datetime) -> None:
        self._tx = tx
        self._now = now
        self._chance = random.Random(1948)  # noqa: S311 - a made-up clinic, not a secret
        self.clients: Sequence[Client] = ()
        self.items: Sequence[CatalogueItem] = ()

    def write(self, settings: Settings) -> None:
        """Write everything up to yesterday, each day closed on which money was taken."""
        self._at(self._now - timedelta(days=FIRST_DAY), "Joanne")
        self.clients = [clients.add(self._tx, name=p.name, email=p.email, mobile=p.mobile) for p in PEOPLE]
        self.items = [
            catalogue.add(
                self._tx,
                name=item.name,
                code=item.code,
                price=parse_amount(item.price),
                vat_rate=parse_vat_rate(item.vat),
            )
            for item in ITEMS
        ]
        for place, (ending, moment) in enumerate(zip(ENDINGS, self._moments(), strict=True)):
            self._at(moment, self._chance.choice(STAFF))
            self._past_invoice(ending, moment)
            self._at(moment.replace(hour=CLOSES_AT, minute=0), STAFF[0])
            self._close_the_day(settings, *APART.get(place, (0, "")))

    def draft(self, client: Client, codes: Sequence[str]) -> Invoice:
        """Save a draft for `client` with one of each item in `codes`."""
        by_code = {item.code: item for item in self.items}
        lines = [NewLine(by_code[code].name, 1000, by_code[code].price, by_code[code].vat_rate) for code in codes]
        return invoices.save_draft(self._tx, client.id, lines, currency=CURRENCY, prefix=PREFIX)

    def client(self, name: str) -> Client:
        """Return the client called `name`."""
        return next(client for client in self.clients if client.name == name)

    def today(self, actor: str) -> None:
        """What follows is done now, by `actor`."""
        self._at(self._now, actor)

    def _moments(self) -> Iterator[datetime]:
        """Yield the times of the past invoices, one every other day at an hour when the clinic is open."""
        for place in range(len(ENDINGS)):
            day = self._now - timedelta(days=2 * (len(ENDINGS) - place) - 1)
            yield day.replace(hour=self._chance.randint(9, 16), minute=self._chance.randrange(60))

    def _past_invoice(self, ending: str, moment: datetime) -> None:
        codes = self._chance.sample([item.code for item in self.items], self._chance.choice((1, 1, 2, 2, 3)))
        draft = self.draft(self._chance.choice(self.clients), codes)
        number, total = draft.row.number, draft.row.total
        invoices.issue(self._tx, number)
        self._at(moment + timedelta(minutes=self._chance.randint(1, 6)), self._tx.actor)
        if ending == "void":
            invoices.void(self._tx, number, reason="made out to the wrong client")
        elif ending == "part_paid":
            self._take(number, total // 200 * 100)
        elif ending == "paid" and self._chance.random() < 0.25:
            self._take(number, total // 300 * 100)
            self._take(number, total - total // 300 * 100)
        elif ending == "paid":
            self._take(number, total)

    def _take(self, number: str, amount: int) -> None:
        kind = self._chance.choice(("cash", "card", "card", "transfer"))
        payments.take(self._tx, number, kind, amount, reference=REFERENCES[kind])

    def _close_the_day(self, settings: Settings, apart: int, why: str) -> None:
        """Count the till, `apart` pence from what it should be, and close the day if anything was taken."""
        day = days.open_day(self._tx)
        if day.takings.types:
            opening = day.float or FLOAT
            counted = opening + day.takings.cash + apart
            days.close(self._tx, settings, CashCount(counted, min(FLOAT, counted), opening, why))

    def _at(self, moment: datetime, actor: str) -> None:
        """What follows is done at `moment` by `actor`."""
        self._tx.now = to_text(moment)
        self._tx.actor = actor
