"""Erasing personal data: nothing of it is left in the files, and the money is as it was."""

from functools import partial

import pytest

from store import client_notes, clients, credit, erasing, invoices, merging, outbox, rebuild, requests, sales
from store.database import By, Store, Tx
from store.errors import NeedsManager, Refused, StoreError
from store.models import Client
from store.reading import invoice_by_number, list_invoices
from store.verify import verify
from tests.store.builders import Clinic, line

NAME, EMAIL, MOBILE = "Xanthippe Quarmby", "xq.zebedee@mail.example", "07700 900321"
TRACES = (
    b"xanth",
    b"quarm",
    b"zebedee",
    b"900321",
    b"oldname",
    b"latex",
    b"wheelchair",
    b"twincard",
    b"mailbox full",
)


def erase(clinic: Clinic, client: Client) -> None:
    """Erase and sweep, as a desk does."""
    numbers = clinic.store.write(lambda tx: erasing.erase(tx, client.id), actor="Amira")
    erasing.sweep(clinic.store, numbers)


def traces(store: Store) -> list[bytes]:
    """Return which words of the client can be read out of the files beside each other."""
    content = b"".join(path.read_bytes() for path in store.path.parent.rglob("*") if path.is_file()).lower()
    return [trace for trace in TRACES if trace in content]


@pytest.fixture
def known(clinic: Clinic) -> Client:
    """Return a client of whom much is known: two cards, notes, a paid link, a draft, messages, a PDF."""

    def begin(tx: Tx) -> Client:
        twin = clients.add(tx, name="Twincard Quarmby", email="twincard@mail.example")
        made = clients.add(tx, name="Xanthippe Oldname", email="oldname@mail.example")
        client_notes.add(tx, made.id, "Allergic to latex")
        saved = clients.update(tx, made.id, name=NAME, email=EMAIL, mobile=MOBILE, version=1)
        return merging.merge(tx, saved.id, twin.id)

    client = clinic.store.write(begin)
    clinic.jane = client
    number = clinic.issued()
    clinic.draft(line(500))
    clinic.store.write(lambda tx: sales.set_notes(tx, number, "Comes by wheelchair"))
    request = clinic.live(number, by=("email", "sms"))
    for entry in clinic.claim("email", "sms"):
        clinic.store.write(partial(outbox.finish, entry=entry, answer=f"sent to {EMAIL}: mailbox full"))
    clinic.store.write(lambda tx: tx.run("UPDATE outbox SET payload = :payload", payload=f'{{"client": "{NAME}"}}'))
    clinic.receive(clinic.seen(request))
    documents = clinic.store.path.parent / erasing.DOCUMENTS
    documents.mkdir()
    (documents / f"{number}.pdf").write_bytes(b"%PDF Xanthippe Quarmby")
    return client


def test_nothing_of_it_is_left_in_any_file(clinic: Clinic, known: Client) -> None:
    """Neither in the tables, the search index, free pages and the log, nor in saved PDFs; merged cards included."""
    assert set(traces(clinic.store)) == set(TRACES)
    erase(clinic, known)
    assert traces(clinic.store) == []


def test_the_money_is_as_it_was(clinic: Clinic, known: Client) -> None:
    """The invoice, its payment and the ledger's chain stand; only whose it was is gone."""
    before = clinic.store.read(lambda reader: invoice_by_number(reader, "INV-000001"))
    erase(clinic, known)
    after = clinic.store.read(lambda reader: invoice_by_number(reader, "INV-000001"))
    assert (after.row.total, after.row.paid, after.row.state) == (21_100, 21_100, "paid")
    assert after.payments == before.payments
    assert [request.state for request in after.requests] == ["paid"]
    assert (after.row.client_name, after.row.notes) == ("Erased client", "")
    assert (after.client.email, after.client.mobile, after.client.email_consent) == ("", "", False)
    assert {message.address for request in after.requests for message in request.messages} == {""}
    assert clinic.store.read(rebuild.differences) == []
    assert clinic.store.read(lambda reader: verify(reader, clinic.store.path)).ok


def test_the_client_is_found_no_more(clinic: Clinic, known: Client) -> None:
    """By no word; their invoice is found by its number, and the draft is thrown away."""
    erase(clinic, known)
    for typed in ("xan", "quarmby", "900321", "zebedee", "twin", "erased", ""):
        assert clinic.store.read(partial(clients.find, text=typed)) == [
            client for client in clinic.store.read(clients.find) if not typed
        ]
        rows = clinic.store.read(partial(list_invoices, text=typed))
        assert [row.number for row in rows] == (["INV-000001"] if typed in {"", "erased"} else [])


def test_the_others_are_found_as_before(clinic: Clinic) -> None:
    """The search index is whole after it was written anew."""
    omar = clinic.store.write(lambda tx: clients.add(tx, name="Omar O'Haddad", mobile="07700 900777"))
    erase(clinic, clinic.jane)
    for typed in ("omar", "ohad", "900777", ""):
        assert clinic.store.read(partial(clients.find, text=typed)) == [omar]


def test_nothing_more_is_written_about_them(clinic: Clinic) -> None:
    """No note, no address, no merging; and to erase again is to erase once."""
    other = clinic.store.write(lambda tx: clients.add(tx, name="Omar"))
    erase(clinic, clinic.jane)
    erase(clinic, clinic.jane)
    facts = clinic.store.read(lambda reader: reader.value("SELECT count(*) FROM ledger WHERE kind = 'client_erased'"))
    assert facts == 1
    with pytest.raises(Refused, match="has been erased"):
        clinic.store.write(lambda tx: client_notes.add(tx, clinic.jane.id, "hello"))
    with pytest.raises(Refused, match="erased cannot be merged"):
        clinic.store.write(lambda tx: merging.merge(tx, other.id, clinic.jane.id))
    with pytest.raises(Refused, match="data was erased"):
        clinic.store.write(lambda tx: clients.update(tx, clinic.jane.id, name="X", email="", mobile="", version=2))


def test_not_while_a_link_is_open(clinic: Clinic) -> None:
    """Queued, live or being cancelled: it says which one."""
    number = clinic.issued()
    request = clinic.live(number)
    for _ in range(2):
        with pytest.raises(Refused, match=f"Payment link {request.code} of {number} is still open"):
            erase(clinic, clinic.jane)
        if request.state == "live":
            clinic.cancel(request)
    assert clinic.store.read(clients.find) == [clinic.store.read(lambda reader: clients.get(reader, clinic.jane.id))]


def test_not_while_something_waits_to_go_out(clinic: Clinic) -> None:
    """A message, or what the clinic is to be told."""
    number = clinic.issued()
    request = clinic.live(number, by=("email",))
    clinic.receive(clinic.seen(request), "ntfy://clinic")
    with pytest.raises(Refused, match=f"Something about {number} still waits to go out"):
        erase(clinic, clinic.jane)


def test_not_while_credit_is_left(clinic: Clinic) -> None:
    """It is the client's money."""
    clinic.store.write(lambda tx: credit.deposit(tx, clinic.jane.id, "cash", 1_250, currency="GBP"))
    with pytest.raises(Refused, match=r"£12\.50 of credit is left on this card"):
        erase(clinic, clinic.jane)
    clinic.store.write(lambda tx: credit.pay_back(tx, clinic.jane.id, "cash", 1_250, currency="GBP"))
    erase(clinic, clinic.jane)


def test_the_ledger_names_nobody_and_who_approved(clinic: Clinic) -> None:
    """A receptionist with a manager's approval may; the fact says both, and the client's id."""
    clinic.store.write(
        lambda tx: tx.run(
            "INSERT INTO staff (id, name, role, pin_hash, created_at) VALUES ('m', 'Mo', 'manager', '', :now)",
            now=tx.now,
        )
    )
    with pytest.raises(NeedsManager, match="Only a manager may erase a client's personal data"):
        erase(clinic, clinic.jane)
    by = By("Amira", "a", "m", "Mo")
    clinic.store.write(lambda tx: erasing.erase(tx, clinic.jane.id), actor=by)
    row = clinic.store.read(
        lambda reader: reader.one("SELECT actor, payload FROM ledger WHERE kind = 'client_erased'")
    )
    assert row is not None
    assert (row["actor"], row["payload"]) == ("Amira", f'{{"approved_by":"Mo","client":"{clinic.jane.id}"}}')


def test_another_desk_works_on_meanwhile(clinic: Clinic) -> None:
    """A second process's connection reads and writes before and after the file was written anew."""
    other = Store(clinic.store.path, clock=clinic.clock)
    try:
        assert len(other.read(clients.find)) == 1
        erase(clinic, clinic.jane)
        assert other.read(clients.find) == []
        omar = other.write(lambda tx: clients.add(tx, name="Omar"))
        assert clinic.store.read(clients.find) == [omar]
    finally:
        other.close()


def test_traces_that_may_be_left_are_told(clinic: Clinic) -> None:
    """A document that cannot be deleted: the data is erased all the same, and what to do is said."""
    number = clinic.issued()
    clinic.pay(number, 21_100)
    (clinic.store.path.parent / erasing.DOCUMENTS / f"{number}.pdf").mkdir(parents=True)
    with pytest.raises(StoreError, match="is erased, but traces may be left in the data folder"):
        erase(clinic, clinic.jane)
    assert clinic.store.read(clients.find) == []


def test_a_cancelled_link_does_not_stand_in_the_way(clinic: Clinic) -> None:
    """What never left and was taken back is finished."""
    request = clinic.send(clinic.issued())
    clinic.store.write(lambda tx: requests.cancel(tx, request.id, why="wrong"))
    erase(clinic, clinic.jane)


def test_nothing_new_is_put_down_for_an_erased_client(clinic: Clinic) -> None:
    """No sale and no deposit; it says what to do."""
    somebody = clinic.store.write(lambda tx: clients.add(tx, name="Somebody"))
    erase(clinic, somebody)
    with pytest.raises(Refused, match="Add a new client"):
        clinic.store.write(lambda tx: credit.deposit(tx, somebody.id, "cash", 500, currency="GBP"))
    with pytest.raises(Refused, match="Add a new client"):
        clinic.store.write(lambda tx: invoices.save_draft(tx, somebody.id, [line()], currency="GBP", prefix="INV-"))
