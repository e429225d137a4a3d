"""Receipts: what they say and how they read."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from store import refunds
from store import settings as kept
from store.database import Tx
from store.discounts import Discount
from store.errors import NotFound, Refused
from store.invoices import NewLine, issue, save_draft
from store.models import Line
from store.receipt_text import WIDTH, cells, receipt_text
from store.receipts import Receipt, ReceiptPayment, VatRow, receipt_of
from tests.store.builders import Clinic


def receipt(clinic: Clinic, number: str, **chosen: str) -> Receipt:
    """Return the receipt of an invoice, with some settings."""
    environment = {"PAYDESK_CLINIC_NAME": "Riverside Clinic"} | {
        f"PAYDESK_CLINIC_{name.upper()}": value for name, value in chosen.items()
    }
    folder = clinic.store.path.parent
    return clinic.store.read(lambda reader: receipt_of(reader, kept.load(reader, folder, environment), number))


def discounted(clinic: Clinic) -> str:
    """Issue an invoice with lines at two rates, a discount on a line, and £10.00 off it all."""
    lines = [
        NewLine("Consultation, 30 min", 1000, 12_000, 2000, discount_rate=1000),
        NewLine("Vaccine, flu", 2000, 4550, 0),
    ]

    def work(tx: Tx) -> str:
        draft = save_draft(tx, clinic.jane.id, lines, currency="GBP", prefix="INV-", discount=Discount(amount=1000))
        return issue(tx, draft.row.number).row.number

    return clinic.store.write(work, actor="Amira")


def test_what_is_not_paid_is_an_invoice(clinic: Clinic) -> None:
    """With what is to pay, and the code of its link."""
    number = clinic.issued()
    request = clinic.live(number)
    made = receipt(clinic, number)
    assert (made.title, made.amount, made.paid, made.due, made.code) == ("Invoice", 21_100, 0, 21_100, request.code)


def test_what_is_paid_is_a_receipt_with_names_of_payment_types(clinic: Clinic) -> None:
    """As the clinic calls them, in the order in which they came, with the code of the link that was paid."""
    number = clinic.issued()
    clinic.store.write(lambda tx: tx.run("UPDATE payment_types SET name = 'Bar' WHERE code = 'cash'"))
    clinic.pay(number, 1100)
    request = clinic.live(number, 20_000)
    assert receipt(clinic, number).title == "Receipt"
    clinic.receive(clinic.seen(request))
    made = receipt(clinic, number)
    assert [(p.text, p.amount, p.date) for p in made.payments] == [
        ("Bar", 1100, "22 November 2026"),
        ("Payment link, Visa 4242", 20_000, "22 November 2026"),
    ]
    assert (made.title, made.amount, made.due, made.code) == ("Receipt", 21_100, 0, request.code)


def test_discounts_and_vat_add_up_to_the_total(clinic: Clinic) -> None:
    """Per rate, once both discounts are off."""
    made = receipt(clinic, discounted(clinic), vat_number="GB 123")
    assert (made.subtotal, made.discount, made.total) == (19_900, 1000, 18_900)
    assert sum(row.gross for row in made.vat_rows) == made.total
    assert [row.rate for row in made.vat_rows] == [2000, 0]
    assert all(row.net + row.vat == row.gross for row in made.vat_rows)
    assert made.vat == clinic.invoice(made.number).row.vat


def test_a_refund_is_shown_and_is_no_longer_owed(clinic: Clinic) -> None:
    """As money that went back, by the way it went."""
    number = clinic.issued()
    paid = clinic.pay(number, 21_100)
    clinic.store.write(lambda tx: refunds.refund(tx, number, paid.id, 1100, reason="unhappy"), actor="Amira")
    made = receipt(clinic, number)
    assert [(p.text, p.amount) for p in made.payments] == [("Cash", 21_100), ("Refund, Cash", -1100)]
    assert (made.paid, made.credited, made.due, made.overpaid) == (20_000, 1100, 0, 0)


def test_the_day_is_the_clinics(clinic: Clinic) -> None:
    """Near midnight it is tomorrow in Auckland."""
    assert receipt(clinic, clinic.issued(), zone="Pacific/Auckland").date == "23 November 2026"


def test_a_void_invoice_says_so(clinic: Clinic) -> None:
    """Nothing is to pay."""
    number = clinic.issued()
    clinic.store.write(lambda tx: tx.run("UPDATE invoices SET state = 'void' WHERE number = :n", n=number))
    made = receipt(clinic, number)
    assert (made.void, made.due) == (True, 0)
    assert "INVOICE (VOID)" in receipt_text(made)


def test_a_draft_and_a_number_that_is_none_have_no_receipt(clinic: Clinic) -> None:
    """Each with its reason."""
    draft = clinic.draft().row.number
    with pytest.raises(Refused, match="is a draft"):
        receipt(clinic, draft)
    with pytest.raises(NotFound, match="There is no invoice X"):
        receipt(clinic, "X")


def test_the_text_has_everything_in_line(clinic: Clinic) -> None:
    """Head, client, code, lines, discounts, sums, payments, VAT and whom to ask, 80 columns wide."""
    number = discounted(clinic)
    request = clinic.live(number, 10_000)
    clinic.receive(clinic.seen(request))
    made = receipt(
        clinic, number, address="12 High Street, London", vat_number="GB 123", support_email="hello@example.com"
    )
    assert receipt_text(made) == "\n".join(
        (
            "Riverside Clinic                                                         RECEIPT",
            f"12 High Street                                                        {number}",
            "London                                                          22 November 2026",
            "VAT number GB 123",
            "",
            "For   Jane Smith",
            f"Code  {request.code}",
            "",
            "Description                             Qty           Each    VAT          Total",
            "-" * 80,
            "Consultation, 30 min                      1        £120.00    20%        £108.00",
            "  less £12.00 (10%)",
            "Vaccine, flu                              2         £45.50     0%         £91.00",
            "-" * 80,
            "",
            "                                                Subtotal                 £199.00",
            "                                                Discount                 -£10.00",
            "                                                Total                    £189.00",
            "",
            "22 November 2026   Payment link, Visa 4242                               £100.00",
            "-" * 80,
            "                                                Paid                     £100.00",
            "                                                Still to pay              £89.00",
            "",
            "VAT rate                                       Net            VAT          Gross",
            "20%                                         £85.47         £17.10        £102.57",
            "0%                                          £86.43          £0.00         £86.43",
            "",
            "Questions? Write to hello@example.com.",
            "",
        )
    )


def test_without_vat_none_is_spoken_of(clinic: Clinic) -> None:
    """A clinic that is exempt has no table of noughts."""
    clinic.store.write(lambda tx: tx.run("UPDATE lines SET vat_rate = 0"))
    number = clinic.draft(NewLine("Consultation", 1000, 100, 0)).row.number
    clinic.store.write(lambda tx: issue(tx, number))
    assert "VAT rate" not in receipt_text(receipt(clinic, number))


TEXT = st.text(st.characters(exclude_categories=("Cs", "Cc", "Zl", "Zp")), min_size=1, max_size=200)


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(words=TEXT, name=TEXT, pence=st.integers(0, 99_999_999), quantity=st.integers(1, 9_999_999))
def test_no_line_is_wider_than_the_page(words: str, name: str, pence: int, quantity: int) -> None:
    """Whatever is typed, in whatever script."""
    line = Line(words, quantity, pence, 1750, pence, 1, 1)
    made = Receipt(
        "Receipt", name, (words,), "GB1", "", "INV-000001", "22 November 2026", name, "K7Q-42M", "CHF", (line,),
        pence, 1, 0, pence, (VatRow(1750, pence, 0),), (ReceiptPayment("22 November 2026", words, name, pence),),
        pence, 0, 0, 0, False,
    )  # fmt: skip
    for text in receipt_text(made).split("\n"):
        assert cells(text) <= WIDTH
