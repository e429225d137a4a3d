"""`paydesk credit`, and paying with it."""

import pytest

from tests.tui.cli.conftest import Paydesk


def deposit(paydesk: Paydesk, client: str, amount: str, *words: str) -> int:
    """Take a deposit and return the balance."""
    ran = paydesk("credit", "deposit", client, "--type", "cash", "--amount", amount, *words, "--json")
    return int(ran.document["balance"])


def test_a_deposit_pays_an_invoice_and_the_rest_goes_back(paydesk: Paydesk, client: str, invoice: str) -> None:
    """Every step is on the client's account."""
    assert deposit(paydesk, client, "250") == 25_000
    paid = paydesk("pay", invoice, "--type", "account_credit", "--amount", "211", "--json").document
    assert (paid["type"], paid["state"], paid["due"]) == ("account_credit", "paid", 0)
    ran = paydesk("credit", "return", client, "--type", "transfer", "--amount", "39", "--reference", "left us")
    assert ran.out == "Jane Smith: £39.00 given back, £0.00 of credit now.\n"
    shown = paydesk("credit", "show", client, "--json").document
    assert (shown["client_id"], shown["client_name"], shown["balance"]) == (client, "Jane Smith", 0)
    assert [(entry["amount"], entry["type"], entry["reference"]) for entry in shown["entries"]] == [
        (-3900, "transfer", "left us"),
        (-21_100, "account_credit", invoice),
        (25_000, "cash", ""),
    ]
    assert shown["entries"][1]["payment_id"] == paid["id"]
    head, *lines = paydesk("credit", "show", client).out.splitlines()
    assert head == "Jane Smith: £0.00"
    assert lines[0].split()[2:] == ["Bank", "transfer", "-£39.00", "left", "us"]
    assert paydesk("verify").code == 0


def test_an_id_makes_it_once(paydesk: Paydesk, client: str, invoice: str) -> None:
    """A script that was cut off runs again."""
    assert deposit(paydesk, client, "10", "--id", "script-1") == 1000
    assert deposit(paydesk, client, "10", "--id", "script-1") == 1000
    words = ("pay", invoice, "--type", "cash", "--amount", "11", "--id", "script-2", "--json")
    assert paydesk(*words).document["id"] == paydesk(*words).document["id"] == "script-2"
    assert paydesk("invoices", "show", invoice, "--json").document["due"] == 20_000
    ran = paydesk("pay", invoice, "--type", "cash", "--amount", "12", "--id", "script-2")
    assert ran.code == 1
    assert "recorded already, as £11.00" in ran.err


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (
            ("deposit", "--type", "cheque", "--amount", "1"),
            "not a payment type here. Use one of: cash, card",
        ),
        (("deposit", "--type", "cash", "--amount", "0"), "is zero"),
        (("deposit", "--type", "cash", "--amount", "1", "--id", "a b"), "no spaces"),
        (("return", "--type", "cash", "--amount", "10.01"), "more than the £10.00"),
        (("return", "--type", "cash", "--amount", "-1"), "below zero"),
    ],
)
def test_what_will_not_do_is_refused(paydesk: Paydesk, client: str, words: tuple[str, ...], why: str) -> None:
    """One line says why, and the balance stays."""
    deposit(paydesk, client, "10")
    ran = paydesk("credit", words[0], client, *words[1:], "--json")
    assert (ran.code, ran.out, ran.err.count("\n")) == (1, "", 1)
    assert why in ran.err
    assert paydesk("credit", "show", client, "--json").document["balance"] == 1000


def test_an_unknown_client_is_told(paydesk: Paydesk) -> None:
    """By every command."""
    for words in (
        ("show", "nobody"),
        ("deposit", "nobody", "--type", "cash", "--amount", "1"),
        ("return", "nobody", "--type", "cash", "--amount", "1"),
    ):
        ran = paydesk("credit", *words)
        assert ran.code == 1
        assert "no client nobody" in ran.err
