"""The engine reminds by the rule: at its time, awake for it, never at night, never twice."""

import asyncio
from datetime import UTC, datetime, timedelta

from store.models import PaymentRequest
from sync.chasing import PAUSE
from tests.sync.engine_world import BOTH, World


async def sent(world: World, days: str = "3 7") -> PaymentRequest:
    """Return a link that went out by email, with the rule set."""
    world.put("chase.days", days)
    request = world.send({"email": ""})
    await world.run()
    return request


async def test_a_reminder_goes_out_on_its_day(world: World) -> None:
    """With words and a subject of its own, once for each step."""
    request = await sent(world)
    await world.run(3 * 24 * 3600 - 1)
    assert len(world.courier.emails) == 1
    await world.run(1)
    await world.run(60)
    assert [mail.subject for mail in world.courier.emails] == [
        "Payment request from Riverside Clinic",
        "Reminder: payment request from Riverside Clinic",
    ]
    reminder = world.courier.emails[-1]
    assert all(part in reminder.text for part in (request.code, world.now_is(request).url, "£211.00", "Jane Smith"))
    await world.run(4 * 24 * 3600)
    assert len(world.courier.emails) == 3
    await world.run(90 * 24 * 3600)
    assert (len(world.courier.emails), world.is_whole()) == (3, True)


async def test_the_engine_is_awake_when_it_is_due(world: World) -> None:
    """At the moment itself, and every hour besides while there is a rule."""
    await sent(world)
    due = world.clock.now + timedelta(days=3)
    world.clock.now = due - timedelta(minutes=20)
    turn = await world.run()
    assert turn.wake_at is not None
    assert turn.wake_at <= due


async def test_the_rule_alone_wakes_the_engine(coherent: World) -> None:
    """Where nothing else is to be done: an hour later, or when the next step is due."""
    coherent.put("chase.days", "3")
    turn = await coherent.run()
    assert turn.wake_at == coherent.clock.now + PAUSE
    coherent.put("chase.days", "")
    assert (await coherent.run()).wake_at is None


async def test_a_reminder_that_is_due_at_night_goes_in_the_morning(world: World) -> None:
    """Sent at 22:30 by a person, chased at eight."""
    world.clock.now = datetime(2026, 11, 22, 22, 30, tzinfo=UTC)
    await sent(world)
    world.clock.now = datetime(2026, 11, 25, 22, 30, tzinfo=UTC)
    turn = await world.run()
    assert (len(world.courier.emails), world.waiting()) == (1, [])
    assert turn.wake_at is not None
    assert turn.wake_at <= datetime(2026, 11, 26, 8, tzinfo=UTC)
    world.clock.now = datetime(2026, 11, 26, 7, 59, tzinfo=UTC)
    await world.run()
    assert len(world.courier.emails) == 1
    world.clock.now = datetime(2026, 11, 26, 8, tzinfo=UTC)
    await world.run()
    assert len(world.courier.emails) == 2


async def test_two_engines_remind_once(world: World) -> None:
    """One took over from the other, which does not know it yet."""
    world.put("chase.channels", "email sms")
    await sent(world)
    second = world.another_engine("second")
    now = world.clock.forward(days=3)
    await asyncio.gather(world.engine.run_once(now), second.run_once(now))
    await world.run(60)
    assert [mail.subject[:8] for mail in world.courier.emails].count("Reminder") == 1
    assert len(world.courier.texts) == 1
    assert world.courier.texts[0].text.startswith("Reminder from Riverside Clinic: £211.00")


async def test_who_has_paid_is_not_reminded(world: World) -> None:
    """Nor who has no address by the rule's way, who is looked at again each hour."""
    request = await sent(world)
    world.gateway.pays(next(reversed(world.gateway.links)), request.id)
    world.store.write(lambda tx: tx.run("UPDATE clients SET mobile = ''"))
    world.put("chase.channels", "sms")
    await sent(world)
    world.clock.forward(days=3)
    await world.run(60)
    assert (world.courier.texts, len(world.courier.emails)) == ([], 2)
    world.store.write(lambda tx: tx.run("UPDATE clients SET mobile = '+447700900123'"))
    await world.run(PAUSE.total_seconds())
    assert len(world.courier.texts) == 1


async def test_many_are_reminded_together_and_one_that_will_not_do_holds_up_none(world: World) -> None:
    """More than one transaction takes; an address that has become none is left out."""
    world.put("chase.days", "3")
    for _ in range(45):
        world.send({"email": ""})
    await world.run()
    broken = world.now_is(world.send({"email": ""}))
    await world.run()
    world.store.write(lambda tx: tx.run("UPDATE messages SET address = 'no' WHERE request_id = :id", id=broken.id))
    world.clock.forward(days=3)
    turn = await world.run()
    reminders = [mail for mail in world.courier.emails if mail.subject.startswith("Reminder")]
    assert (len(reminders), sum(deed.kind == "reminder" for deed in turn.deeds)) == (45, 45)


async def test_without_a_rule_the_engine_sleeps(world: World) -> None:
    """Nothing is looked at, and nobody is reminded."""
    world.send(BOTH)
    await world.run()
    await world.run(60 * 24 * 3600)
    assert len(world.courier.emails) == 1
