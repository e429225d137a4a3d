"""`paydesk import`."""

from pathlib import Path

from tests.tui.cli.conftest import Paydesk

CLIENTS = "name,email\nJane Smith,jane@example.com\nOmar,nonsense\n"
INVOICE = '{"ref": "A-17", "client": {"name": "Jane"}, "lines": [{"description": "X", "price": "5", "vat": "20"}]}'


def file(tmp_path: Path, name: str, text: str) -> str:
    """Write a file and return its path."""
    path = tmp_path / name
    path.write_text(text)
    return str(path)


def test_a_bad_row_takes_none_and_is_named(paydesk: Paydesk, tmp_path: Path) -> None:
    """The row on stdout, one line on stderr that says what to do, exit code 1."""
    ran = paydesk("import", "clients", file(tmp_path, "c.csv", CLIENTS))
    assert ran.code == 1
    assert ran.out.splitlines()[0].startswith("Row 3, email: “nonsense”")
    assert ran.out.splitlines()[-1] == "Nothing was taken."
    assert "--skip-bad" in ran.err
    assert len(ran.err.splitlines()) == 1
    assert paydesk("clients", "list", "--json").document == []


def test_the_others_are_taken_when_asked(paydesk: Paydesk, tmp_path: Path) -> None:
    """The exit code still says that something was bad."""
    ran = paydesk("import", "clients", file(tmp_path, "c.csv", CLIENTS), "--skip-bad")
    assert (ran.code, ran.err) == (1, "paydesk: 1 row is bad; the others were taken.\n")
    assert [card["name"] for card in paydesk("clients", "list", "--json").document] == ["Jane Smith"]


def test_a_dry_run_keeps_nothing(paydesk: Paydesk, tmp_path: Path) -> None:
    """It says what would be taken."""
    ran = paydesk("import", "catalogue", file(tmp_path, "c.csv", "name,price,vat\nCream,5,20\n"), "--dry-run")
    assert (ran.code, ran.out) == (0, "Would be taken: 1 added, 0 changed, 0 there already.\n")


def test_invoices_come_as_json_too(paydesk: Paydesk, tmp_path: Path) -> None:
    """Taken once, by their reference."""
    path = file(tmp_path, "invoice.json", INVOICE)
    assert paydesk("import", "invoices", path, "--json").document == {
        "what": "invoices",
        "added": 1,
        "changed": 0,
        "there": 0,
        "kept": True,
        "errors": [],
    }
    assert paydesk("import", "invoices", path, "--json").document["there"] == 1


def test_a_file_that_is_not_there_or_no_csv(paydesk: Paydesk, tmp_path: Path) -> None:
    """One line with the file's name."""
    ran = paydesk("import", "clients", str(tmp_path / "none.csv"))
    assert (ran.code, len(ran.err.splitlines())) == (1, 1)
    assert "none.csv" in ran.err
    ran = paydesk("import", "clients", file(tmp_path, "e.csv", ""))
    assert "e.csv: The file is empty" in ran.err
