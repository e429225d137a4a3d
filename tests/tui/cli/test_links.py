"""`paydesk sync --once` and `paydesk qr`, with a real gateway on loopback."""

import sys

import pytest

from sync.sandbox.server import Sandbox
from tests.tui.cli.conftest import Paydesk
from tui.loopback import get
from tui.sandbox_pay import pay_link


def test_sync_makes_the_link_and_sends_the_messages(paydesk: Paydesk, invoice: str, sandbox: Sandbox) -> None:
    """The document names each deed, and says that we are online with nothing left to do."""
    sent = paydesk("send", invoice, "--email", "--sms", "--json").document
    done = paydesk("sync", "--once", "--json").document
    assert (done["online"], done["queued"], done["attention"]) == (True, 0, 0)
    assert {(deed["kind"], deed["outcome"]) for deed in done["did"]} == {
        ("create_link", "done"),
        ("email", "done"),
        ("sms", "done"),
    }
    assert all(set(deed) == {"at", "kind", "subject_id", "outcome", "text"} for deed in done["did"])
    (request,) = paydesk("invoices", "show", invoice, "--json").document["requests"]
    assert (request["id"], request["state"]) == (sent["request_id"], "live")
    assert request["url"].startswith(sandbox.pages_address)


def test_paid_link_is_heard_of(paydesk: Paydesk, invoice: str, sandbox: Sandbox) -> None:
    """After the client has paid at the link's page, one sync makes the invoice paid."""
    paydesk("send", invoice)
    paydesk("sync", "--once")
    pay_link(paydesk("qr", invoice, "--json").document["url"], "card")
    heard = paydesk("sync", "--once", "--json").document
    assert "payment" in {deed["kind"] for deed in heard["did"]}
    shown = paydesk("invoices", "show", invoice, "--json").document
    assert (shown["state"], shown["due"], shown["payments"][0]["type"]) == ("paid", 0, "payment_link")


def test_cancelled_link_takes_no_money(paydesk: Paydesk, invoice: str, sandbox: Sandbox) -> None:
    """A live link is cancelled by the outbox, and its page says so."""
    sent = paydesk("send", invoice, "--json").document
    paydesk("sync", "--once")
    url = paydesk("qr", invoice, "--json").document["url"]
    assert paydesk("cancel", sent["code"], "--json").document["state"] == "cancelling"
    paydesk("sync", "--once")
    (request,) = paydesk("invoices", "show", invoice, "--json").document["requests"]
    assert request["state"] == "cancelled"
    assert "not active" in get(url)


def test_sync_offline_succeeds_and_keeps_what_waits(paydesk: Paydesk, invoice: str, sandbox: Sandbox) -> None:
    """Offline is not an error: it is said, and the link stays queued until the line is back."""
    sandbox.fault("offline")
    paydesk("send", invoice)
    offline = paydesk("sync", "--once", "--json").document
    assert (offline["online"], offline["queued"]) == (False, 1)
    ran = paydesk("qr", invoice, "--json")
    assert (ran.code, ran.out) == (1, "")
    assert "still queued: offline since" in ran.err
    sandbox.mend()
    assert paydesk("sync", "--once", "--json").document["queued"] == 0
    assert paydesk("qr", invoice).code == 0
    assert len(sandbox.book.links()) == 1


def test_people_read_what_sync_did(paydesk: Paydesk, invoice: str, sandbox: Sandbox) -> None:
    """One line a deed, then what is left."""
    paydesk("send", invoice)
    out = paydesk("sync", "--once").out.splitlines()
    assert "create_link" in out[0]
    assert out[-1] == "0 queued, 0 need attention."


def test_qr_in_a_pipe_is_plain(paydesk: Paydesk, invoice: str, sandbox: Sandbox) -> None:
    """Half blocks, the URL, the amount and the code; no colour where no terminal is."""
    paydesk("send", invoice)
    paydesk("sync", "--once")
    url = paydesk("qr", invoice, "--json").document["url"]
    *code, shown_url, amount = paydesk("qr", invoice).out.splitlines()
    assert shown_url == url
    assert amount.startswith("£211.00  ")
    assert set("".join(code)) <= set("█▀▄ ")
    assert len({len(row) for row in code}) == 1


def test_qr_on_a_terminal_is_black_on_white(
    paydesk: Paydesk, invoice: str, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A phone reads it only so, whatever colours the terminal has."""
    paydesk("send", invoice)
    paydesk("sync", "--once")
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True, raising=False)
    rows = paydesk("qr", invoice).out.splitlines()[:-2]
    assert all(row.startswith("\x1b[30;107m") and row.endswith("\x1b[0m") for row in rows)


def test_qr_says_why_there_is_none(paydesk: Paydesk, invoice: str) -> None:
    """No link, a queued one, and one that was taken back are three different reasons."""
    assert "has no payment link" in paydesk("qr", invoice).err
    sent = paydesk("send", invoice, "--json").document
    assert f"{sent['code']} is still queued" in paydesk("qr", invoice).err
    paydesk("cancel", sent["code"])
    ran = paydesk("qr", invoice)
    assert (ran.code, ran.out) == (1, "")
    assert f"{sent['code']} was not sent: cancelled by amira" in ran.err


def test_refused_key_is_said(
    paydesk: Paydesk, invoice: str, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A key that the gateway does not know loses nothing, and `sync` and `qr` say what to mend."""
    monkeypatch.setenv("PAYDESK_GATEWAY_KEY", "nonsense")
    paydesk("send", invoice)
    refused = paydesk("sync", "--once", "--json").document
    assert (refused["online"], refused["queued"]) == (False, 1)
    assert "refused" in paydesk("sync", "--once").out
    assert "Correct gateway.key" in paydesk("qr", invoice).err
