"""What only a manager may do: each such deed, through the command line and the seam, refused to everybody else."""

import ast
import asyncio
import os
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from store import catalogue, clients, credit, invoices
from store.database import By, Reader, Store, Tx
from store.errors import NeedsManager
from store.invoices import NewLine
from store.opening import FILE_NAME
from tests.tui.people import AMIRAS, BENS, hire
from tui.desk import Desk
from tui.main import main

HOUSE = Path(__file__).parents[2]

COMMANDS: dict[str, tuple[str, ...]] = {
    "store.catalogue.add": ("catalogue", "add", "--name", "X", "--price", "1", "--vat", "20"),
    "store.catalogue.change": ("catalogue", "change", "C30", "--price", "1"),
    "store.catalogue.switch": ("catalogue", "off", "C30"),
    "store.charges.save": ("charges", "set", "pos", "sms", "--net", "9"),
    "store.credit.pay_back": ("credit", "return", "{jane}", "--type", "cash", "--amount", "1"),
    "store.discount_limit.approval_for": ("invoices", "create", "--client", "{jane}", "--line", "X;1;9;20%;-50%"),
    "store.erasing.erase": ("clients", "erase", "{jane}", "--yes"),
    "store.invoices.void": ("invoices", "void", "{number}", "--reason", "x"),
    "store.merging.merge": ("clients", "merge", "{jane}", "--from", "{omar}"),
    "store.payment_types.add": ("types", "add", "--name", "Cheque", "--key", "q"),
    "store.payment_types.change": ("types", "rename", "card", "--name", "Machine"),
    "store.payment_types.move": ("types", "move", "card", "--by", "1"),
    "store.payment_types.switch": ("types", "off", "card"),
    "store.refunds.refund": ("refund", "{number}", "--amount", "1", "--reason", "x"),
    "store.staff.add": ("staff", "add", "Zoe"),
    "store.staff.change": ("staff", "change", "Ben", "--role", "manager"),
    "store.staff.set_pin": ("staff", "pin", "Amira"),
    "tui.desk.clinic.set": ("settings", "set", "gateway.allowed_hosts", "evil.example.com"),
    "tui.desk.imports.import_file": ("import", "catalogue", "{file}"),
}
"""Each function that lets only managers through, with the command that comes to it."""

CALLS: dict[str, Callable[[Desk], Awaitable[Any]]] = {
    "store.refunds.retry": lambda desk: desk.retry_refund("any"),
    "tui.desk.clinic.set_many": lambda desk: desk.set_many({"gateway.url": "https://evil.example.com"}),
}
"""Those that only screens come to, with the call at the seam."""


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """One clinic for all: what is refused changes nothing. Returns what stands for the words in braces."""
    folder = tmp_path_factory.mktemp("managers")
    store = Store(folder / FILE_NAME)

    def work(tx: Tx) -> dict[str, str]:
        jane, omar = clients.add(tx, name="Jane Smith"), clients.add(tx, name="Omar Haddad")
        catalogue.add(tx, name="Consultation", price=12_000, vat_rate=2000, code="C30")
        made = invoices.save_draft(
            tx, jane.id, [NewLine("Consultation", 1000, 12_000, 2000)], currency="GBP", prefix="INV-"
        )
        invoices.issue(tx, made.row.number)
        credit.deposit(tx, jane.id, "cash", 5_000, currency="GBP")
        return {"jane": jane.id, "omar": omar.id, "number": made.row.number}

    words = store.write(work)
    hire(store)
    store.close()
    (folder / "items.csv").write_text("name,price,vat\nX,1.00,20\n")
    return {**words, "folder": str(folder), "file": str(folder / "items.csv")}


@pytest.fixture
def store(place: dict[str, str]) -> Iterator[Store]:
    """The clinic's data file, open."""
    opened = Store(Path(place["folder"]) / FILE_NAME)
    yield opened
    opened.close()


def kept(store: Store) -> list[tuple[Any, ...]]:
    """Return everything in the file but its count of commits: a try at a PIN is one too."""

    def work(reader: Reader) -> list[tuple[Any, ...]]:
        tables = reader.all(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND sql NOT LIKE '%VIRTUAL%' AND name <> 'meta'"
        )
        return [tuple(row) for table in tables for row in reader.all(f"SELECT * FROM {table['name']}")]

    return store.read(work)


@pytest.mark.parametrize("command", COMMANDS.values(), ids=COMMANDS)
@pytest.mark.parametrize("who", ["nobody", "Ben"])
def test_no_command_does_it_without_a_manager(
    place: dict[str, str],
    store: Store,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    command: tuple[str, ...],
    who: str,
) -> None:
    """Neither without a PIN, under a manager's login name, nor with a receptionist's PIN; nothing has changed."""
    for name in [name for name in os.environ if name.startswith("PAYDESK_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("LOGNAME", "Amira")
    monkeypatch.setenv("PAYDESK_NEW_PIN", "7531")
    if who == "Ben":
        monkeypatch.setenv("PAYDESK_STAFF", "Ben")
        monkeypatch.setenv("PAYDESK_PIN", BENS)
    before = kept(store)
    code = main([word.format(**place) for word in command] + ["--data", place["folder"]])
    told = capsys.readouterr()
    assert (code, told.out) == (1, "")
    assert ("Ben is no manager" if who == "Ben" else "Only a manager may") in told.err
    assert kept(store) == before


@pytest.mark.parametrize("call", CALLS.values(), ids=CALLS)
def test_nothing_at_the_seam_does_it_without_a_manager(store: Store, call: Callable[[Desk], Awaitable[Any]]) -> None:
    """Not by a name, not by an id as a name, not as somebody of reception, not with their approval."""
    people: dict[str, str] = store.read(
        lambda reader: {row["name"]: row["id"] for row in reader.all("SELECT name, id FROM staff")}
    )
    ben = By("Ben", people["Ben"], people["Ben"], "Ben")
    before = kept(store)
    for by in ("Amira", people["Amira"], ben):
        with pytest.raises(NeedsManager):
            asyncio.run(_awaited(call(Desk(store, actor=by))))
    assert kept(store) == before


async def _awaited(work: Awaitable[Any]) -> None:
    await work


def test_a_managers_pin_lets_it_through(
    place: dict[str, str], store: Store, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """So that what is refused above is refused for the want of a manager."""
    monkeypatch.setenv("PAYDESK_PIN", AMIRAS)
    before = kept(store)
    assert main(["charges", "set", "pos", "sms", "--net", "9", "--data", place["folder"]]) == 0
    assert kept(store) != before


def test_every_deed_of_managers_stands_in_the_tables() -> None:
    """Whoever calls `require_manager` somewhere new adds the command, or the call, that comes to it."""
    assert set(COMMANDS) | set(CALLS) == set(_guarded())
    assert not set(COMMANDS) & set(CALLS)


def _guarded() -> Iterator[str]:
    """Yield module and name of each function that calls `require_manager`; of one within another the outer's."""
    for path in (path for layer in ("store", "sync", "tui") for path in (HOUSE / layer).rglob("*.py")):
        module, text = ".".join(path.relative_to(HOUSE).with_suffix("").parts), path.read_text()
        for place in ast.walk(ast.parse(text)) if "require_manager" in text else ():
            if isinstance(place, ast.Module | ast.ClassDef):
                for function in place.body:
                    if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef) and _asks(function):
                        yield f"{module}.{function.name}"


def _asks(function: ast.AST) -> bool:
    calls = (node.func for node in ast.walk(function) if isinstance(node, ast.Call))
    return any((getattr(call, "attr", None) or getattr(call, "id", None)) == "require_manager" for call in calls)
