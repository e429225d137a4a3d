"""Files of other systems: rows are checked one by one, and a file is taken whole, or without its bad rows, or not."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store import clients, settings
from store.catalogue import find
from store.database import Store, Tx
from store.errors import BadInput
from store.importing.catalogue import import_catalogue
from store.importing.clients import import_clients
from store.importing.invoices import import_invoices
from store.importing.run import Imported
from store.importing.table import rows_of
from store.models import Client
from store.reading import invoice_by_number, list_invoices
from store.rebuild import differences
from tests.store.builders import Clinic

HEADINGS = "ref,client_name,client_email,client_mobile,description,quantity,price,vat\n"
JANE = "A-1,Jane Brown,jane.brown@example.com,,Consultation,1,120.00,20\n"


def client_rows(store: Store, text: str, **how: bool) -> Imported:
    """Import clients from CSV text."""
    return store.write(lambda tx: import_clients(tx, text.encode(), **how))


def catalogue_rows(store: Store, text: str, **how: bool) -> Imported:
    """Import a catalogue from CSV text."""
    return store.write(lambda tx: import_catalogue(tx, text.encode(), **how))


def invoice_rows(store: Store, text: str, **how: bool) -> Imported:
    """Import invoices from CSV or JSON text."""

    def work(tx: Tx) -> Imported:
        return import_invoices(tx, text.encode(), settings.load(tx, store.path.parent, {}), **how)

    return store.write(work)


def all_clients(store: Store) -> list[Client]:
    """Return every client."""
    return store.read(lambda reader: clients.find(reader, "", limit=5000))


def test_clients_are_added_with_their_consent(store: Store) -> None:
    """As a spreadsheet writes them: a mark in front, semicolons, headings in any case and order."""
    text = "\ufeffMobile;Name;SMS consent\n07700 900321;Zoë Müller;no\n;Omar;\n"
    result = client_rows(store, text)
    assert (result.added, result.errors, result.kept) == (2, (), True)
    omar, zoe = all_clients(store)
    assert (zoe.name, zoe.mobile, bool(zoe.sms_consent), bool(zoe.email_consent)) == (
        "Zoë Müller",
        "+447700900321",
        False,
        True,
    )
    assert omar.name == "Omar"


def test_the_same_file_again_adds_nobody(store: Store) -> None:
    """Whoever is there by name and address is left as they are."""
    text = "name,email\nJane,jane@example.com\nJane,jane.two@example.com\n"
    assert client_rows(store, text).added == 2
    again = client_rows(store, text)
    assert (again.added, again.there) == (0, 2)


def thousand(bad: int) -> str:
    """Return a thousand clients of whom the one in row `bad` has an address that is none."""
    rows = [f"Client {row},{'nonsense' if row == bad else f'c{row}@example.com'}" for row in range(2, 1002)]
    return "name,email\n" + "\n".join(rows)


def test_one_bad_row_in_a_thousand_takes_none(store: Store) -> None:
    """And says which row, which column, and why."""
    result = client_rows(store, thousand(bad=777))
    assert (result.kept, len(result.errors)) == (False, 1)
    error = result.errors[0]
    assert (error.row, error.column) == (777, "email")
    assert str(error).startswith("Row 777, email: “nonsense”")
    assert all_clients(store) == []


def test_or_all_but_that_one_as_asked(store: Store) -> None:
    """The other 999 are there, and the bad one is named all the same."""
    result = client_rows(store, thousand(bad=777), skip_bad=True)
    assert (result.kept, result.added, result.errors[0].row) == (True, 999, 777)
    assert len(all_clients(store)) == 999


def test_a_dry_run_keeps_nothing(store: Store) -> None:
    """It says the same as the real one would."""
    result = client_rows(store, "name\nJane\n", dry_run=True)
    assert (result.added, result.kept) == (1, False)
    assert all_clients(store) == []


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "empty"),
        (b"name,email\n", "no rows"),
        (b"name,shoe size\nJane,4\n", "no column “shoe_size”"),
        (b"email\njane@example.com\n", "column “name” is missing"),
        (b"name,name\nJane,Jane\n", "there twice"),
        (b"name\n\xff\xfe\n", "not UTF-8"),
        (b"name\nJ\x00ane\n", "no text"),
        (b'name\n"Jane\n', "cannot be read as CSV"),
        (b"name\n" + b"x\n" * 20_001, "20,000 are the most"),
        (b"name\n" + b"x" * 10_000_001, "larger than 10 MB"),
    ],
)
def test_a_file_that_is_none_is_said(store: Store, content: bytes, said: str) -> None:
    """One sentence about the file; nothing is changed."""
    with pytest.raises(BadInput, match=said):
        store.write(lambda tx: import_clients(tx, content))


def test_a_row_with_more_cells_than_columns_has_slipped(store: Store) -> None:
    """A comma without quotes must not move a price into another column."""
    result = catalogue_rows(store, "name,price,vat\nVaccine, flu,18.50,0\n")
    assert "more cells than columns" in result.errors[0].why


def test_the_catalogue_is_brought_up_to_date_by_its_codes(store: Store) -> None:
    """A known code changes the item, an unknown one adds one, and the same again changes nothing."""
    first = catalogue_rows(store, "name,price,vat,code\nVaccine,91.00,0,FLU\nCream,16.95,20,\n")
    second = catalogue_rows(store, "code,name,price,vat\nFLU,Vaccine flu,95.00,0\n,Cream,16.95,20\n,New,1,5\n")
    assert (first.added, second.added, second.changed, second.there) == (2, 1, 1, 1)
    items = store.read(lambda reader: find(reader, "", every=True))
    assert [(item.name, item.price, item.vat_rate, item.code) for item in items] == [
        ("Vaccine flu", 9_500, 0, "FLU"),
        ("Cream", 1_695, 2_000, ""),
        ("New", 100, 500, ""),
    ]


def test_a_vat_rate_is_never_guessed(store: Store) -> None:
    """An empty cell is an error, in the catalogue and on an invoice."""
    assert "never guessed" in catalogue_rows(store, "name,price,vat\nCream,16.95,\n").errors[0].why
    assert "never guessed" in invoice_rows(store, HEADINGS + "A-1,Jane,,,Cream,1,16.95,\n").errors[0].why


def test_invoices_from_rows(clinic: Clinic) -> None:
    """Rows with one reference are one invoice, issued, for the client who is there already."""
    text = HEADINGS + JANE + JANE.replace("Consultation,1,120.00", "Cream,0.5,17.00") + JANE.replace("A-1", "A-2")
    result = invoice_rows(clinic.store, text)
    assert (result.added, result.errors) == (2, ())
    rows = clinic.store.read(lambda reader: list_invoices(reader, text="A-1"))
    invoice = clinic.invoice(rows[0].number)
    assert (invoice.row.state, invoice.row.total, len(invoice.lines)) == ("unpaid", 12_850, 2)
    assert len([client for client in all_clients(clinic.store) if client.name == "Jane Brown"]) == 1
    assert clinic.store.read(differences) == []


def test_a_reference_is_taken_once(store: Store) -> None:
    """Whether the file comes again whole, or with a new invoice."""
    invoice_rows(store, HEADINGS + JANE)
    again = invoice_rows(store, HEADINGS + JANE + JANE.replace("A-1", "A-2"))
    assert (again.added, again.there) == (1, 1)


def test_rows_of_one_invoice_must_stand_together(store: Store) -> None:
    """The second part would be lost as “there already”."""
    text = HEADINGS + JANE + JANE.replace("A-1", "A-2") + JANE
    result = invoice_rows(store, text, skip_bad=True)
    assert (result.added, result.errors[0].row, result.errors[0].column) == (2, 4, "ref")


def test_a_bad_line_is_named_by_its_own_row(store: Store) -> None:
    """Not by the first row of its invoice; the whole invoice stays out."""
    result = invoice_rows(store, HEADINGS + JANE + JANE.replace("120.00", "12.555"), skip_bad=True)
    assert [(error.row, error.column) for error in result.errors] == [(3, "price")]
    assert result.added == 0
    assert all_clients(store) == []


def test_invoices_from_json(store: Store) -> None:
    """Numbers are read as they are written: no float touches money."""
    text = (
        '[{"ref": 17, "client": {"name": "Jane", "mobile": "07700 900123"}, "draft": true, "notes": "bring X-ray",'
        ' "lines": [{"description": "Cream", "quantity": 3, "price": 16.10, "vat": 17.5, "discount": "10%"}]}]'
    )
    assert invoice_rows(store, text, as_json=True).added == 1
    invoice = store.read(lambda reader: invoice_by_number(reader, list_invoices(reader)[0].number))
    line = invoice.lines[0]
    assert (invoice.row.state, line.unit_price, line.vat_rate, line.total) == ("draft", 1_610, 1_750, 4_347)
    assert invoice.row.notes == "bring X-ray"


def test_a_bad_line_of_json_is_named_by_invoice_and_line(store: Store) -> None:
    """There are no rows in JSON; the first line of the second invoice is not the first of the file."""
    line = '{"description": "Cream", "price": %s, "vat": "20"}'
    invoice = '{"ref": "%s", "client": {"name": "Jane"}, "lines": [%s, %s]}'
    good, bad = line % '"5"', line % '"five"'
    result = invoice_rows(store, f"[{invoice % ('A-1', good, good)}, {invoice % ('A-2', good, bad)}]", as_json=True)
    assert (result.kept, len(result.errors)) == (False, 1)
    assert str(result.errors[0]).startswith("Invoice 2, line 2, price: “five” is not an amount")


def test_a_reference_is_in_a_json_file_once(store: Store) -> None:
    """The second one would be lost as “there already”, and its lines with it."""
    line = '{"description": "Cream", "price": %s, "vat": "20"}'
    invoice = '{"ref": "A-1", "client": {"name": "Jane"}, "lines": [%s]}'
    text = f"[{invoice % (line % 5)}, {invoice % (line % 7)}]"
    result = invoice_rows(store, text, as_json=True, skip_bad=True)
    assert (result.added, str(result.errors[0])[:17]) == (1, "Invoice 2, ref: T")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{", "not valid JSON"),
        ("[]", "empty list"),
        ("3", "must be an object"),
        ('{"ref": "1", "client": {"name": "J"}}', "“lines” of invoice 1"),
        ('{"ref": "1", "client": {"nom": "J"}, "lines": [{}]}', "“nom” is not known in the client of invoice 1"),
        ('{"ref": [], "client": {"name": "J"}, "lines": [{}]}', "“ref” of invoice 1 must be text or a number"),
        ('{"ref": "1", "client": {"name": "J"}, "lines": [{"price": NaN}]}', "must be text or a number"),
        ("[" * 100_000, "not valid JSON"),
    ],
)
def test_json_that_is_no_invoice_is_said(store: Store, text: str, said: str) -> None:
    """With the place in the file."""
    with pytest.raises(BadInput, match=said):
        invoice_rows(store, text, as_json=True)


@given(st.binary(max_size=300))
def test_no_bytes_can_break_the_reader(content: bytes) -> None:
    """Whatever is in a file, it is rows or a sentence."""
    from store.importing.clients import COLUMNS

    with contextlib.suppress(BadInput):
        assert rows_of(content, COLUMNS)


def test_hostile_cells_are_only_text(store: Store) -> None:
    """Markup stays as it is written; control characters and what turns text round are gone."""
    client_rows(store, "name\n[/x] \u202eevil\x1b[31m\n")
    assert all_clients(store)[0].name == "[/x] evil[31m"
