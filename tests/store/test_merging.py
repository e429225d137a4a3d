"""Two cards of one person: found, made one, and the ledger agrees."""

from functools import partial

import pytest

from store import client_card, client_notes, clients, credit, duplicates, invoices, merging, rebuild
from store.client_card import ClientCard
from store.database import Tx
from store.errors import EditConflict, NeedsManager, NotFound, Refused
from store.models import Client
from store.reading import list_invoices
from store.verify import verify
from tests.store.builders import Clinic, line


def add(clinic: Clinic, name: str, email: str = "", mobile: str = "", **consent: bool) -> Client:
    """Add a client."""
    return clinic.store.write(lambda tx: clients.add(tx, name=name, email=email, mobile=mobile, **consent))


def merge(clinic: Clinic, keep: Client, gone: Client) -> Client:
    """Make two cards one."""
    return clinic.store.write(lambda tx: merging.merge(tx, keep.id, gone.id), actor="Amira")


def card(clinic: Clinic, client: Client) -> ClientCard:
    """Read a card."""
    return clinic.store.read(lambda reader: client_card.card(reader, client.id))


def alike(clinic: Clinic, client: Client) -> list[str]:
    """Return the names of likely duplicates."""
    return [other.name for other in clinic.store.read(lambda reader: duplicates.of_client(reader, client.id))]


@pytest.mark.parametrize(
    ("name", "email", "mobile"),
    [
        ("J. Miller", "", "+44 7700 900123"),
        ("Mrs Miller", "JANE@example.com", ""),
        ("Jane Smyth", "", ""),
        ("smith, jane", "", ""),
        ("Jané Smith", "", ""),
        ("JANE  SMITH", "other@example.com", "07700 900999"),
    ],
)
def test_likely_duplicates(clinic: Clinic, name: str, email: str, mobile: str) -> None:
    """The same mobile, the same email, or a name that is very like."""
    add(clinic, name, email, mobile)
    assert alike(clinic, clinic.jane) == [" ".join(name.split())]


@pytest.mark.parametrize(
    ("name", "email", "mobile"),
    [
        ("John Smith", "john@example.com", "07700 900124"),
        ("Jane Smithson-Brown", "", ""),
        ("Bobby [/x] Tables", "janes@example.com", ""),
        ("“\"'*", "", ""),
        ("דנה ליאור", "", ""),
    ],
)
def test_somebody_else(clinic: Clinic, name: str, email: str, mobile: str) -> None:
    """A family name, or letters of an address, make no duplicate; and no name is a query."""
    other = add(clinic, name, email, mobile)
    assert alike(clinic, clinic.jane) == []
    assert alike(clinic, other) == []


def test_the_same_mobile_comes_before_a_like_name(clinic: Clinic) -> None:
    """What is surest first, each card once, and never the card itself."""
    add(clinic, "Jane Smyth")
    add(clinic, "Jane Smith", "", "07700 900123")
    assert alike(clinic, clinic.jane) == ["Jane Smith", "Jane Smyth"]


def test_everything_moves_to_the_card_that_stays(clinic: Clinic) -> None:
    """Invoices, drafts, credit and notes; what it said is a note; and it is never found again."""
    keep, gone = add(clinic, "Jane Smyth", "", "07700 900456"), clinic.jane
    number, draft = clinic.issued(), clinic.draft(line(500)).row.number
    clinic.live(number)

    def furnish(tx: Tx) -> None:
        credit.deposit(tx, gone.id, "cash", 1_000, currency="GBP")
        client_notes.add(tx, gone.id, "Allergic to latex")
        client_notes.add(tx, keep.id, "Likes mornings")

    clinic.store.write(furnish)
    clinic.clock.forward(minutes=1)
    merged = merge(clinic, keep, gone)
    assert merged == Client(keep.id, "Jane Smyth", "jane@example.com", "+447700900456", "email", 2)
    whole = card(clinic, keep)
    assert [row.number for row in whole.invoices] == [draft, number]
    assert (whole.credit, whole.due) == (1_000, 21_100)
    assert [note.text for note in whole.notes] == [
        "Merged from another card: Jane Smith · jane@example.com · 07700 900123",
        "Likes mornings",
        "Allergic to latex",
    ]
    names = [client.name for client in clinic.store.read(clients.find)]
    assert names == ["Jane Smyth"]
    assert clinic.store.read(lambda reader: clients.find(reader, "smith")) == []
    rows = clinic.store.read(lambda reader: list_invoices(reader, text="smyth"))
    assert [row.client_name for row in rows] == ["Jane Smyth", "Jane Smyth"]
    assert clinic.store.read(lambda reader: list_invoices(reader, text="smith")) == []
    assert clinic.store.read(rebuild.differences) == []
    assert clinic.store.read(lambda reader: verify(reader, clinic.store.path)).ok


def test_an_old_id_leads_to_the_card_that_stays(clinic: Clinic) -> None:
    """Also when that card is merged into a third one."""
    second, third = add(clinic, "Second"), add(clinic, "Third")
    merge(clinic, second, clinic.jane)
    last = merge(clinic, third, second)
    for client in (clinic.jane, second, third):
        assert clinic.store.read(partial(clients.get, client_id=client.id)) == last


def test_a_no_stays_a_no(clinic: Clinic) -> None:
    """Consent that either card had refused is refused."""
    keep = add(clinic, "Jane Smyth", sms_consent=False)
    said_no = add(clinic, "J Smith", email_consent=False)
    merged = merge(clinic, keep, said_no)
    assert (merged.email_consent, merged.sms_consent) == (False, False)


def test_the_ledger_names_nobody(clinic: Clinic) -> None:
    """The fact is two ids."""
    keep = add(clinic, "Jane Smyth")
    merge(clinic, keep, clinic.jane)
    row = clinic.store.read(
        lambda reader: reader.one("SELECT actor, payload FROM ledger WHERE kind = 'client_merged'")
    )
    assert row is not None
    assert (row["actor"], row["payload"]) == ("Amira", f'{{"client":"{clinic.jane.id}","into":"{keep.id}"}}')


def test_a_card_open_elsewhere_is_told(clinic: Clinic) -> None:
    """Whoever saves the one that was filled must look again; the card that is gone is not there to be saved."""
    keep = add(clinic, "Jane Smyth")
    merge(clinic, keep, clinic.jane)
    save = partial(clients.update, name="X", email="", mobile="", version=1)
    with pytest.raises(EditConflict, match="Somebody else has just saved Jane Smyth's card"):
        clinic.store.write(partial(save, client_id=keep.id))
    with pytest.raises(Refused, match="part of Jane Smyth's now"):
        clinic.store.write(partial(save, client_id=clinic.jane.id))


def test_what_cannot_be_merged(clinic: Clinic) -> None:
    """A card with itself, a card twice, a card that is not there."""
    keep = add(clinic, "Jane Smyth")
    with pytest.raises(Refused, match="one and the same"):
        merge(clinic, keep, keep)
    with pytest.raises(NotFound):
        clinic.store.write(lambda tx: merging.merge(tx, keep.id, "nobody"))
    merge(clinic, keep, clinic.jane)
    with pytest.raises(Refused, match="part of Jane Smyth's now"):
        merge(clinic, keep, clinic.jane)


def test_only_a_manager_may(clinic: Clinic) -> None:
    """Nothing is changed without one."""
    keep = add(clinic, "Jane Smyth")
    clinic.store.write(
        lambda tx: tx.run(
            "INSERT INTO staff (id, name, role, pin_hash, created_at) VALUES ('m', 'Mo', 'manager', '', :now)",
            now=tx.now,
        )
    )
    with pytest.raises(NeedsManager, match="Only a manager may merge two clients"):
        merge(clinic, keep, clinic.jane)
    assert len(clinic.store.read(clients.find)) == 2


def test_what_is_put_down_for_a_merged_card_goes_to_the_kept_one(clinic: Clinic) -> None:
    """A desk may still hold the card that is gone."""
    gone = clinic.store.write(lambda tx: clients.add(tx, name="Jane Smyth"))
    clinic.store.write(lambda tx: merging.merge(tx, clinic.jane.id, gone.id))
    entry = clinic.store.write(lambda tx: credit.deposit(tx, gone.id, "cash", 500, currency="GBP"))
    draft = clinic.store.write(lambda tx: invoices.save_draft(tx, gone.id, [line()], currency="GBP", prefix="INV-"))
    assert (entry.client_id, draft.client.id) == (clinic.jane.id, clinic.jane.id)
