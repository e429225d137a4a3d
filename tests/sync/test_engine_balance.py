"""Never asking for money that is no longer owed: the balance is read again, and links follow what is due."""

import asyncio

from store import decisions, requests
from store.models import PaymentRequest
from sync.errors import OutcomeUnknown, Unreachable
from tests.sync.engine_fakes import Acted
from tests.sync.engine_world import BOTH, World, until


def number_of(world: World, request: PaymentRequest) -> str:
    """Return the invoice's number."""
    return world.bill(request).row.number


async def test_paid_meanwhile_is_not_sent(either: World) -> None:
    """Paid in cash while the line was cut: no link, no message, and the log says why."""
    either.gateway.always_fails("create_link", Unreachable("No line."))
    request = either.send(BOTH)
    await either.run()
    either.cash(number_of(either, request), 21_100)
    either.gateway.works()
    await either.run(60)
    assert (either.now_is(request).state, either.now_is(request).reason) == ("stopped", "the invoice has been paid")
    assert (either.gateway.links, either.courier.emails, either.waiting()) == ({}, [], [])
    assert either.is_whole()


async def test_the_balance_is_read_again_just_before(either: World) -> None:
    """What the tables say at the moment of the claim decides, whoever changed it: paid is stopped."""
    request = either.send()
    either.store.write(
        lambda tx: tx.run("UPDATE invoices SET paid = total, state = 'paid' WHERE id = :id", id=request.invoice_id)
    )
    turn = await either.run()
    assert [deed.outcome for deed in turn.deeds] == ["not needed"]
    assert (either.now_is(request).state, either.gateway.orders) == ("stopped", [])


async def test_less_due_than_asked_is_for_a_person(either: World) -> None:
    """If only a part is still due, nothing goes out and a person is told both amounts."""
    request = either.send()
    either.store.write(lambda tx: tx.run("UPDATE invoices SET paid = 10000 WHERE id = :id", id=request.invoice_id))
    await either.run()
    entry = either.entry(request.id)
    assert (entry.state, either.now_is(request).state, either.gateway.orders) == ("attention", "attention", [])
    assert "£111.00" in entry.last_error
    assert "£211.00" in entry.last_error


async def test_cash_cancels_the_live_link(either: World) -> None:
    """Paid another way, the link is switched off at the gateway by the outbox."""
    request = either.send()
    await either.run()
    either.cash(number_of(either, request), 21_100)
    assert either.now_is(request).state == "cancelling"
    await either.run()
    assert either.now_is(request).state == "cancelled"
    assert [link.state for link in either.gateway.links.values()] == ["cancelled"]


async def test_a_part_in_cash_cancels_a_link_that_asks_too_much(either: World) -> None:
    """A link over the whole is withdrawn when a part was paid; one over a part that is still due stays."""
    number = either.invoice().row.number
    part, rest = either.send(number=number, amount=5_000), either.send(number=number, amount=16_100)
    await either.run()
    either.cash(number, 10_000)
    await either.run()
    assert (either.now_is(part).state, either.now_is(rest).state) == ("live", "cancelled")


async def test_the_client_was_quicker_than_the_cancelling(either: World) -> None:
    """Cash at the desk and the link paid at the same time: both are money, both are recorded, once."""
    request = either.send()
    await either.run()
    either.gateway.pays("plink_1", request.id)
    either.cash(number_of(either, request), 21_100)
    for _ in range(3):
        await either.run(60)
    bill = either.bill(request)
    assert (either.now_is(request).state, bill.row.paid, bill.row.overpaid) == ("paid", 42_200, 21_100)
    assert len(bill.payments) == 2
    assert either.waiting() == []


async def test_paid_while_the_link_is_being_made(either: World) -> None:
    """Cash in the very moment in which the gateway makes the link: it is made, not sent, and cancelled."""
    either.gateway.gates["create_link"] = asyncio.Event()
    request = either.send(BOTH)
    run = asyncio.create_task(either.run())
    await until(lambda: either.gateway.called("create_link"))
    either.cash(number_of(either, request), 21_100)
    either.gateway.gates["create_link"].set()
    await run
    assert (either.now_is(request).state, either.courier.emails, either.courier.texts) == ("cancelled", [], [])
    assert {message.state for message in either.now_is(request).messages} == {"stopped"}
    assert either.waiting() == []


async def test_unsure_and_paid_meanwhile(world: World) -> None:
    """A link that may exist is found or made under its key though the invoice was paid, and then switched off."""
    world.gateway.fails("create_link", Acted(OutcomeUnknown("The line broke.")))
    request = world.send(BOTH)
    await world.run()
    world.cash(number_of(world, request), 21_100)
    await world.run(10)
    assert (world.now_is(request).state, world.courier.texts) == ("cancelled", [])
    assert [link.state for link in world.gateway.links.values()] == ["cancelled"]


async def test_a_new_link_waits_for_the_cancelling_of_the_old(either: World) -> None:
    """Two live links for one sum would ask twice: the new one waits, and goes at once when the old is off."""
    request = either.send()
    await either.run()
    either.gateway.fails("cancel_link", OutcomeUnknown("The line broke."))
    either.store.write(lambda tx: requests.cancel(tx, request.id, why="wrong amount"))
    await either.run()
    newer = either.send(number=number_of(either, request), amount=10_000)
    await either.run(1)
    assert either.now_is(newer).state == "queued"
    assert "older link" in either.entry(newer.id).last_error
    await either.run(60)
    assert (either.now_is(request).state, either.now_is(newer).state) == ("cancelled", "live")
    names = [name for name, _ in either.gateway.calls if name in {"create_link", "cancel_link"}]
    assert names == ["create_link", "cancel_link", "cancel_link", "create_link"]


async def test_cancelling_twice_is_cancelling_once(either: World) -> None:
    """A cancelling without an answer is repeated until there is one."""
    request = either.send()
    await either.run()
    either.gateway.fails("cancel_link", Acted(OutcomeUnknown("The line broke.")))
    either.store.write(lambda tx: requests.cancel(tx, request.id, why="not needed"))
    await either.run()
    await either.run(10)
    assert (either.now_is(request).state, either.waiting()) == ("cancelled", [])


async def test_dropped_or_held_is_not_sent(either: World) -> None:
    """What a person holds waits, what a person drops is gone, and the rest goes."""
    held, dropped, sent = (either.send() for _ in range(3))
    either.store.write(lambda tx: decisions.hold(tx, either.entry(held.id).id))
    either.store.write(lambda tx: decisions.drop(tx, either.entry(dropped.id).id, reason="asked twice"))
    await either.run()
    assert [either.now_is(request).state for request in (held, dropped, sent)] == ["queued", "stopped", "live"]
    either.store.write(lambda tx: decisions.retry(tx, either.entry(held.id).id))
    await either.run()
    assert either.now_is(held).state == "live"


async def test_messages_of_a_link_paid_meanwhile_stay_here(world: World) -> None:
    """The QR was scanned before the SMS went: nobody is asked for what is paid."""
    world.courier.script.always_fails("sms", Unreachable("No line."))
    request = world.send({"sms": ""})
    await world.run()
    world.gateway.pays("plink_1", request.id)
    await world.run(10)
    world.courier.script.works()
    await world.run(60)
    assert (world.courier.texts, world.now_is(request).messages[0].state) == ([], "stopped")
    assert world.waiting() == []
