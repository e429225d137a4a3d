"""A payment request in words: the steps it has taken, and its messages."""

from datetime import datetime
from zoneinfo import ZoneInfo

from textual.content import Content

from store.contact import shown_mobile
from store.models import PaymentRequest
from tui.format import time_of
from tui.widgets.state import message_state, request_state

_CLOSED_EARLY = {"cancelled", "cancelling", "expired", "stopped", "attention"}


def steps(request: PaymentRequest, zone: ZoneInfo, now: datetime) -> list[Content]:
    """Return a line a step: done with its time, the next one in the accent, later ones quiet."""
    paid_at = request.closed_at if request.state == "paid" else None
    path = [("Queued", request.created_at), ("Link ready", request.live_at)]
    if request.messages:
        path.append(("Sent", request.sent_at))
    path.append(("Paid", paid_at))
    if request.state == "paid":
        lines = [_step(word, at, zone, now) for word, at in path if at]
        return [*lines, Content.styled(f"  {request.reason}", "$text-warning")] if request.reason else lines
    if request.state in _CLOSED_EARLY:
        lines = [_step(word, at, zone, now) for word, at in path if at]
        state = request_state(request, zone, now).content
        at = f" {time_of(request.closed_at, zone, now)}" if request.closed_at else ""
        reason = f"\n  {request.reason}" if request.reason else ""
        return [*lines, Content.assemble(state, at, (reason, "$quiet"))]
    return [_step(word, at, zone, now) for word, at in path]


def messages(request: PaymentRequest, zone: ZoneInfo, now: datetime) -> list[Content]:
    """Return a line a message: to whom, and its state."""
    if not request.messages:
        return [Content.styled("No message: the client scans the code.", "$quiet")]
    lines = []
    for message in request.messages:
        address = shown_mobile(message.address) if message.channel == "sms" else message.address
        state = message_state(message, zone, now).content
        why = f"\n  {message.result}" if message.state in {"failed", "stopped"} and message.result else ""
        lines.append(Content.assemble(state, "  ", address, (why, "$quiet")))
    return lines


def _step(word: str, at: str | None, zone: ZoneInfo, now: datetime) -> Content:
    if at:
        style = "$text-success bold" if word == "Paid" else "$foreground"
        return Content.assemble(("● ", "$text-success"), (f"{word} {time_of(at, zone, now)}", style))
    return Content.styled(f"○ {word}", "$quiet")
