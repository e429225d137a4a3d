"""A receipt by email: its words, the PDF, the code, free of charge; and the end of a day told to the clinic."""

from store import days, messages, settings
from store.day_views import CashCount
from store.log import invoice_log, log_text
from store.models import Message
from store.reading import invoice_by_number, message_by_id
from sync.errors import OutcomeUnknown
from tests.sync.engine_fakes import Acted
from tests.sync.engine_world import World


async def receipt(world: World, *, paid: bool = True) -> tuple[Message, str]:
    """Queue the receipt of an invoice whose link was sent, and paid or not; return it with the link's code."""
    request = world.send()
    await world.run()
    if paid:
        world.gateway.pays(next(reversed(world.gateway.links)), request.id)
        await world.run(60)
    number = world.bill(request).row.number
    return world.store.write(lambda tx: messages.receipt(tx, number), actor="Amira"), request.code


async def test_a_receipt_goes_out_with_its_pdf(world: World) -> None:
    """To the client, with the receipt as text too, its code in each form, and nothing charged."""
    message, code = await receipt(world)
    await world.run()
    (mail,) = world.courier.emails
    number = world.store.read(lambda reader: invoice_by_number(reader, message.invoice_id)).row.number
    assert (mail.to, mail.subject) == ("jane@example.com", f"Receipt {number} from Riverside Clinic")
    for text in (mail.text, mail.html):
        assert all(fact in text for fact in (code, number, "£211.00", "Consultation", "Visa ending 4242"))
    (pdf,) = mail.files
    assert (pdf.name, pdf.mimetype, pdf.content[:5]) == (f"Receipt-{number}.pdf", "application/pdf", b"%PDF-")
    sent = world.store.read(lambda reader: message_by_id(reader, message.id))
    assert (sent.state, sent.net + sent.vat, sent.kind) == ("sent", 0, "receipt")
    assert world.is_whole()


async def test_what_is_not_paid_goes_out_as_an_invoice(world: World) -> None:
    """With what is still to pay."""
    await receipt(world, paid=False)
    await world.run()
    (mail,) = world.courier.emails
    assert mail.subject.startswith("Invoice INV-")
    assert mail.files[0].name.startswith("Invoice-INV-")
    assert "Still to pay" in mail.text


async def test_a_receipt_without_an_answer_goes_again_under_its_id(world: World) -> None:
    """As every email does."""
    message, _ = await receipt(world)
    world.courier.script.fails("email", Acted(OutcomeUnknown("The line broke.")))
    await world.run()
    await world.run(600)
    assert [mail.message_id for mail in world.courier.emails] == [message.id] * 2


async def test_the_log_tells_of_the_receipt(world: World) -> None:
    """Asked for by whom, to be sent, sent."""
    message, _ = await receipt(world)
    await world.run()
    lines = world.store.read(lambda reader: invoice_log(reader, message.invoice_id))
    told = [(line.actor, log_text(line)) for line in lines if "eceipt" in line.text]
    assert told == [
        ("Amira", "Receipt by email asked for"),
        ("Amira", "Email with receipt to be sent · jane@example.com"),
        ("engine", "Email with receipt sent · jane@example.com · 250 OK · charge £0.00"),
    ]


async def test_the_end_of_a_day_is_told(world: World) -> None:
    """What was taken by which way, the till, and what is still on its way."""
    world.put("notify.end_of_day.enabled", "on")
    world.put("notify.end_of_day.targets", "ntfy://one")
    world.cash(world.invoice().row.number, 21_100)
    world.send()
    await world.run()
    chosen = world.store.read(lambda reader: settings.load(reader, world.folder, {}))
    count = CashCount(counted=21_000, kept=5000, float=0, reason="gave too much change")
    world.store.write(lambda tx: days.close(tx, chosen, count), actor="Mia")
    await world.run()
    (notice,) = world.courier.notices
    assert notice.subject == "End of day, 22 November 2026: £211.00"
    for fact in ("Mia closed the day", "Cash:", "£211.00", "£210.00", "-£1.00, gave too much change", "1, £211.00"):
        assert fact in notice.text
