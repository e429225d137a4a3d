"""Reports by month: the clinic's own days, VAT as the invoices say it, charges of what went out, and links."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from store import credit, invoices, ledger, reports
from store.database import Tx
from store.errors import BadInput
from store.link_times import median
from store.models import PaymentRequest
from store.months import Month, begins
from store.reports import KINDS, Report, ReportKind, report_csv
from store.vat_due import RateDue, vat_due
from tests.store.builders import Clinic, line
from tests.store.moves import another_clinic, give_back, mixed

LONDON = ZoneInfo("Europe/London")
NOVEMBER = Month(2026, 11)


def report(clinic: Clinic, kind: ReportKind, month: Month = NOVEMBER, zone: ZoneInfo = LONDON) -> Report:
    """Read a report."""
    return clinic.store.read(lambda reader: reports.report(reader, kind, month, zone, "GBP"))


def at(clinic: Clinic, *moment: int) -> None:
    """Set the clock, in UTC."""
    clinic.clock.now = datetime(*moment, tzinfo=UTC)  # type: ignore[arg-type,misc]


def due(clinic: Clinic, month: Month = NOVEMBER) -> list[RateDue]:
    """Read the VAT that is due for a month."""
    return clinic.store.read(lambda reader: vat_due(reader, *month.span(LONDON)))


@pytest.mark.parametrize(
    "text", ["", "2026", "2026-13", "2026-00", "26-11", "2026-1", "0001-01", "2026-11-01", "x", "٢٠٢٦-11"]
)
def test_no_month(text: str) -> None:
    """What is no month is refused with an example."""
    with pytest.raises(BadInput, match="such as 2026-11") as refused:
        Month.parse(text)
    assert refused.value.field == "month"


def test_months() -> None:
    """Months are written, named, counted on over a year's end, and know their days."""
    assert (str(Month.parse(" 2026-11 ")), NOVEMBER.title) == ("2026-11", "November 2026")
    assert (NOVEMBER.moved(2), NOVEMBER.moved(-11)) == (Month(2027, 1), Month(2025, 12))
    assert len(list(Month(2028, 2).dates())) == 29
    assert Month.of(datetime(2026, 6, 30, 23, 30, tzinfo=UTC), LONDON) == Month(2026, 7)


@pytest.mark.parametrize(
    ("day", "zone", "start"),
    [
        (date(2026, 3, 29), "Europe/London", "2026-03-29T00:00:00.000Z"),
        (date(2026, 3, 30), "Europe/London", "2026-03-29T23:00:00.000Z"),
        (date(2026, 10, 25), "Europe/London", "2026-10-24T23:00:00.000Z"),
        (date(2026, 10, 26), "Europe/London", "2026-10-26T00:00:00.000Z"),
        (date(2026, 9, 6), "America/Santiago", "2026-09-06T04:00:00.000Z"),
        (date(2026, 11, 1), "America/Havana", "2026-11-01T04:00:00.000Z"),
        (date(2026, 11, 22), "Asia/Kolkata", "2026-11-21T18:30:00.000Z"),
    ],
)
def test_when_a_day_begins(day: date, zone: str, start: str) -> None:
    """A day begins at its first moment, also where the clocks change at midnight."""
    assert begins(day, ZoneInfo(zone)) == start


@given(
    st.integers(1990, 2037), st.integers(1, 12), st.sampled_from(["Europe/London", "America/Havana", "Asia/Beirut"])
)
def test_days_follow_on_each_other(year: int, number: int, zone: str) -> None:
    """A month's days lie end to end from its beginning to the next month's."""
    month = Month(year, number)
    days = month.days(ZoneInfo(zone))
    assert [start for _, start, _ in days[1:]] == [end for _, _, end in days[:-1]]
    assert (days[0][1], days[-1][2]) == month.span(ZoneInfo(zone))
    assert all(start < end for _, start, end in days)


@pytest.mark.parametrize("kind", KINDS)
def test_an_empty_month(clinic: Clinic, kind: ReportKind) -> None:
    """A month without anything has no rows, sums of nothing, and a CSV with its head and its sums."""
    made = report(clinic, kind)
    assert made.rows == ()
    assert not any(made.sums)
    assert len(made.sums) == len(made.columns)
    assert len(report_csv(made).splitlines()) == 2


def test_takings_by_the_clinics_days(clinic: Clinic) -> None:
    """Half past eleven in the evening belongs to that evening, in summer time too, and so does the month's last."""
    number = clinic.issued(100_000)
    for moment, amount in (
        ((2026, 6, 30, 22, 59), 1),
        ((2026, 6, 30, 23, 0), 20),
        ((2026, 7, 1, 22, 59), 300),
        ((2026, 7, 31, 22, 59), 4_000),
        ((2026, 7, 31, 23, 0), 50_000),
    ):
        at(clinic, *moment)
        clinic.pay(number, amount)
    made = report(clinic, "takings", Month(2026, 7))
    assert [row[:2] for row in made.rows] == [(date(2026, 7, 1), 320), (date(2026, 7, 31), 4_000)]
    assert made.chart[0] == 320
    assert made.chart[30] == 4_000
    assert len(made.chart) == 31


def test_the_hour_that_comes_twice(clinic: Clinic) -> None:
    """On the day on which the clocks go back, both half past ones are in it."""
    number = clinic.issued(10_000)
    for hour in (0, 1):
        at(clinic, 2026, 10, 25, hour, 30)
        clinic.pay(number, 100)
    assert [row[:2] for row in report(clinic, "takings", Month(2026, 10)).rows] == [(date(2026, 10, 25), 200)]


def test_takings_have_a_column_for_each_type_used(clinic: Clinic) -> None:
    """Types are columns, in the menu's order; credit used is apart and in no sum."""
    clinic.store.write(lambda tx: credit.deposit(tx, clinic.jane.id, "transfer", 5_000, currency="GBP"))
    number = clinic.issued(10_000)
    clinic.pay(number, 2_000, "account_credit")
    clinic.pay(number, 3_000, "cash")
    clinic.clock.forward(days=1)
    give_back(clinic, number, 500, to="cash")
    made = report(clinic, "takings")
    assert [column.title for column in made.columns] == ["Day", "Cash", "Bank transfer", "Total", "Credit used"]
    assert made.rows == ((date(2026, 11, 22), 3_000, 5_000, 8_000, 2_000), (date(2026, 11, 23), -500, 0, -500, 0))
    assert made.sums == (None, 2_500, 5_000, 7_500, 2_000)
    assert report_csv(made) == (
        "Day,Cash,Bank transfer,Total,Credit used\r\n"
        "2026-11-22,30.00,50.00,80.00,20.00\r\n"
        "2026-11-23,-5.00,0.00,-5.00,0.00\r\n"
        ",25.00,50.00,75.00,20.00\r\n"
    )


def test_a_types_name_is_no_formula(clinic: Clinic) -> None:
    """A payment type called like a formula is plain text in the CSV."""
    clinic.store.write(lambda tx: tx.run("UPDATE payment_types SET name = '=1+1' WHERE code = 'cash'"))
    clinic.pay(clinic.issued(5_000), 5_000)
    assert report_csv(report(clinic, "takings")).startswith("Day,'=1+1,Total")


def test_vat_is_due_on_what_was_invoiced(clinic: Clinic) -> None:
    """An invoice counts on its date, paid or not, each rate with the VAT that the invoice says."""
    number = mixed(clinic, 12_000, 2_100, 9_100)
    mixed(clinic, 6_000)
    clinic.draft(line(50_000))
    assert due(clinic) == [
        RateDue(2000, 18_000, 0, 3_000),
        RateDue(500, 2_100, 0, 100),
        RateDue(0, 9_100, 0, 0),
    ]
    assert due(clinic)[0].net == 15_000
    clinic.clock.forward(days=30)
    clinic.pay(number, 23_200)
    assert due(clinic, Month(2026, 12)) == []


def test_a_refund_counts_when_it_is_made(clinic: Clinic) -> None:
    """What is credited later is taken off the later month; what stays owed is not credited."""
    number = mixed(clinic, 12_000)
    clinic.pay(number, 12_000)
    clinic.clock.forward(days=30)
    give_back(clinic, number, 3_000, still_owed=True)
    give_back(clinic, number, 6_000)
    assert due(clinic) == [RateDue(2000, 12_000, 0, 2_000)]
    assert due(clinic, Month(2026, 12)) == [RateDue(2000, 0, -6_000, -1_000)]


def test_a_void_counts_when_it_is_made(clinic: Clinic) -> None:
    """An invoice made void in its own month comes to nothing; in a later month it is taken off that one."""
    first, second = mixed(clinic, 12_000, 0, 500), mixed(clinic, 6_000)
    clinic.store.write(lambda tx: invoices.void(tx, first, reason="wrong client"))
    clinic.clock.forward(days=30)
    clinic.store.write(lambda tx: invoices.void(tx, second, reason="wrong client"))
    assert due(clinic) == [RateDue(2000, 18_000, -12_000, 1_000), RateDue(0, 500, -500, 0)]
    assert due(clinic, Month(2026, 12)) == [RateDue(2000, 0, -6_000, -1_000)]


BILLS = st.lists(
    st.tuples(st.tuples(*[st.integers(0, 40_000)] * 3).filter(any), st.integers(0, 99), st.integers(0, 100)),
    min_size=1,
    max_size=5,
)


@settings(max_examples=25)
@given(BILLS)
def test_vat_adds_up_to_the_invoices(bills: Sequence[tuple[tuple[int, int, int], int, int]]) -> None:
    """The rows add up to the invoices' totals and VAT, and what is credited bit by bit leaves no penny of VAT."""
    with another_clinic() as clinic:
        numbers = [mixed(clinic, *grosses, discount=sum(grosses) * off // 100) for grosses, off, _ in bills]
        rows = due(clinic)
        issued = [clinic.invoice(number).row for number in numbers]
        assert sum(row.gross for row in rows) == sum(invoice.total for invoice in issued)
        assert sum(row.vat for row in rows) == sum(invoice.vat for invoice in issued)
        for number, (_, _, part) in zip(numbers, bills, strict=True):
            total = clinic.invoice(number).row.total
            first = total * part // 100
            if total:
                clinic.pay(number, total)
            for amount in (first, total - first):
                if amount:
                    give_back(clinic, number, amount)
        assert [(row.gross, row.vat, row.net) for row in due(clinic)] == [(0, 0, 0)] * len(rows)


def send_all(clinic: Clinic, request: PaymentRequest) -> None:
    """Let every message of a request go out now."""

    def work(tx: Tx) -> None:
        for message in request.messages:
            ledger.append(tx, "message_sent", request.invoice_id, {"message": message.id, "result": "accepted"})

    clinic.store.write(work, actor="engine")


def test_charges_of_what_went_out(clinic: Clinic) -> None:
    """Messages count in the month in which they were sent, with the charge they had; what waits does not."""
    number = clinic.issued(50_000)
    send_all(clinic, clinic.send(number, 1_000, by=("email", "sms"), origin="invoice"))
    clinic.send(number, 1_000, by=("sms",))
    sent = clinic.send(number, 1_000, by=("sms",))
    clinic.clock.forward(days=30)
    send_all(clinic, sent)
    assert report(clinic, "charges").rows == (("Email", 1, 2, 0, 2), ("SMS", 1, 5, 1, 6))
    assert report(clinic, "charges").sums == (None, 2, 7, 1, 8)
    assert report(clinic, "charges", Month(2026, 12)).rows == (("SMS", 1, 5, 1, 6),)


def test_links_and_the_time_to_pay(clinic: Clinic) -> None:
    """Links count on the day they were asked for; the time runs from the first message, else from the link."""
    number = clinic.issued(50_000)
    by_mail = clinic.live(number, 1_000, by=("email",))
    shown = clinic.live(number, 2_000, by=())
    clinic.live(number, 3_000, by=())
    clinic.send(number, 4_000, by=())
    clinic.clock.forward(minutes=10)
    send_all(clinic, by_mail)
    clinic.clock.forward(minutes=5)
    clinic.receive(clinic.seen(by_mail))
    clinic.receive(clinic.seen(shown, 2_500))
    made = report(clinic, "links")
    assert made.rows == ((date(2026, 11, 22), 3, 2, 1, 6_000, 3_500, 600),)
    assert made.sums == (None, 3, 2, 1, 6_000, 3_500, 600)
    assert made.chart[21] == 600
    assert made.chart[0] is None
    assert report_csv(made).splitlines()[1] == "2026-11-22,3,2,1,60.00,35.00,10"


def test_a_link_paid_next_month_belongs_to_its_own(clinic: Clinic) -> None:
    """A link of November paid in December is November's, and so is its time."""
    request = clinic.live(clinic.issued(5_000), by=())
    clinic.clock.forward(days=9)
    clinic.receive(clinic.seen(request))
    assert report(clinic, "links").sums[:4] == (None, 1, 1, 0)
    assert report(clinic, "links").sums[6] == timedelta(days=9).total_seconds()
    assert report(clinic, "links", Month(2026, 12)).rows == ()


@pytest.mark.parametrize(("spans", "middle"), [([], None), ([5], 5), ([9, 1, 5], 5), ([1, 4], 2), ([4, 1, 10, 3], 3)])
def test_median(spans: list[int], middle: int | None) -> None:
    """The middle one, and between the two in the middle where there are two."""
    assert median(spans) == middle
