"""States as people read them: a mark, a word and a tone; a colour never stands alone."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from zoneinfo import ZoneInfo

from textual.content import Content

from store.models import InvoiceRow, Message, PaymentRequest, RequestState, Status
from tui.format import time_of

Tone = Literal["good", "wait", "warn", "bad", "quiet"]
TONES: tuple[Tone, ...] = ("good", "wait", "warn", "bad", "quiet")
TONE_STYLE: dict[Tone, str] = {
    "good": "$text-success",
    "wait": "$text-accent",
    "warn": "$text-warning",
    "bad": "$text-error",
    "quiet": "$quiet",
}


@dataclass(frozen=True, slots=True)
class Mark:
    """A state: its sign, its word and its tone."""

    sign: str
    word: str
    tone: Tone

    def __str__(self) -> str:
        return f"{self.sign} {self.word}" if self.sign else self.word

    @property
    def content(self) -> Content:
        """The state in its colour, for a Static."""
        return Content.styled(str(self), TONE_STYLE[self.tone])


NOTHING = Mark("", "", "quiet")

_INVOICE = {
    "draft": Mark("○", "Draft", "quiet"),
    "unpaid": Mark("◔", "Unpaid", "warn"),
    "part_paid": Mark("◑", "Part paid", "warn"),
    "paid": Mark("●", "Paid", "good"),
    "void": Mark("✕", "Void", "quiet"),
}


def invoice_state(row: InvoiceRow) -> Mark:
    """Return an invoice's state; money beyond the total is said, and money that all went back."""
    if row.refunded and not row.owed:
        return Mark("↺", "Refunded", "quiet")
    if row.overpaid:
        return Mark("●", "Overpaid", "warn")
    return _INVOICE[row.state]


def link_state(row: InvoiceRow, zone: ZoneInfo, now: datetime | None = None) -> Mark:
    """Return the state of the invoice's newest payment link, `NOTHING` when there is none."""
    if row.request_state is None:
        return NOTHING
    state = _link(row.request_state, row.request_sent_at, zone, now)
    return Mark(state.sign, f"Payment link {state.word[0].lower()}{state.word[1:]}", state.tone)


def request_state(request: PaymentRequest, zone: ZoneInfo, now: datetime | None = None) -> Mark:
    """Return a payment request's state: Queued, Link ready, Sent 14:02, Paid…"""
    state = _link(request.state, request.sent_at, zone, now)
    return Mark(state.sign, "Link ready", state.tone) if state.word == "Ready" else state


def message_state(message: Message, zone: ZoneInfo, now: datetime | None = None) -> Mark:
    """Return the state of one email or SMS."""
    if message.sent_at:
        return Mark("✓", f"Sent {time_of(message.sent_at, zone, now)}", "good")
    return {
        "failed": Mark("✕", "Not delivered", "bad"),
        "stopped": Mark("✕", "Not sent", "quiet"),
    }.get(message.state, Mark("◷", "Queued", "wait"))


def gateway_state(status: Status, zone: ZoneInfo, now: datetime | None = None) -> Mark:
    """Return whether the gateway answers, as the engine knows it from real calls."""
    gateway = status.gateway
    if gateway is None:
        return Mark("○", "Not asked yet", "quiet")
    since = time_of(gateway.since, zone, now)
    return {
        "online": Mark("●", "Online", "good"),
        "offline": Mark("○", f"Offline since {since}", "warn"),
        "refused": Mark("✕", "Key refused", "bad"),
    }[gateway.state]


def _link(state: RequestState, sent_at: str | None, zone: ZoneInfo, now: datetime | None) -> Mark:
    if state == "live":
        return Mark("◉", f"Sent {time_of(sent_at, zone, now)}" if sent_at else "Ready", "wait")
    return {
        "queued": Mark("◷", "Queued", "wait"),
        "paid": Mark("●", "Paid", "good"),
        "expired": Mark("✕", "Expired", "quiet"),
        "cancelling": Mark("◌", "Being cancelled", "quiet"),
        "cancelled": Mark("✕", "Cancelled", "quiet"),
        "stopped": Mark("✕", "Not sent", "quiet"),
        "attention": Mark("!", "Needs attention", "bad"),
    }[state]
