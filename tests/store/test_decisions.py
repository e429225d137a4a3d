"""What a person may decide about an outbox entry."""

import pytest

from store import decisions, ledger, outbox, requests, services
from store.database import Tx
from store.errors import BadInput, NotFound, Refused
from store.models import EntryKind, OutboxEntry
from store.reading import request_by_id
from tests.store.builders import Clinic


def retry(clinic: Clinic, entry: OutboxEntry) -> OutboxEntry:
    """Try an entry again."""
    return clinic.store.write(lambda tx: decisions.retry(tx, entry.id), actor="Amira")


def hold(clinic: Clinic, entry: OutboxEntry, reason: str = "") -> OutboxEntry:
    """Keep an entry back."""
    return clinic.store.write(lambda tx: decisions.hold(tx, entry.id, reason=reason), actor="Amira")


def drop(clinic: Clinic, entry: OutboxEntry, reason: str = "a mistake") -> OutboxEntry:
    """Give an entry up."""
    return clinic.store.write(lambda tx: decisions.drop(tx, entry.id, reason=reason), actor="Amira")


def asked(clinic: Clinic, kind: EntryKind) -> OutboxEntry:
    """Leave the due entry of `kind` to a person, as the engine does after an unknown outcome."""
    (entry,) = clinic.claim(kind)

    def work(tx: Tx) -> None:
        outbox.ask(tx, entry, why="nobody knows", unsure=True)
        if kind == "create_link":
            requests.need_attention(tx, request_by_id(tx, entry.subject_id), why="nobody knows")
        elif kind in {"email", "sms"}:
            ledger.append(
                tx, "message_failed", entry.invoice_id, {"message": entry.subject_id, "reason": "nobody knows"}
            )

    clinic.store.write(work, actor="engine")
    return clinic.store.read(lambda reader: outbox.get(reader, entry.id))


def test_a_retry_from_attention_is_another_request(clinic: Clinic) -> None:
    """A new key: the person has looked, and wants it sent again."""
    request = clinic.send(clinic.issued())
    entry = asked(clinic, "create_link")
    after = retry(clinic, entry)
    assert (after.state, after.unsure, after.first_attempt_at, after.last_error) == ("ready", False, None, "")
    assert after.idempotency_key != entry.idempotency_key
    assert clinic.request(request.id).state == "queued"


def test_a_message_is_sent_again(clinic: Clinic) -> None:
    """It counts as queued, and the log says that somebody chose so."""
    request = clinic.live(clinic.issued(), by=("sms",))
    after = retry(clinic, asked(clinic, "sms"))
    assert after.state == "ready"
    assert clinic.request(request.id).messages[0].state == "queued"


def test_a_retry_of_what_waits_only_hastens_it(clinic: Clinic) -> None:
    """Same key, same window: it may have been sent already."""
    clinic.send(clinic.issued())
    (entry,) = clinic.claim()
    clinic.store.write(
        lambda tx: outbox.again(tx, entry, at="2027-01-01T00:00:00.000Z", why="?", spends=True, unsure=True)
    )
    after = retry(clinic, entry)
    assert (after.idempotency_key, after.unsure) == (entry.idempotency_key, True)
    assert [again.id for again in clinic.claim()] == [entry.id]


def test_a_retry_asks_an_offline_service_at_once(clinic: Clinic) -> None:
    """Also one that refused our key: the person may have mended it."""
    clinic.send(clinic.issued())
    entry = clinic.claim()[0]
    clinic.store.write(lambda tx: outbox.put_back(tx, entry, at=tx.now, why=""))
    clinic.store.write(lambda tx: services.lost(tx, "gateway", "refused", reason="key refused", next_try_at=None))
    retry(clinic, entry)
    gateway = clinic.store.read(services.known)["gateway"]
    assert (gateway.state, gateway.next_try_at) == ("offline", "2026-11-22T14:02:31.000Z")


def test_what_is_held_waits_for_a_person(clinic: Clinic) -> None:
    """The first reason stays; a retry lets it go."""
    request = clinic.send(clinic.issued())
    entry = clinic.entry(request.id, "create_link")
    assert (hold(clinic, entry).state, hold(clinic, entry, "again").last_error) == ("held", "held by Amira")
    assert clinic.claim() == []
    assert retry(clinic, entry).state == "ready"
    assert hold(clinic, entry, "wait for\x1b Omar").last_error == "held by Amira: wait for Omar"


def test_a_request_held_from_attention_is_queued_when_it_goes_on(clinic: Clinic) -> None:
    """Still unsure: the engine looks before it makes a second link."""
    request = clinic.send(clinic.issued())
    entry = asked(clinic, "create_link")
    hold(clinic, entry)
    after = retry(clinic, entry)
    assert (after.unsure, after.idempotency_key) == (True, entry.idempotency_key)
    assert clinic.request(request.id).state == "queued"


def test_a_dropped_link_stops_its_request(clinic: Clinic) -> None:
    """The invoice log keeps who and why; the money may be asked for again."""
    number = clinic.issued()
    request = clinic.send(number)
    assert drop(clinic, clinic.entry(request.id, "create_link")).state == "dropped"
    stopped = clinic.request(request.id)
    assert (stopped.state, stopped.reason) == ("stopped", "dropped by Amira: a mistake")
    assert stopped.messages[0].state == "stopped"
    assert clinic.invoice(number).askable == 21_100


def test_a_dropped_cancelling_leaves_the_link_live(clinic: Clinic) -> None:
    """Which is the truth: nobody switched it off."""
    request = clinic.cancel(clinic.live(clinic.issued()))
    drop(clinic, clinic.entry(request.id, "cancel_link"))
    kept = clinic.request(request.id)
    assert (kept.state, kept.reason) == ("live", "dropped by Amira: a mistake")


@pytest.mark.parametrize("failed", [True, False])
def test_a_dropped_message_is_stopped(clinic: Clinic, failed: bool) -> None:
    """Its request stays live."""
    request = clinic.live(clinic.issued(), by=("email",))
    entry = asked(clinic, "email") if failed else clinic.entry(request.messages[0].id, "email")
    drop(clinic, entry)
    after = clinic.request(request.id)
    assert (after.state, after.messages[0].state) == ("live", "stopped")
    assert after.messages[0].result == "dropped by Amira: a mistake"


def test_a_dropped_notification_changes_nothing_else(clinic: Clinic) -> None:
    """The payment is recorded."""
    number = clinic.issued()
    paid = clinic.receive(clinic.seen(clinic.live(number)), "ntfy://clinic")
    assert paid is not None
    before = clinic.invoice(number)
    drop(clinic, clinic.entry(paid.id, "notify"))
    assert clinic.invoice(number) == before


@pytest.mark.parametrize("reason", ["", "   ", "\x1b\u200b"])
def test_dropping_takes_a_reason(clinic: Clinic, reason: str) -> None:
    """Nothing is given up in silence."""
    request = clinic.send(clinic.issued())
    with pytest.raises(BadInput, match="Say why it is dropped") as caught:
        drop(clinic, clinic.entry(request.id, "create_link"), reason)
    assert caught.value.field == "reason"
    assert clinic.request(request.id).state == "queued"


@pytest.mark.parametrize("decide", [retry, hold, drop])
def test_what_is_being_sent_is_left_alone(clinic: Clinic, decide: object) -> None:
    """Its answer comes first."""
    clinic.send(clinic.issued())
    (entry,) = clinic.claim()
    assert callable(decide)
    with pytest.raises(Refused, match=r"being sent at this moment. Wait for its answer"):
        decide(clinic, entry)


@pytest.mark.parametrize("decide", [retry, hold, drop])
@pytest.mark.parametrize("state", ["done", "dropped"])
def test_what_is_over_stays_over(clinic: Clinic, decide: object, state: str) -> None:
    """And the refusal says what it is."""
    clinic.send(clinic.issued())
    (entry,) = clinic.claim()
    clinic.store.write(lambda tx: outbox.set_state(tx, entry.id, state, why=""))
    assert callable(decide)
    with pytest.raises(Refused, match=f"This entry is {state} already"):
        decide(clinic, entry)


def test_an_entry_that_is_not_there_is_told(clinic: Clinic) -> None:
    """With where to look."""
    with pytest.raises(NotFound, match="There is no outbox entry"):
        clinic.store.write(lambda tx: decisions.retry(tx, "42"))
