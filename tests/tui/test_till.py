"""What a sale can be paid with: the clinic's types in its order, and how much each can take."""

from zoneinfo import ZoneInfo

from store.discounts import NONE, Discount
from store.lines import NewLine
from store.models import Client, Invoice, InvoiceRow, InvoiceState, Payment, PaymentType
from tui.discount_text import show_discount, write_discount
from tui.sale import Sale
from tui.till import Till

JANE = Client("c1", "Jane Smith", "", "")
CASH = PaymentType("cash", "Cash", "cash", "c", 2, True)
LINK = PaymentType("payment_link", "Payment link", "link", "p", 3, True)
OFF = PaymentType("card", "Card terminal", "recorded", "t", 1, False)
CREDIT = PaymentType("account_credit", "Account credit", "credit", "a", 4, True)
VOUCHER = PaymentType("voucher", "Voucher", "recorded", "", 1, True)
ALL = (CASH, LINK, OFF, CREDIT, VOUCHER)


def till(credit: int = 0) -> Till:
    """Return a till of five types, one of them switched off."""
    return Till(ALL, credit, "GBP", ZoneInfo("Europe/London"))


def sale(state: InvoiceState = "draft", total: int = 10_000, *paid: Payment) -> Sale:
    """Return a sale of one line that is in the store."""
    made = Sale()
    row = InvoiceRow("i1", "INV-1", "c1", "Jane", state, "GBP", total, 0, sum(p.amount for p in paid), 1, "")
    made.load(Invoice(row, JANE, (), paid, ()))
    made.lines = [NewLine("Visit", 1000, total, 0)]
    return made


def payment(number: int, code: str, amount: int) -> Payment:
    """Return a payment."""
    return Payment(f"p{number}", code, amount, "", "", None, "Amira")


def test_the_ways_are_the_clinics_in_its_order() -> None:
    """What is switched off is not there, nor is credit that the client does not have."""
    assert [way.type.code for way in till().ways(sale())] == ["voucher", "cash", "payment_link"]


def test_credit_takes_no_more_than_there_is_nor_than_is_due() -> None:
    """And the others take what is due."""
    assert [way.amount for way in till(3_000).ways(sale())] == [10_000, 10_000, 10_000, 3_000]
    assert till(30_000).ways(sale())[-1].amount == 10_000


def test_nothing_can_be_paid_before_there_is_a_client() -> None:
    """And nothing that is paid already."""
    nobody = sale()
    nobody.client = None
    assert till().ways(nobody) == ()
    assert till().ways(sale("paid", 500, payment(1, "cash", 500))) == ()


def test_payments_are_listed_one_by_one_until_they_are_many() -> None:
    """Then a row a type; what went back is said to be a refund; a type that is off still has its name."""
    few = sale("part_paid", 10_000, payment(1, "card", 1_000), payment(2, "cash", -400))
    assert till().made(few) == [("Card terminal", 1_000), ("Refund, Cash", -400)]
    many = sale("part_paid", 10_000, *(payment(n, "cash", 100 * n) for n in range(1, 4)), payment(4, "gone_type", 5))
    assert till().made(many) == [("3 × Cash", 600), ("gone type", 5)]


def test_a_deposit_is_money_or_written_down() -> None:
    """Never credit itself, nor a link."""
    assert [one.code for one in till(500).deposits] == ["voucher", "cash"]


def test_discounts_in_words() -> None:
    """As they are typed, and as they are read."""
    given = (NONE, Discount(rate=1250), Discount(amount=500))
    assert [write_discount(one) for one in given] == ["", "12.5%", "5.00"]
    assert [show_discount(one, "GBP") for one in given] == ["", "12.5%", "£5.00"]
