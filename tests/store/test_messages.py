"""The same link again, reminders, receipts by email, and consent."""

from collections.abc import Mapping

import pytest

from store import charges, clients, ledger, messages, outbox, requests
from store.charges import ChargeRow
from store.database import Tx
from store.errors import BadInput, Refused
from store.models import Channel, PaymentRequest
from store.rebuild import differences
from tests.store.builders import Clinic


def resend(
    clinic: Clinic, request: PaymentRequest, to: Mapping[Channel, str], parts: int = 1
) -> tuple[PaymentRequest, list[charges.Charge]]:
    """Send a link again from the invoice."""
    return clinic.store.write(
        lambda tx: messages.resend(tx, request.id, to, origin="invoice", sms_segments=lambda _i, _r: parts),
        actor="Amira",
    )


def remind(clinic: Clinic, request: PaymentRequest, *ways: Channel) -> PaymentRequest:
    """Remind of a link."""
    return clinic.store.write(
        lambda tx: messages.remind(tx, request.id, ways, sms_segments=lambda _i, _r: 1), actor="Amira"
    )[0]


def mark_sent(clinic: Clinic, request: PaymentRequest) -> PaymentRequest:
    """Do what the engine does when every message has gone out."""

    def work(tx: Tx) -> None:
        for message in clinic_messages:
            entry = outbox.of_subject(tx, message.id, message.channel)
            assert entry is not None
            outbox.close(tx, entry, why="sent")
            fact = {"message": message.id, "result": "250 OK"}
            ledger.append(tx, "message_sent", message.invoice_id, fact)

    clinic_messages = [m for m in clinic.request(request.id).messages if m.state == "queued"]
    clinic.store.write(work, actor="engine")
    return clinic.request(request.id)


def refuse(clinic: Clinic, **consent: bool) -> None:
    """Jane does not want a channel any more."""
    clinic.store.write(
        lambda tx: clients.update(
            tx,
            clinic.jane.id,
            name="Jane Smith",
            email="jane@example.com",
            mobile="07700 900123",
            version=clients.get(tx, clinic.jane.id).version,
            **consent,
        )
    )


def test_the_same_link_goes_out_again_with_its_own_charge(clinic: Clinic) -> None:
    """A new message each, the link untouched, what the table says for where it was sent from."""
    request = mark_sent(clinic, clinic.live(clinic.issued(), by=("email",)))
    again, costs = resend(clinic, request, {"email": "", "sms": "07700 900456"})
    assert (again.url, again.code, again.amount) == (request.url, request.code, request.amount)
    assert [(c.channel, c.net, c.vat) for c in costs] == [("email", 2, 0), ("sms", 5, 1)]
    new = [m for m in again.messages if m.state == "queued"]
    assert [(m.channel, m.address, m.kind, m.net, m.segments) for m in new] == [
        ("email", "jane@example.com", "payment_request", 2, 0),
        ("sms", "+447700900456", "payment_request", 5, 1),
    ]
    assert {entry.kind for entry in clinic.store.read(outbox.waiting)} == {"email", "sms"}
    assert clinic.store.read(differences) == []


def test_a_charge_by_segment_counts_the_parts(clinic: Clinic) -> None:
    """Where the table says so."""
    clinic.store.write(lambda tx: charges.save(tx, ChargeRow("invoice", "sms", 5, 2000, "segment")))
    request = mark_sent(clinic, clinic.live(clinic.issued()))
    _, (cost,) = resend(clinic, request, {"sms": ""}, parts=3)
    assert (cost.net, cost.vat) == (15, 3)


def test_a_link_that_is_not_live_is_not_sent_again(clinic: Clinic) -> None:
    """A queued one brings its messages itself; a closed one takes no money."""
    queued = clinic.send(clinic.issued())
    with pytest.raises(Refused, match="is not made yet; its messages go out with it"):
        resend(clinic, queued, {"email": ""})
    stopped = clinic.cancel(clinic.send(clinic.issued()))
    with pytest.raises(Refused, match=r"is stopped\. Send a new link"):
        remind(clinic, stopped, "email")


def test_no_message_goes_twice_while_the_first_one_waits(clinic: Clinic) -> None:
    """A second tap, or a line that is down; another address is another matter."""
    request = clinic.live(clinic.issued(), by=("email",))
    with pytest.raises(Refused, match=r"to jane@example\.com still waits in the outbox"):
        resend(clinic, request, {"email": ""})
    assert len(resend(clinic, request, {"email": "jane@work.example"})[0].messages) == 2


@pytest.mark.parametrize(
    ("to", "field", "why"),
    [
        ({}, "email", "Choose email or SMS"),
        ({"email": "jane"}, "email", "is not an email address"),
        ({"sms": "020 7946 0000"}, "sms", "is not a mobile number"),
    ],
)
def test_an_address_that_will_not_do_is_said_of_its_channel(
    clinic: Clinic, to: dict[Channel, str], field: str, why: str
) -> None:
    """And nothing is queued."""
    request = mark_sent(clinic, clinic.live(clinic.issued()))
    with pytest.raises(BadInput, match=why) as caught:
        resend(clinic, request, to)
    assert caught.value.field == field
    assert clinic.store.read(outbox.waiting) == []


def test_a_reminder_goes_where_the_link_went(clinic: Clinic) -> None:
    """Not to the card's address when another one was typed for this link; else to the card's."""
    number = clinic.issued()
    request = clinic.store.write(
        lambda tx: requests.send(tx, number, {"email": "jane@work.example"}, origin="pos"), actor="Amira"
    )[0]
    request = mark_sent(clinic, clinic.make_link(request))
    reminded = remind(clinic, request, "email", "sms")
    assert [(m.kind, m.address) for m in reminded.messages if m.state == "queued"] == [
        ("reminder", "jane@work.example"),
        ("reminder", "+447700900123"),
    ]
    assert clinic.store.read(differences) == []


def test_an_address_that_failed_is_not_used_again(clinic: Clinic) -> None:
    """The card has been put right since."""
    request = clinic.live(clinic.issued(), by=("email",))
    clinic.store.write(lambda tx: tx.run("UPDATE messages SET address = 'old@example.com', state = 'failed'"))
    assert remind(clinic, request, "email").messages[-1].address == "jane@example.com"


@pytest.mark.parametrize(
    ("consent", "channel", "word"), [("email_consent", "email", "email"), ("sms_consent", "sms", "SMS")]
)
def test_a_channel_that_the_client_does_not_want_is_refused(
    clinic: Clinic, consent: str, channel: Channel, word: str
) -> None:
    """By sending, sending again and chasing, whatever the address; the other channel still goes."""
    number = clinic.issued(20_000)
    request = mark_sent(clinic, clinic.live(number, 10_000))
    refuse(clinic, **{consent: False})
    attempts = (
        lambda: clinic.send(number, 100, by=(channel,)),
        lambda: resend(clinic, request, {channel: ""}),
        lambda: resend(clinic, request, {channel: "x@example.com" if channel == "email" else "07700 900456"}),
        lambda: remind(clinic, request, channel),
    )
    for attempt in attempts:
        with pytest.raises(BadInput, match=f"Jane Smith does not want {word}. Choose another way") as caught:
            attempt()
        assert caught.value.field == channel
    other: Channel = "sms" if channel == "email" else "email"
    assert remind(clinic, request, other).messages[-1].kind in {"reminder", "payment_request"}


def test_a_receipt_is_queued_free_of_charge(clinic: Clinic) -> None:
    """A message of the invoice, of no request, that is seen among the client's communications."""
    number = clinic.issued()
    clinic.pay(number, 21_100)
    message = clinic.store.write(lambda tx: messages.receipt(tx, number), actor="Amira")
    assert (message.kind, message.request_id, message.address, message.net, message.vat) == (
        "receipt",
        None,
        "jane@example.com",
        0,
        0,
    )
    assert clinic.entry(message.id, "email").state == "ready"
    with pytest.raises(Refused, match="still waits in the outbox"):
        clinic.store.write(lambda tx: messages.receipt(tx, number))
    elsewhere = clinic.store.write(lambda tx: messages.receipt(tx, number, "Jane@WORK.example"))
    assert elsewhere.address == "Jane@work.example"
    assert clinic.store.read(differences) == []


def test_a_draft_has_no_receipt(clinic: Clinic) -> None:
    """It may still change."""
    number = clinic.draft().row.number
    with pytest.raises(Refused, match="is a draft"):
        clinic.store.write(lambda tx: messages.receipt(tx, number))


def test_a_receipt_that_nobody_can_get_is_refused(clinic: Clinic) -> None:
    """No address, a bad one, or one who does not want email."""
    number = clinic.issued()
    with pytest.raises(BadInput, match="is not an email address") as caught:
        clinic.store.write(lambda tx: messages.receipt(tx, number, "jane"))
    assert caught.value.field == "email"
    refuse(clinic, email_consent=False)
    with pytest.raises(BadInput, match="does not want email"):
        clinic.store.write(lambda tx: messages.receipt(tx, number))
