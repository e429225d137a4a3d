"""`paydesk day`."""

from tests.tui.cli.conftest import Paydesk


def test_show_has_everything_since_the_last_close(paydesk: Paydesk, invoice: str) -> None:
    """Types, rates, the till and what is on its way; the rates come to the same sum as the types."""
    paydesk("pay", invoice, "--type", "cash", "--amount", "11.00")
    paydesk("pay", invoice, "--type", "card", "--amount", "100.00")
    paydesk("send", invoice, "--amount", "50")
    shown = paydesk("day", "show", "--json").document
    assert [(row["code"], row["count"], row["total"]) for row in shown["types"]] == [
        ("cash", 1, 1100),
        ("card", 1, 10000),
    ]
    assert [row["vat_rate"] for row in shown["rates"]] == [20, 0]
    assert sum(row["amount"] for row in shown["rates"]) == shown["total"] == 11100
    assert (shown["float"], shown["expected"], shown["credit_used"]) == (0, 1100, 0)
    assert shown["links_in_flight"] == {"count": 1, "amount": 5000}
    assert shown["outbox"] == {"queued": 1, "attention": 0, "held": 0}
    assert shown["gateway_heard_at"] is None
    lines = paydesk("day", "show").out.splitlines()
    assert lines[0].startswith("Since ")
    assert "Payment links not paid: 1   £50.00" in lines


def test_show_on_an_empty_folder(paydesk: Paydesk) -> None:
    """Before anything was taken it says so."""
    ran = paydesk("day", "show")
    assert ran.code == 0
    assert ran.out.startswith("Nothing taken yet\n")


def test_close_prints_the_sheet_and_begins_a_new_day(paydesk: Paydesk, invoice: str) -> None:
    """What is kept is the next day's float; the list and the print know the day."""
    paydesk("pay", invoice, "--type", "cash", "--amount", "111.00")
    closed = paydesk("day", "close", "--counted", "£161.00", "--float", "50", "--keep", "60.00", "--json").document
    assert (closed["float"], closed["expected"], closed["counted"], closed["difference"]) == (5000, 16100, 16100, 0)
    assert (closed["kept"], closed["by"], closed["total"]) == (6000, "amira", 11100)
    assert paydesk("day", "show", "--json").document["float"] == 6000
    assert paydesk("day", "list", "--json").document == [closed]
    assert closed["id"] in paydesk("day", "list").out
    for words in ((), (closed["id"],), (closed["id"].lower(),)):
        printed = paydesk("day", "print", *words).out
        assert "Taken out of the till                    £101.00" in printed.splitlines()
    assert paydesk("day", "print", "--json").document == {**closed, "text": printed}


def test_keeps_what_the_day_began_with(paydesk: Paydesk) -> None:
    """Without --keep the float stays, as far as there is as much."""
    paydesk("day", "close", "--counted", "50", "--float", "50")
    assert paydesk("day", "show", "--json").document["float"] == 5000
    paydesk("day", "close", "--counted", "20", "--reason", "change was bought")
    assert paydesk("day", "show", "--json").document["float"] == 2000


def test_a_difference_needs_a_reason(paydesk: Paydesk, invoice: str) -> None:
    """One line says what is missing and which option to give; nothing is closed."""
    paydesk("pay", invoice, "--type", "cash", "--amount", "11.00")
    ran = paydesk("day", "close", "--counted", "10", "--json")
    assert (ran.code, ran.out) == (1, "")
    assert "£1.00 less than the £11.00 expected" in ran.err
    assert "--reason" in ran.err
    assert paydesk("day", "list", "--json").document == []
    assert paydesk("day", "close", "--counted", "10", "--reason", "lost", "--json").document["difference"] == -100


def test_bad_amounts_close_nothing(paydesk: Paydesk) -> None:
    """What is no amount is refused in one line."""
    for words in (("--counted", "ten"), ("--counted", "-1"), ("--counted", "5", "--keep", "6", "--reason", "x")):
        ran = paydesk("day", "close", *words)
        assert (ran.code, ran.err.count("\n")) == (1, 1)
    assert paydesk("day", "list").out == ""


def test_no_such_day(paydesk: Paydesk) -> None:
    """A day that is not there, or none at all, is said."""
    for words in ((), ("01ABC",)):
        ran = paydesk("day", "print", *words)
        assert (ran.code, ran.out) == (1, "")
        assert "no closed day" in ran.err
