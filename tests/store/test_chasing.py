"""The rule for reminders: which are due, when, by which way, and never twice."""

from datetime import timedelta

import pytest

from store import chasing, clients, ledger, messages, settings
from store.database import Tx
from store.models import PaymentRequest
from store.rebuild import differences
from store.settings import Settings
from tests.store.builders import Clinic

RULE = {"PAYDESK_CHASE_DAYS": "3 7 14", "PAYDESK_CHASE_CHANNELS": "email"}


def chosen(clinic: Clinic, **changed: str) -> Settings:
    """Return the settings with a rule."""
    folder = clinic.store.path.parent
    return clinic.store.read(lambda reader: settings.load(reader, folder, RULE | changed))


def sent(clinic: Clinic) -> PaymentRequest:
    """Send a link whose email has gone out."""
    request = clinic.live(clinic.issued(), by=("email",))
    go_out(clinic, request)
    return request


def go_out(clinic: Clinic, request: PaymentRequest) -> None:
    """Do what the engine does with what is queued."""

    def work(tx: Tx) -> None:
        for message in clinic.request(request.id).messages:
            if message.state == "queued":
                ledger.append(tx, "message_sent", message.invoice_id, {"message": message.id, "result": "250"})

    clinic.store.write(work, actor="engine")


def due(clinic: Clinic, **changed: str) -> list[str]:
    """Return what is due now."""
    rule = chosen(clinic, **changed)
    return clinic.store.read(lambda reader: chasing.due(reader, rule, clinic.clock.now))


def remind(clinic: Clinic, request: PaymentRequest, **changed: str) -> bool:
    """Remind by the rule, if it is due."""
    rule = chosen(clinic, **changed)
    done = clinic.store.write(lambda tx: chasing.remind(tx, rule, request.id, clinic.clock.now), actor="engine")
    return done is not None


def test_each_step_reminds_once(clinic: Clinic) -> None:
    """On days 3, 7 and 14 after it was sent, and then no more."""
    request = sent(clinic)
    days: list[int] = []
    for day in range(1, 31):
        clinic.clock.forward(days=1)
        if due(clinic):
            assert remind(clinic, request)
            assert not remind(clinic, request)
            go_out(clinic, request)
            days.append(day)
    assert days == [3, 7, 14]
    assert [m.kind for m in clinic.request(request.id).messages].count("reminder") == 3
    assert clinic.store.read(differences) == []


def test_it_is_due_at_the_hour_at_which_it_was_sent(clinic: Clinic) -> None:
    """Not a moment before; and the next time is known."""
    sent(clinic)
    rule = chosen(clinic)
    at = clinic.clock.now.replace(microsecond=0) + timedelta(days=3)
    assert clinic.store.read(lambda reader: chasing.next_due(reader, rule, clinic.clock.now)) == at
    clinic.clock.forward(days=2, hours=23, minutes=59)
    assert due(clinic) == []
    clinic.clock.forward(minutes=1)
    assert len(due(clinic)) == 1


def test_what_was_missed_is_made_up_for_once(clinic: Clinic) -> None:
    """Nobody gets three reminders because the machine was off for a month."""
    request = sent(clinic)
    clinic.clock.forward(days=30)
    assert remind(clinic, request)
    go_out(clinic, request)
    clinic.clock.forward(days=30)
    assert due(clinic) == []


def test_a_persons_own_message_puts_a_step_off_for_a_day(clinic: Clinic) -> None:
    """Nobody is written to twice within a day."""
    request = sent(clinic)
    clinic.clock.forward(days=2, hours=20)
    clinic.store.write(
        lambda tx: messages.remind(tx, request.id, ("email",), sms_segments=lambda _i, _r: 1), actor="Amira"
    )
    go_out(clinic, request)
    clinic.clock.forward(hours=10)
    assert due(clinic) == []
    clinic.clock.forward(hours=14)
    assert due(clinic) == [request.id]


def test_what_is_not_to_be_paid_any_more_is_not_chased(clinic: Clinic) -> None:
    """Paid, cancelled, never sent, or still queued."""
    paid, cancelled = sent(clinic), sent(clinic)
    clinic.receive(clinic.seen(paid))
    clinic.cancel(cancelled)
    clinic.live(clinic.issued(), by=())
    clinic.send(clinic.issued())
    clinic.clock.forward(days=4)
    assert due(clinic) == []
    assert not remind(clinic, paid)


def test_without_a_rule_nothing_is_due(clinic: Clinic) -> None:
    """Which is how a clinic begins."""
    sent(clinic)
    clinic.clock.forward(days=400)
    assert due(clinic, PAYDESK_CHASE_DAYS="") == []


@pytest.mark.parametrize(
    ("card", "ways"),
    [
        ({}, ["email", "sms"]),
        ({"email_consent": False}, ["sms"]),
        ({"sms_consent": False}, ["email"]),
        ({"mobile": ""}, ["email"]),
        ({"email_consent": False, "mobile": ""}, []),
    ],
)
def test_only_ways_that_the_client_has_and_wants(clinic: Clinic, card: dict[str, object], ways: list[str]) -> None:
    """Where none is left nothing is sent, and it is due as soon as there is one."""
    request = sent(clinic)
    fields = {"name": "Jane Smith", "email": "jane@example.com", "mobile": "07700 900123", **card}
    clinic.store.write(
        lambda tx: clients.update(tx, clinic.jane.id, version=clients.get(tx, clinic.jane.id).version, **fields)  # type: ignore[arg-type]
    )
    clinic.clock.forward(days=3)
    assert due(clinic, PAYDESK_CHASE_CHANNELS="email sms") == ([request.id] if ways else [])
    assert remind(clinic, request, PAYDESK_CHASE_CHANNELS="email sms") is bool(ways)
    queued = [m.channel for m in clinic.request(request.id).messages if m.kind == "reminder"]
    assert sorted(queued) == ways


def test_a_reminder_that_still_waits_is_not_followed_by_another(clinic: Clinic) -> None:
    """The line was down for days: one email is enough."""
    request = sent(clinic)
    clinic.clock.forward(days=3)
    assert remind(clinic, request)
    clinic.clock.forward(days=4)
    assert due(clinic) == []
