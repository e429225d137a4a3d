"""The outbox: who takes what in which order, and what becomes of it."""

import sqlite3
from collections.abc import Callable
from datetime import timedelta
from functools import partial

import pytest

from store import outbox
from store.database import Tx
from store.errors import NotFound
from store.models import EntryKind, OutboxEntry
from store.times import to_text
from tests.store.builders import KINDS, NOW, Clinic


def add(clinic: Clinic, kind: EntryKind = "email", subject: str = "subject") -> str:
    """Put an entry into the outbox."""
    return clinic.store.write(lambda tx: outbox.add(tx, kind, subject, None, {"a": "ü"}), actor="Amira")


def later(seconds: float) -> str:
    """Return a time as the store keeps it."""
    return to_text(NOW + timedelta(seconds=seconds))


def settled(clinic: Clinic, entry: OutboxEntry, work: Callable[[Tx], object]) -> OutboxEntry:
    """Run `work` and return the entry as it is then."""
    clinic.store.write(work, actor="engine")
    return clinic.store.read(lambda reader: outbox.get(reader, entry.id))


def owns(clinic: Clinic, entry: OutboxEntry) -> bool:
    """Tell whether the claim stands."""
    return clinic.store.write(lambda tx: outbox.owns(tx, entry))


def test_an_entry_is_due_at_once(clinic: Clinic) -> None:
    """With a key of its own, and who asked for it."""
    entry = clinic.store.read(partial(outbox.get, entry_id=add(clinic)))
    assert (entry.state, entry.attempts, entry.unsure, entry.created_by) == ("ready", 0, False, "Amira")
    assert entry.next_attempt_at == entry.created_at == later(0)
    assert entry.idempotency_key == f"paydesk-{entry.id}"
    assert entry.payload == {"a": "ü"}


def test_the_oldest_due_are_claimed_first_and_no_more_than_asked_for(clinic: Clinic) -> None:
    """Across kinds by when they are due, then in the order they came."""
    kinds: tuple[EntryKind, ...] = ("email", "create_link", "sms", "email")
    ids = [add(clinic, kind) for kind in kinds]
    clinic.clock.forward(seconds=1)
    late = add(clinic, "create_link")
    clinic.store.write(
        lambda tx: tx.run("UPDATE outbox SET next_attempt_at = :at WHERE id = :id", at=later(-60), id=ids[3])
    )
    assert [entry.id for entry in clinic.claim(limit=2)] == [ids[3], ids[0]]
    assert [entry.id for entry in clinic.claim("sms", "create_link", limit=5)] == [ids[1], ids[2], late]
    assert clinic.claim() == []
    assert clinic.claim(limit=0) == []


def test_what_is_not_due_or_of_another_kind_is_left(clinic: Clinic) -> None:
    """A retry waits for its time."""
    add(clinic, "email")
    (entry,) = clinic.claim()
    clinic.store.write(lambda tx: outbox.again(tx, entry, at=later(30), why="busy", spends=True))
    assert clinic.claim() == []
    assert clinic.store.read(lambda reader: outbox.next_due(reader, KINDS)) == later(30)
    assert clinic.store.read(lambda reader: outbox.next_due(reader, ["sms"])) is None
    clinic.clock.forward(seconds=30)
    assert clinic.claim("sms") == []
    assert [again.id for again in clinic.claim("email")] == [entry.id]


def test_a_claim_carries_a_lease(clinic: Clinic) -> None:
    """Owner, until when, and when it was first tried."""
    add(clinic)
    (entry,) = clinic.claim(owner="engine 7")
    assert (entry.state, entry.lease_owner, entry.lease_until) == ("claimed", "engine 7", later(300))
    assert entry.first_attempt_at == later(0)
    assert owns(clinic, entry)


def test_a_slept_through_claim_cannot_settle_what_another_took(clinic: Clinic) -> None:
    """The fence: owner and lease must both be the ones of the claim."""
    add(clinic)
    (old,) = clinic.claim(owner="engine 1")
    clinic.clock.forward(minutes=10)
    assert clinic.store.write(outbox.take_over) == 1
    assert not owns(clinic, old)
    (new,) = clinic.claim(owner="engine 2")
    assert not owns(clinic, old)
    assert owns(clinic, new)


def test_two_engines_at_the_same_moment_are_told_apart(clinic: Clinic) -> None:
    """A lease that ends at the same time is still another engine's."""
    add(clinic)
    (old,) = clinic.claim(owner="engine 1")
    clinic.store.write(outbox.take_over)
    (new,) = clinic.claim(owner="engine 2")
    assert old.lease_until == new.lease_until
    assert not owns(clinic, old)
    assert owns(clinic, new)


def test_the_same_engine_taking_it_again_has_a_new_lease(clinic: Clinic) -> None:
    """Its own earlier claim does not stand any more either."""
    add(clinic)
    (old,) = clinic.claim()
    clinic.store.write(outbox.take_over)
    clinic.clock.forward(seconds=1)
    (new,) = clinic.claim()
    assert not owns(clinic, old)
    assert owns(clinic, new)


@pytest.mark.parametrize("state", ["held", "dropped"])
def test_a_persons_decision_ends_a_claim(clinic: Clinic, state: str) -> None:
    """What comes back afterwards is not settled over it."""
    add(clinic)
    (entry,) = clinic.claim()
    clinic.store.write(lambda tx: outbox.set_state(tx, entry.id, state, why="enough"))
    assert not owns(clinic, entry)


def test_what_a_dead_engine_had_in_flight_is_unsure(clinic: Clinic) -> None:
    """Its bytes may have left; what was only waiting is not touched, and no key or window is renewed."""
    ids = [add(clinic), add(clinic)]
    (entry,) = clinic.claim(limit=1)
    clinic.clock.forward(hours=1)
    assert clinic.store.read(outbox.any_claimed)
    assert clinic.store.write(outbox.take_over) == 1
    assert not clinic.store.read(outbox.any_claimed)
    back, other = (clinic.store.read(partial(outbox.get, entry_id=id_)) for id_ in ids)
    assert (back.state, back.unsure, back.lease_owner, back.attempts) == ("ready", True, None, 0)
    assert (back.first_attempt_at, back.idempotency_key) == (later(0), entry.idempotency_key)
    assert not other.unsure
    assert [again.unsure for again in clinic.claim()] == [True, False]


def test_done_is_done(clinic: Clinic) -> None:
    """The attempt is kept with its answer."""
    add(clinic)
    (entry,) = clinic.claim()
    done = settled(clinic, entry, lambda tx: outbox.finish(tx, entry, answer="250 queued"))
    assert (done.state, done.attempts, done.last_error, done.lease_owner) == ("done", 1, "", None)
    attempts = clinic.store.read(lambda reader: outbox.attempts_of(reader, entry.id))
    assert attempts == [(later(0), "done", "250 queued")]
    assert clinic.claim() == []


def test_each_attempt_that_counts_is_kept(clinic: Clinic) -> None:
    """With its time and answer; being offline counts as none."""
    add(clinic)
    for second, spends in ((0, True), (1, False), (2, True)):
        (entry,) = clinic.claim()
        at = to_text(clinic.clock.now)
        clinic.store.write(partial(outbox.again, entry=entry, at=at, why=f"answer {second}", spends=spends))
        clinic.clock.forward(seconds=1)
    after = clinic.store.read(lambda reader: outbox.get(reader, entry.id))
    assert (after.attempts, after.last_error, after.first_attempt_at) == (2, "answer 2", later(0))
    assert clinic.store.read(lambda reader: outbox.attempts_of(reader, entry.id)) == [
        (later(0), "retry", "answer 0"),
        (later(2), "retry", "answer 2"),
    ]


@pytest.mark.parametrize(("unsure", "first"), [(False, None), (True, later(0))])
def test_the_idempotency_window_opens_when_bytes_may_have_left(clinic: Clinic, unsure: bool, first: str) -> None:
    """A call that reached nobody does not start it."""
    add(clinic)
    (entry,) = clinic.claim()
    after = settled(
        clinic, entry, lambda tx: outbox.again(tx, entry, at=later(1), why="no line", spends=False, unsure=unsure)
    )
    assert (after.first_attempt_at, after.unsure, after.idempotency_key) == (first, unsure, entry.idempotency_key)


def test_a_new_key_is_another_request(clinic: Clinic) -> None:
    """And has a window of its own."""
    add(clinic)
    (entry,) = clinic.claim()
    after = settled(
        clinic, entry, lambda tx: outbox.again(tx, entry, at=later(1), why="anew", spends=True, new_key=True)
    )
    assert after.idempotency_key != entry.idempotency_key
    assert (after.first_attempt_at, after.unsure, after.attempts) == (None, False, 1)


def test_a_claim_given_back_was_no_attempt(clinic: Clinic) -> None:
    """It waits for something else, and no window was opened."""
    add(clinic)
    (entry,) = clinic.claim()
    after = settled(clinic, entry, lambda tx: outbox.put_back(tx, entry, at=later(60), why="waits"))
    assert (after.state, after.attempts, after.first_attempt_at) == ("ready", 0, None)
    assert (after.next_attempt_at, after.last_error) == (later(60), "waits")
    assert not owns(clinic, entry)


def test_giving_back_what_was_unsure_keeps_its_window(clinic: Clinic) -> None:
    """The first attempt counts from when it was."""
    add(clinic)
    clinic.claim()
    clinic.store.write(outbox.take_over)
    clinic.clock.forward(seconds=5)
    (entry,) = clinic.claim()
    after = settled(clinic, entry, lambda tx: outbox.put_back(tx, entry, at=later(60), why="waits"))
    assert (after.first_attempt_at, after.unsure) == (later(0), True)


def test_what_waited_for_something_else_is_hastened(clinic: Clinic) -> None:
    """Of one invoice and one kind."""
    request = clinic.send(clinic.issued())
    (entry,) = clinic.claim("create_link")
    clinic.store.write(lambda tx: outbox.put_back(tx, entry, at=later(60), why="waits"))
    clinic.store.write(lambda tx: outbox.hasten(tx, request.invoice_id, "email"))
    assert clinic.claim() == []
    clinic.store.write(lambda tx: outbox.hasten(tx, request.invoice_id, "create_link"))
    assert [again.id for again in clinic.claim()] == [entry.id]


def test_a_person_is_asked(clinic: Clinic) -> None:
    """It is not claimed again, and says why."""
    add(clinic)
    (entry,) = clinic.claim()
    after = settled(clinic, entry, lambda tx: outbox.ask(tx, entry, why="look there", unsure=True))
    assert (after.state, after.last_error, after.unsure, after.attempts) == ("attention", "look there", True, 1)
    clinic.clock.forward(days=1)
    assert clinic.claim() == []


def test_what_became_needless_is_closed_without_an_attempt(clinic: Clinic) -> None:
    """Nothing was done, so nothing counts."""
    add(clinic)
    (entry,) = clinic.claim()
    after = settled(clinic, entry, lambda tx: outbox.close(tx, entry, why="paid meanwhile"))
    assert (after.state, after.attempts) == ("done", 0)
    assert clinic.store.read(lambda reader: outbox.attempts_of(reader, entry.id)) == []


def test_what_waits_is_counted_and_listed(clinic: Clinic) -> None:
    """What needs a person first; what is over is in neither."""
    ids = [add(clinic) for _ in range(6)]
    entries = clinic.claim(limit=3)

    def work(tx: Tx) -> None:
        outbox.finish(tx, entries[0], answer="ok")
        outbox.ask(tx, entries[2], why="look", unsure=False)
        outbox.set_state(tx, ids[3], "held", why="wait")
        outbox.set_state(tx, ids[4], "dropped", why="no")

    clinic.store.write(work)
    assert clinic.store.read(outbox.counts) == {"ready": 2, "attention": 1, "held": 1}
    waiting = clinic.store.read(outbox.waiting)
    assert [entry.id for entry in waiting] == [ids[2], ids[1], ids[3], ids[5]]
    assert [entry.state for entry in waiting] == ["attention", "claimed", "held", "ready"]
    assert len(clinic.store.read(lambda reader: outbox.waiting(reader, limit=2))) == 2


def test_an_entry_that_is_not_there_is_told(clinic: Clinic) -> None:
    """With where to look."""
    with pytest.raises(NotFound, match=r"no outbox entry 42. `paydesk outbox list`"):
        clinic.store.read(lambda reader: outbox.get(reader, "42\x1b"))


class Recorded:
    """The SQL that a connection runs, with its values filled in."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.statements: list[str] = []
        connection.set_trace_callback(self.statements.append)


@pytest.mark.parametrize(
    ("work", "index"),
    [
        (lambda tx: outbox.claim(tx, KINDS, limit=8, owner="e", now=tx.now, until=tx.now), "outbox_due"),
        (lambda tx: outbox.next_due(tx, KINDS), "outbox_due"),
        (outbox.any_claimed, "outbox_open"),
        (outbox.take_over, "outbox_open"),
        (outbox.counts, "outbox_open"),
        (outbox.waiting, "outbox_open"),
        (lambda tx: outbox.hasten(tx, "invoice", "create_link"), "outbox_by_subject"),
        (lambda tx: outbox.of_subject(tx, "subject", "email"), "outbox_by_subject"),
    ],
)
def test_its_cost_does_not_grow_with_what_is_done(clinic: Clinic, work: Callable[[Tx], object], index: str) -> None:
    """Every statement searches by an index, and none walks the table."""
    add(clinic)
    connection = clinic.store._connection
    recorded = Recorded(connection)
    clinic.store.write(work)
    connection.set_trace_callback(None)
    plans = [
        " ".join(row["detail"] for row in clinic.store.write(partial(Tx.all, sql=f"EXPLAIN QUERY PLAN {statement}")))
        for statement in recorded.statements
        if "outbox" in statement and statement.startswith(("SELECT", "UPDATE"))
    ]
    assert plans
    assert any(index in plan for plan in plans)
    assert all("SCAN outbox" not in plan.replace(f"SCAN outbox USING INDEX {index}", "") for plan in plans)


def test_a_person_can_only_bring_an_entry_forward(clinic: Clinic) -> None:
    """Tried again while the clock is a year ahead, it is not planned for that year: it keeps its place."""
    entry_id = add(clinic)
    clinic.clock.forward(days=365)
    clinic.store.write(lambda tx: outbox.set_state(tx, entry_id, "ready", why=""))
    assert clinic.store.read(lambda reader: outbox.get(reader, entry_id)).next_attempt_at == later(0)
