"""Lists of invoices narrowed by state, day, client and what is waited for; and found by any few letters."""

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from store import clients, invoices, ledger, refunds
from store.database import Tx
from store.errors import BadInput, NeedsManager
from store.invoice_filters import Filters, days_back, days_late
from store.models import InvoiceRow, PaymentRequest
from store.reading import list_invoices
from store.search import is_code_of
from tests.store.builders import Clinic, line

LONDON = ZoneInfo("Europe/London")


def listed(clinic: Clinic, text: str = "", **filters: Any) -> list[str]:
    """Return the numbers that a narrowed list shows."""
    return [row.number for row in rows(clinic, text, **filters)]


def rows(clinic: Clinic, text: str = "", **filters: Any) -> list[InvoiceRow]:
    """Return what a narrowed list shows."""
    return clinic.store.read(lambda reader: list_invoices(reader, text=text, filters=Filters(**filters)))


def deliver(clinic: Clinic, request: PaymentRequest) -> None:
    """Let the request's messages have gone out."""

    def work(tx: Tx) -> None:
        for message in request.messages:
            ledger.append(tx, "message_sent", message.invoice_id, {"message": message.id, "result": "accepted"})

    clinic.store.write(work, actor="engine")


def test_days_count_from_the_issue(clinic: Clinic) -> None:
    """A draft counts from its making; issued later, it is an invoice of that later day."""
    draft = clinic.draft().row.number
    clinic.clock.forward(days=3)
    today = clinic.issued()
    since = days_back(clinic.clock.now, LONDON, 0)
    assert listed(clinic, since=since) == [today]
    clinic.store.write(lambda tx: invoices.issue(tx, draft))
    assert listed(clinic, since=since) == [today, draft]


def test_a_day_begins_at_midnight_in_the_clinics_zone() -> None:
    """In summer an hour before UTC's; the day the clocks change has its own midnight."""
    summer = datetime(2026, 7, 1, 23, 30, tzinfo=UTC)
    assert days_back(summer, LONDON, 0) == "2026-07-01T23:00:00.000Z"
    assert days_back(summer, LONDON, 1) == "2026-06-30T23:00:00.000Z"
    after_the_change = datetime(2026, 10, 26, 12, 0, tzinfo=UTC)
    assert days_back(after_the_change, LONDON, 1) == "2026-10-24T23:00:00.000Z"


def test_overdue_and_its_age_agree(clinic: Clinic) -> None:
    """Whatever the filter for overdue lists has an age, and nothing else has: on each of forty days."""
    number = clinic.issued()
    part_paid = clinic.issued()
    clinic.pay(part_paid, 100)
    for _ in range(40):
        before = days_back(clinic.clock.now, LONDON, 14)
        late = {row.number for row in rows(clinic) if days_late(row, clinic.clock.now, LONDON, 14)}
        assert set(listed(clinic, only="overdue", issued_before=before)) == late
        clinic.clock.forward(days=1)
    assert late == {number, part_paid}
    assert {days_late(row, clinic.clock.now, LONDON, 14) for row in rows(clinic)} == {26}


@pytest.mark.parametrize("end", ["paid", "void", "draft"])
def test_what_is_settled_is_never_overdue(clinic: Clinic, end: str) -> None:
    """Nor is a draft."""
    number = clinic.draft().row.number if end == "draft" else clinic.issued()
    if end == "paid":
        clinic.pay(number, 21_100)
    if end == "void":
        clinic.store.write(lambda tx: invoices.void(tx, number, reason="made twice"))
    clinic.clock.forward(days=100)
    assert listed(clinic, only="overdue", issued_before=days_back(clinic.clock.now, LONDON, 14)) == []
    assert days_late(rows(clinic)[0], clinic.clock.now, LONDON, 14) == 0


def test_link_sent_and_not_paid(clinic: Clinic) -> None:
    """Live and with the client, by message or shown as a QR; until it is paid, cancelled, or the invoice is paid."""
    waiting, shown, cancelled, paid = (clinic.issued() for _ in range(4))
    request = clinic.live(waiting)
    clinic.live(shown, by=())
    taken_back = clinic.live(cancelled, by=())
    clinic.cancel(taken_back)
    settled = clinic.live(paid, by=())
    assert listed(clinic, only="link_unpaid") == [paid, shown]
    clinic.receive(clinic.seen(settled))
    assert listed(clinic, only="link_unpaid") == [shown]
    deliver(clinic, request)
    assert listed(clinic, only="link_unpaid") == [shown, waiting]
    clinic.pay(waiting, 21_100)
    assert listed(clinic, only="link_unpaid") == [shown]


def test_filters_hold_together(clinic: Clinic) -> None:
    """State, day, client and letters narrow one another."""
    omar = clinic.store.write(lambda tx: clients.add(tx, name="Omar Haddad"))
    theirs = clinic.store.write(
        lambda tx: invoices.save_draft(tx, omar.id, [line()], currency="GBP", prefix="INV-")
    ).row.number
    mine = clinic.issued()
    clinic.clock.forward(days=10)
    later = clinic.issued()
    since = days_back(clinic.clock.now, LONDON, 6)
    assert listed(clinic, client_id=omar.id) == [theirs]
    assert listed(clinic, client_id=clinic.jane.id) == [later, mine]
    assert listed(clinic, "jane", client_id=clinic.jane.id, since=since) == [later]
    assert listed(clinic, "jane", client_id=omar.id) == []
    assert listed(clinic, "omar", state="draft") == [theirs]
    assert listed(clinic, "omar", state="unpaid") == []
    assert listed(clinic, state="unpaid", since=since) == [later]


@pytest.mark.parametrize(("name", "word"), [("state", "lost"), ("only", "late")])
def test_an_unknown_filter_is_told(clinic: Clinic, name: str, word: str) -> None:
    """With what there is instead."""
    with pytest.raises(BadInput, match="Use one of") as told:
        listed(clinic, **{name: word})
    assert told.value.field == name


def test_either_half_of_a_code_finds_its_invoice(clinic: Clinic) -> None:
    """Whole or half, with the dash or without, in small letters; an older request's code too."""
    number, _ = clinic.issued(), clinic.issued()
    request = clinic.send(number, 100)
    clinic.send(number, 200)
    clinic.store.write(lambda tx: tx.run("UPDATE requests SET code = 'K7W-Z9X' WHERE id = :id", id=request.id))
    first = next(each for each in clinic.invoice(number).requests if each.id == request.id)
    start, end = first.code.split("-")
    for typed in (start, end, end.lower(), start + end, f"{start} {end[0]}", f" {first.code} ", start + end[:2]):
        assert number in listed(clinic, typed)
        assert is_code_of(typed, first.code)
    assert listed(clinic, end[:2]) == []
    assert not is_code_of(end[:2], first.code)
    assert not is_code_of("jane", first.code)


def test_another_systems_number_finds_its_invoice(clinic: Clinic) -> None:
    """Any word of it by its first letters, also after it or the client's name has changed."""
    number, other = clinic.issued(), clinic.issued()
    clinic.store.write(
        lambda tx: tx.run("UPDATE invoices SET external_ref = 'VET/2026-7731' WHERE number = :number", number=number)
    )
    assert [listed(clinic, typed) for typed in ("vet", "7731", "773 jane", "000002")] == [
        [number],
        [number],
        [number],
        [other],
    ]
    assert rows(clinic, "vet")[0].external_ref == "VET/2026-7731"
    clinic.store.write(lambda tx: tx.run("UPDATE clients SET name = 'Jane Doe' WHERE id = :id", id=clinic.jane.id))
    assert listed(clinic, "vet doe") == [number]
    clinic.store.write(
        lambda tx: tx.run("UPDATE invoices SET external_ref = 'LAB-9' WHERE number = :number", number=number)
    )
    assert listed(clinic, "7731") == []
    assert listed(clinic, "lab") == [number]


def test_hostile_letters_only_search(clinic: Clinic) -> None:
    """Nothing typed is an operator, and nothing breaks the query."""
    clinic.issued()
    for typed in ("' OR 1=1 --", '"', "NEAR(", "[/x]", "*", "-", "\x00", "😀", "a" * 5_000):
        assert listed(clinic, typed, only="overdue", issued_before="2999") in ([], ["INV-000001"])


def test_what_went_back_is_on_the_row(clinic: Clinic) -> None:
    """Refunded pence, and those on their way."""
    number = clinic.issued()
    cash = clinic.pay(number, 11_100)
    clinic.store.write(lambda tx: refunds.refund(tx, number, cash.id, 1_000, reason="goodwill"))
    by_link = clinic.receive(clinic.seen(clinic.live(number)))
    assert by_link is not None
    clinic.store.write(lambda tx: refunds.refund(tx, number, by_link.id, 2_500, reason="half"))
    (row,) = rows(clinic)
    assert (row.refunded, row.refunding) == (1_000, 2_500)


def test_lists_are_found_by_an_index(clinic: Clinic) -> None:
    """No filter walks a table: only the whole list does, newest first, until it has enough."""
    for filters in (
        Filters(state="paid"),
        Filters(since="2026"),
        Filters(client_id="x"),
        Filters(only="overdue", issued_before="2026"),
        Filters(only="link_unpaid"),
        Filters(state="void", since="2026", client_id="x"),
    ):
        condition, params = filters.condition()
        plan = clinic.store.read(
            lambda reader, condition=condition, params=params: reader.all(  # type: ignore[misc]
                f"EXPLAIN QUERY PLAN SELECT i.seq FROM invoices i WHERE {condition} ORDER BY i.seq DESC LIMIT 200",
                **params,
            )
        )
        steps = [row["detail"] for row in plan]
        assert not any(step in {"SCAN i", "SCAN invoices", "SCAN m"} for step in steps), (filters, steps)


def test_making_void_takes_a_manager(clinic: Clinic) -> None:
    """Once there is one; and what cannot be made void is told before anybody is asked for a PIN."""
    number = clinic.issued()
    clinic.store.write(
        lambda tx: tx.run(
            "INSERT INTO staff (id, name, role, pin_hash, created_at) VALUES ('maya', 'Maya', 'manager', '', :now)",
            now=tx.now,
        )
    )
    with pytest.raises(BadInput, match="Say why"):
        clinic.store.write(lambda tx: invoices.void(tx, number, reason=" "), actor="Ben")
    with pytest.raises(NeedsManager, match="make an invoice void"):
        clinic.store.write(lambda tx: invoices.void(tx, number, reason="made twice"), actor="Ben")
    assert clinic.invoice(number).row.state == "unpaid"


def test_a_month_is_as_many_days_as_it_has_had(clinic: Clinic) -> None:
    """The first of the month is in, the last of the month before is not."""
    clinic.clock.now = datetime(2026, 10, 31, 12, 0, tzinfo=UTC)
    clinic.issued()
    clinic.clock.forward(days=1)
    first = clinic.issued()
    clinic.clock.now += timedelta(days=20)
    assert listed(clinic, since=days_back(clinic.clock.now, LONDON, clinic.clock.now.day - 1)) == [first]
