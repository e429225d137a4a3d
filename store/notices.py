"""Telling the clinic: one outbox entry for each target of an event, so that no target waits for another."""

from store import outbox
from store.database import Tx
from store.errors import BadInput, Refused
from store.setting_list import NOTICES
from store.settings import Settings
from store.text import cleaned

TEST = "test"
"""The event of a notification that somebody sends to see whether it arrives."""


def queue(tx: Tx, settings: Settings, kind: str, subject_id: str, invoice_id: str | None = None) -> list[str]:
    """Tell the clinic of an event by every target that it has set for `kind`; return the entries' ids.

    `subject_id` is what it is about: a payment, a request or message, a refund, a day. None while the switch is off.
    """
    return [
        outbox.add(tx, "notify", subject_id, invoice_id, {"event": kind, "target": target})
        for target in targets(settings, kind)
    ]


def targets(settings: Settings, kind: str) -> list[str]:
    """Return who is told of events of `kind`: nobody while its switch is off."""
    return settings.list_of(f"notify.{kind}.targets") if settings.on(f"notify.{kind}.enabled") else []


def test(tx: Tx, settings: Settings, kind: str) -> list[str]:
    """Send a test to every target of `kind`, also while its switch is off; return the entries' ids.

    Raises BadInput for a kind that there is not, and Refused without targets.
    """
    if kind not in NOTICES:
        raise BadInput("kind", f"“{cleaned(kind)[:40]}” is no notification. Use one of: {', '.join(NOTICES)}.")
    found = settings.list_of(f"notify.{kind}.targets")
    if not found:
        raise Refused(f"There is nobody to tell yet. Fill in notify.{kind}.targets first.")
    return [outbox.add(tx, "notify", kind, None, {"event": TEST, "target": target}) for target in found]
