"""The seam's calls for messages: previews, sending again, chasing, receipts, charges, tests of notifications."""

import re
import stat

import pytest

from store import clients, ledger, requests
from store.charges import ChargeRow
from store.database import Store, Tx
from store.errors import BadInput, NotFound, Refused
from store.models import PaymentRequest
from tests.tui.conftest import NOW
from tui.desk import Desk

UNPAID = "INV-000002"


async def live(desk: Desk, store: Store) -> PaymentRequest:
    """Send a link by email and have it made and sent."""
    sent = await desk.send(UNPAID, {"email": ""}, origin="invoice")

    def work(tx: Tx) -> None:
        url = f"https://buy.stripe.com/{sent.request.code}"
        requests.link_made(tx, sent.request.id, gateway="stripe", gateway_id="p1", url=url, poll_at=NOW)
        for message in sent.request.messages:
            fact = {"message": message.id, "result": "250"}
            ledger.append(tx, "message_sent", sent.request.invoice_id, fact)

    store.write(work, actor="engine")
    return await desk.request(sent.request.id)


async def test_a_preview_reads_as_a_client_would(desk: Desk) -> None:
    """With stand-ins for what is not known; an SMS is measured."""
    email = await desk.preview_message("payment_request", "email")
    assert email.subject == "Payment request from Riverside Clinic"
    assert email.text.startswith("Hello Jane Smith,\n\nRiverside Clinic asks for £211.00 for invoice INV-000124.")
    assert (email.sms, "ABC-DEF" in email.text) == (None, True)
    text = await desk.preview_message("reminder", "sms")
    assert text.sms is not None
    assert (text.subject, text.sms.segments, text.sms.encoding) == ("", 1, "GSM-7")
    receipt = await desk.preview_message("receipt", "email")
    assert receipt.subject == "Receipt INV-000124 from Riverside Clinic"


async def test_a_draft_is_previewed_and_not_saved(desk: Desk) -> None:
    """With what makes it dear; one that would be refused says why, by its key."""
    key = "message.sms.payment_request"
    before = (await desk.settings())[key]
    preview = await desk.preview_message("payment_request", "sms", {key: "Please pay “now”: {url} [{code}]"})
    assert preview.sms is not None
    assert (preview.sms.offending, preview.sms.encoding, preview.sms.segments) == (("“", "”"), "UCS-2", 2)
    with pytest.raises(BadInput, match=r"There is no \{nmae\}") as caught:
        await desk.preview_message("payment_request", "sms", {key: "{nmae} {url} {code}"})
    assert caught.value.field == key
    assert (await desk.settings())[key] == before


async def test_resend_and_chase_answer_with_what_they_cost(desk: Desk, store: Store) -> None:
    """The same link; the charge of where it was sent from."""
    request = await live(desk, store)
    again = await desk.resend(request.code, {"sms": ""}, origin="pos")
    assert (again.request.url, [(c.channel, c.gross) for c in again.charges]) == (request.url, [("sms", 6)])
    chased = await desk.chase(request.id)
    assert [(c.channel, c.gross) for c in chased.charges] == [("email", 2)]
    assert [m.kind for m in chased.request.messages] == ["payment_request", "reminder", "payment_request"]
    assert chased.request.messages[-1].segments == 1


async def test_chasing_by_hand_all_that_is_due(desk: Desk, store: Store) -> None:
    """Needs a rule; reminds of what the rule would."""
    with pytest.raises(Refused, match=r"no chasing rule yet. Fill in chase\.days"):
        await desk.chase_due()
    await desk.set("chase.days", "3")
    request = await live(desk, store)
    assert await desk.chase_due() == []
    store.write(lambda tx: tx.run("UPDATE messages SET sent_at = '2026-11-18T10:00:00.000Z', created_at = sent_at"))
    store.write(lambda tx: tx.run("UPDATE messages SET created_at = '2026-11-18T10:00:00.000Z'"))
    assert [sent.request.id for sent in await desk.chase_due()] == [request.id]
    assert await desk.chase_due() == []
    await desk.set("quiet.hours", "14:00-15:00")
    with pytest.raises(Refused, match="Chase again after 15:00"):
        await desk.chase_due()


async def test_a_channel_that_is_not_wanted_is_told_before(desk: Desk, store: Store) -> None:
    """Not offered, with the reason beside it."""
    (jane,) = await desk.find_clients("jane")
    store.write(
        lambda tx: clients.update(
            tx, jane.id, name="Jane Smith", email=jane.email, mobile=jane.mobile, version=1, sms_consent=False
        )
    )
    preview = await desk.preview(UNPAID, origin="invoice")
    assert preview.usual == ("email",)
    assert list(preview.refused) == ["sms"]
    with pytest.raises(BadInput, match="does not want SMS") as caught:
        await desk.send(UNPAID, {"sms": "07700 900456"}, origin="invoice")
    assert caught.value.field == "sms"


async def test_a_receipt_as_text_pdf_file_and_email(desk: Desk) -> None:
    """Each says the same; the file is its owner's alone, and the newest stands."""
    text = await desk.receipt_text(UNPAID)
    assert "INVOICE" in text.splitlines()[0]
    await desk.take_payment(UNPAID, "cash", 21_100)
    text = await desk.receipt_text(UNPAID)
    assert "RECEIPT" in text.splitlines()[0]
    assert max(map(len, text.splitlines())) <= 80
    assert (await desk.receipt_pdf(UNPAID)).startswith(b"%PDF-")
    path = await desk.save_pdf(UNPAID)
    assert path == desk.folder / "documents" / f"{UNPAID}.pdf"
    assert (stat.S_IMODE(path.stat().st_mode), stat.S_IMODE(path.parent.stat().st_mode)) == (0o600, 0o700)
    assert await desk.save_pdf(UNPAID) == path
    assert [file.name for file in path.parent.iterdir()] == [f"{UNPAID}.pdf"]
    message = await desk.email_receipt(UNPAID)
    assert (message.kind, message.address) == ("receipt", "jane@example.com")
    for refused in (desk.receipt_text, desk.save_pdf, desk.email_receipt):
        with pytest.raises(NotFound):
            await refused("../../X")


async def test_charges_are_seen_and_changed(desk: Desk) -> None:
    """As the table has them."""
    assert ChargeRow("invoice", "sms", 5, 2000, "message") in await desk.charges()
    row = await desk.save_charge("invoice", "sms", 4, 0, "segment")
    assert row in await desk.charges()
    assert (await desk.preview(UNPAID, origin="invoice")).charges["sms"].gross == 4


async def test_a_test_notification_can_be_followed(desk: Desk) -> None:
    """From its entry's state; without targets it says what to fill in."""
    with pytest.raises(Refused, match=re.escape("notify.offline.targets")):
        await desk.test_notice("offline")
    await desk.set("notify.offline.targets", "ntfy://one ntfy://two")
    ids = await desk.test_notice("offline")
    assert [(await desk.entry_state(each)).state for each in ids] == ["ready", "ready"]
