"""`paydesk resend`, `chase`, `receipt` and `charges`, with a real gateway, mail server and phone on loopback."""

import io
from pathlib import Path
from typing import Any

from sync.sandbox.server import Sandbox
from tests.tui.cli.conftest import Paydesk
from tui.loopback import get
from tui.sandbox_pay import pay_link


def sent(paydesk: Paydesk, invoice: str) -> Any:
    """Send a link by email and have it made and sent."""
    document = paydesk("send", invoice, "--email", "--json").document
    paydesk("sync", "--once")
    return document


def test_a_link_is_sent_again(paydesk: Paydesk, invoice: str, sandbox: Sandbox) -> None:
    """To another address, by another channel, with what it costs."""
    code = sent(paydesk, invoice)["code"]
    again = paydesk("resend", code, "--sms", "07700 900456", "--json").document
    assert (again["code"], again["state"], again["charges"]) == (
        code,
        "live",
        [{"channel": "sms", "net": 5, "vat": 1}],
    )
    assert paydesk("resend", code, "--email").out == f"Payment link {code} is queued again, by email (£0.02).\n"
    done = paydesk("sync", "--once", "--json").document
    assert {(deed["kind"], deed["outcome"]) for deed in done["did"]} >= {("sms", "done"), ("email", "done")}
    none = paydesk("resend", code)
    assert (none.code, none.err) == (1, "paydesk: Choose email or SMS.\n")


def test_a_client_is_reminded(paydesk: Paydesk, invoice: str, sandbox: Sandbox) -> None:
    """One by its code; all that are due by the rule."""
    code = sent(paydesk, invoice)["code"]
    assert paydesk("chase", code, "--sms").out == f"Reminder of {code} queued, by SMS (£0.06).\n"
    assert "no chasing rule yet" in paydesk("chase", "--due").err
    paydesk("settings", "set", "chase.days", "3")
    paydesk("settings", "set", "quiet.hours", "")
    assert paydesk("chase", "--due").out == "No reminder is due.\n"
    assert paydesk("chase", "--due", "--json").document == []
    for words in ((), (code, "--due")):
        assert "Name one payment link by its code, or give --due" in paydesk("chase", *words).err


def test_a_receipt_is_printed_written_and_emailed(
    paydesk: Paydesk, invoice: str, sandbox: Sandbox, tmp_path: Path
) -> None:
    """With the code that stands on the pay page, in each form."""
    code = sent(paydesk, invoice)["code"]
    url = paydesk("qr", invoice, "--json").document["url"]
    assert code in get(url)
    pay_link(url, "card")
    paydesk("sync", "--once")
    printed = paydesk("receipt", invoice).out
    assert all(word in printed for word in ("RECEIPT", invoice, code, "Payment link", "£211.00"))
    file = tmp_path / "receipt.pdf"
    document = paydesk("receipt", invoice, "--pdf", str(file), "--email", "--json").document
    assert file.read_bytes().startswith(b"%PDF-")
    assert document == {
        "number": invoice,
        "title": "Receipt",
        "code": code,
        "total": 21_100,
        "paid": 21_100,
        "due": 0,
        "pdf": str(file),
        "email": "jane@example.com",
    }
    assert paydesk("sync", "--once", "--json").document["queued"] == 0
    assert "nowhere" in paydesk("receipt", invoice, "--pdf", str(tmp_path / "nowhere" / "x.pdf")).err


def test_charges_are_listed_and_set(paydesk: Paydesk) -> None:
    """In pence and per cent."""
    assert "pos      email  £0.00  VAT 0%   per message" in paydesk("charges", "list").out
    words = ("pos", "sms", "--net", "0.04", "--vat", "17.5", "--per", "segment", "--json")
    assert paydesk("charges", "set", *words).document == [
        {"origin": "pos", "channel": "sms", "net": 4, "vat_rate": 17.5, "per": "segment"}
    ]
    assert (
        "An email has no segments" in paydesk("charges", "set", "pos", "email", "--net", "0", "--per", "segment").err
    )


def test_words_of_several_lines_come_from_the_input(paydesk: Paydesk, monkeypatch: Any) -> None:
    """As they stand, and as they are shown again."""
    monkeypatch.setattr("sys.stdin", io.StringIO("Hi {client},\n\nPay {url}\n({code})\n"))
    paydesk("settings", "set", "message.email.reminder.body", "-")
    assert paydesk("settings", "get", "message.email.reminder.body").out == "Hi {client},\n\nPay {url}\n({code})\n"
