"""The clinic is told when the gateway is away, when a link could not be sent, and by tests."""

from datetime import datetime, timedelta

import pytest

from store import decisions, ledger, messages, notices, outbox, services, settings
from store.database import Tx
from store.ids import new_id
from store.models import OutboxEntry
from store.setting_list import NOTICES
from sync.errors import Declined, Misconfigured, Unreachable
from sync.handlers.notice_words import EVENTS
from tests.sync.engine_world import START, World

FIRST, SECOND = "ntfy://one", "ntfy://two"


def told(world: World, kind: str, targets: str = FIRST) -> None:
    """Switch a notification on."""
    world.put(f"notify.{kind}.enabled", "on")
    world.put(f"notify.{kind}.targets", targets)


async def away(world: World) -> datetime:
    """Let the gateway be away from now on, and return since when it is known."""
    world.gateway.always_fails("hear", Unreachable("No line to the gateway."))
    await world.run(60)
    return world.clock.now


async def test_the_clinic_is_told_once_when_the_gateway_has_been_away_for_too_long(world: World) -> None:
    """After a quarter of an hour, by every target, with since when and why."""
    told(world, "offline", f"{FIRST} {SECOND}")
    since = await away(world)
    turn = await world.run(14 * 60)
    assert world.courier.notices == []
    assert turn.wake_at is not None
    assert turn.wake_at <= since + timedelta(minutes=15)
    await world.run(60)
    assert [sent.to for sent in world.courier.notices] == [FIRST, SECOND]
    (text, *_) = [sent.text for sent in world.courier.notices]
    assert "has not answered since 22 Nov 2026, 14:01" in text
    assert "No line to the gateway." in text
    for _ in range(5):
        await world.run(3600)
    assert len(world.courier.notices) == 2


async def test_another_engine_does_not_tell_it_again_and_another_outage_is_told(world: World) -> None:
    """An outage is known by when it began."""
    told(world, "offline")
    await away(world)
    await world.run(15 * 60)
    world.engine = world.another_engine("second")
    await world.run(3600)
    assert len(world.courier.notices) == 1
    world.gateway.works()
    await world.run(60)
    await away(world)
    await world.run(20 * 60)
    assert len(world.courier.notices) == 2


async def test_a_short_outage_is_not_told(world: World) -> None:
    """Nor one while the switch is off; minutes are the clinic's choice."""
    told(world, "offline")
    world.put("notify.offline.minutes", "30")
    await away(world)
    await world.run(29 * 60)
    world.gateway.works()
    await world.run(60)
    world.put("notify.offline.enabled", "off")
    await away(world)
    await world.run(24 * 3600)
    assert world.courier.notices == []


async def test_by_the_same_line_it_is_told_when_the_line_is_back(world: World) -> None:
    """And then it says that the gateway is back, and after how long."""
    told(world, "offline")
    world.courier.script.always_fails(f"notify {FIRST}", Unreachable("No line."))
    await away(world)
    await world.run(15 * 60)
    await world.run(3600)
    world.gateway.works()
    await world.run(3600)
    world.courier.script.works()
    await world.run(3600)
    (notice,) = world.courier.notices
    assert notice.subject.startswith("The gateway is back, after 2 hours 15 minutes")
    assert world.waiting() == []


async def test_a_refused_key_is_told_too(world: World) -> None:
    """Nothing goes out until somebody mends it."""
    told(world, "offline")
    world.gateway.always_fails("hear", Misconfigured("The key was refused."))
    await world.run()
    turn = await world.run(60)
    assert turn.wake_at == START + timedelta(minutes=15)
    await world.run(14 * 60)
    assert "The key was refused." in world.courier.notices[0].text


async def test_a_link_that_could_not_be_made_is_told(world: World) -> None:
    """Whose, how much, and why; in the run in which it failed."""
    told(world, "payment_link_failed", f"{FIRST} {SECOND}")
    world.gateway.fails("create_link", Declined("The gateway said no."))
    world.courier.script.always_fails(f"notify {FIRST}", Misconfigured("Not an address."))
    request = world.send()
    await world.run()
    (notice,) = world.courier.notices
    assert notice.to == SECOND
    assert notice.subject == f"Payment link not sent: £211.00, {world.bill(request).row.number}"
    assert all(
        part in notice.text for part in ("Jane Smith", "could not be made", "The gateway said no.", request.code)
    )


@pytest.mark.parametrize(("channel", "word"), [("email", "by email"), ("sms", "by SMS")])
async def test_a_message_that_could_not_be_sent_is_told(world: World, channel: str, word: str) -> None:
    """With the address; and a second time only when it fails a second time."""
    told(world, "payment_link_failed")
    world.courier.script.fails(channel, Declined("No such address."))
    request = world.send({"email": ""} if channel == "email" else {"sms": ""})
    await world.run()
    await world.run(60)
    (notice,) = world.courier.notices
    assert all(part in notice.text for part in (word, "No such address.", request.code))


async def test_a_receipt_that_failed_is_no_payment_link(world: World) -> None:
    """It is in the outbox, and the clinic is not told of a link."""
    told(world, "payment_link_failed")
    number = world.invoice().row.number
    world.cash(number, 21_100)
    world.courier.script.fails("email", Declined("No such address."))
    world.store.write(lambda tx: messages.receipt(tx, number))
    await world.run()
    assert world.courier.notices == []
    assert [entry.state for entry in world.waiting()] == ["attention"]


async def test_what_somebody_has_decided_is_not_told_any_more(world: World) -> None:
    """The target was away meanwhile."""
    told(world, "payment_link_failed")
    world.gateway.fails("create_link", Declined("The gateway said no."))
    world.courier.script.always_fails(f"notify {FIRST}", Unreachable("No line."))
    request = world.send()
    await world.run()
    world.store.write(lambda tx: decisions.drop(tx, world.entry(request.id).id, reason="wrong client"))
    world.courier.script.works()
    await world.run(3600)
    assert (world.courier.notices, world.waiting()) == ([], [])


async def test_a_failed_refund_is_told(world: World) -> None:
    """How much, to whom, and why."""
    told(world, "refund_failed")
    request = world.send()
    await world.run()
    world.gateway.pays(next(reversed(world.gateway.links)), request.id)
    await world.run(60)
    invoice = world.bill(request)
    refund_id = new_id()

    def work(tx: Tx) -> None:
        fact = {"refund": refund_id, "payment": invoice.payments[0].id, "amount": 1100, "credited": 1100}
        ledger.append(tx, "refund_requested", invoice.row.id, {**fact, "type": "payment_link", "reason": "unhappy"})
        ledger.append(tx, "refund_failed", invoice.row.id, {"refund": refund_id, "reason": "Card expired."})
        notices.queue(tx, settings.load(tx, world.folder, {}), "refund_failed", refund_id, invoice.row.id)

    world.store.write(work, actor="Amira")
    await world.run()
    (notice,) = world.courier.notices
    assert notice.subject == f"Refund failed: £11.00, {invoice.row.number}"
    assert all(part in notice.text for part in ("Jane Smith", "Card expired.", "Payment link", "Amira"))


async def test_a_backup_that_failed_is_told(world: World) -> None:
    """Since when and why; not any more once there is one."""
    told(world, "backup_failed")

    def fails(tx: Tx) -> None:
        services.lost(tx, services.BACKUP, "offline", reason="The stick is out.", next_try_at=None)
        notices.queue(tx, settings.load(tx, world.folder, {}), "backup_failed", services.BACKUP)

    world.store.write(fails)
    await world.run()
    (notice,) = world.courier.notices
    assert notice.subject == "No backup at Riverside Clinic"
    assert all(part in notice.text for part in ("22 Nov 2026, 14:00", "The stick is out.", "every ten minutes"))

    def is_mended(tx: Tx) -> None:
        fails(tx)
        services.heard(tx, services.BACKUP)

    world.store.write(is_mended)
    await world.run()
    assert (len(world.courier.notices), world.waiting()) == (1, [])


@pytest.mark.parametrize("kind", NOTICES)
async def test_a_test_says_what_will_be_told(world: World, kind: str) -> None:
    """One for each target, also while the switch is off; what came of each can be read."""
    world.put(f"notify.{kind}.targets", f"{FIRST} {SECOND}")
    world.courier.script.always_fails(f"notify {FIRST}", Declined("Nobody is there."))
    chosen = world.store.read(lambda reader: settings.load(reader, world.folder, {}))
    ids = world.store.write(lambda tx: notices.test(tx, chosen, kind), actor="Amira")
    await world.run()
    (notice,) = world.courier.notices
    assert (notice.to, notice.subject) == (SECOND, "Test from Riverside Clinic")
    assert NOTICES[kind] in notice.text
    states: list[OutboxEntry] = [world.store.read(lambda reader, i=i: outbox.get(reader, i)) for i in ids]  # type: ignore[misc]
    assert [(entry.state, entry.last_error) for entry in states] == [("attention", "Nobody is there."), ("done", "")]


def test_every_kind_has_words() -> None:
    """A kind that can be switched on can be told."""
    assert set(NOTICES) | {notices.TEST} == set(EVENTS)
