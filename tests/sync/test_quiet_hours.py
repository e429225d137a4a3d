"""What has waited does not reach a client at night; what a person sends now goes now."""

from datetime import UTC, datetime

from store import decisions, messages
from store.outbox_words import waiting_lines
from sync.errors import Declined, Unreachable
from tests.sync.engine_world import BOTH, World

EVENING = datetime(2026, 11, 22, 20, 30, tzinfo=UTC)
NIGHT = datetime(2026, 11, 22, 23, 30, tzinfo=UTC)
MORNING = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)


async def test_what_a_person_sends_at_night_goes_at_once(world: World) -> None:
    """The client stands at the desk, or has just called."""
    world.clock.now = NIGHT
    world.send(BOTH)
    await world.run()
    assert (len(world.courier.emails), len(world.courier.texts)) == (1, 1)


async def test_what_waited_for_the_line_waits_for_the_morning(world: World) -> None:
    """The link is made at night; its messages say in the outbox why they wait, and go at eight."""
    world.clock.now = EVENING
    world.gateway.always_fails("create_link", Unreachable("No line."))
    request = world.send(BOTH)
    await world.run()
    world.gateway.works()
    world.clock.now = NIGHT
    turn = await world.run()
    assert world.now_is(request).state == "live"
    assert (world.courier.emails, world.courier.texts) == ([], [])
    lines = world.store.read(waiting_lines)
    assert {(line.why, line.next_try_at) for line in lines} == {
        ("waits until 08:00: quiet hours", "2026-11-23T08:00:00.000Z")
    }
    assert turn.wake_at is not None
    assert turn.wake_at <= MORNING
    await world.run(3600)
    assert world.courier.emails == []
    world.clock.now = MORNING
    await world.run()
    assert (len(world.courier.emails), len(world.courier.texts), world.waiting()) == (1, 1, [])


async def test_what_failed_for_a_quarter_of_an_hour_has_waited(world: World) -> None:
    """A quarter of an hour later it still counts as sent now; a moment after, not any more."""
    world.clock.now = datetime(2026, 11, 22, 20, 50, tzinfo=UTC)
    world.courier.script.always_fails("email", Unreachable("No line."))
    world.send({"email": ""})
    await world.run()
    world.courier.script.works()
    world.clock.now = datetime(2026, 11, 22, 21, 5, tzinfo=UTC)
    await world.run()
    assert len(world.courier.emails) == 1


async def test_a_person_may_send_at_night_what_waits(world: World) -> None:
    """Try again, in the outbox, means now."""
    world.clock.now = EVENING
    world.courier.script.always_fails("email", Unreachable("No line."))
    request = world.send({"email": ""})
    await world.run()
    world.courier.script.works()
    world.clock.now = NIGHT
    await world.run()
    assert world.courier.emails == []
    world.store.write(lambda tx: decisions.retry(tx, world.message(request, "email").id))
    await world.run()
    assert len(world.courier.emails) == 1


async def test_what_failed_and_is_tried_again_by_a_person_goes(world: World) -> None:
    """From attention too."""
    world.clock.now = EVENING
    world.courier.script.fails("email", Declined("No."))
    request = world.send({"email": ""})
    await world.run()
    world.clock.now = NIGHT
    world.store.write(lambda tx: decisions.retry(tx, world.message(request, "email").id))
    await world.run()
    assert len(world.courier.emails) == 1


async def test_a_link_that_is_paid_in_the_night_is_not_sent_in_the_morning(world: World) -> None:
    """The message waits, and then there is nothing to ask for."""
    world.clock.now = EVENING
    world.courier.script.always_fails("sms", Unreachable("No line."))
    request = world.send({"sms": ""})
    await world.run()
    world.courier.script.works()
    world.clock.now = NIGHT
    await world.run()
    world.gateway.pays(next(reversed(world.gateway.links)), request.id)
    await world.run(60)
    world.clock.now = MORNING
    await world.run()
    assert (world.courier.texts, world.now_is(request).state) == ([], "paid")


async def test_without_quiet_hours_nothing_waits(world: World) -> None:
    """Some clinics never sleep."""
    world.put("quiet.hours", "")
    world.clock.now = EVENING
    world.gateway.always_fails("create_link", Unreachable("No line."))
    world.send(BOTH)
    await world.run()
    world.gateway.works()
    world.clock.now = NIGHT
    await world.run()
    assert len(world.courier.texts) == 1


async def test_a_receipt_waits_too_and_a_notification_does_not(world: World) -> None:
    """The one reaches a client, the other the clinic."""
    world.clock.now = EVENING
    world.put("notify.payment_link_paid.enabled", "on")
    world.put("notify.payment_link_paid.targets", "ntfy://one")
    request = world.send()
    await world.run()
    world.courier.script.always_fails("email", Unreachable("No line."))
    world.courier.script.always_fails("notify ntfy://one", Unreachable("No line."))
    world.gateway.pays(next(reversed(world.gateway.links)), request.id)
    await world.run(60)
    number = world.bill(request).row.number
    world.store.write(lambda tx: messages.receipt(tx, number))
    await world.run()
    world.courier.script.works()
    world.clock.now = NIGHT
    await world.run()
    assert (len(world.courier.notices), world.courier.emails) == (1, [])
    world.clock.now = MORNING
    await world.run()
    assert len(world.courier.emails) == 1
