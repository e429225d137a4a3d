"""`paydesk backup` and `paydesk restore`."""

import json
from pathlib import Path

import pytest

from store.damage import mark_damaged
from store.opening import FILE_NAME
from store.sqlite import sqlite3
from tests.tui.cli.conftest import Paydesk


def invoiced(paydesk: Paydesk) -> str:
    """Issue an invoice and take a part of it, and return its number."""
    made = paydesk("clients", "add", "--name", "Jane Smith", "--json").document
    line = "Consultation;1;211.00;20"
    number = str(paydesk("invoices", "create", "--client", made["id"], "--line", line, "--json").document["number"])
    assert paydesk("pay", number, "--type", "cash", "--amount", "11.00").code == 0
    return number


def test_there_and_back(paydesk: Paydesk, folder: Path, tmp_path: Path) -> None:
    """What was done after the backup is refused to be lost, then lost when told; numbers go on behind it."""
    number = invoiced(paydesk)
    there = tmp_path / "stick"
    there.mkdir()
    made = paydesk("backup", str(there), "--json").document
    assert Path(made["file"]).parent == there
    assert made["entries"] == 2
    assert paydesk("pay", number, "--type", "cash", "--amount", "200.00").code == 0
    refused = paydesk("restore", made["file"])
    assert (refused.code, refused.out) == (1, "")
    assert "1 ledger entry of" in refused.err
    assert "--older" in refused.err
    done = paydesk("restore", made["file"], "--older", "--json").document
    assert (done["lost"], done["next_number"], done["doubted"]) == (1, 2, 0)
    assert (Path(done["aside"]) / FILE_NAME).is_file()
    assert paydesk("invoices", "show", number, "--json").document["due"] == 20_000
    assert paydesk("verify", "--json").document["ok"]


def test_where_there_are_managers_one_approves(
    paydesk: Paydesk, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And the ledger says who; a damaged file keeps nobody from its backup."""
    monkeypatch.setenv("PAYDESK_NEW_PIN", "2468")
    assert paydesk("staff", "add", "Amira", "--role", "manager").code == 0
    backup = tmp_path / "all.backup"
    assert paydesk("backup", str(backup)).code == 0
    refused = paydesk("restore", str(backup))
    assert (refused.code, refused.out) == (1, "")
    assert "Only a manager may bring a backup back" in refused.err
    monkeypatch.setenv("PAYDESK_PIN", "2468")
    assert paydesk("restore", str(backup)).code == 0
    with sqlite3.connect(folder / FILE_NAME) as connection:
        told = connection.execute("SELECT actor, payload FROM ledger WHERE kind = 'restored'").fetchone()
    connection.close()
    assert told[0] == "amira"
    assert json.loads(told[1])["approved_by"] == "Amira"
    monkeypatch.delenv("PAYDESK_PIN")
    mark_damaged(folder / FILE_NAME, ("a page is not what it was",))
    assert paydesk("restore", str(backup), "--older").code == 0


def test_in_words(paydesk: Paydesk, tmp_path: Path) -> None:
    """Where it went, that it is whole, and what is to be known after it came back."""
    invoiced(paydesk)
    backup = tmp_path / "all.backup"
    said = paydesk("backup", str(backup))
    assert f"{backup}: 2 ledger entries" in said.out
    assert "checked and whole" in said.out
    assert "--replace" in paydesk("backup", str(backup)).err
    assert paydesk("backup", str(backup), "--replace").code == 0
    assert paydesk("settings", "set", "gateway.kind", "coherent").code == 0
    told = paydesk("restore", str(backup)).out
    assert "Brought back: the backup of" in told
    assert "no number is given twice" in told
    assert "What was here is kept in" in told


def test_without_a_data_file_there_is_nothing_to_back_up(paydesk: Paydesk, folder: Path, tmp_path: Path) -> None:
    """And none is made by asking."""
    ran = paydesk("backup", str(tmp_path / "x.backup"))
    assert (ran.code, ran.out) == (1, "")
    assert "no data file" in ran.err
    assert not (folder / FILE_NAME).exists()


def test_only_what_was_not_known_can_be_counted(paydesk: Paydesk) -> None:
    """Any other entry of the outbox is refused."""
    number = invoiced(paydesk)
    assert paydesk("send", number).code == 0
    (entry,) = paydesk("outbox", "list", "--json").document
    assert "no payment that was not known" in paydesk("outbox", "count", entry["id"], number).err
