"""Invoices of another system, from its file to the money: at the desk, on the command line, and through a crash."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from store import dropped
from store.reading import list_invoices
from store.rebuild import differences
from tests.journeys.clinic import EMAIL, Clinic, pay
from tests.journeys.front_desk import BLOCK, newest, open_desk, stock
from tui.screens.link_panel import LinkScreen

PAYDESK = [sys.executable, "-W", "ignore", "-P", "-m", "tui.main"]
CHILD = Path(__file__).with_name("child_folder.py")
PATIENCE = 30.0
ROW = "X-{n},Jane Smith,jane@example.com,Physiotherapy {n},45.00,20\n"
HEADINGS = "ref,client_name,client_email,description,price,vat\n"
GOOD = HEADINGS + ROW.format(n=1) + ROW.format(n=2)
JSON = {
    "ref": "LAB-7",
    "client": {"name": "Omar Haddad", "email": "omar@example.com"},
    "lines": [{"description": "Blood test", "quantity": 2, "price": "30.25", "vat": 0}],
}


class OtherSystem:
    """Writes a file elsewhere and moves it into the folder when it is whole, as the manual asks."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir()

    def drops(self, name: str, text: str) -> None:
        """Drop a file."""
        half = self.folder.parent / f"{name}.part"
        half.write_text(text, encoding="utf-8")
        half.rename(self.folder / name)

    def finds(self, place: str) -> list[str]:
        """Return the names in one of the folders where files end up."""
        there = self.folder / place
        return sorted(path.name for path in there.iterdir()) if there.is_dir() else []


@pytest.fixture
def other(tmp_path: Path) -> OtherSystem:
    """The other system, with the folder that both know."""
    return OtherSystem(tmp_path / "dropped")


def until(condition: Callable[[], object]) -> None:
    """Wait for another process to bring a condition about."""
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline
        threading.Event().wait(0.02)


def invoices(clinic: Clinic) -> list[str]:
    """Return the references of the invoices there are."""
    return sorted(row.external_ref for row in clinic.store.read(list_invoices) if row.external_ref)


async def test_from_the_other_system_to_paid(stripe_clinic: Clinic, other: OtherSystem) -> None:
    """CSV and JSON appear in the list by themselves; a bad file says why; an imported invoice is sent and paid."""
    clinic = stripe_clinic
    stock(clinic)
    async with open_desk(clinic) as desk:
        await desk.press("<f3>")
        await desk.sees("No invoices yet")
        await desk.app.desk.set("import.folder", str(other.folder))
        pressed = desk.pressed
        other.drops("till.csv", GOOD)
        await desk.sees("INV-000001", "INV-000002", "Jane Smith", "£45.00")
        other.drops("lab.json", json.dumps(JSON))
        await desk.sees("INV-000003", "Omar Haddad", "£60.50")
        other.drops("bad.csv", GOOD.replace("X-", "Y-").replace("Jane Smith,jane@example.com", "Jane,jane@"))
        await desk.until(lambda: other.finds("failed"))
        assert desk.pressed == pressed
        assert (other.finds("done"), other.finds("failed")) == (
            ["lab.json", "till.csv"],
            ["bad.csv", "bad.csv.reason.txt"],
        )
        reason = (other.folder / "failed" / "bad.csv.reason.txt").read_text()
        assert reason.startswith("Row 2, email: “jane@” is not an email address")
        assert "Row 3, email" in reason
        await desk.press("<f9>")
        await desk.sees("Notifications", "Catalogue")
        await desk.press("<ctrl+p>", "Admin: Imp")
        await desk.sees("Admin: Import")
        await desk.press("<enter>")
        await desk.sees("bad.csv", "✕ failed", "Row 2, email: “jane@”", "till.csv", "✓ taken", "2 invoices made")

        await desk.press("<f3>")
        await desk.sees("INV-000003")
        await desk.press("X-2")
        await desk.until(lambda: "INV-000002" in desk.drawn() and "INV-000003" not in desk.drawn())
        await desk.press("<enter>")
        await desk.sees("Ref", "X-2", "Physiotherapy 2")
        await desk.press("o", "s")
        await desk.dialog()
        await desk.press("<enter>")
        await desk.comes_to(LinkScreen)
        await desk.sees(BLOCK, "● Sent")
        request = newest(clinic, "INV-000002")
        await desk.until(lambda: clinic.received(EMAIL, request))
        await pay(request.url)
        await desk.sees("● Paid")
    assert clinic.invoice("INV-000002").row.state == "paid"
    assert invoices(clinic) == ["LAB-7", "X-1", "X-2"]
    assert clinic.store.read(differences) == []
    assert (clinic.waiting(), clinic.problems()) == ([], ())


def paydesk(clinic: Clinic, *words: str) -> "subprocess.CompletedProcess[str]":
    """Run the command to its end, as a process of its own."""
    return subprocess.run(
        [*PAYDESK, "--data", str(clinic.folder), *words],
        capture_output=True,
        text=True,
        check=False,
        timeout=PATIENCE,
    )


@pytest.fixture
def thousand(tmp_path: Path) -> Path:
    """A thousand invoices; the price in row 777 is none."""
    rows = [ROW.format(n=row) for row in range(2, 1002)]
    rows[775] = rows[775].replace("45.00", "forty-five")
    path = tmp_path / "thousand.csv"
    path.write_text(HEADINGS + "".join(rows), encoding="utf-8")
    return path


def test_one_bad_row_in_a_thousand_on_the_command_line(stripe_clinic: Clinic, thousand: Path) -> None:
    """A look, then none of them, then all but that one, as asked: each time the row is named, and why."""
    clinic = stripe_clinic
    bad = "Row 777, price: “forty-five” is not an amount."
    look = paydesk(clinic, "import", "invoices", str(thousand), "--dry-run")
    assert (look.returncode, look.stdout.splitlines()[0][: len(bad)]) == (1, bad)
    assert look.stdout.splitlines()[-1] == "Would be taken: 999 added, 0 changed, 0 there already."
    none = paydesk(clinic, "import", "invoices", str(thousand))
    assert (none.returncode, none.stdout.splitlines()[-1]) == (1, "Nothing was taken.")
    assert none.stderr == "paydesk: 1 row is bad. Mend them, or take the others with --skip-bad.\n"
    assert invoices(clinic) == []
    others = paydesk(clinic, "import", "invoices", str(thousand), "--skip-bad", "--json")
    document = json.loads(others.stdout)
    assert (others.returncode, document["kept"], document["added"]) == (1, True, 999)
    assert [(error["row"], error["column"]) for error in document["errors"]] == [(777, "price")]
    thousand.write_text(thousand.read_text(encoding="utf-8").replace("forty-five", "45.00"), encoding="utf-8")
    mended = paydesk(clinic, "import", "invoices", str(thousand))
    assert (mended.returncode, mended.stdout) == (0, "Taken: 1 added, 0 changed, 999 there already.\n")
    assert clinic.store.read(lambda reader: reader.value("SELECT count(*) FROM invoices")) == 1000
    assert clinic.store.read(differences) == []
    assert clinic.problems() == ()


@contextmanager
def syncing(clinic: Clinic) -> Iterator[None]:
    """Run `paydesk sync` beside the test, and end it as a service does."""
    with subprocess.Popen([*PAYDESK, "--data", str(clinic.folder), "sync"], stdout=subprocess.PIPE) as process:
        try:
            yield
        finally:
            process.terminate()
    assert process.returncode == 0


@pytest.mark.parametrize(("step", "taken"), [("takes", []), ("took", ["X-1", "X-2"])])
def test_killed_beside_the_taking(stripe_clinic: Clinic, other: OtherSystem, step: str, taken: list[str]) -> None:
    """kill -9 between taking a file and moving it, or before: the next engine makes nothing twice and moves it."""
    clinic = stripe_clinic
    clinic.put("import.folder", str(other.folder))
    other.drops("till.csv", GOOD)
    environment = {**os.environ, "PYTHONPATH": str(CHILD.parents[2])}
    dies = subprocess.run(
        [sys.executable, "-W", "ignore", str(CHILD), str(clinic.folder), step],
        env=environment,
        check=False,
        timeout=PATIENCE,
    )
    assert dies.returncode == -signal.SIGKILL
    assert (invoices(clinic), (other.folder / "till.csv").exists()) == (taken, True)
    with syncing(clinic):
        until(lambda: other.finds("done") == ["till.csv"])
    assert invoices(clinic) == ["X-1", "X-2"]
    assert [one.outcome for one in clinic.store.read(dropped.recently)] == ["done"]
    assert not (other.folder / "till.csv").exists()
    assert clinic.store.read(differences) == []
    assert clinic.problems() == ()
