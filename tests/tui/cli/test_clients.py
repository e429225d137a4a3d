"""`paydesk clients`."""

from pathlib import Path

import pytest

from tests.tui.cli.conftest import Paydesk


def test_add_returns_the_card(paydesk: Paydesk) -> None:
    """The document has the id and the addresses in the form in which they are kept."""
    card = paydesk(
        "clients", "add", "--name", "Jane Smith", "--email", "jane@x.com", "--mobile", "07700900123", "--json"
    )
    assert card.document == {
        "id": card.document["id"],
        "name": "Jane Smith",
        "email": "jane@x.com",
        "mobile": "+447700900123",
    }
    assert len(card.document["id"]) == 26


def test_name_alone_is_enough(paydesk: Paydesk) -> None:
    """Email and mobile may be missing, and are then empty text."""
    card = paydesk("clients", "add", "--name", "Jane", "--json").document
    assert (card["email"], card["mobile"]) == ("", "")


def test_list_has_the_same_objects_newest_first(paydesk: Paydesk) -> None:
    """What was added is what is listed."""
    cards = [paydesk("clients", "add", "--name", name, "--json").document for name in ("Ann", "Bob")]
    assert paydesk("clients", "list", "--json").document == cards[::-1]


def test_list_is_not_cut_short(paydesk: Paydesk) -> None:
    """More clients than a screen shows are all listed."""
    for number in range(55):
        assert paydesk("clients", "add", "--name", f"Client {number}").code == 0
    assert len(paydesk("clients", "list", "--json").document) == 55


def test_search_finds_by_a_few_letters(paydesk: Paydesk, client: str) -> None:
    """Name, email and mobile are searched."""
    paydesk("clients", "add", "--name", "Bob")
    for text in ("smi", "jane@ex", "900123"):
        assert [card["id"] for card in paydesk("clients", "list", "--search", text, "--json").document] == [client]
    assert paydesk("clients", "list", "--search", "nobody", "--json").document == []


@pytest.mark.parametrize("text", ['"*', "[", "'", "AND OR NOT", "😀", "-", "a:b", "(", "\x1b"])
def test_search_takes_any_text(paydesk: Paydesk, invoice: str, text: str) -> None:
    """No letters are a query language of their own."""
    assert paydesk("clients", "list", "--search", text).code == 0
    assert paydesk("invoices", "list", "--search", text).code == 0


def test_people_read_aligned_lines(paydesk: Paydesk, client: str) -> None:
    """Without --json there is one line a client, with the mobile as people write it."""
    assert paydesk("clients", "list").out == f"{client}  Jane Smith  jane@example.com  07700 900123\n"


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("[bold]Jane[/x] & <b>", "[bold]Jane[/x] & <b>"),
        ("Ja\x1b[31mne\x07\n\tSmith", "Ja[31mne Smith"),
        ("Zoë 😀 李", "Zoë 😀 李"),
        ("نور الدين", "نور الدين"),
        ("evil\u202etxt", "eviltxt"),
    ],
)
def test_strange_names_are_kept_as_safe_text(paydesk: Paydesk, typed: str, kept: str) -> None:
    """Markup is text, letters of any script stay, and nothing that drives a terminal is kept or printed."""
    assert paydesk("clients", "add", "--name", typed, "--json").document["name"] == kept
    listed = paydesk("clients", "list").out
    assert kept in listed
    assert "\x1b" not in listed


@pytest.mark.parametrize("name", ["", "   ", "\x00\x1b", "x" * 121])
def test_bad_names_are_refused(paydesk: Paydesk, name: str) -> None:
    """No name, or one too long, is refused in one line."""
    ran = paydesk("clients", "add", "--name", name)
    assert (ran.code, ran.out) == (1, "")
    assert "name" in ran.err
    assert ran.err.count("\n") == 1


@pytest.mark.parametrize(
    ("option", "typed", "why"),
    [
        ("--email", "jane@", "is not an email address"),
        ("--email", "jane example.com", "is not an email address"),
        ("--mobile", "12345", "is not a whole mobile number"),
        ("--mobile", "call me", "has letters in it"),
        ("--mobile", "020 7946 0958", "is not a"),
    ],
)
def test_bad_addresses_are_refused_with_the_reason(paydesk: Paydesk, option: str, typed: str, why: str) -> None:
    """One line on stderr says what is wrong, stdout stays empty, and nobody is added."""
    ran = paydesk("clients", "add", "--name", "Jane", option, typed, "--json")
    assert (ran.code, ran.out) == (1, "")
    assert ran.err.startswith("paydesk: ")
    assert ran.err.count("\n") == 1
    assert why in ran.err
    assert paydesk("clients", "list", "--json").document == []


def test_folder_and_file_are_private(paydesk: Paydesk, folder: Path) -> None:
    """Only the owner may enter the folder or read the file."""
    paydesk("clients", "list")
    assert folder.stat().st_mode & 0o777 == 0o700
    assert (folder / "paydesk.sqlite").stat().st_mode & 0o777 == 0o600


def test_show_has_the_whole_card(paydesk: Paydesk, client: str, invoice: str) -> None:
    """Address, consent, sums, invoices, notes, and who is likely the same."""
    paydesk("clients", "notes", client, "--add", "Prefers mornings [/x]")
    twin = paydesk("clients", "add", "--name", "Jayne Smith", "--json").document
    card = paydesk("clients", "show", client.lower(), "--json").document
    assert (card["name"], card["email_consent"], card["sms_consent"]) == ("Jane Smith", True, True)
    assert (card["invoiced"], card["paid"], card["due"], card["credit"]) == (21_100, 0, 21_100, 0)
    assert [row["number"] for row in card["invoices"]] == [invoice]
    assert [(note["actor"], note["text"]) for note in card["notes"]] == [("amira", "Prefers mornings [/x]")]
    assert card["likely_duplicates"] == [twin]
    assert (card["communications"], card["credit_entries"]) == ([], [])
    lines = paydesk("clients", "show", client).out.splitlines()
    assert lines[:3] == ["Client  Jane Smith", "Email   jane@example.com", "Mobile  07700 900123"]
    assert f"{invoice}  unpaid  £211.00  £211.00" in lines
    assert lines[-1] == f"Likely the same:  {twin['id']}  Jayne Smith"


def test_change_leaves_what_is_not_named(paydesk: Paydesk, client: str) -> None:
    """One field, one consent; an empty one is taken away."""
    changed = paydesk(
        "clients", "change", client, "--email", "doe@example.com", "--sms-consent", "no", "--json"
    ).document
    assert changed == {
        "id": client,
        "name": "Jane Smith",
        "email": "doe@example.com",
        "mobile": "+447700900123",
        "email_consent": True,
        "sms_consent": False,
    }
    assert paydesk("clients", "change", client, "--mobile", "", "--name", "Jane Doe").code == 0
    assert "Mobile  none (said no)" in paydesk("clients", "show", client).out


@pytest.mark.parametrize(("option", "typed"), [("--email", "jane@"), ("--mobile", "12"), ("--name", " ")])
def test_a_change_that_will_not_do_changes_nothing(paydesk: Paydesk, client: str, option: str, typed: str) -> None:
    """One line on stderr."""
    before = paydesk("clients", "show", client, "--json").document
    ran = paydesk("clients", "change", client, "--name", "Other", option, typed)
    assert (ran.code, ran.out, ran.err.count("\n")) == (1, "", 1)
    assert paydesk("clients", "show", client, "--json").document == before


def test_notes_are_written_and_listed(paydesk: Paydesk, client: str) -> None:
    """Newest first, with who wrote them; an empty one is refused."""
    paydesk("clients", "notes", client, "--add", "first")
    listed = paydesk("clients", "notes", client, "--add", "second", "--json").document
    assert [(note["actor"], note["text"]) for note in listed] == [("amira", "second"), ("amira", "first")]
    ran = paydesk("clients", "notes", client, "--add", " ")
    assert (ran.code, ran.err) == (1, "paydesk: Type the note.\n")
    assert len(paydesk("clients", "notes", client).out.splitlines()) == 2


def test_merge_makes_one_of_two(paydesk: Paydesk, client: str, invoice: str) -> None:
    """What was on the other is on this one, the old id still works, and verify is content."""
    kept = paydesk("clients", "add", "--name", "Jane Smyth", "--json").document["id"]
    merged = paydesk("clients", "merge", kept, "--from", client, "--json").document
    assert (merged["id"], merged["name"], merged["email"]) == (kept, "Jane Smyth", "jane@example.com")
    assert [card["id"] for card in paydesk("clients", "list", "--json").document] == [kept]
    assert paydesk("clients", "show", client, "--json").document["id"] == kept
    assert paydesk("invoices", "show", invoice, "--json").document["client_name"] == "Jane Smyth"
    again = paydesk("clients", "merge", kept, "--from", client)
    assert (again.code, again.out) == (1, "")
    assert "has been merged already" in again.err
    assert paydesk("verify").code == 0


def test_erase_has_to_be_meant(paydesk: Paydesk, client: str) -> None:
    """Without --yes nothing happens."""
    ran = paydesk("clients", "erase", client)
    assert (ran.code, ran.out) == (1, "")
    assert "say so with --yes" in ran.err
    assert len(paydesk("clients", "list", "--json").document) == 1


def test_erase_leaves_the_money_and_no_trace(paydesk: Paydesk, client: str, invoice: str, folder: Path) -> None:
    """No file has the name any more; the invoice is there, and verify is content; twice is once."""
    paydesk("pay", invoice, "--type", "cash", "--amount", "211.00")
    for _ in range(2):
        assert paydesk("clients", "erase", client, "--yes", "--json").document == {"id": client, "erased": True}
    assert paydesk("clients", "list", "--json").document == []
    assert paydesk("invoices", "show", invoice, "--json").document["client_name"] == "Erased client"
    assert paydesk("verify").code == 0
    content = b"".join(path.read_bytes() for path in folder.iterdir() if path.is_file())
    assert [trace for trace in (b"Jane", b"jane@example.com", b"900123") if trace in content] == []


def test_erase_says_what_is_unfinished(paydesk: Paydesk, client: str, invoice: str) -> None:
    """An open link stands in the way."""
    paydesk("send", invoice, "--email")
    ran = paydesk("clients", "erase", client, "--yes")
    assert (ran.code, ran.out) == (1, "")
    assert f"of {invoice} is still open" in ran.err
