"""Closing a day: what was expected and counted, every payment in one day and no other, and what stays on paper."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from store import credit, days, outbox, rebuild, settings
from store.database import Store, Tx
from store.day_text import WIDTH, day_text
from store.day_views import CashCount, ClosedDay, OpenDay
from store.errors import BadInput, NotFound
from store.ids import new_id
from store.in_flight import InFlight
from store.settings import Settings
from store.takings import Takings
from store.times import to_text
from tests.store.builders import NOW, Clinic, line

LONDON = ZoneInfo("Europe/London")


def chosen(tx: Tx) -> Settings:
    """Return the settings without this machine's."""
    return settings.load(tx, Path("nowhere"), {})


def close(clinic: Clinic, count: CashCount, day_id: str = "") -> ClosedDay:
    """Close the day as Amira."""
    return clinic.store.write(lambda tx: days.close(tx, chosen(tx), count, day_id=day_id), actor="Amira")


def open_day(clinic: Clinic) -> OpenDay:
    """Read the open day."""
    return clinic.store.read(days.open_day)


def exactly(clinic: Clinic, kept: int = 0) -> ClosedDay:
    """Close the day with as much counted as is expected."""
    return close(clinic, CashCount(open_day(clinic).expected, kept))


def test_a_new_clinic_has_nothing_to_close(clinic: Clinic) -> None:
    """Before the first payment the open day is empty, and closing it is allowed all the same."""
    assert open_day(clinic) == OpenDay(None, True, 0, Takings(), 0)
    made = exactly(clinic)
    assert (made.from_at, made.to_at, made.expected) == (to_text(NOW), to_text(NOW), 0)


def test_the_first_day_begins_with_the_first_entry(clinic: Clinic) -> None:
    """Nothing that was taken before the first close is left out, a deposit neither."""
    clinic.store.write(lambda tx: credit.deposit(tx, clinic.jane.id, "cash", 700, currency="GBP"))
    clinic.clock.forward(days=3)
    clinic.pay(clinic.issued(5_000), 5_000)
    made = exactly(clinic)
    assert (made.from_at, made.expected, made.takings.total) == (to_text(NOW), 5_700, 5_700)


def test_expected_is_float_and_cash_alone(clinic: Clinic) -> None:
    """Card money is taken but is not in the till; the float is."""
    number = clinic.issued(10_000)
    clinic.pay(number, 4_000, "cash")
    clinic.pay(number, 6_000, "card")
    made = close(clinic, CashCount(14_000, 10_000, float=10_000))
    assert (made.float, made.expected, made.difference, made.takings.total) == (10_000, 14_000, 0, 10_000)
    assert (made.kept, made.banked, made.actor) == (10_000, 4_000, "Amira")


def test_the_float_is_kept_for_the_next_day(clinic: Clinic) -> None:
    """The next day begins with what stayed in the till, and with nothing taken."""
    clinic.pay(clinic.issued(5_000), 5_000)
    first = exactly(clinic, kept=2_000)
    day = open_day(clinic)
    assert (day.from_at, day.first, day.float, day.expected, day.takings.total) == (
        first.to_at,
        False,
        2_000,
        2_000,
        0,
    )


@pytest.mark.parametrize(("counted", "word"), [(4_900, "£1.00 less"), (5_100, "£1.00 more")])
def test_a_difference_needs_a_reason(clinic: Clinic, counted: int, word: str) -> None:
    """Without a reason nothing is closed and the field is named; with one the day keeps it."""
    clinic.pay(clinic.issued(5_000), 5_000)
    with pytest.raises(BadInput, match=f"{word} than the £50.00 expected") as refused:
        close(clinic, CashCount(counted, 0, reason="  "))
    assert refused.value.field == "reason"
    assert clinic.store.read(days.closed) == []
    made = close(clinic, CashCount(counted, 0, reason="wrong change given"))
    assert (made.difference, made.reason) == (counted - 5_000, "wrong change given")


@pytest.mark.parametrize(
    ("count", "field"),
    [
        (CashCount(-1, 0), "counted"),
        (CashCount(100_000_000, 0), "counted"),
        (CashCount(0, -1), "kept"),
        (CashCount(0, 1), "kept"),
        (CashCount(0, 0, float=-1), "float"),
        (CashCount(500, 0, pieces={200: 2}), "counted"),
        (CashCount(0, 0, expected=100), "counted"),
        (CashCount(0, 0, reason="x" * 201), "reason"),
    ],
)
def test_what_will_not_do(clinic: Clinic, count: CashCount, field: str) -> None:
    """Each field that will not do is named, and nothing is closed."""
    with pytest.raises(BadInput) as refused:
        close(clinic, count)
    assert refused.value.field == field
    assert clinic.store.read(days.closed) == []


def test_cash_that_moved_while_one_counted(clinic: Clinic) -> None:
    """When the expected sum is not the one that was shown, one is asked to look again; card money changes nothing."""
    number = clinic.issued(5_000)
    clinic.pay(number, 1_000, "card")
    assert close(clinic, CashCount(0, 0, expected=0)).expected == 0
    clinic.pay(number, 1_000, "cash")
    with pytest.raises(BadInput, match=r"£10\.00 is expected now, not £0\.00"):
        close(clinic, CashCount(0, 0, expected=0, reason="none"))


def test_the_same_close_twice_is_one(clinic: Clinic) -> None:
    """A second tap with the same id changes nothing and returns the day."""
    day_id = new_id()
    first = close(clinic, CashCount(0, 0), day_id)
    clinic.pay(clinic.issued(5_000), 5_000)
    assert close(clinic, CashCount(5_000, 5_000), day_id) == first
    assert clinic.store.read(days.closed) == [first]


def test_a_correction_is_another_close(clinic: Clinic) -> None:
    """A wrong count stays as it was; the next close puts it right with a reason."""
    clinic.pay(clinic.issued(5_000), 5_000)
    wrong = close(clinic, CashCount(4_000, 4_000, reason="not found yet"))
    right = close(clinic, CashCount(5_000, 0, reason="a note lay under the tray"))
    assert (right.float, right.expected, right.difference, right.takings.total) == (4_000, 4_000, 1_000, 0)
    assert clinic.store.read(days.closed) == [right, wrong]


def test_each_payment_is_in_one_day_at_the_same_moment(clinic: Clinic) -> None:
    """Payments before and after a close in the same millisecond are in their own days, never both or neither."""
    number = clinic.issued(9_000)
    clinic.pay(number, 1_000)
    first = exactly(clinic)
    clinic.pay(number, 2_000)
    second = exactly(clinic)
    assert [day.takings.total for day in (first, second)] == [1_000, 2_000]


def test_a_clock_that_is_set_back(clinic: Clinic) -> None:
    """A payment with an earlier time than the last close is not lost."""
    number = clinic.issued(9_000)
    clinic.pay(number, 1_000)
    exactly(clinic)
    clinic.clock.forward(minutes=-10)
    clinic.pay(number, 2_000)
    assert open_day(clinic).takings.total == 2_000
    assert exactly(clinic).takings.total == 2_000
    assert clinic.store.read(days.closed)[0].takings.total == 2_000


def test_payments_while_others_close(clinic: Clinic, path: Path) -> None:
    """With payments and closes from two desks at once, the days together have every payment once."""
    number = clinic.issued(100_000)
    other = Store(path, clock=clinic.clock)

    def pay(_: int) -> None:
        clinic.pay(number, 100)

    def close_there(_: int) -> ClosedDay:
        def work(tx: Tx) -> ClosedDay:
            return days.close(tx, chosen(tx), CashCount(0, 0, reason="counted by nobody"))

        return other.write(work, actor="Tom")

    try:
        with ThreadPoolExecutor(2) as desks:
            paid = [desks.submit(pay, place) for place in range(40)]
            closed = [desks.submit(close_there, place) for place in range(15)]
            for job in paid:
                job.result()
            made = [job.result() for job in closed]
        rest = open_day(clinic).takings
        assert sum(day.takings.total for day in made) + rest.total == 4_000
        assert sum(row.count for day in made for row in day.takings.types) + sum(r.count for r in rest.types) == 40
    finally:
        other.close()


def test_what_was_still_on_its_way(clinic: Clinic) -> None:
    """A closed day remembers the links in flight and what waited in the outbox."""
    number = clinic.issued(9_000)
    clinic.live(number, 2_000, by=())
    clinic.send(number, 1_000, by=())
    made = exactly(clinic)
    assert (made.links, made.waiting) == (InFlight(2, 3_000), 1)


def test_the_clinic_is_told(clinic: Clinic) -> None:
    """Closing queues one notification for each target, where the switch is on."""
    exactly(clinic)
    assert clinic.store.read(outbox.counts)["ready"] == 0

    def switch_on(tx: Tx) -> None:
        settings.put(tx, "notify.end_of_day.targets", "json://127.0.0.1:1 json://127.0.0.1:2")
        settings.put(tx, "notify.end_of_day.enabled", "on")

    clinic.store.write(switch_on)
    made = exactly(clinic)
    told = clinic.store.read(outbox.waiting)
    assert [(entry.kind, entry.subject_id, entry.payload["event"]) for entry in told] == [
        ("notify", made.id, "end_of_day")
    ] * 2


def test_a_refused_close_tells_nobody(clinic: Clinic) -> None:
    """Nothing is queued when the close was refused."""
    with pytest.raises(BadInput):
        close(clinic, CashCount(100, 0))
    assert clinic.store.read(outbox.waiting) == []


def test_reads_back_as_it_was(clinic: Clinic) -> None:
    """A closed day is read again with types, rates, deposits and coins, and equals its rebuild from the ledger."""
    number = clinic.draft(line(12_000), line(9_100, 0)).row.number
    clinic.pay(number, 5_000, "cash")
    clinic.pay(number, 6_000, "card")
    clinic.store.write(lambda tx: credit.deposit(tx, clinic.jane.id, "card", 400, currency="GBP"))
    before = open_day(clinic).takings
    made = close(clinic, CashCount(5_000, 1_000, pieces={2000: 2, 1000: 1, 500: 0}))
    assert made.takings == before
    assert made.pieces == {2000: 2, 1000: 1}
    assert clinic.store.read(lambda reader: days.get(reader, made.id)) == made
    assert clinic.store.read(rebuild.differences) == []


def test_no_such_day(clinic: Clinic) -> None:
    """A day that was never closed is said to be unknown."""
    with pytest.raises(NotFound, match="no closed day 01ABC"):
        clinic.store.read(lambda reader: days.get(reader, "01ABC"))


def test_on_paper(clinic: Clinic) -> None:
    """The sheet has the count, the takings and what is on its way, and fits a narrow printer."""
    number = clinic.draft(line(12_000), line(9_100, 0)).row.number
    clinic.pay(number, 21_100, "cash")
    made = close(clinic, CashCount(31_000, 10_000, float=10_000, reason="10p is missing", pieces={5000: 6, 1000: 1}))
    shown = day_text(made, "Riverside Clinic", LONDON, "GBP")
    lines = shown.splitlines()
    assert max(map(len, lines)) <= WIDTH
    assert "Sun 22 Nov 2026 14:02, closed by Amira" in lines
    for left, right in (
        ("Expected", "£311.00"),
        ("Difference", "-£1.00"),
        ("Taken out of the till", "£210.00"),
        ("  £50 x 6", "£300.00"),
        ("VAT 20%", "£120.00"),
        ("VAT 0%", "£91.00"),
        ("VAT in it", "£20.00"),
    ):
        assert f"{left:<{WIDTH - len(right) - 1}} {right}" in lines
    assert "10p is missing" in lines


def test_hostile_words_on_paper(clinic: Clinic) -> None:
    """A reason cannot drive a printer or break the sheet."""
    made = close(clinic, CashCount(100, 0, reason="\x1b[2J " + "long " * 30))
    shown = day_text(made, "C" * 200, LONDON, "CHF")
    assert "\x1b" not in shown
    assert max(map(len, shown.splitlines())) <= WIDTH
