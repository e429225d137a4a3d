"""The seam's calls for sales: the clinic's settings reach the store, and the person at the desk does too."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from store.database import Store
from store.discounts import Discount
from store.errors import BadInput, NeedsManager, NotFound, Refused
from store.ids import new_id
from store.invoices import NewLine
from store.opening import FILE_NAME
from tests.store.builders import Clinic, Clock, furnished
from tests.store.till import AMIRA, APPROVED, MAY, register_staff
from tui.desk import Desk

LINES = [NewLine("Consultation", 1000, 10_000, 2000)]


@pytest.fixture
def clinic(tmp_path: Path) -> Iterator[Clinic]:
    """A clinic with Jane as its client, Amira of reception and May, a manager."""
    store = Store(tmp_path / FILE_NAME, clock=Clock())
    made = furnished(store, Clock())
    register_staff(made)
    yield made
    store.close()


@pytest.fixture
def reception(clinic: Clinic) -> Desk:
    """Amira's desk."""
    return Desk(clinic.store, actor=AMIRA)


async def test_reception_may_give_what_the_settings_say(clinic: Clinic, reception: Desk) -> None:
    """Ten per cent unless the clinic has set something else."""
    await reception.save_draft(clinic.jane.id, LINES, discount=Discount(rate=1000))
    over = Discount(rate=1001)
    with pytest.raises(NeedsManager, match="more than 10%"):
        await reception.save_draft(clinic.jane.id, LINES, discount=over)
    await reception.acting_as(MAY).set("desk.discount_limit", "25")
    await reception.save_draft(clinic.jane.id, LINES, discount=over)
    with pytest.raises(NeedsManager, match="more than 25%"):
        await reception.save_draft(clinic.jane.id, LINES, discount=Discount(amount=2501))


async def test_a_limit_of_the_settings_file_counts_too(clinic: Clinic, reception: Desk) -> None:
    """Settings come from where all settings come from."""
    (clinic.store.path.parent / "settings.toml").write_text("[desk]\ndiscount_limit = 0\n", encoding="utf-8")
    with pytest.raises(NeedsManager, match="more than 0%"):
        await reception.save_draft(clinic.jane.id, LINES, discount=Discount(amount=1))


async def test_an_approved_draft_goes_all_the_way_without_another_pin(clinic: Clinic, reception: Desk) -> None:
    """Saved again, parked, sent, paid: nobody is asked for what was approved."""
    half = Discount(rate=5000)
    draft = await reception.acting_as(APPROVED).save_draft(clinic.jane.id, LINES, discount=half)
    number = draft.row.number
    draft = await reception.save_draft(
        clinic.jane.id, LINES, number=number, version=draft.row.version, discount=half, notes="by phone"
    )
    await reception.park(number)
    assert [row.notes for row in await reception.parked()] == ["by phone"]
    await reception.send(number, {}, amount=1000, origin="pos")
    assert (await reception.take_payment(number, "cash", 4000)).amount == 4000
    assert (await reception.invoice(number)).row.due == 1000


async def test_a_double_tap_takes_one_payment_and_one_deposit(clinic: Clinic, reception: Desk) -> None:
    """The id made when the dialog opened is the payment's."""
    number = (await reception.save_draft(clinic.jane.id, LINES)).row.number
    id_ = new_id()
    taps = [await reception.take_payment(number, "card", 1000, reference="7", payment_id=id_) for _ in range(2)]
    assert taps[0] == taps[1]
    deposits = [await reception.take_deposit(clinic.jane.id, "cash", 500, credit_id=id_) for _ in range(2)]
    assert deposits[0] == deposits[1]
    assert await reception.credit_of(clinic.jane.id) == 500
    assert await reception.credit_entries(clinic.jane.id) == deposits[:1]
    assert (await reception.invoice(number)).row.paid == 1000


async def test_giving_a_deposit_back_takes_a_manager(clinic: Clinic, reception: Desk) -> None:
    """With the approval it goes out."""
    await reception.take_deposit(clinic.jane.id, "cash", 500, reference="for March")
    with pytest.raises(NeedsManager, match="return a deposit"):
        await reception.return_deposit(clinic.jane.id, "cash", 500)
    back = await reception.acting_as(APPROVED).return_deposit(clinic.jane.id, "cash", 500, reference="moved away")
    assert (back.amount, back.reference, await reception.credit_of(clinic.jane.id)) == (-500, "moved away", 0)


async def test_the_catalogue_as_a_manager_keeps_it(reception: Desk) -> None:
    """Added, changed, found by its barcode, switched off."""
    manager = reception.acting_as(MAY)
    with pytest.raises(NeedsManager, match="change the catalogue"):
        await reception.save_item(None, name="Sunscreen", price=1500, vat_rate=2000)
    item = await manager.save_item(None, name="Sunscreen", price=1500, vat_rate=2000, code="5012345678900")
    item = await manager.save_item(
        item.id, name="Sunscreen", price=1600, vat_rate=2000, code="5012345678900", version=item.version
    )
    assert await reception.item_by_code("5012345678900") == item
    off = await manager.switch_item(item.id, False)
    assert await reception.item_by_code("5012345678900") is None
    assert (await reception.find_items(), await reception.items(all=False), await reception.items()) == (
        [],
        [],
        [off],
    )


async def test_payment_types_as_a_manager_keeps_them(reception: Desk) -> None:
    """Added, renamed with its key left alone, moved, switched off."""
    manager = reception.acting_as(MAY)
    made = await manager.save_payment_type(None, name="Cheque", key="k")
    assert (made.kind, made.key) == ("recorded", "k")
    renamed = await manager.save_payment_type(made.code, name="Cheque or draft")
    assert (renamed.code, renamed.key, renamed.kind) == ("cheque", "k", "recorded")
    first, *_ = await manager.move_payment_type("cheque", -5)
    assert first.code == "cheque"
    await manager.switch_payment_type("cheque", False)
    assert "cheque" not in [kept.code for kept in await reception.payment_types()]
    assert "cheque" in [kept.code for kept in await reception.payment_types(all=True)]
    with pytest.raises(NeedsManager, match="change payment types"):
        await reception.switch_payment_type("cheque", True)


async def test_drafts_are_noted_and_given_up(reception: Desk) -> None:
    """A sale of nobody's yet is recognised by its notes; given up, it is gone."""
    number = (await reception.save_draft("", LINES)).row.number
    assert (await reception.set_notes(number, "the lady with the dog")).row.notes == "the lady with the dog"
    with pytest.raises(BadInput, match="Choose a client first"):
        await reception.issue(number)
    await reception.discard_draft(number)
    with pytest.raises(NotFound):
        await reception.invoice(number)
    with pytest.raises(Refused):
        await reception.park(number)
