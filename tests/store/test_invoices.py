"""Invoices: drafts that change, issued invoices that do not."""

import pytest

from store import clients, invoices, ledger, payments, requests
from store.database import Tx
from store.errors import BadInput, EditConflict, NotFound, Refused
from store.invoices import NewLine
from store.models import Invoice, Line
from store.money import LARGEST
from store.reading import list_invoices
from store.verify import verify
from tests.store.builders import Clinic, line


def save(clinic: Clinic, lines: list[NewLine], number: str, version: int | None) -> Invoice:
    """Save a draft as it was loaded at `version`."""
    return clinic.store.write(
        lambda tx: invoices.save_draft(
            tx, clinic.jane.id, lines, currency="GBP", prefix="INV-", number=number, version=version
        )
    )


def issue(clinic: Clinic, number: str) -> Invoice:
    """Issue an invoice."""
    return clinic.store.write(lambda tx: invoices.issue(tx, number))


def listed(clinic: Clinic, text: str = "", state: str = "") -> list[str]:
    """Return the numbers that the list shows."""
    rows = clinic.store.read(lambda reader: list_invoices(reader, text=text, state=state))
    return [row.number for row in rows]


def test_a_draft_adds_up(clinic: Clinic) -> None:
    """Lines with quantities, VAT on each rate's sum, nothing in the ledger yet."""
    made = clinic.draft(
        NewLine("Consultation", 1000, 12_000, 2000),
        NewLine("Physio,\x1b half an hour", 1500, 4000, 2000),
        NewLine("Vaccine", 2000, 4550, 0),
    )
    assert made.row.number == "INV-000001"
    assert (made.row.state, made.row.total, made.row.vat, made.row.due) == ("draft", 27_100, 3000, 27_100)
    assert made.lines[1] == Line("Physio, half an hour", 1500, 4000, 2000, 6000)
    assert made.client == clinic.jane
    assert clinic.store.read(lambda reader: list(ledger.entries(reader))) == []


def test_a_draft_is_saved_again(clinic: Clinic) -> None:
    """Lines are replaced, the number stays, the version goes up."""
    made = clinic.draft(line(100), line(200))
    again = save(clinic, [line(500)], made.row.number, made.row.version)
    assert (again.row.id, again.row.total, len(again.lines), again.row.version) == (made.row.id, 500, 1, 2)


def test_the_later_save_of_the_same_draft_is_told(clinic: Clinic) -> None:
    """Two terminals: the first one's version stands."""
    made = clinic.draft()
    save(clinic, [line(500)], made.row.number, 1)
    for version in (1, None):
        with pytest.raises(EditConflict, match="Their version stands; yours was not saved"):
            save(clinic, [line(900)], made.row.number, version)
    assert clinic.invoice(made.row.number).row.total == 500


def test_a_draft_may_change_its_client(clinic: Clinic) -> None:
    """It is then found under the new name only."""
    omar = clinic.store.write(lambda tx: clients.add(tx, name="Omar Haddad"))
    number = clinic.draft().row.number
    clinic.store.write(
        lambda tx: invoices.save_draft(tx, omar.id, [line()], currency="GBP", prefix="INV-", number=number, version=1)
    )
    assert clinic.invoice(number).client == omar
    assert (listed(clinic, "omar"), listed(clinic, "jane")) == ([number], [])


@pytest.mark.parametrize(
    ("bad", "field"),
    [
        (NewLine(" \x1b ", 1000, 100, 0), "description"),
        (NewLine("x" * 201, 1000, 100, 0), "description"),
        (NewLine("X", 0, 100, 0), "quantity"),
        (NewLine("X", -1000, 100, 0), "quantity"),
        (NewLine("X", 1000, -100, 0), "unit_price"),
        (NewLine("X", 1000, 100, -1), "vat"),
        (NewLine("X", 1000, 100, 10_001), "vat"),
        (NewLine("X", 2000, LARGEST, 0), "lines"),
    ],
)
def test_a_line_that_will_not_do_is_refused(clinic: Clinic, bad: NewLine, field: str) -> None:
    """The field is named, and no draft remains."""
    with pytest.raises(BadInput) as caught:
        clinic.draft(line(), bad)
    assert caught.value.field == field
    assert listed(clinic) == []


def test_an_invoice_has_a_largest_total(clinic: Clinic) -> None:
    """A sum that no gateway takes is refused while it can be split."""
    with pytest.raises(BadInput, match=r"more than £999,999\.99. Split it in two"):
        clinic.draft(line(LARGEST), line(1))


def test_numbers_have_no_gap(clinic: Clinic) -> None:
    """Refused drafts use up none, whatever was tried in between."""
    numbers = []
    for attempt in range(6):
        if attempt % 2:
            with pytest.raises(BadInput):
                clinic.draft(line(description=""))
        numbers.append(clinic.draft().row.number)
    assert numbers == [f"INV-{serial:06d}" for serial in range(1, 7)]


def test_issuing_makes_it_a_fact(clinic: Clinic) -> None:
    """One ledger entry with the lines, and no client's name or address in it."""
    number = clinic.draft(line(12_000), line(9100, 0, "Vaccine")).row.number
    issued = issue(clinic, number)
    assert issued.row.state == "unpaid"
    (fact,) = clinic.store.read(lambda reader: list(ledger.entries(reader)))
    assert (fact.kind, fact.invoice_id, fact.actor) == ("invoice_issued", issued.row.id, "desk")
    assert fact.payload == {
        "number": number,
        "client": clinic.jane.id,
        "currency": "GBP",
        "total": 21_100,
        "vat": 2000,
        "discount": 0,
        "discount_rate": 0,
        "lines": [["Consultation", 1000, 12_000, 2000, 12_000, 0, 0], ["Vaccine", 1000, 9100, 0, 9100, 0, 0]],
    }


def test_issuing_twice_is_issuing_once(clinic: Clinic) -> None:
    """The second changes nothing."""
    number = clinic.issued()
    assert issue(clinic, number) == issue(clinic, number)
    assert len(clinic.store.read(lambda reader: list(ledger.entries(reader)))) == 1


def test_an_issued_invoice_is_not_edited(clinic: Clinic) -> None:
    """Not at the version it had as a draft, and not at the one it has now."""
    number = clinic.issued()
    for version in (1, 2):
        with pytest.raises(Refused, match="has been issued in the meantime and cannot be edited"):
            save(clinic, [line(1)], number, version)
    assert clinic.invoice(number).row.total == 21_100


def test_without_lines_nothing_is_issued(clinic: Clinic) -> None:
    """An empty draft may be kept, but asks for nothing."""
    number = clinic.store.write(
        lambda tx: invoices.save_draft(tx, clinic.jane.id, [], currency="GBP", prefix="INV-")
    ).row.number
    with pytest.raises(Refused, match="has no lines yet"):
        issue(clinic, number)


def test_an_invoice_over_nothing_is_paid_at_once(clinic: Clinic) -> None:
    """Nothing is due on it."""
    number = clinic.draft(line(0)).row.number
    assert issue(clinic, number).row.state == "paid"
    with pytest.raises(Refused, match="nothing is due"):
        clinic.pay(number, 1)


def test_a_void_invoice_asks_for_nothing(clinic: Clinic) -> None:
    """No issue, no request, no payment at the desk."""
    number = clinic.issued()
    invoice_id = clinic.invoice(number).row.id
    clinic.store.write(lambda tx: ledger.append(tx, "invoice_voided", invoice_id, {"reason": "a mistake"}))
    assert (clinic.invoice(number).row.state, clinic.invoice(number).row.due) == ("void", 0)
    for work in (
        lambda tx: invoices.issue(tx, number),
        lambda tx: payments.take(tx, number, "cash", 1),
        lambda tx: requests.send(tx, number, {}, origin="pos"),
    ):
        with pytest.raises(Refused, match="void"):
            clinic.store.write(work)


def test_an_invoice_may_be_named_by_its_id(clinic: Clinic) -> None:
    """The ledger keeps the number all the same, so that a rebuild finds it."""
    drafts = [clinic.draft().row for _ in range(3)]

    def work(tx: Tx) -> None:
        invoices.issue(tx, drafts[0].id)
        payments.take(tx, drafts[1].id, "cash", 100)
        requests.send(tx, drafts[2].id, {"email": ""}, origin="pos")

    clinic.store.write(work)
    assert clinic.store.read(lambda reader: verify(reader, clinic.store.path)).problems == ()


def test_an_invoice_that_is_not_there_is_told(clinic: Clinic) -> None:
    """For each way to name one."""
    with pytest.raises(NotFound, match=r"There is no invoice INV-9. Find it with `paydesk invoices list`"):
        clinic.invoice("INV-9\x1b")
    with pytest.raises(NotFound, match="There is no invoice INV-9"):
        save(clinic, [line()], "INV-9", 1)
    with pytest.raises(NotFound, match="There is no client"):
        clinic.store.write(lambda tx: invoices.save_draft(tx, "nobody", [line()], currency="GBP", prefix="INV-"))


def test_the_list_is_newest_first_and_by_state(clinic: Clinic) -> None:
    """Each with the newest request's state beside it."""
    paid, part, unpaid = (clinic.issued() for _ in range(3))
    draft = clinic.draft().row.number
    clinic.pay(paid, 21_100)
    clinic.pay(part, 100)
    older = clinic.send(unpaid, 100)
    newer = clinic.live(unpaid, 200)
    assert listed(clinic) == [draft, unpaid, part, paid]
    for state, number in (("draft", draft), ("unpaid", unpaid), ("part_paid", part), ("paid", paid), ("void", None)):
        assert listed(clinic, state=state) == ([] if number is None else [number])
        assert listed(clinic, "jane", state) == ([] if number is None else [number])
    row = clinic.store.read(list_invoices)[1]
    assert (row.request_code, row.request_state) == (newer.code, "live")
    assert older.code != newer.code
    with pytest.raises(BadInput, match=r"“odd” is not an invoice state. Use one of: draft, unpaid"):
        listed(clinic, state="odd")


def test_an_invoice_is_found_by_number_client_mobile_and_code(clinic: Clinic) -> None:
    """A client who reads out a code is answered at once, offline."""
    wanted, other = clinic.issued(), clinic.issued()
    code = clinic.send(wanted).code
    for typed in (code, code.lower(), code.replace("-", ""), code[:3], "1 jane", "000001", wanted):
        assert listed(clinic, typed) == [wanted]
    for typed in ("jane", "smith inv", "07700 900123"):
        assert listed(clinic, typed) == [other, wanted]
    assert listed(clinic, "nobody") == []


def test_the_start_of_a_code_finds_its_invoice_among_the_others(clinic: Clinic) -> None:
    """From three letters on, newest first with what the words find, and only in the state that is asked for."""
    older, newer = clinic.issued(), clinic.issued()
    code = clinic.send(older).code
    assert listed(clinic, code[:5]) == [older]
    clinic.store.write(lambda tx: tx.run("UPDATE clients SET name = :name", name=f"Jane {code[:3]}"))
    assert listed(clinic, code[:2]) == listed(clinic, code[:3]) == [newer, older]
    assert listed(clinic, code, "unpaid") == [older]
    assert listed(clinic, code, "paid") == []
