"""Two desks on one data file, each with a connection of its own; and a desk whose key the gateway refuses."""

from collections.abc import Iterator

import pytest

from store.database import Store
from store.opening import FILE_NAME
from tests.journeys.clinic import EMAIL, KEYS, MOBILE, Clinic, pay
from tests.journeys.front_desk import BLOCK, WIDE, newest, open_desk, stock


@pytest.fixture
def other_store(stripe_clinic: Clinic) -> Iterator[Store]:
    """The second desk's own way into the clinic's data file."""
    opened = Store(stripe_clinic.folder / FILE_NAME)
    yield opened
    opened.close()


async def test_two_desks_edit_one_draft(stripe_clinic: Clinic, other_store: Store) -> None:
    """The later one is told at once and at each save, keeps what it typed in sight, and loads theirs by a key."""
    clinic = stripe_clinic
    stock(clinic)
    async with open_desk(clinic) as amira, open_desk(clinic, actor="Ben", store=other_store) as ben:
        number = await amira.sells("jane", "cons")
        await ben.press("<f3>")
        await ben.sees(number)
        await ben.press("<enter>")
        await ben.sees("O options")
        await ben.press("e")
        await ben.until(lambda: ben.pos.sale.number == number and ben.app.focused is ben.pos.finder.item_search)
        await ben.press("flu", "<enter>")
        await ben.sees("£211.00")
        await amira.is_told(f"Another desk has saved {number} in the meantime. ^R loads their version.")
        await amira.press("vita", "<enter>")
        await amira.is_told("^R loads it")
        await amira.sees("Draft, not saved", "Vitamin [bold] D", "£8.99", "^R load theirs")
        assert [line.description for line in clinic.invoice(number).lines] == ["Consultation, 30 min", "Vaccine, flu"]
        await amira.press("<f8>", "p")
        await amira.is_told("^R loads their version; then take the payment")
        assert [line.description for line in amira.pos.sale.lines] == ["Consultation, 30 min", "Vitamin [bold] D"]
        assert clinic.invoice(number).requests == ()
        await amira.press("<ctrl+r>")
        await amira.until(lambda: [line.description for line in amira.pos.sale.lines][1:] == ["Vaccine, flu"])
        await amira.sees("what the other desk", "£211.00", f"{number} ○ Draft")
    assert clinic.problems() == ()


async def test_one_desk_sees_what_the_other_sent(stripe_clinic: Clinic, other_store: Store) -> None:
    """Queued, sent, paid: the other desk's list follows without a key."""
    clinic = stripe_clinic
    stock(clinic)
    async with (
        open_desk(clinic, actor="Ben", store=other_store) as ben,
        open_desk(clinic, WIDE) as amira,
    ):
        await ben.press("<f3>")
        await ben.sees("No invoices yet")
        pressed = ben.pressed
        number = await amira.sells("jane", "cons", "flu")
        await ben.sees(number, "Draft")
        await amira.press("<f8>", "<enter>")
        await amira.dialog()
        await amira.press("<enter>")
        await amira.sees(BLOCK, "● Sent")
        await ben.sees("Payment link sent", "Unpaid")
        await pay(newest(clinic, number).url)
        await amira.sees("● Paid")
        await ben.sees("Payment link paid", "● Paid", "0 queued")
        assert ben.pressed == pressed
    request = newest(clinic, number)
    assert len(clinic.links(request)) == len(clinic.received(EMAIL, request)) == 1
    assert clinic.problems() == ()


async def test_a_refused_key(stripe_clinic: Clinic) -> None:
    """The bar says so and nothing is lost; once the right key is set it goes out by itself, once."""
    clinic = stripe_clinic
    stock(clinic)
    clinic.put("gateway.key", "sk_test_refused")
    async with open_desk(clinic) as desk:
        await desk.sees("✕ Key refused")
        number = await desk.sells("jane", "cons", "flu")
        await desk.press("<f8>", "<enter>")
        await desk.dialog()
        await desk.press("<enter>")
        await desk.sees("● Queued", "○ Link ready", "✕ Key refused")
        await desk.press("n", "<f5>")
        await desk.sees(number, "1 queued", "refused")
        request = newest(clinic, number)
        asked = len(clinic.sandbox.journal())
        await desk.app.desk.set("gateway.key", KEYS["stripe"])
        await desk.sees("● Online", "0 queued")
        await desk.until(lambda: all(m.sent_at for m in newest(clinic, number).messages))
        assert len(clinic.sandbox.journal()) > asked
    assert newest(clinic, number).state == "live"
    assert len(clinic.links(request)) == 1
    assert len(clinic.received(EMAIL, request)) == len(clinic.received(MOBILE, request)) == 1
    assert (clinic.waiting(), clinic.problems()) == ([], ())
