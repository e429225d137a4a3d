"""What the invoices list is narrowed to, beside the letters typed: its choices, their words and their keys."""

from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from store.invoice_filters import Only
from store.text import cleaned
from tui.widgets.filter_bar import Choice, FilterLine

STATES = (
    ("", "All"),
    ("draft", "Draft"),
    ("unpaid", "Unpaid"),
    ("part_paid", "Part paid"),
    ("paid", "Paid"),
    ("void", "Void"),
)
"""The states that a list can be narrowed to, and their words."""

SPANS = (("", "Any day"), ("today", "Today"), ("week", "7 days"), ("30_days", "30 days"), ("month", "This month"))
"""The spans of days that a list can be narrowed to, and their words."""

_DAYS = {"today": 1, "week": 7, "30_days": 30}
_SAID = {
    "today": "from today",
    "week": "of the last 7 days",
    "30_days": "of the last 30 days",
    "month": "of this month",
}


@dataclass(frozen=True, slots=True)
class Narrowed:
    """What is chosen; empty narrows nothing. `client` is an id, `client_name` whose it is."""

    state: str = ""
    span: str = ""
    only: Only = ""
    client: str = ""
    client_name: str = ""

    def days(self, now: datetime, zone: ZoneInfo) -> int | None:
        """Return the last how many days are meant, today the first of them; None for any day."""
        return now.astimezone(zone).day if self.span == "month" else _DAYS.get(self.span)

    def next_state(self, by: int) -> "Narrowed":
        """Return the same with the state that comes `by` places after."""
        return replace(self, state=_next([state for state, _ in STATES], self.state, by))

    def next_span(self, by: int) -> "Narrowed":
        """Return the same with the span of days that comes `by` places after."""
        return replace(self, span=_next([span for span, _ in SPANS], self.span, by))

    def toggled(self, only: Only) -> "Narrowed":
        """Return the same with one kind of invoice only, or with all where it was that kind."""
        return replace(self, only="" if self.only == only else only)

    def lines(self, *, digits: bool) -> list[FilterLine]:
        """Return the lines of the filter bar; `digits` shows those that choose a state."""
        states = tuple(
            Choice(word, f"screen.show_state('{state}')", state == self.state, str(place) if digits else "")
            for place, (state, word) in enumerate(STATES, 1)
        )
        spans = tuple(Choice(word, f"screen.show_span('{span}')", span == self.span) for span, word in SPANS)
        client = Choice(self.client_name or "This client", "screen.this_client", bool(self.client), "^T")
        only = (
            self._only("link_unpaid", "Link sent, not paid", "^L", "Link not paid"),
            self._only("overdue", "Overdue", "^O"),
        )
        return [FilterLine("F7", states, (client,)), FilterLine("F8", spans, only)]

    def _only(self, only: Only, word: str, key: str, short: str = "") -> Choice:
        return Choice(word, f"screen.only('{only}')", self.only == only, key, short)


def nothing_found(text: str, narrowed: Narrowed) -> str:
    """Return what to say instead of an empty list."""
    if not text and narrowed == Narrowed():
        return "No invoices yet. F2 makes the first one."
    state = dict(STATES)[narrowed.state].lower() if narrowed.state else ""
    words = " ".join(word for word in ("overdue" if narrowed.only == "overdue" else "", state, "invoice") if word)
    parts = [
        f"of {cleaned(narrowed.client_name)[:24]}" if narrowed.client else "",
        _SAID.get(narrowed.span, ""),
        "has a link that was sent and not paid" if narrowed.only == "link_unpaid" else "",
    ]
    what = " ".join([words, *(part for part in parts if part)])
    if text:
        return f"No {what} matches “{cleaned(text)[:40]}”. Esc shows all."
    return f"No {what}. Esc shows all."


def _next(names: list[str], name: str, by: int) -> str:
    return names[(names.index(name) + by) % len(names)]
