"""The outbox in plain words: what waits, for whom, why, and until when."""

from store import messages, outbox, refunds, services
from store.database import Tx
from store.outbox_words import OutboxLine, waiting_lines
from tests.store.builders import Clinic

NOW, LATER, LATEST = "2026-11-22T14:02:31.000Z", "2026-11-22T14:03:31.000Z", "2026-11-22T14:09:31.000Z"


def lines(clinic: Clinic) -> list[OutboxLine]:
    """Return what waits."""
    return clinic.store.read(waiting_lines)


def only(clinic: Clinic) -> OutboxLine:
    """Return the one entry that waits."""
    (one,) = lines(clinic)
    return one


def test_each_kind_has_a_sentence(clinic: Clinic) -> None:
    """With code, invoice, amount and to whom; a notification's target without its secrets."""
    number = clinic.issued()
    request = clinic.send(number, 10_000)
    assert only(clinic).what == f"Make payment link {request.code}, {number}, £100.00"
    clinic.cancel(clinic.make_link(request))
    assert only(clinic).what == f"Cancel payment link {request.code}, {number}, £100.00"
    other = clinic.live(number, 11_100, by=("email", "sms"))
    assert [line.what for line in lines(clinic)[1:]] == [
        f"Email payment link to jane@example.com, {number}, £111.00",
        f"Text payment link to 07700 900123, {number}, £111.00",
    ]
    clinic.receive(clinic.seen(other, 12_345), "mailto://user:hunter2@example.com")
    assert lines(clinic)[-1].what == f"Tell the clinic (mailto://…) of the payment of £123.45, {number}"
    assert {line.number for line in lines(clinic)} == {number}


def test_a_line_without_room_leaves_out_address_target_or_code_and_nothing_else(clinic: Clinic) -> None:
    """Which invoice and how much stays."""
    number = clinic.issued()
    request = clinic.send(number, 10_000)
    assert only(clinic).brief == f"Make payment link, {number}, £100.00"
    clinic.cancel(clinic.make_link(request))
    assert only(clinic).brief == f"Cancel payment link, {number}, £100.00"
    other = clinic.live(number, 11_100, by=("email", "sms"))
    assert [line.brief for line in lines(clinic)[1:]] == [
        f"Email payment link, {number}, £111.00",
        f"Text payment link, {number}, £111.00",
    ]
    clinic.receive(clinic.seen(other, 12_345), "mailto://user:hunter2@example.com")
    assert lines(clinic)[-1].brief == f"Tell the clinic of the payment of £123.45, {number}"


def test_what_only_waits_is_tried_at_its_time(clinic: Clinic) -> None:
    """With the last answer as the reason."""
    clinic.send(clinic.issued())
    assert (only(clinic).why, only(clinic).next_try_at) == ("", NOW)
    (entry,) = clinic.claim()
    assert only(clinic).next_try_at is None
    clinic.store.write(lambda tx: outbox.again(tx, entry, at=LATER, why="too busy", spends=True))
    assert (only(clinic).why, only(clinic).next_try_at) == ("too busy", LATER)


def test_what_waits_for_the_line_says_so(clinic: Clinic) -> None:
    """The service's reason, and the later of the two times."""
    clinic.send(clinic.issued())
    clinic.store.write(lambda tx: services.lost(tx, "gateway", "offline", reason="no line", next_try_at=LATEST))
    assert (only(clinic).why, only(clinic).next_try_at) == ("no line", LATEST)


def test_another_services_outage_is_not_its_reason(clinic: Clinic) -> None:
    """Email is down: links are still made."""
    clinic.send(clinic.issued())
    clinic.store.write(lambda tx: services.lost(tx, "email", "offline", reason="no line", next_try_at=LATEST))
    assert (only(clinic).why, only(clinic).next_try_at) == ("", NOW)


def test_a_refused_key_takes_a_person(clinic: Clinic) -> None:
    """There is no next time until it is mended."""
    clinic.send(clinic.issued())
    clinic.store.write(lambda tx: services.lost(tx, "gateway", "refused", reason="key refused", next_try_at=None))
    assert (only(clinic).why, only(clinic).next_try_at) == ("key refused", None)


def test_what_takes_a_person_comes_first(clinic: Clinic) -> None:
    """With why, and no next time; held ones keep their place."""
    for _ in range(3):
        clinic.send(clinic.issued())
    first, second, third = clinic.claim()
    clinic.store.write(lambda tx: outbox.set_state(tx, first.id, "held", why="held by Amira"))
    clinic.store.write(lambda tx: outbox.put_back(tx, second, at=LATER, why="waits"))
    clinic.store.write(lambda tx: outbox.ask(tx, third, why="may exist", unsure=True))
    assert [(line.entry.state, line.why, line.next_try_at) for line in lines(clinic)] == [
        ("attention", "may exist", None),
        ("held", "held by Amira", None),
        ("ready", "waits", LATER),
    ]


def test_an_entry_without_an_invoice_still_has_words(clinic: Clinic) -> None:
    """A test notification, for one."""
    clinic.store.write(lambda tx: outbox.add(tx, "notify", "none", None, {"target": "ntfy://clinic"}))
    assert (only(clinic).what, only(clinic).number) == ("Tell the clinic (ntfy://…)", "")


def test_names_and_addresses_are_shown_as_they_are(clinic: Clinic) -> None:
    """Brackets are not markup to the store; screens draw them as text."""
    number = clinic.issued()
    request = clinic.live(number)
    clinic.store.write(lambda tx: tx.run("UPDATE messages SET address = '[/x]@example.com'"))
    assert only(clinic).what == f"Email payment link to [/x]@example.com, {number}, £211.00"
    assert request.code not in only(clinic).what


def test_reminders_receipts_and_refunds_have_their_sentence(clinic: Clinic) -> None:
    """What, to whom, of which invoice, and how much where money is meant."""
    number = clinic.issued()
    request = clinic.live(number, by=())
    clinic.receive(clinic.seen(clinic.live(clinic.issued(100))))
    other = clinic.invoice("INV-000002")

    def work(tx: Tx) -> None:
        messages.remind(tx, request.id, ("email", "sms"), sms_segments=lambda _i, _r: 1)
        messages.receipt(tx, number)
        refunds.refund(tx, other.row.number, other.payments[0].id, 40, reason="unhappy")

    clinic.store.write(work)
    assert [(line.what, line.brief) for line in lines(clinic)] == [
        (f"Email reminder to jane@example.com, {number}, £211.00", f"Email reminder, {number}, £211.00"),
        (f"Text reminder to 07700 900123, {number}, £211.00", f"Text reminder, {number}, £211.00"),
        (f"Email receipt to jane@example.com, {number}", f"Email receipt, {number}"),
        ("Refund by payment link, INV-000002, £0.40", "Refund by payment link, INV-000002, £0.40"),
    ]


def test_each_notification_has_its_sentence(clinic: Clinic) -> None:
    """Of what the clinic is to be told, and by which target, without its secrets."""
    number = clinic.issued()
    request = clinic.live(number)
    invoice_id = request.invoice_id

    def told(event: str, subject: str, invoice: str | None) -> tuple[str, str]:
        payload = {"event": event, "target": "ntfy://user:hunter2@clinic"}
        entry_id = clinic.store.write(lambda tx: outbox.add(tx, "notify", subject, invoice, payload))
        line = next(line for line in lines(clinic) if line.entry.id == entry_id)
        return line.what, line.brief

    assert told("payment_link_failed", request.messages[0].id, invoice_id) == (
        f"Tell the clinic (ntfy://…) of the payment link of £211.00 that was not sent, {number}",
        f"Tell the clinic of the payment link of £211.00 that was not sent, {number}",
    )
    assert told("refund_failed", "r", invoice_id)[1] == f"Tell the clinic of the refund that failed, {number}"
    assert told("offline", NOW, None)[1] == "Tell the clinic that the gateway is away"
    assert told("end_of_day", "d", None)[1] == "Tell the clinic of the end of the day"
    assert told("test", "offline", None) == ("Test notification (ntfy://…)", "Test notification")
