"""`paydesk pay`, `send` and `cancel`."""

import pytest

from tests.tui.cli.conftest import Paydesk

BAD_AMOUNTS = [
    ("12,5", "is not an amount"),
    ("-1", "below zero"),
    ("1e9", "is not an amount"),
    ("0", "is zero"),
    ("0.00", "is zero"),
    ("", "Type an amount"),
    ("1.234", "is not an amount"),
    ("211.01", "is more than the £211.00 due"),
    ("9999999", "more than one amount can be"),
]


def test_pay_records_and_says_what_is_left(paydesk: Paydesk, invoice: str) -> None:
    """The payment is returned with the invoice's new state and what is due."""
    paid = paydesk("pay", invoice, "--type", "card", "--amount", "£11.00", "--json").document
    assert (paid["type"], paid["amount"], paid["state"], paid["due"]) == ("card", 1100, "part_paid", 20000)
    assert {"id", "at", "reference", "number"} < set(paid)
    assert paydesk("pay", invoice, "--type", "transfer", "--amount", "200", "--json").document["state"] == "paid"


@pytest.mark.parametrize(("amount", "why"), BAD_AMOUNTS)
def test_bad_amounts_are_not_taken(paydesk: Paydesk, invoice: str, amount: str, why: str) -> None:
    """One line says why; nothing is recorded."""
    ran = paydesk("pay", invoice, "--type", "cash", "--amount", amount, "--json")
    assert (ran.code, ran.out) == (1, "")
    assert ran.err.count("\n") == 1
    assert why in ran.err
    assert paydesk("invoices", "show", invoice, "--json").document["payments"] == []


@pytest.mark.parametrize(("amount", "why"), BAD_AMOUNTS)
def test_bad_amounts_are_not_asked_for(paydesk: Paydesk, invoice: str, amount: str, why: str) -> None:
    """One line says why; nothing is queued."""
    ran = paydesk("send", invoice, "--amount", amount, "--email", "--json")
    assert (ran.code, ran.out) == (1, "")
    assert ran.err.count("\n") == 1
    assert why in ran.err
    assert paydesk("outbox", "list", "--json").document == []


def test_nothing_is_taken_on_a_paid_invoice(paydesk: Paydesk, invoice: str) -> None:
    """A paid invoice takes no second payment and gets no link."""
    paydesk("pay", invoice, "--type", "cash", "--amount", "211")
    for words in (("pay", invoice, "--type", "cash", "--amount", "1"), ("send", invoice)):
        ran = paydesk(*words)
        assert ran.code == 1
        assert "nothing is due" in ran.err


def test_send_queues_and_says_the_charges(paydesk: Paydesk, invoice: str) -> None:
    """The whole sum is asked for by both channels; from an invoice email costs 2p and SMS 5p and VAT."""
    sent = paydesk("send", invoice, "--email", "--sms", "--json").document
    assert sent == {
        "request_id": sent["request_id"],
        "code": sent["code"],
        "state": "queued",
        "amount": 21100,
        "charges": [{"channel": "email", "net": 2, "vat": 0}, {"channel": "sms", "net": 5, "vat": 1}],
    }
    assert len(sent["code"]) == 7


def test_send_to_other_addresses(paydesk: Paydesk, invoice: str) -> None:
    """An address after the option stands for the client's own; the people's lines show where it goes."""
    ran = paydesk("send", invoice, "--amount", "10.50", "--email", "mum@example.com", "--sms", "07700 900999")
    assert ran.code == 0
    assert "for £10.50 of INV-000001 is queued" in ran.out
    assert "mum@example.com" in ran.out
    assert "07700 900999" in ran.out


def test_send_without_channels_makes_only_the_link(paydesk: Paydesk, invoice: str) -> None:
    """No channel, no message, no charge."""
    sent = paydesk("send", invoice, "--json").document
    assert sent["charges"] == []
    (request,) = paydesk("invoices", "show", invoice, "--json").document["requests"]
    assert request["channels"] == []


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (("--email", "jane@"), "is not an email address"),
        (("--sms", "123"), "is not a whole mobile number"),
        (("--sms", "jane"), "has letters in it"),
    ],
)
def test_send_to_bad_addresses_is_refused(paydesk: Paydesk, invoice: str, words: tuple[str, ...], why: str) -> None:
    """One line says why, and nothing is queued."""
    ran = paydesk("send", invoice, *words, "--json")
    assert (ran.code, ran.out) == (1, "")
    assert why in ran.err
    assert paydesk("outbox", "list", "--json").document == []


def test_send_needs_an_address_of_the_client(paydesk: Paydesk) -> None:
    """A client without a mobile gets no SMS unless one is typed."""
    client = paydesk("clients", "add", "--name", "Ann", "--json").document["id"]
    paydesk("invoices", "create", "--client", client, "--line", "A;1;5;0")
    ran = paydesk("send", "INV-000001", "--sms")
    assert ran.code == 1
    assert "Ann has no mobile number" in ran.err


def test_more_than_is_due_is_not_asked_for_twice(paydesk: Paydesk, invoice: str) -> None:
    """What a link asks for already is taken into account."""
    first = paydesk("send", invoice, "--amount", "200", "--json").document
    ran = paydesk("send", invoice, "--amount", "20")
    assert ran.code == 1
    assert first["code"] in ran.err


def test_cancel_by_id_and_by_code(paydesk: Paydesk, invoice: str) -> None:
    """What has not left is stopped at once, and is not cancelled twice."""
    first = paydesk("send", invoice, "--amount", "10", "--json").document
    second = paydesk("send", invoice, "--amount", "20", "--json").document
    taken_back = paydesk("cancel", first["request_id"], "--json").document
    assert taken_back == {
        "request_id": first["request_id"],
        "code": first["code"],
        "state": "stopped",
        "amount": 1000,
    }
    assert paydesk("cancel", second["code"].lower()).out == f"Payment link {second['code']} will not be sent.\n"
    again = paydesk("cancel", first["request_id"], "--json")
    assert (again.code, again.out) == (1, "")
    assert "nothing to cancel" in again.err


def test_cancel_of_an_unknown_request_is_refused(paydesk: Paydesk) -> None:
    """An unknown code is said to be unknown."""
    ran = paydesk("cancel", "AAA-AAA")
    assert ran.code == 1
    assert "no payment request AAA-AAA" in ran.err
