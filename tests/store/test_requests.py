"""The life of a payment request: link made, cancelled, closed, or taken back because less is due."""

from functools import partial

import pytest

from store import outbox, requests
from store.database import Tx
from store.errors import Refused
from store.models import PaymentRequest
from store.reading import request_by_id
from tests.store.builders import Clinic


def close(clinic: Clinic, request: PaymentRequest, *, expired: bool = False) -> PaymentRequest:
    """Do what the engine does when the gateway takes no more money on a link."""
    clinic.store.write(lambda tx: requests.link_closed(tx, request.id, expired=expired), actor="engine")
    return clinic.request(request.id)


def states(clinic: Clinic, number: str) -> list[str]:
    """Return the states of an invoice's requests, oldest first."""
    return [request.state for request in clinic.invoice(number).requests]


def facts(clinic: Clinic) -> list[str]:
    """Return the kinds of all facts."""
    rows = clinic.store.read(lambda reader: reader.all("SELECT kind FROM ledger ORDER BY seq"))
    return [row["kind"] for row in rows]


def needs_attention(clinic: Clinic, request: PaymentRequest, why: str = "look there") -> PaymentRequest:
    """Leave the request to a person, as the engine does when it cannot know whether a link was made."""

    def work(tx: Tx) -> None:
        (entry,) = outbox.claim(tx, ["create_link"], limit=1, owner="e", now=tx.now, until=tx.now)
        outbox.ask(tx, entry, why=why, unsure=True)
        requests.need_attention(tx, request, why=why)

    clinic.store.write(work, actor="engine")
    return clinic.request(request.id)


def test_a_made_link_goes_live_and_its_messages_go_out(clinic: Clinic) -> None:
    """One outbox entry a message, in the same transaction."""
    request = clinic.live(clinic.issued(), by=("email", "sms"))
    assert (request.state, request.gateway, request.url) == ("live", "stripe", f"https://pay.example/{request.code}")
    assert request.live_at is not None
    for message in request.messages:
        assert clinic.entry(message.id, message.channel).state == "ready"


def test_a_link_made_twice_is_made_once(clinic: Clinic) -> None:
    """A second answer changes nothing and sends nothing again."""
    request = clinic.live(clinic.issued(), by=("email", "sms"))
    before = facts(clinic)
    assert clinic.make_link(request) == request
    assert facts(clinic) == before
    assert clinic.store.read(lambda reader: reader.value("SELECT count(*) FROM outbox")) == 3


def test_a_queued_request_is_cancelled_at_once(clinic: Clinic) -> None:
    """It never left: no link, no message, and the money may be asked for again."""
    number = clinic.issued()
    request = clinic.cancel(clinic.send(number, by=("email", "sms")), "wrong\x1b client")
    assert (request.state, request.reason) == ("stopped", "wrong client")
    assert {message.state for message in request.messages} == {"stopped"}
    assert clinic.entry(request.id, "create_link").state == "dropped"
    assert clinic.invoice(number).askable == 21_100


def test_a_held_request_is_cancelled_at_once(clinic: Clinic) -> None:
    """A person held it back, so nothing has left."""
    request = clinic.send(clinic.issued())
    entry = clinic.entry(request.id, "create_link")
    clinic.store.write(lambda tx: outbox.set_state(tx, entry.id, "held", why="wait"))
    assert clinic.cancel(request).state == "stopped"


def test_a_live_link_is_cancelled_by_the_outbox(clinic: Clinic) -> None:
    """Until the gateway has confirmed it, the link may still be paid; unsent messages stop at once."""
    number = clinic.issued()
    request = clinic.cancel(clinic.live(number, by=("email", "sms")))
    assert request.state == "cancelling"
    assert {message.state for message in request.messages} == {"stopped"}
    assert all(clinic.entry(message.id, message.channel).state == "dropped" for message in request.messages)
    assert clinic.entry(request.id, "cancel_link").state == "ready"
    closed = close(clinic, request)
    assert (closed.state, closed.reason) == ("cancelled", "cancelled by Amira")
    assert closed.closed_at is not None


def test_a_message_that_is_being_sent_is_not_called_back(clinic: Clinic) -> None:
    """What may have left keeps its own story."""
    request = clinic.live(clinic.issued(), by=("email", "sms"))
    (sms,) = clinic.claim("sms")
    clinic.cancel(request)
    assert clinic.entry(sms.subject_id, "sms").state == "claimed"
    assert [message.state for message in clinic.request(request.id).messages] == ["stopped", "queued"]


def test_a_request_that_is_being_made_is_not_cancelled(clinic: Clinic) -> None:
    """The link may exist in a moment: wait until that is known."""
    request = clinic.send(clinic.issued())
    clinic.claim("create_link")
    with pytest.raises(Refused, match=r"is being made right now or may already exist .* Wait until that is known"):
        clinic.cancel(request)
    assert clinic.request(request.id).state == "queued"


def test_a_request_that_may_have_a_link_is_not_cancelled(clinic: Clinic) -> None:
    """A person has to look at the gateway first."""
    request = needs_attention(clinic, clinic.send(clinic.issued()))
    assert (request.state, request.reason) == ("attention", "look there")
    with pytest.raises(Refused, match="Look for its code there"):
        clinic.cancel(request)


def test_cancelling_twice_is_cancelling_once(clinic: Clinic) -> None:
    """One outbox entry."""
    request = clinic.live(clinic.issued())
    assert clinic.cancel(request) == clinic.cancel(request)
    kinds = clinic.store.read(lambda reader: reader.all("SELECT kind FROM outbox WHERE kind = 'cancel_link'"))
    assert len(kinds) == 1


@pytest.mark.parametrize("state", ["paid", "cancelled", "expired", "stopped"])
def test_what_is_over_is_not_cancelled(clinic: Clinic, state: str) -> None:
    """And the refusal says what it is."""
    number = clinic.issued()
    request = clinic.send(number) if state == "stopped" else clinic.live(number)
    if state == "paid":
        clinic.receive(clinic.seen(request))
    elif state == "expired":
        close(clinic, request, expired=True)
    else:
        clinic.cancel(request)
        close(clinic, request)
    with pytest.raises(Refused, match=f"is {state}, so there is nothing to cancel"):
        clinic.cancel(request)


@pytest.mark.parametrize("expired", [True, False])
def test_a_link_that_the_gateway_closed_is_closed_here(clinic: Clinic, expired: bool) -> None:
    """Expired, or switched off in the gateway's own pages; unsent messages stop; the money may be asked for again."""
    number = clinic.issued()
    request = close(clinic, clinic.live(number), expired=expired)
    assert request.state == ("expired" if expired else "cancelled")
    assert request.reason == ("" if expired else "switched off at the gateway")
    assert request.messages[0].state == "stopped"
    before = facts(clinic)
    assert close(clinic, request) == request
    assert facts(clinic) == before
    assert clinic.invoice(number).askable == 21_100


def test_a_paid_request_stays_paid_when_its_link_closes(clinic: Clinic) -> None:
    """A gateway switches a link off after its one payment."""
    request = clinic.live(clinic.issued())
    clinic.receive(clinic.seen(request))
    assert close(clinic, request).state == "paid"


def test_a_link_that_appears_after_the_stop_is_switched_off(clinic: Clinic) -> None:
    """Dropped by a person while it was unknown; then it was there after all."""
    request = clinic.send(clinic.issued())
    clinic.store.write(lambda tx: requests.stop(tx, request_by_id(tx, request.id), why="dropped"))
    late = clinic.make_link(request)
    assert (late.state, late.reason) == ("cancelling", "dropped")
    assert late.gateway_id is not None
    assert clinic.entry(request.id, "cancel_link").state == "ready"
    assert late.messages[0].state == "stopped"


def test_a_link_that_appears_after_its_payment_stays_paid(clinic: Clinic) -> None:
    """The feed was quicker than the answer."""
    request = clinic.send(clinic.issued())
    clinic.receive(clinic.seen(request))
    late = clinic.make_link(request)
    assert (late.state, late.url) == ("paid", f"https://pay.example/{request.code}")
    assert late.messages[0].state == "stopped"


def test_a_payment_takes_back_what_is_asked_too_much_newest_first(clinic: Clinic) -> None:
    """As few requests as will do; queued ones stop, live ones are cancelled, and the reason is kept."""
    number = clinic.issued(30_000)
    clinic.live(number, 10_000)
    clinic.live(number, 10_000)
    clinic.send(number, 10_000)
    clinic.pay(number, 1)
    assert states(clinic, number) == ["live", "live", "stopped"]
    assert clinic.invoice(number).requests[2].reason == "only £299.99 is still due"
    clinic.pay(number, 10_000)
    assert states(clinic, number) == ["live", "cancelling", "stopped"]
    clinic.pay(number, 19_999)
    assert states(clinic, number) == ["cancelling", "cancelling", "stopped"]
    assert clinic.invoice(number).requests[0].reason == "the invoice has been paid"


def test_a_link_under_way_is_taken_back_once_it_is_there(clinic: Clinic) -> None:
    """It cannot be stopped while it is being made; made, it asks for too much and goes again, unsent."""
    number = clinic.issued()
    request = clinic.send(number)
    clinic.claim("create_link")
    clinic.pay(number, 21_100)
    assert clinic.request(request.id).state == "queued"
    late = clinic.make_link(request)
    assert late.state == "cancelling"
    assert [message.state for message in late.messages] == ["stopped"]
    assert clinic.entry(late.messages[0].id, "email").state == "dropped"


def test_what_fits_is_not_taken_back(clinic: Clinic) -> None:
    """A payment beside a part request leaves it alone."""
    number = clinic.issued()
    clinic.live(number, 10_000)
    clinic.pay(number, 11_100)
    assert states(clinic, number) == ["live"]


def test_a_link_may_be_kept_after_all(clinic: Clinic) -> None:
    """A person dropped the cancelling: it is live, and counts as asked for."""
    number = clinic.issued()
    request = clinic.cancel(clinic.live(number))
    clinic.store.write(lambda tx: requests.link_kept(tx, request, why="dropped by Amira: a mistake"))
    assert states(clinic, number) == ["live"]
    assert clinic.invoice(number).asked == 21_100


def test_attention_is_told_once_for_one_reason(clinic: Clinic) -> None:
    """The log does not repeat itself; another reason is another line."""
    request = needs_attention(clinic, clinic.send(clinic.issued()), "first")
    for why in ("first", "second"):
        clinic.store.write(partial(requests.need_attention, request=clinic.request(request.id), why=why))
    assert facts(clinic).count("request_needs_attention") == 2


def test_somebody_looking_at_the_qr_is_noted_while_it_can_be_paid(clinic: Clinic) -> None:
    """The engine asks more often until then; for a request that is over it is not."""
    number = clinic.issued()
    live, over = clinic.live(number, 100), clinic.cancel(clinic.send(number, 100))
    for request in (live, over):
        clinic.store.write(partial(requests.watch, request_id=request.id, until=clinic.clock.now))
    watched = clinic.store.read(lambda reader: reader.all("SELECT id FROM requests WHERE watched_until IS NOT NULL"))
    assert [row["id"] for row in watched] == [live.id]
