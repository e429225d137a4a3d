"""Entries that cannot even be looked at: they wait for a person, and stop nobody else."""

import pytest

from store import decisions, outbox
from store.models import EntryKind
from tests.sync.engine_world import World


@pytest.mark.parametrize("payload", ["{{{", "[1]", "", "null"])
async def test_a_payload_that_cannot_be_read(world: World, payload: str) -> None:
    """It waits for a person with its reason, can be tried again and dropped, and the next entry goes out."""
    request, other = world.send(), world.send()
    entry = world.entry(request.id)
    world.store.write(lambda tx: tx.run("UPDATE outbox SET payload = :p WHERE id = :id", p=payload, id=entry.id))
    await world.run()
    assert world.now_is(other).state == "live"
    kept = world.entry(request.id)
    assert (kept.state, "cannot be read" in kept.last_error) == ("attention", True)
    assert world.now_is(request).state == "attention"
    world.store.write(lambda tx: decisions.retry(tx, entry.id))
    await world.run()
    assert world.entry(request.id).state == "attention"
    world.store.write(lambda tx: decisions.drop(tx, entry.id, reason="done anew"))
    assert (world.waiting(), world.now_is(request).state) == ([], "stopped")


@pytest.mark.parametrize("kind", ["create_link", "cancel_link", "refund", "email", "sms", "notify"])
async def test_an_entry_of_something_that_is_gone(world: World, kind: EntryKind) -> None:
    """Its subject is not in the file: a person decides, and the next entry goes out."""
    payload = {"event": "payment_link_paid", "target": "x://"} if kind == "notify" else None
    stray = world.store.write(lambda tx: outbox.add(tx, kind, "01GONE", None, payload))
    other = world.send()
    await world.run()
    assert world.now_is(other).state == "live"
    (entry,) = world.waiting()
    assert (entry.id, entry.state, bool(entry.last_error)) == (stray, "attention", True)
