"""What was taken, by type and by VAT rate: every penny once, splits, refunds and deposits included."""

from collections.abc import Sequence

from hypothesis import given, settings
from hypothesis import strategies as st

from store import credit, invoices, ledger, payment_types, rate_shares, refunds, takings
from store.ids import new_id
from store.refunds import Refundable
from store.takings import RateTaking, Takings
from store.times import to_text
from tests.store.builders import NOW, Clinic, line
from tests.store.moves import RATES, another_clinic, give_back, mixed

EVER = ("2000", "3000")


def taken(clinic: Clinic, start: str = EVER[0], end: str = EVER[1]) -> Takings:
    """Read what was taken between two times."""
    return clinic.store.read(lambda reader: takings.taken(reader, takings.between(start, end)))


def by_name(found: Takings) -> dict[str, int]:
    """Return what each type took."""
    return {row.name: row.total for row in found.types}


def by_rate(found: Takings) -> dict[int | None, int]:
    """Return what was taken at each rate."""
    return {row.rate: row.amount for row in found.rates}


def test_nothing_taken(clinic: Clinic) -> None:
    """Without a payment there are no rows and the sums are nothing."""
    assert taken(clinic) == Takings()
    assert (taken(clinic).total, taken(clinic).cash) == (0, 0)


def test_by_type_in_the_clinics_order(clinic: Clinic) -> None:
    """Each type has a row, in the order of the payment menu, under the name it has now."""
    number = clinic.issued(10_000)
    for kind, amount in (("transfer", 1_000), ("cash", 2_000), ("card", 3_000), ("cash", 500)):
        clinic.pay(number, amount, kind)
    clinic.store.write(lambda tx: payment_types.change(tx, "card", name="Card machine"))
    found = taken(clinic)
    assert [row.name for row in found.types] == ["Cash", "Card machine", "Bank transfer"]
    assert [(row.count, row.total) for row in found.types] == [(2, 2_500), (1, 3_000), (1, 1_000)]
    assert (found.total, found.cash) == (6_500, 2_500)


def test_one_rate(clinic: Clinic) -> None:
    """An invoice at one rate counts whole at that rate, with the VAT inside."""
    clinic.pay(mixed(clinic, 12_000), 6_000)
    assert taken(clinic).rates == (RateTaking(2000, 6_000),)
    assert taken(clinic).rates[0].vat == 1_000


def test_part_payments_end_at_what_each_rate_has(clinic: Clinic) -> None:
    """Paid in three parts that do not divide evenly, each rate has got exactly its own in the end."""
    number = mixed(clinic, 10_001, 0, 4_999)
    for amount in (3_333, 1, 11_666):
        clinic.pay(number, amount)
    assert by_rate(taken(clinic)) == {2000: 10_001, 0: 4_999}


def test_discount_on_the_invoice_is_taken_off(clinic: Clinic) -> None:
    """What a rate has got is what the invoice has at it after its discount."""
    clinic.pay(mixed(clinic, 9_000, 0, 1_000, discount=1_000), 9_000)
    assert by_rate(taken(clinic)) == {2000: 8_100, 0: 900}


def test_refund_is_negative(clinic: Clinic) -> None:
    """Money given back is taken off its type and its rates, and shown apart within its type."""
    number = mixed(clinic, 10_000, 0, 5_000)
    clinic.pay(number, 15_000)
    give_back(clinic, number, 15_000)
    found = taken(clinic)
    assert [(row.paid, row.refunded, row.total) for row in found.types] == [(15_000, -15_000, 0)]
    assert (by_rate(found), found.cash) == ({2000: 0, 0: 0}, 0)


def test_refund_to_another_type(clinic: Clinic) -> None:
    """A card payment given back in cash leaves the card's takings and empties the till."""
    number = clinic.issued(5_000)
    clinic.pay(number, 5_000, "card")
    give_back(clinic, number, 2_000, to="cash")
    assert by_name(taken(clinic)) == {"Cash": -2_000, "Card terminal": 5_000}
    assert taken(clinic).cash == -2_000


def test_deposits_and_account_credit(clinic: Clinic) -> None:
    """A deposit is new money without a rate; using it later is no new money and is told apart."""
    clinic.store.write(lambda tx: credit.deposit(tx, clinic.jane.id, "cash", 6_000, currency="GBP"))
    clinic.store.write(lambda tx: credit.pay_back(tx, clinic.jane.id, "cash", 1_000, currency="GBP"))
    number = mixed(clinic, 4_000, 0, 4_000)
    clinic.pay(number, 3_000, "account_credit")
    clinic.pay(number, 5_000, "card")
    found = taken(clinic)
    assert [(row.code, row.deposits, row.total) for row in found.types] == [
        ("cash", 5_000, 5_000),
        ("card", 0, 5_000),
    ]
    assert by_rate(found) == {2000: 2_500, 0: 2_500, None: 5_000}
    assert (found.credit_used, found.total, found.cash) == (3_000, 10_000, 5_000)


def test_refund_to_account_credit_moves_no_money(clinic: Clinic) -> None:
    """What goes back to the client's credit stays in the till."""
    number = clinic.issued(5_000)
    clinic.pay(number, 5_000)
    give_back(clinic, number, 2_000, to="account_credit")
    assert (taken(clinic).total, taken(clinic).credit_used) == (5_000, -2_000)


def test_the_end_belongs_to_the_next_span(clinic: Clinic) -> None:
    """A payment on the border of two spans is in the later one, and in no other."""
    clinic.pay(clinic.issued(5_000), 5_000)
    now = to_text(NOW)
    assert (taken(clinic, "2000", now).total, taken(clinic, now, "3000").total) == (0, 5_000)


def test_only_the_spans_own_share_of_an_invoice(clinic: Clinic) -> None:
    """Of an invoice paid over two days, each day has what it took, and both together what the rates have."""
    number = mixed(clinic, 101, 33, 67)
    clinic.pay(number, 100)
    first_end = to_text(NOW.replace(hour=23))
    clinic.clock.forward(days=1)
    clinic.pay(number, 101)
    parts = [by_rate(taken(clinic, "2000", first_end)), by_rate(taken(clinic, first_end, "3000"))]
    assert [sum(part.values()) for part in parts] == [100, 101]
    assert {rate: parts[0][rate] + parts[1][rate] for rate in parts[0]} == {2000: 101, 500: 33, 0: 67}


def test_by_the_ledgers_order(clinic: Clinic) -> None:
    """What the ledger has after an entry is taken, whatever a clock that was set back says."""
    clinic.pay(clinic.issued(5_000), 2_000)
    seq = clinic.store.read(lambda reader: int(reader.value("SELECT max(seq) FROM ledger")))
    clinic.clock.forward(hours=-3)
    clinic.pay(clinic.issued(5_000), 3_000)
    clinic.store.write(lambda tx: credit.deposit(tx, clinic.jane.id, "card", 400, currency="GBP"))
    found = clinic.store.read(lambda reader: takings.taken(reader, takings.after_entry(seq)))
    assert by_name(found) == {"Cash": 3_000, "Card terminal": 400}


def left_of(clinic: Clinic, number: str) -> list[Refundable]:
    """Return what of an invoice's payments can still be given back."""
    return clinic.store.read(lambda reader: refunds.refundable(reader, number))


GROSSES = st.tuples(*[st.integers(0, 30_000)] * 3).filter(lambda grosses: sum(grosses) > 0)


@given(GROSSES, st.lists(st.integers(-20_000, 20_000), max_size=8))
def test_shares_lose_no_penny(grosses: tuple[int, int, int], amounts: list[int]) -> None:
    """Each amount's shares add up to it, and together they are what one amount of the same sum would have."""
    gross = dict(zip(RATES, grosses, strict=True))
    parts = list(rate_shares.shares(gross, amounts))
    assert [sum(part.values()) for part in parts] == amounts
    whole = next(iter(rate_shares.shares(gross, [sum(amounts)])))
    assert {rate: sum(part[rate] for part in parts) for rate in RATES} == whole or not amounts


@settings(max_examples=25)
@given(
    st.lists(st.tuples(GROSSES, st.integers(0, 99)), min_size=1, max_size=3),
    st.lists(
        st.tuples(st.integers(0, 2), st.sampled_from(["cash", "card", "transfer"]), st.integers(1, 100)), max_size=8
    ),
    st.lists(st.tuples(st.integers(0, 2), st.sampled_from(["", "cash", "account_credit"]), st.integers(1, 100))),
)
def test_the_rates_add_up_to_the_takings(
    bills: Sequence[tuple[tuple[int, int, int], int]],
    payments: Sequence[tuple[int, str, int]],
    back: Sequence[tuple[int, str, int]],
) -> None:
    """Whatever is invoiced, discounted, paid in parts and given back, types and rates come to the same sum."""
    with another_clinic() as clinic:
        numbers = [mixed(clinic, *grosses, discount=sum(grosses) * part // 100) for grosses, part in bills]
        for which, kind, part in payments:
            number = numbers[which % len(numbers)]
            if due := clinic.invoice(number).row.due:
                clinic.pay(number, max(1, due * part // 100), kind)
        for which, to, part in back:
            number = numbers[which % len(numbers)]
            if left := left_of(clinic, number):
                give_back(clinic, number, max(1, left[0].left * part // 100), to=to, of=left[0].payment.id)
        found = taken(clinic)
        assert sum(row.amount for row in found.rates) == found.total
        paid = [clinic.invoice(number).row.paid for number in numbers]
        assert found.total + found.credit_used == sum(paid)


def test_money_on_an_invoice_over_nothing(clinic: Clinic) -> None:
    """A payment that should not be, on an invoice that comes to nothing, still counts at its rates."""
    number = clinic.draft(line(0, 2000), line(0, 0)).row.number
    clinic.store.write(lambda tx: invoices.issue(tx, number))
    invoice_id = clinic.invoice(number).row.id
    fact = {"payment": new_id(), "type": "card", "amount": 101, "reference": ""}
    clinic.store.write(lambda tx: ledger.append(tx, "payment_recorded", invoice_id, fact))
    assert sum(by_rate(taken(clinic)).values()) == taken(clinic).total == 101
