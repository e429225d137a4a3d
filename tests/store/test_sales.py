"""Sales that are not finished: without a client yet, parked, taken up again, discarded; and notes."""

from collections.abc import Callable
from functools import partial

import pytest

from store import clients, invoices, ledger, payments, requests, sales
from store.database import Tx
from store.errors import BadInput, EditConflict, NotFound, Refused
from store.reading import invoice_by_number
from store.verify import verify
from tests.store.builders import Clinic, line
from tests.store.till import does, save


def parked(clinic: Clinic) -> list[str]:
    """Return the numbers of the parked sales."""
    return [row.number for row in clinic.store.read(sales.parked)]


def search_words_are_whole(clinic: Clinic) -> bool:
    """Compare the search words with the invoices (https://sqlite.org/fts5.html#the_integrity_check_command)."""
    clinic.store.write(
        lambda tx: tx.run("INSERT INTO invoices_fts (invoices_fts, rank) VALUES ('integrity-check', 1)")
    )
    return True


def test_a_sale_may_begin_without_a_client(clinic: Clinic) -> None:
    """It adds up and can be saved again; the client comes later."""
    draft = save(clinic, [line(500)], client="")
    assert (draft.row.client_id, draft.row.client_name, draft.client.name, draft.row.total) == ("", "", "", 500)
    draft = save(clinic, [line(700)], client="", draft=draft)
    draft = save(clinic, [line(700)], draft=draft)
    assert draft.row.client_name == "Jane Smith"
    assert search_words_are_whole(clinic)


@pytest.mark.parametrize(
    "work",
    [
        lambda tx: invoices.issue(tx, "INV-000001"),
        lambda tx: payments.take(tx, "INV-000001", "cash", 500),
        lambda tx: payments.take(tx, "INV-000001", "account_credit", 500),
        lambda tx: requests.send(tx, "INV-000001", {}, origin="pos"),
    ],
)
def test_it_is_not_issued_without_one(clinic: Clinic, work: Callable[[Tx], object]) -> None:
    """Every way says so, and it stays a draft."""
    save(clinic, [line(500)], client="")
    with pytest.raises(BadInput, match="Choose a client first: INV-000001 is nobody's yet") as caught:
        does(clinic, work)
    assert caught.value.field == "client"
    assert clinic.invoice("INV-000001").row.state == "draft"


def test_parked_sales_are_listed_newest_first(clinic: Clinic) -> None:
    """With the client's name, or the notes where there is no client, to know them by."""
    first = save(clinic, [line(500)])
    second = save(clinic, [line(700)], client="", notes="red coat,\x1b waits for a call")
    unparked = save(clinic, [line(900)])
    does(clinic, lambda tx: sales.park(tx, first.row.number))
    clinic.clock.forward(minutes=1)
    assert does(clinic, lambda tx: sales.park(tx, second.row.id)).row.parked_at == "2026-11-22T14:03:31.000Z"
    rows = clinic.store.read(sales.parked)
    assert [row.number for row in rows] == [second.row.number, first.row.number]
    assert [(row.client_name, row.notes) for row in rows] == [("", "red coat, waits for a call"), ("Jane Smith", "")]
    assert unparked.row.parked_at is None


def test_a_parked_sale_is_taken_up_again(clinic: Clinic) -> None:
    """By the next save, or by being paid as it is; parking alone makes nobody's version old."""
    draft, paid = save(clinic, [line(500)]), save(clinic, [line(500)])
    for each in (draft, paid):
        does(clinic, partial(sales.park, number=each.row.number))
    assert parked(clinic) == [paid.row.number, draft.row.number]
    save(clinic, [line(600)], draft=draft)
    assert parked(clinic) == [paid.row.number]
    clinic.pay(paid.row.number, 500)
    assert parked(clinic) == []


def test_a_sale_taken_up_at_two_desks_is_saved_by_one(clinic: Clinic) -> None:
    """The second is told."""
    draft = save(clinic, [line(500)])
    does(clinic, lambda tx: sales.park(tx, draft.row.number))
    save(clinic, [line(600)], draft=draft)
    with pytest.raises(EditConflict):
        save(clinic, [line(700)], draft=draft)


def test_a_discarded_draft_is_gone(clinic: Clinic) -> None:
    """Lines, search words and all; the ledger says that there was one and who gave it up."""
    number = clinic.draft().row.number
    invoice_id = clinic.invoice(number).row.id
    does(clinic, lambda tx: sales.discard(tx, number))
    with pytest.raises(NotFound, match="There is no invoice INV-000001"):
        clinic.invoice(number)
    assert clinic.store.read(lambda reader: reader.value("SELECT count(*) FROM lines")) == 0
    (fact,) = clinic.store.read(lambda reader: list(ledger.entries(reader)))
    assert (fact.kind, fact.actor, fact.invoice_id, fact.payload) == (
        "draft_discarded",
        "Amira",
        invoice_id,
        {"number": number},
    )
    assert search_words_are_whole(clinic)
    assert clinic.store.read(lambda reader: verify(reader, clinic.store.path)).problems == ()


@pytest.mark.parametrize("client", ["", None])
def test_its_search_words_go_with_it(clinic: Clinic, client: str | None) -> None:
    """Whether it had a client or not, and whatever the client is called by now."""
    number = save(clinic, [line()], client=client).row.number
    clinic.store.write(
        lambda tx: clients.update(tx, clinic.jane.id, name="Joan", email="", mobile="07700 900999", version=1)
    )
    does(clinic, lambda tx: sales.discard(tx, number))
    assert search_words_are_whole(clinic)


def test_the_number_of_a_discarded_draft_is_not_given_again(clinic: Clinic) -> None:
    """Not when it was the newest, and not when an older one goes after it."""
    numbers = [clinic.draft().row.number for _ in range(3)]
    for number in (numbers[2], numbers[0]):
        does(clinic, partial(sales.discard, number=number))
    assert clinic.draft().row.number == "INV-000004"
    for number in ("INV-000004", numbers[1]):
        does(clinic, partial(sales.discard, number=number))
    assert clinic.draft().row.number == "INV-000005"


def test_what_was_issued_is_neither_parked_nor_discarded(clinic: Clinic) -> None:
    """There is making void for that."""
    number = clinic.issued()
    with pytest.raises(
        Refused, match=r"INV-000001 has been issued, so it cannot be parked\. A manager can make it void"
    ):
        does(clinic, lambda tx: sales.park(tx, number))
    with pytest.raises(Refused, match="INV-000001 has been issued, so it cannot be discarded"):
        does(clinic, lambda tx: sales.discard(tx, number))
    assert clinic.invoice(number).row.state == "unpaid"


@pytest.mark.parametrize("issued", [False, True])
def test_notes_are_written_in_any_state(clinic: Clinic, issued: bool) -> None:
    """They are in no ledger; whoever has the draft open is told that it has changed."""
    number = clinic.issued() if issued else clinic.draft().row.number
    before = clinic.invoice(number)
    facts = clinic.store.read(lambda reader: len(list(ledger.entries(reader))))
    noted = does(clinic, lambda tx: sales.set_notes(tx, number, " Asked for\x1b a letter "))
    assert noted.row.notes == "Asked for a letter"
    assert clinic.store.read(lambda reader: len(list(ledger.entries(reader)))) == facts
    assert clinic.store.read(lambda reader: verify(reader, clinic.store.path)).problems == ()
    if not issued:
        with pytest.raises(EditConflict):
            save(clinic, [line()], draft=before)
    assert does(clinic, lambda tx: sales.set_notes(tx, number, "")).row.notes == ""


def test_notes_have_an_end(clinic: Clinic) -> None:
    """A thousand letters, wherever they are typed."""
    number = clinic.issued()
    assert does(clinic, lambda tx: sales.set_notes(tx, number, "x" * 1000)).row.notes == "x" * 1000
    works: list[Callable[[], object]] = [
        lambda: does(clinic, lambda tx: sales.set_notes(tx, number, "x" * 1001)),
        lambda: save(clinic, [line()], notes="x" * 1001),
    ]
    for work in works:
        with pytest.raises(BadInput, match="Notes can have 1000 letters; these have 1001") as caught:
            work()
        assert caught.value.field == "notes"
    with pytest.raises(NotFound):
        does(clinic, lambda tx: sales.set_notes(tx, "INV-9", "x"))


def test_a_draft_is_saved_whole(clinic: Clinic) -> None:
    """What is left out of a later save is gone, as its lines are."""
    draft = save(clinic, [line()], notes="first")
    assert clinic.store.read(lambda reader: invoice_by_number(reader, draft.row.id)).row.notes == "first"
    assert save(clinic, [line()], draft=draft).row.notes == ""
