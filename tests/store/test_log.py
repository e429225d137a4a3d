"""The invoice log: every fact in words, with who, when, amount, address, result and charge."""

import ast
from pathlib import Path

import pytest

import store
import sync
from store import ledger, messages, projection, refunds, requests
from store.database import By, Tx
from store.log import invoice_log, log_text
from store.models import LogLine
from store.reading import request_by_id
from store.templates import MessageKind
from tests.store.builders import Clinic

MESSAGE = ["m2", "sms", 5, 1, 1]
PAYLOADS: dict[str, dict[str, object]] = {
    "invoice_issued": {"number": "X", "client": "c", "currency": "GBP", "total": 1, "vat": 0, "lines": []},
    "payment_recorded": {"payment": "p", "type": "cash", "amount": 1},
    "payment_requested": {"request": "r2", "code": "ABC-DEF", "amount": 1, "origin": "pos", "messages": [MESSAGE]},
    "link_created": {"request": "{request}", "gateway": "stripe", "gateway_id": "x", "url": "https://x"},
    "message_sent": {"message": "{message}", "result": "250 queued"},
    "messages_queued": {"kind": "receipt", "messages": []},
    "credit_recorded": {"credit": "d", "client": "c", "amount": 1, "type": "cash"},
    "client_merged": {"client": "c", "into": "d"},
    "client_erased": {"client": "c"},
    "draft_discarded": {"number": "INV-000009"},
    "staff_added": {"person": "s", "role": "manager", "active": True},
    "staff_changed": {"person": "s", "role": "manager", "active": True},
    "staff_pin_set": {"person": "s", "role": "manager", "active": True},
    "refund_requested": {
        "refund": "f",
        "payment": "p",
        "amount": 1,
        "credited": 1,
        "type": "payment_link",
        "reason": "because",
    },
    "refund_failed": {"refund": "f", "reason": "because"},
    "refund_queued_again": {"refund": "f"},
    "restored": {"backup_at": "", "writer": "w", "upto": 1, "lost": 0, "last_number": 1},
    "stray_payment": {
        "stray": "s",
        "gateway": "stripe",
        "gateway_id": "plink_1",
        "request": "{request}",
        "code": "K7Q-42M",
        "number": "INV-1",
        "minor": 1,
        "currency": "GBP",
        "paid_at": "",
        "method": "card",
    },
    "stray_counted": {"stray": "s"},
    "stray_closed": {"stray": "s", "reason": "because"},
    "day_closed": {
        "day": "d",
        "from": "",
        "to": "",
        "float": 0,
        "expected": 0,
        "counted": 0,
        "reason": "",
        "summary": {},
    },
}
"""What the facts with more than a reason carry."""


def written(clinic: Clinic, number: str) -> list[str]:
    """Return the log as sentences."""
    return [log_text(line) for line in clinic.store.read(lambda reader: invoice_log(reader, number))]


def kinds_written() -> set[str]:
    """Return every kind that the store or the engine gives to `ledger.append`, read from their source."""
    found = set()
    for package in (store, sync):
        for file in Path(package.__path__[0]).rglob("*.py"):
            for node in ast.walk(ast.parse(file.read_text())):
                if isinstance(node, ast.Call) and ast.unparse(node.func) == "ledger.append":
                    assert isinstance(node.args[1], ast.Constant), f"{file}: a kind that is not written out"
                    found.add(str(node.args[1].value))
    return found


def test_every_kind_that_is_written_has_a_projection() -> None:
    """Also those that only the engine writes."""
    assert len(kinds_written()) >= 15
    assert kinds_written() <= set(projection._APPLY)


@pytest.mark.parametrize("kind", sorted(projection._APPLY))
def test_every_kind_has_words(clinic: Clinic, kind: str) -> None:
    """A fact without words would take the whole log with it."""
    number = clinic.issued()
    request = clinic.live(number, by=("email",))
    names = {"{request}": request.id, "{message}": request.messages[0].id}
    otherwise: dict[str, object] = {"request": "{request}", "message": "{message}", "reason": "because"}
    payload = PAYLOADS.get(kind, otherwise)
    fact = {key: names.get(value, value) if isinstance(value, str) else value for key, value in payload.items()}
    clinic.store.write(lambda tx: ledger.append(tx, kind, request.invoice_id, fact), actor="Omar")
    lines = clinic.store.read(lambda reader: invoice_log(reader, number))
    line = next(line for line in reversed(lines) if line.kind == kind)
    assert (line.actor, line.at) == ("Omar", "2026-11-22T14:02:31.000Z")
    assert line.text[0].isupper()
    assert "{" not in line.text
    assert "_" not in line.text
    assert line.text == line.text.strip()
    assert ("because" in line.text + line.result) is ("reason" in fact and kind not in WITHOUT_REASON)


WITHOUT_REASON = {
    "client_erased",
    "client_merged",
    "credit_recorded",
    "day_closed",
    "link_expired",
    "message_sent",
    "messages_queued",
    "refund_queued_again",
    "request_queued_again",
}


def test_an_invoice_from_draft_to_paid(clinic: Clinic) -> None:
    """The whole story, as the invoice's Options > Invoice log tells it."""
    number = clinic.issued()
    request = clinic.live(number, by=("email", "sms"))
    email, sms = request.messages

    def work(tx: Tx) -> None:
        ledger.append(tx, "message_sent", request.invoice_id, {"message": email.id, "result": "250 queued"})
        ledger.append(tx, "message_failed", request.invoice_id, {"message": sms.id, "reason": "no credit"})
        ledger.append(tx, "message_queued_again", request.invoice_id, {"message": sms.id})
        ledger.append(tx, "message_sent", request.invoice_id, {"message": sms.id, "result": "accepted"})

    clinic.store.write(work, actor="engine")
    clinic.receive(clinic.seen(request, 20_000))
    clinic.pay(number, 1100)
    assert written(clinic, number) == [
        "Invoice begun",
        "Invoice issued · £211.00",
        f"Payment link {request.code} asked for · £211.00",
        f"Email with payment link {request.code} to be sent · £211.00 · jane@example.com",
        f"SMS with payment link {request.code} to be sent · £211.00 · +447700900123",
        f"Payment link {request.code} ready",
        f"Email with payment link {request.code} sent · £211.00 · jane@example.com · 250 queued · charge £0.00",
        f"SMS with payment link {request.code} failed · £211.00 · +447700900123 · no credit",
        f"SMS with payment link {request.code} to be sent again · £211.00 · +447700900123",
        f"SMS with payment link {request.code} sent · £211.00 · +447700900123 · accepted · charge £0.06",
        f"Paid by payment link {request.code} · £200.00 · £200.00 was paid, £211.00 was asked",
        "Paid by cash · £11.00",
    ]


def test_a_stop_says_why(clinic: Clinic) -> None:
    """Whatever the reason looks like."""
    number = clinic.issued()
    request = clinic.cancel(clinic.send(number), "{reason} [/x] 100%")
    assert f"Payment link {request.code} not sent: {{reason}} [/x] 100%" in written(clinic, number)


def test_each_line_says_who_and_when(clinic: Clinic) -> None:
    """A person or the engine."""
    number = clinic.issued()
    request = clinic.send(number)
    clinic.clock.forward(minutes=5)
    clinic.make_link(request)
    lines = clinic.store.read(lambda reader: invoice_log(reader, number))
    assert [(line.actor, line.at[11:16]) for line in lines[1:]] == [
        ("Amira", "14:02"),
        ("Amira", "14:02"),
        ("Amira", "14:02"),
        ("engine", "14:07"),
    ]


def test_an_erased_client_leaves_a_log(clinic: Clinic) -> None:
    """Addresses are no part of the ledger and can go."""
    number = clinic.issued()
    request = clinic.send(number)
    clinic.store.write(lambda tx: tx.run("UPDATE messages SET address = ''"))
    assert f"Email with payment link {request.code} to be sent · £211.00" in written(clinic, number)


def test_a_line_is_written_in_the_invoices_currency() -> None:
    """Not always pounds."""
    assert log_text(LogLine("", "", "x", "Paid by cash", amount=500, charge=6), "EUR") == (
        "Paid by cash · €5.00 · charge €0.06"
    )


def test_a_request_that_went_on_has_its_story(clinic: Clinic) -> None:
    """Attention, queued again, kept."""
    number = clinic.issued()
    request = clinic.send(number)

    def work(tx: Tx) -> None:
        requests.need_attention(tx, request_by_id(tx, request.id), why="look there")
        requests.queue_again(tx, request_by_id(tx, request.id))

    clinic.store.write(work)
    assert written(clinic, number)[-2:] == [
        f"Payment link {request.code} needs attention: look there",
        f"Payment link {request.code} to be sent again",
    ]


def test_what_a_manager_approved_says_so(clinic: Clinic) -> None:
    """Beside who did it."""
    number = clinic.issued()
    paid = clinic.pay(number, 21_100)
    by = By("Ben", approver_name="Amira")
    clinic.store.write(lambda tx: refunds.refund(tx, number, paid.id, 1100, reason="unhappy"), actor=by)
    lines = clinic.store.read(lambda reader: invoice_log(reader, number))
    assert [(line.actor, log_text(line)) for line in lines[-2:]] == [
        ("Ben", "Refund by cash asked for: unhappy (approved by Amira) · £11.00"),
        ("Ben", "Refunded by cash: unhappy (approved by Amira) · -£11.00"),
    ]


def test_a_payment_type_is_called_what_the_clinic_calls_it(clinic: Clinic) -> None:
    """Within a sentence, and not by its code."""
    number = clinic.issued()
    clinic.store.write(lambda tx: tx.run("UPDATE payment_types SET name = 'AMEX machine' WHERE code = 'card'"))
    clinic.pay(number, 100, "card")
    clinic.pay(number, 100, "transfer")
    assert written(clinic, number)[-2:] == ["Paid by AMEX machine · £1.00", "Paid by bank transfer · £1.00"]


KINDS: tuple[MessageKind, ...] = ("payment_request", "reminder")


def test_what_was_sent_besides_the_first_link(clinic: Clinic) -> None:
    """The link again, a reminder, a receipt, each with its channel and address."""
    number = clinic.issued()
    request = clinic.live(number, by=())

    def work(tx: Tx) -> None:
        for kind in KINDS:
            messages.resend(
                tx,
                request.id,
                {"email": f"{kind}@example.com"},
                origin="invoice",
                sms_segments=lambda _i, _r: 1,
                kind=kind,
            )
        messages.receipt(tx, number)

    clinic.store.write(work, actor="Amira")
    assert written(clinic, number)[-6:] == [
        f"Payment link {request.code} asked to be sent again",
        f"Email with payment link {request.code} to be sent · £211.00 · payment_request@example.com",
        f"Reminder of payment link {request.code} asked for",
        f"Email with reminder of payment link {request.code} to be sent · £211.00 · reminder@example.com",
        "Receipt by email asked for",
        "Email with receipt to be sent · jane@example.com",
    ]
