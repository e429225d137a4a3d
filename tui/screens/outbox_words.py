"""Outbox entries as the outbox screen words them: state, next try, and what each decision would mean."""

from datetime import datetime

from store.models import EntryKind, OutboxEntry
from store.outbox_words import OutboxLine
from store.times import from_text
from tui.format import countdown
from tui.widgets.state import Mark

OUTCOMES = {"retry": "to be tried again", "attention": "needs a decision", "not needed": "not needed", "done": "done"}
"""What came of a try, in words."""

STATES: dict[str, Mark] = {
    "attention": Mark("!", "Decide", "bad"),
    "held": Mark("‖", "Held", "warn"),
    "claimed": Mark("↗", "Sending", "wait"),
    "ready": Mark("◷", "Waiting", "wait"),
}
"""The state of each entry that is listed."""

_THINGS: dict[EntryKind, str] = {
    "create_link": "the link",
    "cancel_link": "the cancelling",
    "refund": "the refund",
    "email": "the email",
    "sms": "the SMS",
    "notify": "the notification",
}


def next_try(line: OutboxLine, now: datetime) -> str:
    """Return when a waiting entry is tried next: `in 40 s`, `now`; empty where that takes a person."""
    return countdown(line.next_try_at, now) if line.next_try_at else ""


def counts_down(line: OutboxLine, now: datetime) -> bool:
    """Tell whether the entry's next try is still ahead."""
    return line.next_try_at is not None and from_text(line.next_try_at) > now


def choices(entry: OutboxEntry) -> tuple[str, ...]:
    """Return what a person can decide about an entry and what each choice would do, one sentence each."""
    if entry.state == "claimed":
        return ("It is being sent at this moment. Wait for its answer, then decide.",)
    if entry.state == "attention":
        return _decisions(entry)
    if entry.state == "held":
        return ("Retry lets it go out again.", _dropped(entry.kind))
    return ("It goes out by itself.", "Retry tries it at once; Hold keeps it back.", _dropped(entry.kind))


def sends_twice(entry: OutboxEntry) -> bool:
    """Tell whether a retry could do a second time what may have been done already."""
    return entry.state == "attention" and entry.unsure


def _decisions(entry: OutboxEntry) -> tuple[str, ...]:
    if entry.kind == "create_link" and entry.unsure:
        return (
            "The link may exist at the gateway: check there first.",
            "Retry sends another link.",
            "Drop gives it up.",
        )
    if entry.kind in {"sms", "email"} and entry.unsure:
        word = "SMS" if entry.kind == "sms" else "email"
        cost = " and is charged for again" if entry.kind == "sms" else ""
        return (
            f"The {word} may have been sent: ask the client first.",
            f"Retry sends another {word}{cost}.",
            "Drop leaves it at that; the link itself stays open.",
        )
    return (f"Put right what is said above, then Retry sends {_THINGS[entry.kind]} again.", _dropped(entry.kind))


def _dropped(kind: EntryKind) -> str:
    return {
        "create_link": "Drop gives it up: the client gets no link, and the invoice log keeps why.",
        "cancel_link": "Drop leaves the link open: the client can still pay with it.",
        "refund": "Drop gives the refund up; the money stays where it is.",
        "email": "Drop gives it up: this email is not sent; the link itself stays open.",
        "sms": "Drop gives it up: this SMS is not sent; the link itself stays open.",
        "notify": "Drop gives it up: the clinic is not told of this payment.",
    }[kind]
