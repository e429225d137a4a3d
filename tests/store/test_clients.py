"""Clients: their cards, and finding them by a few letters."""

from dataclasses import replace
from functools import partial

import pytest

from store import clients
from store.database import Store, Tx
from store.errors import BadInput, EditConflict, NotFound
from store.models import Client
from store.reading import list_invoices
from tests.store.builders import Clinic


def add(store: Store, name: str, email: str = "", mobile: str = "") -> Client:
    """Add a client."""
    return store.write(lambda tx: clients.add(tx, name=name, email=email, mobile=mobile))


def found(store: Store, text: str, limit: int = 50) -> list[str]:
    """Return the names that a search finds, in its order."""
    return [client.name for client in store.read(lambda reader: clients.find(reader, text, limit=limit))]


@pytest.fixture
def people(store: Store) -> Store:
    """A few clients whose names are hard to type."""
    add(store, "Jane Smith", "jane.smith@example.com", "07700 900123")
    add(store, "Séamus O’Brien", "seamus@mail.example", "07700 900456")
    add(store, "Zoë Müller-Łukasiewicz", "zoe_m@example.org")
    add(store, "Marie D'Arcy", "", "+353 85 012 3456")
    add(store, "Ann OConnell", "", "07700 900789")
    add(store, "José Álvarez")
    add(store, "Bobby [/x] Tables")
    add(store, "דנה ליאור")
    return store


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("ja", "Jane Smith"),
        ("smi", "Jane Smith"),
        ("SMITH jane", "Jane Smith"),
        ("jane.smith@exa", "Jane Smith"),
        ("07700 900123", "Jane Smith"),
        ("07700900123", "Jane Smith"),
        ("07700 9001", "Jane Smith"),
        ("900123", "Jane Smith"),
        ("447700900123", "Jane Smith"),
        ("+44 7700 900123", "Jane Smith"),
        ("seamus", "Séamus O’Brien"),
        ("Séam", "Séamus O’Brien"),
        ("Se\u0301am", "Séamus O’Brien"),
        ("o'br", "Séamus O’Brien"),
        ("O’Brien", "Séamus O’Brien"),
        ("brien", "Séamus O’Brien"),
        ("zoe mull", "Zoë Müller-Łukasiewicz"),
        ("Zoe\u0308", "Zoë Müller-Łukasiewicz"),
        ("müller", "Zoë Müller-Łukasiewicz"),
        ("zoe_m", "Zoë Müller-Łukasiewicz"),
        ("d’arcy", "Marie D'Arcy"),
        ("darcy d", "Marie D'Arcy"),
        ("obrien", "Séamus O’Brien"),
        ("obr", "Séamus O’Brien"),
        ("janesmith", "Jane Smith"),
        ("mullerlukasiewicz", None),
        ("muller-luk", None),
        ("müller-łuk", "Zoë Müller-Łukasiewicz"),
        ("o'connell", "Ann OConnell"),
        ("jose", "José Álvarez"),
        ("+353 85 012", "Marie D'Arcy"),
        ("[/x]", "Bobby [/x] Tables"),
        ("ליא", "דנה ליאור"),
        ("smith brien", None),
        ("ane", None),
    ],
)
def test_a_client_is_found_by_the_start_of_any_word(people: Store, typed: str, name: str | None) -> None:
    """Of name, email or mobile, without accents, however the apostrophe is typed; every word must be there."""
    assert found(people, typed) == ([] if name is None else [name])


@pytest.mark.parametrize(
    "typed",
    [
        "07700 900789",
        "07700900789",
        "0 7700 900 789",
        "07700 900 789",
        "07700-900-7",
        "+44 (0)7700 900789",
        "+447700900789",
        "+44 (7700) 900-789",
    ],
)
def test_a_mobile_is_found_however_it_is_spaced(people: Store, typed: str) -> None:
    """With the country or without it, in one piece or in several."""
    assert found(people, typed) == ["Ann OConnell"]


@pytest.mark.parametrize("typed", ["", "   ", "***", '"', "'", "-", "()", "\x00"])
def test_nothing_to_search_for_lists_everybody_newest_first(people: Store, typed: str) -> None:
    """Marks alone are no words."""
    assert found(people, typed)[0] == "דנה ליאור"
    assert len(found(people, typed)) == 8


@pytest.mark.parametrize(
    "typed",
    ['"jane', "jane*", "jane OR", "NEAR(jane", "name:jane", "^jane", "jane AND", "-jane", "{jane", "jane\x00"],
)
def test_the_search_language_cannot_be_typed(people: Store, typed: str) -> None:
    """Whatever is typed is words, and never an error."""
    assert set(found(people, typed)) <= {"Jane Smith"}


def test_a_very_long_search_is_only_a_search(people: Store) -> None:
    """Eight words are enough to tell clients apart."""
    assert found(people, "jane " * 5000) == ["Jane Smith"]
    assert found(people, "j" * 100_000) == []


def test_among_50_000_the_newest_come_first(store: Store) -> None:
    """As many as asked for, also for a single letter that thousands share."""

    def fill(tx: Tx) -> None:
        tx.run_many(
            "INSERT INTO clients (id, name, created_at) VALUES (:id, :name, :now)",
            ({"id": f"{n:026d}", "name": f"Client Number{n}", "now": tx.now} for n in range(50_000)),
        )

    store.write(fill)
    assert found(store, "c", limit=3) == ["Client Number49999", "Client Number49998", "Client Number49997"]
    assert found(store, "", limit=2) == ["Client Number49999", "Client Number49998"]
    assert found(store, "number1234", limit=3) == ["Client Number12349", "Client Number12348", "Client Number12347"]
    assert len(found(store, "client n")) == 50


def test_a_card_is_kept_in_one_form(store: Store) -> None:
    """Control characters go, the address and the number are normal."""
    jane = add(store, "  Jane\x1b \u202eSmith ", "jane@EXAMPLE.com", "07700 900123")
    assert jane == Client(jane.id, "Jane Smith", "jane@example.com", "+447700900123")
    assert store.read(lambda reader: clients.get(reader, jane.id)) == jane


@pytest.mark.parametrize(
    ("name", "email", "mobile", "field"),
    [
        ("", "", "", "name"),
        (" \u200d ", "", "", "name"),
        ("x" * 121, "", "", "name"),
        ("Jane", "jane", "", "email"),
        ("Jane", "jane@example.com", "12", "mobile"),
    ],
)
def test_a_card_that_will_not_do_is_refused(store: Store, name: str, email: str, mobile: str, field: str) -> None:
    """The first field that is wrong is named, and nothing is added."""
    with pytest.raises(BadInput) as caught:
        add(store, name, email, mobile)
    assert caught.value.field == field
    assert found(store, "") == []


def test_a_change_is_found_and_what_it_replaced_is_not(clinic: Clinic) -> None:
    """In the search for clients and in the search for their invoices."""
    number = clinic.issued()
    changed = clinic.store.write(
        lambda tx: clients.update(
            tx, clinic.jane.id, name="Jane Doe", email="doe@example.com", mobile="07700 900999", version=1
        )
    )
    assert (changed.name, changed.email, changed.mobile, changed.version) == (
        "Jane Doe",
        "doe@example.com",
        "+447700900999",
        2,
    )
    for typed, there in (("doe", True), ("900999", True), ("smith", False), ("900123", False), ("jane", True)):
        assert bool(found(clinic.store, typed)) is there
        rows = clinic.store.read(partial(list_invoices, text=typed))
        assert [row.number for row in rows] == ([number] if there else [])


def test_the_later_save_of_the_same_card_is_told(clinic: Clinic) -> None:
    """Two terminals: the first one's version stands."""

    def save(name: str) -> Client:
        return clinic.store.write(
            lambda tx: clients.update(tx, clinic.jane.id, name=name, email="", mobile="", version=1)
        )

    save("Jane Doe")
    with pytest.raises(EditConflict, match="Somebody else has just saved Jane Doe's card"):
        save("Jane Roe")
    assert found(clinic.store, "") == ["Jane Doe"]


def test_consent_is_kept_and_stays_unless_it_is_changed(clinic: Clinic) -> None:
    """Agreed unless somebody said no; a change of the name alone leaves it as it is."""
    jane = clinic.jane
    assert (jane.may_get("email"), jane.may_get("sms")) == (True, True)

    def save(version: int, **consent: bool) -> Client:
        return clinic.store.write(
            lambda tx: clients.update(
                tx, jane.id, name="Jane Doe", email=jane.email, mobile=jane.mobile, version=version, **consent
            )
        )

    said_no = save(1, sms_consent=False)
    assert (said_no.may_get("email"), said_no.may_get("sms")) == (True, False)
    assert save(2).sms_consent is False
    assert save(3, email_consent=False, sms_consent=True) == replace(
        said_no, version=4, email_consent=False, sms_consent=True
    )


def test_a_new_card_may_say_no_at_once(store: Store) -> None:
    """Consent is asked for when the card is written."""
    jane = store.write(lambda tx: clients.add(tx, name="Jane", email_consent=False))
    assert store.read(lambda reader: clients.get(reader, jane.id)) == jane
    assert (jane.email_consent, jane.sms_consent) == (False, True)


def test_a_client_who_is_not_there_is_told(store: Store) -> None:
    """With where ids come from, and nothing that drives the terminal."""
    with pytest.raises(NotFound, match=r"no client nobody. Find the id with `paydesk clients list`"):
        store.read(lambda reader: clients.get(reader, "nobo\x1bdy"))
    with pytest.raises(NotFound):
        store.write(lambda tx: clients.update(tx, "nobody", name="X", email="", mobile="", version=1))
