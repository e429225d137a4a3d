"""Asking for money: how much may be asked, by which channels, and what it costs."""

import pytest

from store import clients, requests
from store.charges import Charge
from store.errors import BadInput, NotFound, Refused
from store.models import Channel, Origin
from tests.store.builders import Clinic


def refusal(clinic: Clinic, number: str, amount: int | None) -> str:
    """Ask for an amount that must be refused and return the reason; nothing was written."""
    before = clinic.invoice(number)
    with pytest.raises(Refused) as caught:
        clinic.send(number, amount)
    assert clinic.invoice(number) == before
    return str(caught.value)


def test_a_request_asks_for_all_that_is_due(clinic: Clinic) -> None:
    """One transaction: request, messages, outbox, and the channels kept for next time."""
    number = clinic.issued()
    request = clinic.send(number, by=("sms", "email"))
    assert (request.amount, request.state, request.url, request.gateway_id) == (21_100, "queued", "", None)
    assert request.channels == ("email", "sms")
    assert [(m.channel, m.address, m.state) for m in request.messages] == [
        ("email", "jane@example.com", "queued"),
        ("sms", "+447700900123", "queued"),
    ]
    assert clinic.entry(request.id, "create_link").state == "ready"
    assert clinic.store.read(lambda reader: reader.value("SELECT count(*) FROM outbox")) == 1
    assert clinic.store.read(lambda reader: clients.get(reader, clinic.jane.id)).channels == "email,sms"
    assert (clinic.invoice(number).asked, clinic.invoice(number).askable) == (21_100, 0)


def test_a_draft_is_issued_by_sending(clinic: Clinic) -> None:
    """From the till to the request in one transaction; refused, it stays a draft."""
    draft = clinic.draft().row.number
    assert "more than the £211.00 due" in refusal(clinic, draft, 21_101)
    assert clinic.invoice(draft).row.state == "draft"
    clinic.send(draft, 100)
    assert clinic.invoice(draft).row.state == "unpaid"


def test_without_a_channel_there_is_a_link_to_show(clinic: Clinic) -> None:
    """The client scans the QR; how they were last sent a link is not forgotten."""
    number = clinic.issued()
    clinic.send(number, 100, by=("sms",))
    request = clinic.send(number, 100, by=())
    assert request.messages == ()
    assert clinic.store.read(lambda reader: clients.get(reader, clinic.jane.id)).channels == "sms"


def test_part_of_it_may_be_asked_for(clinic: Clinic) -> None:
    """What is asked already is taken into account, and the rest may be asked for."""
    number = clinic.issued()
    first = clinic.send(number, 10_000)
    assert refusal(clinic, number, 11_101) == (
        f"£111.01 is more than may be asked for: £211.00 is due. £100.00 is already asked for by {first.code}."
        " Ask for up to £111.00, or cancel that link first."
    )
    assert clinic.send(number).amount == 11_100
    assert "Cancel that link first to ask again" in refusal(clinic, number, None)
    assert clinic.invoice(number).asked == 21_100


@pytest.mark.parametrize(
    ("amount", "why"),
    [
        (0, "The amount must be above zero"),
        (-1, "The amount must be above zero"),
        (21_101, "£211.01 is more than the £211.00 due on INV-000001"),
        (10**12, "is more than the £211.00 due"),
    ],
)
def test_an_amount_that_will_not_do_is_refused(clinic: Clinic, amount: int, why: str) -> None:
    """With the field and what is due."""
    number = clinic.issued()
    assert why in refusal(clinic, number, amount)
    with pytest.raises(BadInput) as caught:
        clinic.send(number, amount)
    assert caught.value.field == "amount"


def test_what_is_paid_is_not_asked_for(clinic: Clinic) -> None:
    """After a part payment the rest is offered; after all of it nothing is."""
    number = clinic.issued()
    clinic.pay(number, 21_000)
    assert "more than the £1.00 due" in refusal(clinic, number, 101)
    assert clinic.send(number).amount == 100
    clinic.pay(number, 100)
    assert refusal(clinic, number, None) == "INV-000001 is paid: nothing is due."


def test_an_address_may_be_typed_for_this_once(clinic: Clinic) -> None:
    """The message goes there; the client's card stays."""
    number = clinic.issued()
    typed: dict[Channel, str] = {"email": "Mum@EXAMPLE.com", "sms": "07700 900999"}
    request, _ = clinic.store.write(lambda tx: requests.send(tx, number, typed, origin="pos"))
    assert [m.address for m in request.messages] == ["Mum@example.com", "+447700900999"]
    assert clinic.store.read(lambda reader: clients.get(reader, clinic.jane.id)).email == "jane@example.com"


@pytest.mark.parametrize(
    ("channel", "typed", "why"),
    [
        ("email", "", "Nobody Reachable has no email address. Type one, or choose another channel"),
        ("sms", "", "Nobody Reachable has no mobile number. Type one, or choose another channel"),
        ("email", "nobody", "is not an email address"),
        ("sms", "12", "is not a whole mobile number"),
    ],
)
def test_an_address_that_will_not_do_is_refused(clinic: Clinic, channel: Channel, typed: str, why: str) -> None:
    """The channel is named, and nothing is asked for."""
    nobody = clinic.store.write(lambda tx: clients.add(tx, name="Nobody Reachable"))
    clinic.jane = nobody
    number = clinic.issued()
    with pytest.raises(BadInput, match=why) as caught:
        clinic.store.write(lambda tx: requests.send(tx, number, {channel: typed}, origin="pos"))
    assert caught.value.field == channel
    assert clinic.invoice(number).requests == ()


@pytest.mark.parametrize(
    ("origin", "email", "sms"),
    [
        ("pos", Charge("email", 0, 0), Charge("sms", 5, 1)),
        ("invoice", Charge("email", 2, 0), Charge("sms", 5, 1)),
    ],
)
def test_each_message_keeps_its_own_charge(clinic: Clinic, origin: Origin, email: Charge, sms: Charge) -> None:
    """From the till email is free; from the invoice it is 2p; an SMS is 5p and VAT."""
    number = clinic.issued()
    addresses: dict[Channel, str] = {"email": "", "sms": ""}
    request, costs = clinic.store.write(lambda tx: requests.send(tx, number, addresses, origin=origin))
    assert costs == [email, sms]
    assert [(m.net, m.vat) for m in request.messages] == [(email.net, email.vat), (sms.net, sms.vat)]
    assert sms.gross == 6


def test_a_charge_may_be_by_segment(clinic: Clinic) -> None:
    """Where the table says so; a later change of the table changes no message."""
    number = clinic.issued()
    clinic.store.write(lambda tx: tx.run("UPDATE charges SET per = 'segment' WHERE channel = 'sms'"))
    request, costs = clinic.store.write(
        lambda tx: requests.send(tx, number, {"sms": ""}, origin="pos", sms_segments=lambda *_: 3)
    )
    assert costs == [Charge("sms", 15, 3)]
    clinic.store.write(lambda tx: tx.run("DELETE FROM charges"))
    assert [(m.net, m.vat, m.segments) for m in clinic.request(request.id).messages] == [(15, 3, 3)]
    other = clinic.issued()
    assert clinic.store.write(lambda tx: requests.send(tx, other, {"sms": ""}, origin="pos"))[1] == [
        Charge("sms", 0, 0)
    ]


def test_what_is_not_there_is_told(clinic: Clinic) -> None:
    """For invoice and request."""
    with pytest.raises(NotFound, match="There is no invoice INV-9"):
        clinic.send("INV-9")
    with pytest.raises(NotFound, match="There is no payment request ABC-DEF"):
        clinic.request("ABC-DEF")
