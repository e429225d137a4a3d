"""`paydesk outbox`."""

import pytest

from tests.tui.cli.conftest import Paydesk


@pytest.fixture
def entry(paydesk: Paydesk, invoice: str) -> str:
    """Return the id of the one entry that waits: a link to be made."""
    paydesk("send", invoice)
    return str(paydesk("outbox", "list", "--json").document[0]["id"])


def test_list_shows_what_waits(paydesk: Paydesk, entry: str) -> None:
    """Each entry has the fields that a script needs, and a sentence for people."""
    (waiting,) = paydesk("outbox", "list", "--json").document
    assert set(waiting) == {"id", "kind", "state", "attempts", "next_attempt_at", "last_error", "subject_id"}
    assert (waiting["id"], waiting["kind"], waiting["state"], waiting["attempts"]) == (
        entry,
        "create_link",
        "ready",
        0,
    )
    assert "Make payment link" in paydesk("outbox", "list").out
    assert "INV-000001, £211.00" in paydesk("outbox", "list").out


def test_hold_keeps_back_and_retry_lets_go(paydesk: Paydesk, entry: str) -> None:
    """The reason is kept and shown."""
    assert paydesk("outbox", "hold", entry, "--reason", "call first", "--json").document == {
        "id": entry,
        "state": "held",
    }
    (waiting,) = paydesk("outbox", "list", "--json").document
    assert waiting["state"] == "held"
    assert waiting["last_error"].endswith(": call first")
    assert paydesk("outbox", "retry", entry.lower()).code == 0
    assert paydesk("outbox", "list", "--json").document[0]["state"] == "ready"


def test_drop_needs_a_reason(paydesk: Paydesk, entry: str, invoice: str) -> None:
    """Without one nothing changes; with one the request says why it was not sent."""
    ran = paydesk("outbox", "drop", entry, "--json")
    assert (ran.code, ran.out) == (1, "")
    assert "Say why" in ran.err
    assert paydesk("outbox", "drop", entry, "--reason", "wrong client", "--json").document["state"] == "dropped"
    assert paydesk("outbox", "list", "--json").document == []
    (request,) = paydesk("invoices", "show", invoice, "--json").document["requests"]
    assert request["state"] == "stopped"
    assert "wrong client" in request["reason"]


@pytest.mark.parametrize("command", ["retry", "hold", "drop"])
def test_unknown_entries_are_refused(paydesk: Paydesk, command: str) -> None:
    """An id that is nobody's is refused in one line."""
    ran = paydesk("outbox", command, "01XYZ", "--reason", "x")
    assert (ran.code, ran.out) == (1, "")
    assert "01XYZ" in ran.err
    assert ran.err.count("\n") == 1
