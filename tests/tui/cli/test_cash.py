"""`paydesk pay` with cash handed over, and lines with discounts."""

import pytest

from tests.tui.cli.conftest import Paydesk


def test_the_change_is_printed(paydesk: Paydesk, invoice: str) -> None:
    """For people on a line of its own, for scripts in pence."""
    ran = paydesk("pay", invoice, "--type", "cash", "--amount", "11", "--tendered", "20")
    assert ran.out == f"{invoice}: £11.00 taken by Cash. It is part paid, £200.00 due.\nChange £9.00\n"
    paid = paydesk("pay", invoice, "--type", "cash", "--amount", "200", "--tendered", "200", "--json").document
    assert (paid["change"], paid["amount"], paid["state"]) == (0, 20_000, "paid")


def test_without_what_was_handed_over_there_is_no_change(paydesk: Paydesk, invoice: str) -> None:
    """Not even a zero."""
    assert "change" not in paydesk("pay", invoice, "--type", "cash", "--amount", "11", "--json").document


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (("--type", "cash", "--amount", "11", "--tendered", "10.99"), "£10.99 is less than £11.00"),
        (("--type", "cash", "--amount", "11", "--tendered", "x"), "is not an amount"),
        (("--type", "card", "--amount", "11", "--tendered", "20"), "Only cash gives change"),
        (("--type", "cheque", "--amount", "11", "--tendered", "20"), "“cheque” is not a payment type here"),
        (("--type", "payment_link", "--amount", "11"), "is not a payment type here"),
    ],
)
def test_what_will_not_do_is_not_taken(paydesk: Paydesk, invoice: str, words: tuple[str, ...], why: str) -> None:
    """One line says why; nothing is recorded."""
    ran = paydesk("pay", invoice, *words, "--json")
    assert (ran.code, ran.out, ran.err.count("\n")) == (1, "", 1)
    assert why in ran.err
    assert paydesk("invoices", "show", invoice, "--json").document["payments"] == []


@pytest.mark.parametrize(
    ("line", "total"),
    [
        ("Consultation;1;120.00;20%;-10%", 10_800),
        ("Consultation;1;120.00;20;-5", 11_500),
        ("Consultation;2;60;20; -£5.50 ", 11_450),
        ("Talk; long;1;120;20%;-12.5%", 10_500),
        ("Minus;-5;1;120;20%", 12_000),
        ("Gift;1;120;0;-100%", 0),
        ("Plain;1;120;0;-0", 12_000),
    ],
)
def test_a_line_may_have_a_discount(paydesk: Paydesk, client: str, line: str, total: int) -> None:
    """A fifth part with a minus; a description keeps its semicolons."""
    made = paydesk("invoices", "create", "--client", client, "--line", line, "--json").document
    assert made["total"] == total


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("Consultation;1;120;20%;-101%", "“101%” is not a discount"),
        ("Consultation;1;120;20%;-x", "is not an amount"),
        ("Consultation;1;120;20%;-120.01", "A discount of £120.01 is more than “Consultation” comes to"),
        ("Consultation;1;120;-5", "must be DESCRIPTION;QTY;UNIT_PRICE;VAT%"),
    ],
)
def test_a_lines_discount_that_will_not_do_is_refused(paydesk: Paydesk, client: str, line: str, why: str) -> None:
    """And no invoice is begun."""
    ran = paydesk("invoices", "create", "--client", client, "--line", line)
    assert (ran.code, ran.out, ran.err.count("\n")) == (1, "", 1)
    assert why in ran.err
    assert paydesk("invoices", "list", "--json").document == []
