"""`paydesk invoices`."""

import pytest

from tests.tui.cli.conftest import Paydesk


def test_create_issues_the_invoice(paydesk: Paydesk, client: str) -> None:
    """The document has the sums in pence, and the invoice is unpaid, not a draft."""
    ran = paydesk(
        "invoices",
        "create",
        "--client",
        client,
        "--line",
        "Consultation;1;120.00;20%",
        "--line",
        "Flu;2;45.50;0",
        "--json",
    )
    assert ran.document == {
        "id": ran.document["id"],
        "number": "INV-000001",
        "total": 21100,
        "due": 21100,
        "vat": 2000,
        "state": "unpaid",
    }


def test_show_has_everything_on_the_invoice(paydesk: Paydesk, invoice: str) -> None:
    """Lines, payments and requests come with the sums."""
    paydesk("pay", invoice, "--type", "cash", "--amount", "11.00")
    paydesk("send", invoice, "--amount", "100", "--email", "--sms")
    shown = paydesk("invoices", "show", invoice, "--json").document
    assert (shown["number"], shown["total"], shown["due"], shown["state"]) == (invoice, 21100, 20000, "part_paid")
    assert shown["client_name"] == "Jane Smith"
    assert shown["lines"] == [
        {
            "description": "Consultation",
            "quantity": 1,
            "unit_price": 12000,
            "vat_rate": 20,
            "discount": 0,
            "total": 12000,
        },
        {
            "description": "Vaccine; flu",
            "quantity": 2,
            "unit_price": 4550,
            "vat_rate": 0,
            "discount": 0,
            "total": 9100,
        },
    ]
    (payment,) = shown["payments"]
    assert set(payment) == {"id", "type", "amount", "at", "reference"}
    assert (payment["type"], payment["amount"]) == ("cash", 1100)
    (request,) = shown["requests"]
    assert request == {
        "id": request["id"],
        "code": request["code"],
        "amount": 10000,
        "state": "queued",
        "reason": "",
        "url": "",
        "channels": ["email", "sms"],
    }


def test_parts_of_a_quantity_and_of_a_rate_are_numbers(paydesk: Paydesk, client: str) -> None:
    """Half an hour at 17.5% is 0.5 and 17.5."""
    paydesk("invoices", "create", "--client", client, "--line", "Massage;0.5;60;17.5%")
    (line,) = paydesk("invoices", "show", "INV-000001", "--json").document["lines"]
    assert (line["quantity"], line["vat_rate"], line["total"]) == (0.5, 17.5, 3000)


def test_list_names_the_client_and_the_link(paydesk: Paydesk, invoice: str) -> None:
    """Each row is the invoice with its client's name and its newest request's state."""
    (row,) = paydesk("invoices", "list", "--json").document
    assert (row["client_name"], row["request_state"]) == ("Jane Smith", None)
    paydesk("send", invoice)
    (row,) = paydesk("invoices", "list", "--json").document
    assert {"id", "number", "total", "due", "vat", "state"} < set(row)
    assert row["request_state"] == "queued"


def test_list_by_state_and_by_letters(paydesk: Paydesk, client: str, invoice: str) -> None:
    """--state and --search narrow the list, together too."""
    paydesk("invoices", "create", "--client", client, "--line", "Cream;1;10;20")
    paydesk("pay", "INV-000002", "--type", "card", "--amount", "10")

    def numbers(*words: str) -> list[str]:
        return [row["number"] for row in paydesk("invoices", "list", *words, "--json").document]

    assert numbers() == ["INV-000002", "INV-000001"]
    assert numbers("--state", "paid") == ["INV-000002"]
    assert numbers("--search", "smith") == ["INV-000002", "INV-000001"]
    assert numbers("--search", "smith", "--state", "unpaid") == [invoice]
    assert numbers("--state", "void") == []


def test_log_tells_what_happened_in_order(paydesk: Paydesk, invoice: str) -> None:
    """Each line says when, who, what and how much."""
    paydesk("pay", invoice, "--type", "cash", "--amount", "11")
    log = paydesk("invoices", "log", invoice, "--json").document
    assert [line["kind"] for line in log] == ["invoice_created", "invoice_issued", "payment_recorded"]
    assert set(log[2]) == {"at", "actor", "kind", "text", "amount", "channel", "address", "result", "charge"}
    assert (log[2]["actor"], log[2]["amount"]) == ("amira", 1100)


def test_people_read_the_sums_in_pounds(paydesk: Paydesk, invoice: str) -> None:
    """Without --json the money is written as people write it, in columns."""
    listed = paydesk("invoices", "list").out.splitlines()
    assert listed[0].split() == ["Number", "Client", "State", "Total", "Due", "Payment", "link"]
    assert listed[1] == "INV-000001  Jane Smith  unpaid  £211.00  £211.00"
    paydesk("pay", invoice, "--type", "cash", "--amount", "1")
    shown = paydesk("invoices", "show", invoice).out
    assert "  VAT 20% in £120.00   £20.00\n" in shown
    assert "  Due                 £210.00\n" in shown
    assert "Payments\n" in shown
    assert "Invoice issued · £211.00" in paydesk("invoices", "log", invoice).out


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("Consultation", "DESCRIPTION;QTY;UNIT_PRICE;VAT%"),
        ("Consultation;1;120", "DESCRIPTION;QTY;UNIT_PRICE;VAT%"),
        ("Consultation;0;120;20", "“0” is not a quantity"),
        ("Consultation;two;120;20", "“two” is not a quantity"),
        ("Consultation;1;12,5;20", "“12,5” is not an amount"),
        ("Consultation;1;-1;20", "below zero"),
        ("Consultation;1;1e9;20", "“1e9” is not an amount"),
        ("Consultation;1;120;120", "“120” is not a VAT rate"),
        ("Consultation;1;120;x%", "is not a VAT rate"),
        (";1;120;20", "no description"),
        ("Consultation;9999;9999999;20", "more than"),
    ],
)
def test_bad_lines_are_refused_and_nothing_is_kept(paydesk: Paydesk, client: str, line: str, why: str) -> None:
    """The error names the line and what to type instead; no invoice is begun."""
    ran = paydesk("invoices", "create", "--client", client, "--line", "Good;1;1.00;0", "--line", line, "--json")
    assert (ran.code, ran.out) == (1, "")
    assert ran.err.count("\n") == 1
    assert why in ran.err
    assert paydesk("invoices", "list", "--json").document == []


def test_bad_lines_are_counted(paydesk: Paydesk, client: str) -> None:
    """The second line is called line 2."""
    ran = paydesk("invoices", "create", "--client", client, "--line", "Good;1;1.00;0", "--line", "Bad;x;1;0")
    assert "Line 2 “Bad”" in ran.err


def test_unknown_client_and_invoice_are_refused(paydesk: Paydesk) -> None:
    """What is not there is said, with where to look."""
    ran = paydesk("invoices", "create", "--client", "nobody", "--line", "A;1;1;0")
    assert (ran.code, ran.out) == (1, "")
    assert "no client nobody" in ran.err
    for command in ("show", "log"):
        ran = paydesk("invoices", command, "INV-000099", "--json")
        assert (ran.code, ran.out) == (1, "")
        assert "no invoice INV-000099" in ran.err


def test_list_by_day_client_and_what_is_waited_for(paydesk: Paydesk, client: str, invoice: str) -> None:
    """--days, --client and --only narrow the list, together too; a wrong number of days is wrong usage."""
    other = paydesk("clients", "add", "--name", "Omar Haddad", "--json").document["id"]

    def numbers(*words: str) -> list[str]:
        return [row["number"] for row in paydesk("invoices", "list", *words, "--json").document]

    assert numbers("--days", "1") == numbers("--client", client) == [invoice]
    assert numbers("--client", other) == numbers("--only", "overdue") == numbers("--only", "link_unpaid") == []
    paydesk("settings", "set", "clinic.payment_days", "0")
    assert numbers("--only", "overdue") == []
    for wrong in ("0", "-1", "x", "99999999999", "²"):
        assert paydesk("invoices", "list", "--days", wrong).code == 2


def test_void_and_notes(paydesk: Paydesk, invoice: str) -> None:
    """A void invoice is owed no more and its log says why; notes are written, shown and taken away."""
    assert paydesk("invoices", "void", invoice, "--reason", " ").code == 1
    void = paydesk("invoices", "void", invoice, "--reason", "made twice", "--json").document
    assert (void["state"], void["due"]) == ("void", 0)
    assert "Invoice made void: made twice" in paydesk("invoices", "log", invoice).out
    assert "it cannot be made void" in paydesk("invoices", "void", invoice, "--reason", "again").err
    assert paydesk("invoices", "notes", invoice, "--text", "call her").out == "call her\n"
    assert paydesk("invoices", "notes", invoice, "--json").document == {"number": invoice, "notes": "call her"}
    assert paydesk("invoices", "notes", invoice, "--text", "").out == ""


def test_show_has_the_vat_of_each_rate(paydesk: Paydesk, client: str) -> None:
    """After discounts; the rates' sums are the total."""
    line = "Physio;2;91.00;20%;-10%"
    paydesk("invoices", "create", "--client", client, "--line", line, "--line", "Vaccine;1;91.00;0")
    shown = paydesk("invoices", "show", "INV-000001", "--json").document
    assert shown["vat_rates"] == [
        {"rate": 20, "gross": 16_380, "vat": 2_730},
        {"rate": 0, "gross": 9_100, "vat": 0},
    ]
    assert shown["lines"][0]["discount"] == 1_820
