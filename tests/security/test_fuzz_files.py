"""Files of other systems, and what is given to `restore`: taken, or refused with a sentence; soon, in little room."""

import json
import time
import tracemalloc
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store import settings
from store.database import Store, Tx
from store.errors import BadInput, PaydeskError
from store.importing.catalogue import import_catalogue
from store.importing.clients import import_clients
from store.importing.invoices import COLUMNS, import_invoices
from store.importing.run import Imported
from store.importing.table import MOST_BYTES, Column, rows_of
from store.opening import FILE_NAME
from store.reading import list_invoices
from store.restoring import restore
from tests.security.fuzzing import ANY_TEXT, few, refused_or
from tests.security.nasty import driving


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """An empty data file."""
    opened = Store(tmp_path / "data" / FILE_NAME)
    yield opened
    opened.close()


CELLS = ANY_TEXT | st.sampled_from(
    ["", "Jane", "1", "20", "120.00", "A-1", "yes", "no", "10%", '"', '""', "'", "=1+1", "x" * 20_000]
)
HEADINGS = st.lists(
    st.sampled_from([column.name for column in COLUMNS] + ["name", "email", "price", "vat", ""]) | ANY_TEXT,
    max_size=9,
)
ENCODINGS = st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "latin-1", "cp1252", "utf-7"])


@st.composite
def tables(draw: st.DrawFn) -> bytes:
    """Draw what a spreadsheet, or somebody hostile, may save: ragged, quoted or not, in any encoding."""
    rows = [draw(HEADINGS), *draw(st.lists(st.lists(CELLS, max_size=10), max_size=4))]
    quote, between, end = (
        draw(st.sampled_from(["", '"'])),
        draw(st.sampled_from(",;\t|")),
        draw(st.sampled_from(["\n", "\r\n", "\r", "\n\n"])),
    )
    text = end.join(between.join(f"{quote}{cell}{quote}" for cell in row) for row in rows)
    return text.encode(draw(ENCODINGS), "replace")


def invoice(**changed: object) -> dict[str, object]:
    """Return an invoice as another system writes it, some of it changed."""
    line = {"description": "Consultation", "quantity": "1", "price": "120.00", "vat": "20", "discount": ""}
    usual = {
        "ref": "A-1",
        "client": {"name": "Jane", "email": "", "mobile": ""},
        "lines": [line],
        "notes": "",
        "draft": False,
    }
    return {**usual, **changed}


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | ANY_TEXT,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(ANY_TEXT | st.sampled_from(["ref", "client", "lines", "name"]), inner, max_size=3)
    ),
    max_leaves=6,
)
TREES = ANYTHING | st.builds(
    lambda key, value: [invoice(**{key: value}), invoice(ref="A-2")],
    st.sampled_from(["ref", "client", "lines", "notes", "draft", "more"]),
    ANYTHING
    | ANYTHING.map(lambda value: {"name": value})
    | ANYTHING.map(lambda value: [{"description": value, "price": value, "vat": value}]),
)


def taken(store: Store, content: bytes) -> None:
    """Import content as everything that it may be, and hold what comes of it to its bounds."""
    chosen = store.read(lambda reader: settings.load(reader, store.path.parent, {}))
    ways: tuple[Callable[[Tx], Imported], ...] = (
        lambda tx: import_clients(tx, content, skip_bad=True, dry_run=True),
        lambda tx: import_catalogue(tx, content, skip_bad=True, dry_run=True),
        lambda tx: import_invoices(tx, content, chosen, skip_bad=True, dry_run=True),
        lambda tx: import_invoices(tx, content, chosen, as_json=True, skip_bad=True, dry_run=True),
    )
    for way in ways:
        result = refused_or(lambda _: store.write(way), "")  # noqa: B023 - called at once
        errors = result.errors if isinstance(result, Imported) else ()
        assert driving("".join(map(str, errors))) == []
        assert all(len(str(error)) < 500 for error in errors)
    assert store.read(list_invoices) == []


@few
@given(tables() | st.binary(max_size=60))
def test_any_table_is_read_or_refused(store: Store, content: bytes) -> None:
    """Rows that were taken, rows that are named with what is wrong, or one sentence about the file."""
    taken(store, content)


@few
@given(TREES, st.booleans())
def test_any_json_is_read_or_refused(store: Store, tree: object, nan: bool) -> None:
    """Wrong types, numbers that are none, texts that are none."""
    taken(store, json.dumps(tree, ensure_ascii=nan).encode("utf-8", "surrogatepass"))


HUGE = {
    "brackets": b"[" * 500_000,
    "objects": b'{"a":' * 500_000,
    "a number": b'{"ref": ' + b"9" * 1_000_000 + b"}",
    "same keys": b"{" + b'"ref":1,' * 200_000 + b'"ref":1}',
    "headings": b",".join([b"name"] * 400_000),
    "commas": b"name\n" + b"," * 2_000_000,
    "blank rows": b"name\n" + b"\n" * 2_000_000,
    "a field": b"name\n" + b"x" * 1_000_000,
    "a quote": b'name\n"' + b"x" * 1_000_000,
    "rows": b"name\n" + b"x\n" * 1_000_000,
    "NUL": b"name\n" + b"\0" * 1_000_000,
    "lists": b"[" + b"[]," * 700_000 + b"[]]",
    "invoices": b"[" + b",".join([json.dumps(invoice()).encode()] * 25_000) + b"]",
    "too many bytes": b"x" * (MOST_BYTES + 1),
}


@pytest.mark.parametrize("name", HUGE)
def test_what_is_huge_is_refused_soon_and_in_little_memory(store: Store, name: str) -> None:
    """A file of ten megabytes may hold a million of anything."""
    began = time.monotonic()
    taken(store, HUGE[name])
    assert time.monotonic() - began < 10


def test_blank_rows_are_not_kept() -> None:
    """Reading them takes no more memory than the file a few times over."""
    content = HUGE["blank rows"][:300_000]
    tracemalloc.start()
    with pytest.raises(BadInput, match="no rows"):
        rows_of(content, [Column("name", "the name")])
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 10 * len(content)


@few
@given(st.binary(max_size=200) | st.binary(max_size=100).map(lambda rest: b"SQLite format 3\0" + rest))
def test_any_file_given_to_restore_is_refused(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    """In one sentence; nothing is there afterwards that was not there before."""
    folder = tmp_path_factory.mktemp("restore")
    backup = folder / "given.backup"
    backup.write_bytes(content)
    data = folder / "data" / FILE_NAME
    with pytest.raises(PaydeskError) as refused:
        restore(data, backup, actor="amira")
    assert driving(str(refused.value)) == []
    assert not data.exists()


@pytest.mark.parametrize("place", range(0, 4096, 256))
def test_a_backup_with_a_torn_page_is_refused(store: Store, tmp_path: Path, place: int) -> None:
    """Or, where nothing that counts was torn, brought back whole."""
    from store.backups import back_up

    backup = back_up(store.path, tmp_path / "good.backup").path
    content = bytearray(backup.read_bytes())
    content[place : place + 64] = b"\xa5" * 64
    torn = tmp_path / "torn.backup"
    torn.write_bytes(content)
    if refused_or(lambda _: restore(tmp_path / "new" / FILE_NAME, torn, actor="amira"), "") is not None:
        Store(tmp_path / "new" / FILE_NAME).close()
