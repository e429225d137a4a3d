"""`paydesk types`."""

import pytest

from tests.tui.cli.conftest import Paydesk


def codes(paydesk: Paydesk, *words: str) -> list[str]:
    """Return the codes that the list shows."""
    return [kept["code"] for kept in paydesk("types", "list", *words, "--json").document]


def test_the_list_is_for_people_and_for_scripts(paydesk: Paydesk) -> None:
    """Columns in line, and a document."""
    assert paydesk("types", "list").out.splitlines()[:2] == [
        "payment_link    Payment link    link      p",
        "cash            Cash            cash      c",
    ]
    assert paydesk("types", "list", "--json").document[1] == {
        "code": "cash",
        "name": "Cash",
        "kind": "cash",
        "key": "c",
        "active": True,
    }


def test_a_type_is_added_and_takes_money(paydesk: Paydesk, invoice: str) -> None:
    """By the code that it got."""
    made = paydesk("types", "add", "--name", "Gift voucher", "--key", "g", "--json").document
    assert (made["code"], made["kind"], made["key"]) == ("gift_voucher", "recorded", "g")
    ran = paydesk("pay", invoice, "--type", "gift_voucher", "--amount", "11")
    assert ran.out == f"{invoice}: £11.00 taken by Gift voucher. It is part paid, £200.00 due.\n"


def test_a_type_is_renamed(paydesk: Paydesk) -> None:
    """Its key stays unless one is given; empty takes it away."""
    assert paydesk("types", "rename", "card", "--name", "Machine").out == "card  Machine  recorded  t\n"
    renamed = paydesk("types", "rename", "card", "--name", "Machine", "--key", "", "--json").document
    assert (renamed["name"], renamed["key"]) == ("Machine", "")


def test_a_type_is_switched_off_and_on(paydesk: Paydesk, invoice: str) -> None:
    """Off it takes nothing and is listed with --all only."""
    assert paydesk("types", "off", "card").out == "card  Card terminal  recorded  t  off\n"
    assert "card" not in codes(paydesk)
    assert "card" in codes(paydesk, "--all")
    ran = paydesk("pay", invoice, "--type", "card", "--amount", "1")
    assert (ran.code, ran.out) == (1, "")
    assert "Card terminal is switched off" in ran.err
    assert paydesk("types", "on", "card", "--json").document["active"] is True
    assert paydesk("pay", invoice, "--type", "card", "--amount", "1").code == 0


def test_types_are_moved(paydesk: Paydesk) -> None:
    """Up where it is below zero; the new order is printed."""
    ran = paydesk("types", "move", "account_credit", "--by", "-4")
    assert ran.out.splitlines()[0].startswith("account_credit")
    assert codes(paydesk)[0] == "account_credit"
    moved = paydesk("types", "move", "account_credit", "--by", "1", "--json").document
    assert [kept["code"] for kept in moved][:2] == ["payment_link", "account_credit"]


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (("add", "--name", ""), "Type the payment type's name"),
        (("add", "--name", "cash"), "There is a payment type Cash already"),
        (("add", "--name", "Cheque", "--key", "c"), "is the key of Cash"),
        (("rename", "cheque", "--name", "Cheque"), "no payment type “cheque”"),
        (("off", "cheque"), "no payment type “cheque”"),
    ],
)
def test_what_will_not_do_is_refused(paydesk: Paydesk, words: tuple[str, ...], why: str) -> None:
    """One line says why, and nothing is changed."""
    before = codes(paydesk, "--all")
    ran = paydesk("types", *words, "--json")
    assert (ran.code, ran.out, ran.err.count("\n")) == (1, "", 1)
    assert why in ran.err
    assert codes(paydesk, "--all") == before


@pytest.mark.parametrize(
    "words", [("add", "--name", "X", "--kind", "link"), ("move", "cash", "--by", "up"), ("move", "cash"), ()]
)
def test_wrong_usage(paydesk: Paydesk, words: tuple[str, ...]) -> None:
    """Exit code 2."""
    assert paydesk("types", *words).code == 2
