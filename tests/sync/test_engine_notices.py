"""Telling the clinic: one entry for each target, and no target that waits for another."""

from store import decisions
from store.models import PaymentRequest
from sync.errors import Busy, Declined, Misconfigured, OutcomeUnknown, Unreachable
from tests.sync.engine_fakes import Acted
from tests.sync.engine_world import World

FIRST, SECOND = "ntfy://one", "ntfy://two"


async def paid(world: World) -> PaymentRequest:
    """Return a request that is paid but not yet heard of, with two targets to tell."""
    world.put("notify.payment_link_paid.enabled", "on")
    world.put("notify.payment_link_paid.targets", f"{FIRST} {SECOND}")
    request = world.send()
    await world.run()
    world.gateway.pays(next(reversed(world.gateway.links)), request.id)
    return request


async def test_each_target_is_told_once(either: World) -> None:
    """Client's name, invoice number and value go to each target, in the run that hears of the payment."""
    request = await paid(either)
    await either.run(10)
    assert sorted(sent.to for sent in either.courier.notices) == [FIRST, SECOND]
    text = either.courier.notices[0].text
    assert all(part in text for part in ("Jane Smith", either.bill(request).row.number, "£211.00"))
    await either.run(60)
    assert (len(either.courier.notices), either.waiting()) == (2, [])


async def test_too_much_is_told(either: World) -> None:
    """Cash was taken too: the clinic reads what was odd, and by how much it is overpaid."""
    request = await paid(either)
    either.cash(either.bill(request).row.number, 21_100)
    await either.run(10)
    text = either.courier.notices[0].text
    assert "the client paid while the link was being cancelled" in text
    assert text.count("£211.00") > 2
    assert "Overpaid" in text


async def test_switched_off_nobody_is_told(world: World) -> None:
    """With the switch off the payment is recorded and nobody is told."""
    request = await paid(world)
    world.put("notify.payment_link_paid.enabled", "off")
    await world.run(10)
    assert (world.now_is(request).state, world.courier.notices) == ("paid", [])


async def test_a_target_out_of_reach_holds_up_no_other(world: World) -> None:
    """One server is away for days: the other target hears of every payment, and the first when it is back."""
    world.courier.script.always_fails(f"notify {FIRST}", Unreachable("No line."))
    for _ in range(3):
        await paid(world)
        await world.run(3600)
    assert [sent.to for sent in world.courier.notices] == [SECOND] * 3
    assert {entry.attempts for entry in world.waiting()} == {0}
    turn = await world.run(3 * 24 * 3600)
    assert turn.wake_at is not None
    assert turn.wake_at > world.clock.now
    world.courier.script.works()
    await world.run(600)
    assert [sent.to for sent in world.courier.notices].count(FIRST) == 3


async def test_a_wrong_target_holds_up_no_other(world: World) -> None:
    """A target that is no target goes to a person; the others are told, now and later."""
    world.courier.script.always_fails(f"notify {FIRST}", Misconfigured("Not an address."))
    for _ in range(2):
        await paid(world)
        await world.run(10)
    assert [sent.to for sent in world.courier.notices] == [SECOND] * 2
    assert [entry.state for entry in world.waiting()] == ["attention"] * 2
    assert world.service("notify") == "online"


async def test_a_busy_target_is_obeyed_alone(world: World) -> None:
    """One target asks for a minute: it gets it, and the other is told at once."""
    world.courier.script.fails(f"notify {FIRST}", Busy("Wait.", retry_after=60))
    await paid(world)
    await world.run(10)
    assert [sent.to for sent in world.courier.notices] == [SECOND]
    await world.run(59)
    assert len(world.courier.notices) == 1
    await world.run(1)
    assert [sent.to for sent in world.courier.notices] == [SECOND, FIRST]


async def test_unknown_is_told_again_under_the_same_id(world: World) -> None:
    """The clinic can bear being told twice, under one Message-ID."""
    world.courier.script.fails(f"notify {FIRST}", Acted(OutcomeUnknown("The line broke.")))
    await paid(world)
    await world.run(10)
    await world.run(10)
    told = [sent for sent in world.courier.notices if sent.to == FIRST]
    assert (len(told), len({sent.message_id for sent in told})) == (2, 1)


async def test_declined_waits_for_a_person(world: World) -> None:
    """A clear no is kept with its reason; a retry tells the target."""
    world.courier.script.fails(f"notify {FIRST}", Declined("No."))
    await paid(world)
    await world.run(10)
    (entry,) = world.waiting()
    assert (entry.state, entry.last_error) == ("attention", "No.")
    world.store.write(lambda tx: decisions.retry(tx, entry.id))
    await world.run()
    assert (len(world.courier.notices), world.waiting()) == (2, [])
