"""Outbox entries as the outbox screen words them: state, next try, and what each decision would mean."""

from datetime import datetime

from store.decisions import REPEATABLE
from store.models import EntryKind, OutboxEntry
from store.outbox_words import OutboxLine
from store.strays import is_stray
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

_AGAIN: dict[EntryKind, str] = {
    "create_link": "Retry asks for the link again.",
    "cancel_link": "Retry asks the gateway again to switch the link off; twice does no harm.",
    "refund": "Retry asks for the refund again.",
    "email": "Retry sends the email again.",
    "sms": "Retry sends the SMS again.",
    "notify": "Retry sends the notification again.",
}
"""What Retry does to an entry that needs a decision, and that surely was not done."""

_GIVEN_UP: dict[tuple[EntryKind, str], str] = {
    ("create_link", ""): "the client gets no link, and the invoice log keeps why.",
    ("cancel_link", ""): "the link stays open, and the client can still pay with it.",
    ("refund", ""): "the money stays where it is, and the invoice log keeps why.",
    ("email", "payment_request"): "this email is not sent; the link itself stays open.",
    ("email", "reminder"): "this reminder is not sent; the link itself stays open.",
    ("email", "receipt"): "this receipt is not sent; the invoice can email it again.",
    ("sms", "payment_request"): "this SMS is not sent; the link itself stays open.",
    ("sms", "reminder"): "this reminder is not sent; the link itself stays open.",
    ("notify", "payment_link_paid"): "the clinic is not told; the payment itself is recorded.",
    ("notify", "payment_link_failed"): "the clinic is not told; what was not sent still waits here.",
    ("notify", "refund_failed"): "the clinic is not told; the refund itself stays as it is.",
    ("notify", "offline"): "the clinic is not told that the gateway was away.",
    ("notify", "backup_failed"): "the clinic is not told that there is no backup.",
    ("notify", "end_of_day"): "the summary is not sent; the closed day itself is kept.",
    ("notify", "test"): "only this test is lost.",
}
"""What it means to drop an entry of a kind and topic."""

_STRAY = (
    "G counts it on an invoice; a draft is issued.",
    "Drop leaves it uncounted, once it was given back at the gateway; the reason is kept.",
)
"""What a person can do about a payment that is not known here."""


def next_try(line: OutboxLine, now: datetime) -> str:
    """Return when a waiting entry is tried next: `in 40 s`, `now`; empty where that takes a person."""
    return countdown(line.next_try_at, now) if line.next_try_at else ""


def counts_down(line: OutboxLine, now: datetime) -> bool:
    """Tell whether the entry's next try is still ahead."""
    return line.next_try_at is not None and from_text(line.next_try_at) > now


def choices(line: OutboxLine) -> tuple[str, ...]:
    """Return what a person can decide about an entry and what each choice would do, one sentence each."""
    entry = line.entry
    if is_stray(entry):
        return _STRAY
    if entry.state == "claimed":
        return ("It is being sent at this moment. Wait for its answer, then decide.",)
    if entry.state == "attention":
        return _in_doubt(line) if entry.unsure else _refused(line)
    if entry.state == "held":
        goes_on = "it may have been done already, so it is looked at first" if entry.unsure else "it goes out again"
        return (f"Retry lets it go on: {goes_on}.", _dropped(line))
    if line.next_try_at is None:
        return (
            "It goes out by itself once Admin (F9) has the right settings.",
            "Retry asks at once.",
            _dropped(line),
        )
    return ("It goes out by itself.", "Retry tries it at once; Hold keeps it back.", _dropped(line))


def sends_twice(entry: OutboxEntry) -> bool:
    """Tell whether a retry could do a second time what may have been done already, and what would matter."""
    return entry.state == "attention" and entry.unsure and entry.kind not in REPEATABLE


def once_more(line: OutboxLine) -> tuple[str, str]:
    """Return what to ask before what may have been done already is done again, and what the yes is called."""
    if line.entry.kind == "refund":
        return f"{line.what}. The money may have been given back already. Ask for the refund again?", "Ask again"
    if line.entry.kind == "create_link":
        return f"{line.what}. The link may exist at the gateway already. Send another?", "Send another"
    word = "SMS" if line.entry.kind == "sms" else "email"
    return f"{line.what}. The {word} may have been sent already. Send another?", "Send another"


def adoptable(entry: OutboxEntry) -> bool:
    """Tell whether the entry's link may exist at the gateway, so that it can be taken by its id there."""
    return entry.kind == "create_link" and sends_twice(entry)


def not_listed(listed: int, waiting: int) -> str:
    """Say that more waits than is listed; nothing where all of it is."""
    if waiting <= listed:
        return ""
    return f"The first {listed:,} of {waiting:,} are listed; the others follow as these go out."


def _refused(line: OutboxLine) -> tuple[str, ...]:
    """Decisions about what surely was not done."""
    first = "" if line.entry.kind == "cancel_link" else "Put right what is said above. "
    return (first + _AGAIN[line.entry.kind], _dropped(line))


def _in_doubt(line: OutboxLine) -> tuple[str, ...]:
    """Decisions about what may have been done already."""
    kind = line.entry.kind
    if kind == "create_link":
        return (
            "Is the code at the gateway? If so, Adopt takes the link by its id.",
            "If not, Retry sends another link. Drop gives it up.",
        )
    if kind == "refund":
        return (
            "Was it given back at the gateway? If not, Retry asks for it again.",
            "If so, Drop: what was given back there is recorded by itself.",
        )
    if kind in {"sms", "email"}:
        word = "SMS" if kind == "sms" else "email"
        cost = " and is charged for again" if kind == "sms" else ""
        after = "" if line.topic == "receipt" else "; the link itself stays open"
        return (
            f"Ask the client. If it did not come, Retry sends another {word}{cost}.",
            f"If it came, Drop leaves it at that{after}.",
        )
    if kind == "notify":
        return (f"The notification may have arrived. {_AGAIN[kind]}", _dropped(line))
    return _refused(line)


def _dropped(line: OutboxLine) -> str:
    kind, topic = line.entry.kind, line.topic
    if line.entry.unsure and line.entry.state == "held" and kind == "create_link":
        return "Drop gives it up; a link that is at the gateway already stays open there."
    return f"Drop gives it up: {_GIVEN_UP.get((kind, topic), 'it is not sent.')}"
