"""Telling the clinic: one entry a target, by each kind's own switch, and tests."""

import pytest

from store import notices, outbox, settings
from store.errors import BadInput, Refused
from store.models import OutboxEntry
from store.settings import Settings
from tests.store.builders import Clinic


def chosen(clinic: Clinic, **environment: str) -> Settings:
    """Return the settings with something of the environment."""
    folder = clinic.store.path.parent
    return clinic.store.read(lambda reader: settings.load(reader, folder, environment))


def waiting(clinic: Clinic) -> list[OutboxEntry]:
    """Return what waits."""
    return clinic.store.read(outbox.waiting)


TARGETS = {"PAYDESK_NOTIFY_REFUND_FAILED_TARGETS": "ntfy://one ntfy://two"}
ON = TARGETS | {"PAYDESK_NOTIFY_REFUND_FAILED_ENABLED": "on"}


def test_each_target_has_its_entry(clinic: Clinic) -> None:
    """With what happened and what it is about."""
    rule = chosen(clinic, **ON)
    ids = clinic.store.write(lambda tx: notices.queue(tx, rule, "refund_failed", "refund-1", None))
    assert [entry.id for entry in waiting(clinic)] == ids
    assert [(e.kind, e.subject_id, e.payload) for e in waiting(clinic)] == [
        ("notify", "refund-1", {"event": "refund_failed", "target": "ntfy://one"}),
        ("notify", "refund-1", {"event": "refund_failed", "target": "ntfy://two"}),
    ]


def test_switched_off_or_of_another_kind_nobody_is_told(clinic: Clinic) -> None:
    """Each kind has its own switch."""
    off, on = chosen(clinic, **TARGETS), chosen(clinic, **ON)
    assert clinic.store.write(lambda tx: notices.queue(tx, off, "refund_failed", "r")) == []
    assert clinic.store.write(lambda tx: notices.queue(tx, on, "offline", "r")) == []
    assert waiting(clinic) == []


def test_a_test_goes_out_whatever_the_switch(clinic: Clinic) -> None:
    """It is asked for before the switch is turned on."""
    rule = chosen(clinic, **TARGETS)
    assert len(clinic.store.write(lambda tx: notices.test(tx, rule, "refund_failed"))) == 2
    assert {(e.subject_id, e.payload["event"]) for e in waiting(clinic)} == {("refund_failed", "test")}


def test_a_test_needs_a_kind_and_somebody_to_tell(clinic: Clinic) -> None:
    """With what to do."""
    rule = chosen(clinic)
    with pytest.raises(Refused, match=r"Fill in notify\.offline\.targets first"):
        clinic.store.write(lambda tx: notices.test(tx, rule, "offline"))
    with pytest.raises(BadInput, match=r"“fire” is no notification\. Use one of: payment_link_paid"):
        clinic.store.write(lambda tx: notices.test(tx, rule, "fire"))
