"""A sale while it is made: client, lines, totals. Pure; who keeps it saves it through the desk."""

import re
from dataclasses import dataclass, replace

from store.discounts import NONE, Discount, vat_breakdown
from store.lines import NewLine
from store.models import CatalogueItem, Client, Invoice, PaymentRequest
from store.money import parse_quantity

ONE = 1000
_ENTRY = re.compile(r"\s*([\d.,\-+]+)\s*[*×]\s*(.*)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Totals:
    """What a sale comes to, in pence; `vat` has a row (rate in basis points, pence) for each rate.

    `full` is what the lines come to, each after its own discount; `discount` is what the sale's takes off that.
    """

    full: int
    discount: int
    total: int
    vat: tuple[tuple[int, int], ...]
    paid: int
    due: int


class Sale:
    """One sale. `unsaved` says that the store does not have its last change yet."""

    def __init__(self) -> None:
        self.client: Client | None = None
        self.lines: list[NewLine] = []
        self.discount = NONE
        self.notes = ""
        self.invoice: Invoice | None = None
        self.unsaved = False

    @property
    def number(self) -> str | None:
        """The invoice's number, None before it was first saved."""
        return self.invoice.row.number if self.invoice else None

    @property
    def version(self) -> int | None:
        """The version that the lines were loaded at."""
        return self.invoice.row.version if self.invoice else None

    @property
    def editable(self) -> bool:
        """Whether lines may change: an issued invoice stays as it is."""
        return self.invoice is None or self.invoice.row.state == "draft"

    @property
    def saveable(self) -> bool:
        """Whether there is something to save: a client alone is none."""
        return self.unsaved and self.editable and (self.unfinished or bool(self.number))

    @property
    def unfinished(self) -> bool:
        """Whether it is a draft with something in it: what a new sale would lose, were it not parked."""
        return self.editable and bool(self.lines or self.notes)

    @property
    def payable(self) -> bool:
        """Whether a payment can be taken now."""
        return self.client is not None and bool(self.lines) and self.totals.due > 0

    @property
    def totals(self) -> Totals:
        """Return what the sale comes to now, paid and due as last read from the store."""
        full = sum(line.total for line in self.lines)
        if self.invoice is not None and not self.editable:
            row = self.invoice.row
            return Totals(full, row.discount, row.total, self._vat(row.discount), row.paid, row.due)
        off = self.discount.off(full)
        return Totals(full, off, full - off, self._vat(off), 0, full - off)

    @property
    def newest_request(self) -> PaymentRequest | None:
        """The invoice's newest payment request."""
        return self.invoice.requests[-1] if self.invoice and self.invoice.requests else None

    def choose(self, client: Client) -> None:
        """Make the sale this client's."""
        if self.editable and (self.client is None or self.client.id != client.id):
            self.client = client
            self.unsaved = True

    def add_item(self, item: CatalogueItem, quantity: int = ONE) -> int:
        """Add a service or product, quantity in thousandths; return its line's place. The same again adds up."""
        return self.add(NewLine(item.name, quantity, item.price, item.vat_rate))

    def add(self, line: NewLine) -> int:
        """Add a line, or its quantity to one like it; return the line's place."""
        self.unsaved = True
        for place, there in enumerate(self.lines):
            if not line.discount and replace(there, quantity=line.quantity) == line:
                self.lines[place] = replace(there, quantity=there.quantity + line.quantity)
                return place
        self.lines.append(line)
        return len(self.lines) - 1

    def change(self, place: int, line: NewLine) -> None:
        """Put `line` where one was."""
        if self.lines[place] != line:
            self.lines[place] = line
            self.unsaved = True

    def step(self, place: int, by: int) -> None:
        """Change a line's quantity by whole ones; at least one stays."""
        line = self.lines[place]
        self.change(place, replace(line, quantity=max(min(ONE, line.quantity), line.quantity + by * ONE)))

    def remove(self, place: int) -> None:
        """Take a line out."""
        del self.lines[place]
        self.unsaved = True

    def take_off(self, discount: Discount) -> None:
        """Give a discount on the whole sale, in place of the one there was."""
        if discount != self.discount:
            self.discount = discount
            self.unsaved = True

    def note(self, text: str) -> None:
        """Write the sale's notes."""
        if text != self.notes:
            self.notes = text
            self.unsaved = True

    def forget(self) -> None:
        """The store does not have it any more: what is here is to be saved as a new draft."""
        self.invoice = None
        self.unsaved = True

    def load(self, invoice: Invoice) -> None:
        """Become what the store has; nothing is unsaved then."""
        self.client = invoice.client if invoice.client.id else None
        self.lines = [NewLine.of(line) for line in invoice.lines]
        self.discount = Discount.stored(invoice.row.discount_rate, invoice.row.discount)
        self.notes = invoice.row.notes
        self.invoice = invoice
        self.unsaved = False

    def _vat(self, discount: int) -> tuple[tuple[int, int], ...]:
        return tuple((rate, vat) for rate, (_, vat) in vat_breakdown(self.lines, discount).items())


def read_entry(text: str) -> tuple[int, str]:
    """Split what was typed for an item: `2*consul` is quantity 2000 and `consul`. Raises BadInput (quantity)."""
    found = _ENTRY.fullmatch(text)
    if found is None:
        return ONE, text.strip()
    return parse_quantity(found[1]), found[2].strip()
