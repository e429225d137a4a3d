"""Adopting a link by the id that a person found: what is refused at once, and what the engine finds out."""

from dataclasses import replace

import pytest

from store import decisions, requests
from store.errors import BadInput, Refused
from store.models import Channel, OutboxEntry, PaymentRequest
from sync.errors import OutcomeUnknown, Unreachable
from sync.gateways.base import Link
from sync.handlers.adopting import difference
from tests.sync.engine_fakes import Acted
from tests.sync.engine_world import World
from tests.sync.gateways.fakes import an_order

BROKE = OutcomeUnknown("The line broke.")


async def in_doubt(world: World) -> tuple[PaymentRequest, OutboxEntry]:
    """Send a link that was made without an answer, until a person is asked."""
    request = world.send({"email": ""})
    world.gateway.fails("create_link", Acted(BROKE))
    await world.run()
    entry = world.entry(request.id)
    assert (entry.state, entry.unsure, world.now_is(request).state) == ("attention", True, "attention")
    assert "adopt it by its id" in entry.last_error
    return request, entry


def adopt(world: World, entry: OutboxEntry, gateway_id: str) -> None:
    """A person types the id that they found."""
    world.store.write(lambda tx: decisions.adopt(tx, entry.id, gateway_id))


async def test_adopted_across_a_cut_line(coherent: World) -> None:
    """Offline it waits with the id; back online the link is fetched, compared and live, and only one was made."""
    request, entry = await in_doubt(coherent)
    coherent.gateway.fails("fetch_link", Unreachable("No line."))
    adopt(coherent, entry, " plink_1 ")
    assert (coherent.now_is(request).state, coherent.entry(request.id).state) == ("queued", "ready")
    await coherent.run()
    assert coherent.entry(request.id).payload["adopt"] == "plink_1"
    await coherent.run(60)
    now = coherent.now_is(request)
    assert (now.state, now.gateway_id, len(coherent.gateway.links)) == ("live", "plink_1", 1)
    assert len(coherent.courier.emails) == 1
    assert coherent.is_whole()


async def test_the_engine_dies_while_adopting(coherent: World) -> None:
    """What was typed is in the entry: the next engine looks under the same id."""
    request, entry = await in_doubt(coherent)
    adopt(coherent, entry, "plink_1")
    coherent.store.write(lambda tx: tx.run("UPDATE outbox SET state = 'claimed', lease_owner = 'dead'"))
    await coherent.run()
    assert (coherent.now_is(request).state, len(coherent.gateway.links)) == ("live", 1)


async def test_trying_everything_again_keeps_the_id(coherent: World) -> None:
    """Offline the adoption waits; who tries all again brings it forward, and does not have another link made."""
    request, entry = await in_doubt(coherent)
    coherent.gateway.fails("fetch_link", Unreachable("No line."))
    adopt(coherent, entry, "plink_1")
    await coherent.run()
    coherent.store.write(decisions.retry_all)
    await coherent.run()
    assert (coherent.now_is(request).gateway_id, len(coherent.gateway.links)) == ("plink_1", 1)


async def test_sending_again_forgets_the_id(coherent: World) -> None:
    """After a wrong id a person may send again: then a link is made, and the id is looked at no more."""
    request, entry = await in_doubt(coherent)
    adopt(coherent, entry, "plink_wrong")
    await coherent.run()
    asked = coherent.entry(request.id)
    assert (asked.state, asked.unsure) == ("attention", True)
    assert "has no link plink_wrong" in asked.last_error
    assert coherent.now_is(request).state == "attention"
    coherent.store.write(lambda tx: decisions.retry(tx, entry.id))
    await coherent.run()
    assert (coherent.now_is(request).state, coherent.now_is(request).gateway_id) == ("live", "plink_2")


async def test_paid_by_cash_meanwhile(coherent: World) -> None:
    """The link is adopted all the same, so that it can be cancelled: it must not take money any more."""
    request, entry = await in_doubt(coherent)
    coherent.cash(coherent.bill(request).row.number, 21_100)
    adopt(coherent, entry, "plink_1")
    await coherent.run()
    assert coherent.gateway.links["plink_1"].state == "cancelled"
    assert coherent.now_is(request).state == "cancelled"
    assert coherent.courier.emails == []


@pytest.mark.parametrize("typed", ["", "   ", "plink 1", "https://buy.stripe.com/x", "x" * 300, "été_12345"])
async def test_what_is_no_id(coherent: World, typed: str) -> None:
    """It is said at once, and nothing changes."""
    _, entry = await in_doubt(coherent)
    with pytest.raises(BadInput, match="no id of the gateway") as caught:
        adopt(coherent, entry, typed)
    assert caught.value.field == "gateway_id"
    assert coherent.waiting() == [entry]


async def test_another_request_s_link(coherent: World) -> None:
    """A link that a request has already is not given to a second."""
    other = coherent.send()
    await coherent.run()
    _, entry = await in_doubt(coherent)
    with pytest.raises(BadInput, match=other.code):
        adopt(coherent, entry, "plink_1")


async def test_what_cannot_be_adopted(either: World) -> None:
    """Only a link in doubt: not one that waits, that is done, or that was refused; nor a message."""
    request = either.send({"email": ""})
    with pytest.raises(Refused, match="nobody knows"):
        adopt(either, either.entry(request.id), "plink_1")
    await either.run()
    with pytest.raises(Refused, match="done already"):
        adopt(either, either.entry(request.id), "plink_1")


ORDER = an_order()
RIGHT = Link("plink_1", "https://pay.example/1", ORDER.amount, "GBP", "live", request_id=ORDER.request_id)


@pytest.mark.parametrize(
    ("link", "named", "said"),
    [
        (RIGHT, True, ""),
        (replace(RIGHT, state="paid"), True, ""),
        (replace(RIGHT, request_id=None, note=f"{ORDER.code} INV-1"), False, ""),
        (replace(RIGHT, request_id=None), False, ""),
        (replace(RIGHT, request_id=None), True, "not made by Paydesk"),
        (replace(RIGHT, request_id="another"), True, "another payment request"),
        (replace(RIGHT, request_id=None, note="ABC-DEF INV-2"), False, "does not have the code K7Q-42M"),
        (replace(RIGHT, amount=1), True, "it asks for £0.01, and £211.00 was asked for"),
        (replace(RIGHT, currency="EUR"), True, "€211.00, and £211.00"),
        (replace(RIGHT, state="cancelled"), True, "switched off"),
        (replace(RIGHT, state="expired"), True, "switched off"),
    ],
)
def test_what_differs(link: Link, named: bool, said: str) -> None:
    """Amount, currency, whose it is and whether it still takes money, each in words."""
    told = difference(link, ORDER, named=named)
    assert (said in told) if said else (told == "")


async def test_try_all_again(coherent: World) -> None:
    """What waits and what was refused is tried; what may be done already, and what is held, is left to a person."""
    _, doubtful = await in_doubt(coherent)
    held, waiting = coherent.send(), coherent.send()
    coherent.store.write(lambda tx: decisions.hold(tx, coherent.entry(held.id).id))
    found = coherent.store.write(decisions.retry_all)
    assert (found.tried, found.left) == (1, 1)
    assert coherent.store.write(lambda tx: decisions.retry_all(tx, "email")) == decisions.Retried(0, 0)
    await coherent.run()
    assert coherent.now_is(waiting).state == "live"
    assert coherent.entry(held.id).state == "held"
    assert coherent.waiting()[0].id == doubtful.id


async def test_messages_that_the_gateway_sends(coherent: World) -> None:
    """Switched on, it gets the addresses of the channels asked; the messages are marked sent and not sent again."""
    coherent.put("gateway.sends_messages", "on")
    coherent.gateway.capabilities = replace(coherent.gateway.capabilities, sends_messages=True)
    request = coherent.send({"email": "", "sms": ""})
    await coherent.run()
    (order,) = coherent.gateway.orders
    assert (order.email, order.mobile) == ("jane@example.com", "+447700900123")
    assert {(m.state, m.result) for m in coherent.now_is(request).messages} == {("sent", "sent by Coherent")}
    assert (coherent.courier.emails, coherent.courier.texts, coherent.waiting()) == ([], [], [])
    only_email = coherent.send({"email": ""})
    await coherent.run()
    assert (coherent.gateway.orders[-1].email, coherent.gateway.orders[-1].mobile) == ("jane@example.com", "")
    assert coherent.now_is(only_email).sent_at
    assert coherent.is_whole()


@pytest.mark.parametrize(("setting", "able"), [("off", True), ("on", False)])
async def test_messages_that_paydesk_sends(coherent: World, setting: str, able: bool) -> None:
    """Switched off, or where the gateway cannot: it learns no address, and Paydesk sends them."""
    coherent.put("gateway.sends_messages", setting)
    coherent.gateway.capabilities = replace(coherent.gateway.capabilities, sends_messages=able)
    coherent.send({"email": ""})
    await coherent.run()
    assert (coherent.gateway.orders[0].email, len(coherent.courier.emails)) == ("", 1)


async def test_stopped_while_the_gateway_sent_it(coherent: World) -> None:
    """Paid at the desk while the link was being made and mailed there: the log tells that it was sent."""
    coherent.put("gateway.sends_messages", "on")
    coherent.gateway.capabilities = replace(coherent.gateway.capabilities, sends_messages=True)
    request = coherent.send({"email": ""})
    coherent.store.write(lambda tx: requests.stop_messages(tx, coherent.now_is(request), "no longer wanted"))
    by_email: tuple[Channel, ...] = ("email",)
    coherent.store.write(
        lambda tx: requests.link_made(
            tx,
            request.id,
            gateway="coherent",
            gateway_id="plink_9",
            url="https://pay.example/9",
            poll_at=coherent.clock.now,
            carried=by_email,
            carrier="Coherent",
        )
    )
    (message,) = coherent.now_is(request).messages
    assert (message.state, message.result) == ("sent", "sent by Coherent")
    assert coherent.is_whole()


async def test_a_found_link_may_have_gone_without_its_message(coherent: World) -> None:
    """A link that somebody made by hand has no note of ours: Paydesk sends the message itself."""
    coherent.put("gateway.sends_messages", "on")
    coherent.gateway.capabilities = replace(coherent.gateway.capabilities, sends_messages=True)
    for note, ours in ((None, 0), ("", 1)):
        request, entry = await in_doubt(coherent)
        (gateway_id,) = list(coherent.gateway.links)[-1:]
        if note is not None:
            link = coherent.gateway.links[gateway_id]
            coherent.gateway.links[gateway_id] = replace(link, note=note)
        adopt(coherent, entry, gateway_id)
        await coherent.run()
        assert coherent.now_is(request).state == "live"
        assert len(coherent.courier.emails) == ours
