"""What becomes of an entry when the outside world fails, row by row of the table of errors."""

from typing import Literal

import pytest

from store import clients, decisions, outbox
from sync.backoff import MOST_ATTEMPTS
from sync.errors import Busy, Declined, Misconfigured, OutcomeUnknown, Unreachable
from tests.sync.engine_fakes import Acted
from tests.sync.engine_world import BOTH, World

UNKNOWN = OutcomeUnknown("The line broke.")


async def test_everything_works(either: World) -> None:
    """A request becomes one link, one email and one SMS in one run, and nothing waits."""
    request = either.send(BOTH)
    turn = await either.run()
    assert [(deed.kind, deed.outcome) for deed in turn.deeds] == [
        ("create_link", "done"),
        ("email", "done"),
        ("sms", "done"),
    ]
    assert either.now_is(request).state == "live"
    assert either.now_is(request).url in either.courier.emails[0].text
    assert either.courier.emails[0].subject == "Payment request from Riverside Clinic"
    assert either.now_is(request).url in either.courier.texts[0].text
    assert (either.waiting(), either.is_whole()) == ([], True)


async def test_unreachable_spends_nothing_and_keeps_the_order(either: World) -> None:
    """Out of reach, entries keep their place and their attempts; back in reach, they go oldest first."""
    requests = [either.send() for _ in range(3)]
    either.gateway.always_fails("create_link", Unreachable("No line."))
    either.gateway.always_fails("hear", Unreachable("No line."))
    await either.run()
    assert [entry.attempts for entry in either.waiting()] == [0, 0, 0]
    assert not any(entry.unsure for entry in either.waiting())
    assert either.service() == "offline"
    either.gateway.works()
    either.gateway.calls.clear()
    await either.run(60)
    assert either.gateway.called("create_link") == [request.id for request in requests]
    assert either.service() == "online"


async def test_busy_is_obeyed(either: World) -> None:
    """A service that asks for 30 s is left alone for 30 s, even if another call got through meanwhile."""
    either.gateway.fails("create_link", Busy("Wait.", retry_after=30))
    requests = [either.send(), either.send()]
    turn = await either.run()
    assert sorted(deed.outcome for deed in turn.deeds) == ["done", "waiting"]
    either.send()
    turn = await either.run(29)
    assert turn.deeds == ()
    assert len(either.gateway.called("create_link")) == 2
    assert turn.wake_at == either.clock.now.replace(second=30)
    await either.run(1)
    assert {either.now_is(request).state for request in requests} == {"live"}
    assert either.entry(requests[0].id).attempts == 1


async def test_unknown_at_stripe_repeats_key_and_body(world: World) -> None:
    """The same key brings the same body again, though clinic and client have new names by now."""
    request = world.send()
    world.gateway.fails("create_link", Acted(UNKNOWN))
    turn = await world.run()
    assert (turn.deeds[0].outcome, world.entry(request.id).unsure) == ("retry", True)
    world.put("clinic.name", "Hillside Clinic")
    card = world.client
    world.store.write(
        lambda tx: clients.update(tx, card.id, name="Jane Jones", email="", mobile="", version=card.version)
    )
    await world.run(10)
    first, second = world.gateway.orders
    assert first == second
    assert len(world.gateway.links) == 1
    assert world.now_is(request).state == "live"


async def test_replayed_answer_is_looked_up_and_adopted(world: World) -> None:
    """A 500 that the key replays for ever: the link that exists all the same is found and adopted."""
    request = world.send()
    replayed = OutcomeUnknown("Replayed.", replayed=True)
    world.gateway.fails("create_link", Acted(UNKNOWN), replayed)
    await world.run()
    await world.run(10)
    assert world.gateway.called("find_link") == [request.id]
    assert (len(world.gateway.links), world.now_is(request).state) == (1, "live")


async def test_replayed_answer_without_a_link_gets_a_new_key(world: World) -> None:
    """A 500 that the key replays for ever, and no link: the next attempt has another key."""
    request = world.send()
    world.gateway.fails("create_link", UNKNOWN, OutcomeUnknown("Replayed.", replayed=True))
    await world.run()
    await world.run(10)
    first, second, third = (order.idempotency_key for order in world.gateway.orders)
    assert first == second != third
    assert (len(world.gateway.links), world.now_is(request).state) == (1, "live")


@pytest.mark.parametrize("made", [True, False])
async def test_past_the_window_the_link_is_looked_up_first(world: World, *, made: bool) -> None:
    """A day later the key protects no more: found is adopted, surely absent is made anew, after one more look."""
    request = world.send()
    world.gateway.fails("create_link", Acted(UNKNOWN) if made else UNKNOWN)
    await world.run()
    await world.run(24 * 3600)
    await world.run(120)
    names = [name for name, _ in world.gateway.calls if name in {"create_link", "find_link"}]
    assert names == ["create_link", "find_link"] + ([] if made else ["find_link", "create_link"])
    assert len({order.idempotency_key for order in world.gateway.orders}) == (1 if made else 2)
    assert (len(world.gateway.links), world.now_is(request).state) == (1, "live")


async def test_offline_during_the_look_up_stays_unsure(world: World) -> None:
    """A look-up that found no line decides nothing: the entry is as unsure as before, and looked up again."""
    request = world.send()
    world.gateway.fails("create_link", Acted(UNKNOWN))
    await world.run()
    world.gateway.fails("find_link", Unreachable("No line."))
    await world.run(24 * 3600)
    assert world.entry(request.id).unsure
    await world.run(60)
    assert (len(world.gateway.links), world.now_is(request).state) == (1, "live")


async def test_unknown_at_coherent_is_for_a_person(coherent: World) -> None:
    """Without keys and look-up nothing is made a second time by itself; the code to look for is named."""
    request = coherent.send()
    coherent.gateway.fails("create_link", Acted(UNKNOWN))
    await coherent.run()
    for _ in range(5):
        await coherent.run(3600)
    entry = coherent.entry(request.id)
    assert (entry.state, coherent.now_is(request).state) == ("attention", "attention")
    assert request.code in entry.last_error
    assert len(coherent.gateway.called("create_link")) == 1
    coherent.store.write(lambda tx: decisions.retry(tx, entry.id))
    await coherent.run()
    assert coherent.now_is(request).state == "live"


async def test_unsure_at_one_gateway_is_not_made_at_another(world: World) -> None:
    """A link that may exist at the gateway of yesterday is not made a second time at today's."""
    request = world.send()
    world.gateway.fails("create_link", Acted(UNKNOWN))
    await world.run()
    kept = world.entry(request.id).payload
    assert kept["gateway"] == "stripe"
    world.store.write(lambda tx: tx.run("UPDATE outbox SET payload = replace(payload, '\"stripe\"', '\"other\"')"))
    await world.run(10)
    assert (len(world.gateway.orders), world.now_is(request).state) == (1, "attention")


async def test_unknown_email_goes_again_under_its_message_id(world: World) -> None:
    """Two copies of an email carry one Message-ID, so the client sees one."""
    world.courier.script.fails("email", Acted(UNKNOWN))
    request = world.send({"email": ""})
    await world.run()
    await world.run(10)
    assert len(world.courier.emails) == 2
    assert len({sent.message_id for sent in world.courier.emails}) == 1
    assert world.now_is(request).messages[0].state == "sent"


async def test_unknown_sms_is_for_a_person(world: World) -> None:
    """An SMS costs money: it is never sent a second time by itself."""
    world.courier.script.fails("sms", Acted(UNKNOWN))
    request = world.send({"sms": ""})
    await world.run()
    await world.run(3600)
    assert (world.message(request, "sms").state, len(world.courier.texts)) == ("attention", 1)
    assert world.now_is(request).messages[0].state == "failed"
    world.store.write(lambda tx: decisions.retry(tx, world.message(request, "sms").id))
    await world.run()
    assert (world.now_is(request).messages[0].state, len(world.courier.texts)) == ("sent", 2)


@pytest.mark.parametrize("kind", ["create_link", "email", "sms"])
async def test_declined_is_for_a_person(either: World, kind: Literal["create_link", "email", "sms"]) -> None:
    """A clear no is not asked again; the reason is kept, and the service counts as online."""
    either.gateway.fails("create_link", Declined("No.") if kind == "create_link" else None)
    either.courier.script.fails(kind, Declined("No."))
    request = either.send(BOTH)
    await either.run()
    entry = either.entry(request.id) if kind == "create_link" else either.message(request, kind)
    assert (entry.state, entry.last_error, entry.unsure) == ("attention", "No.", False)
    assert either.service("gateway" if kind == "create_link" else kind) == "online"


async def test_declined_cancel_keeps_the_truth(either: World) -> None:
    """A link that would not be cancelled stays `cancelling` until somebody decides."""
    request = either.send()
    await either.run()
    either.gateway.fails("cancel_link", Declined("No."))
    either.cash(either.bill(request).row.number, 21_100)
    await either.run()
    assert either.now_is(request).state == "cancelling"
    assert either.entry(request.id, "cancel_link").state == "attention"


async def test_refused_key_stops_asking_and_loses_nothing(either: World) -> None:
    """A refused key is told, nothing is asked any more, and a new key sends all of it."""
    requests = [either.send() for _ in range(20)]
    either.gateway.always_fails("create_link", Misconfigured("Key refused."))
    turn = await either.run()
    asked = len(either.gateway.called("create_link"))
    assert (asked <= 8, either.service(), turn.wake_at) == (True, "refused", None)
    either.gateway.calls.clear()
    await either.run(3600)
    assert either.gateway.called("create_link") == []
    assert {entry.attempts for entry in either.waiting()} == {0}
    either.gateway.works()
    either.put("gateway.key", "sk_test_new")
    await either.run()
    assert {either.now_is(request).state for request in requests} == {"live"}
    assert either.service() == "online"


async def test_refused_key_is_asked_once_when_a_person_retries(either: World) -> None:
    """A person's retry lets one call decide, not all of them."""
    requests = [either.send() for _ in range(3)]
    either.gateway.always_fails("create_link", Misconfigured("Key refused."))
    await either.run()
    either.gateway.calls.clear()
    either.store.write(lambda tx: decisions.retry(tx, either.entry(requests[0].id).id))
    await either.run(1)
    assert (len(either.gateway.called("create_link")), either.service()) == (1, "refused")
    either.gateway.works()
    either.store.write(lambda tx: decisions.retry(tx, either.entry(requests[0].id).id))
    await either.run(1)
    assert {either.now_is(request).state for request in requests} == {"live"}


@pytest.mark.parametrize("kind", ["create_link", "email"])
async def test_unforeseen_error_is_for_a_person(world: World, kind: Literal["create_link", "email"]) -> None:
    """An error that nobody foresaw stops one entry, says so, and does not count as an answer of the service."""
    world.gateway.fails("create_link", KeyError("odd") if kind == "create_link" else None)
    world.courier.script.fails("email", KeyError("odd"))
    request = world.send({"email": ""})
    await world.run()
    entry = world.entry(request.id) if kind == "create_link" else world.message(request, kind)
    assert (entry.state, entry.unsure) == ("attention", True)
    assert "KeyError" in entry.last_error
    assert kind == "create_link" or world.service("email") == "unknown"


async def test_most_attempts_then_a_person(world: World) -> None:
    """What stays unclear is tried a bounded number of times, with growing pauses, and then shown."""
    request = world.send()
    world.gateway.always_fails("create_link", UNKNOWN)
    for _ in range(MOST_ATTEMPTS + 3):
        await world.run(3600)
    entry = world.entry(request.id)
    assert (entry.state, entry.attempts, len(world.gateway.orders)) == ("attention", MOST_ATTEMPTS, MOST_ATTEMPTS)
    assert len(world.store.read(lambda reader: outbox.attempts_of(reader, entry.id))) == MOST_ATTEMPTS


async def test_a_person_who_sends_again_makes_no_second_link(world: World) -> None:
    """Given up after many unclear answers, sent again by a person: what exists at the gateway is found first."""
    request = world.send()
    world.gateway.always_fails("create_link", Acted(UNKNOWN))
    for _ in range(MOST_ATTEMPTS):
        await world.run(3600)
    world.gateway.works()
    world.store.write(lambda tx: decisions.retry(tx, world.entry(request.id).id))
    await world.run()
    assert (len(world.gateway.links), world.now_is(request).state) == (1, "live")


async def test_a_link_that_nobody_can_pay_is_not_adopted(world: World) -> None:
    """A link that was switched off at the gateway meanwhile is no link: another is made."""
    request = world.send()
    world.gateway.fails("create_link", Acted(UNKNOWN))
    await world.run()
    await world.gateway.cancel_link("plink_1", "by hand")
    await world.run(24 * 3600)
    await world.run(120)
    assert (world.now_is(request).state, world.now_is(request).gateway_id) == ("live", "plink_2")
