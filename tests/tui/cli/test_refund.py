"""`paydesk refund`, and deciding about what the outbox holds."""

import asyncio
from pathlib import Path

import httpx
import pytest

from sync.sandbox.server import Sandbox
from tests.journeys.clinic import pay
from tests.tui.cli.conftest import Paydesk


def payment(paydesk: Paydesk, invoice: str, place: int = 0) -> str:
    """Return the id of a payment."""
    return str(paydesk("invoices", "show", invoice, "--json").document["payments"][place]["id"])


def test_part_of_the_only_payment(paydesk: Paydesk, invoice: str) -> None:
    """At once, the way it was paid; what is given back is no longer owed."""
    paydesk("pay", invoice, "--type", "cash", "--amount", "211.00")
    ran = paydesk("refund", invoice, "--amount", "20.00", "--reason", "one visit fewer", "--json").document
    assert (ran["payment"], ran["amount"], ran["type"], ran["state"]) == (
        payment(paydesk, invoice),
        2_000,
        "cash",
        "done",
    )
    assert (ran["number"], ran["due"], ran["reason"]) == (invoice, 0, "one visit fewer")
    said = paydesk("refund", invoice, "--amount", "1.00", "--reason", "again", "--still-owed").out
    assert "£1.00 given back, by Cash. £1.00 due." in said


def test_under_an_id_of_ones_own(paydesk: Paydesk, invoice: str) -> None:
    """A script that runs twice gives back once, also when all has gone back."""
    paydesk("pay", invoice, "--type", "card", "--amount", "211.00")
    words = ("refund", invoice, "--amount", "211.00", "--reason", "moved", "--id", "script-1", "--json")
    assert paydesk(*words).document == paydesk(*words).document
    assert len(paydesk("invoices", "show", invoice, "--json").document["payments"]) == 2


def test_which_payment(paydesk: Paydesk, invoice: str) -> None:
    """Of several, one must be named; with none there is nothing to give back."""
    words = ("--amount", "1.00", "--reason", "x")
    assert "Nothing has been paid" in paydesk("refund", invoice, *words).err
    paydesk("pay", invoice, "--type", "cash", "--amount", "11.00")
    paydesk("pay", invoice, "--type", "card", "--amount", "200.00")
    assert "Name one with --payment" in paydesk("refund", invoice, *words).err
    second = payment(paydesk, invoice, 1)
    ran = paydesk("refund", invoice, "--payment", second, "--to", "account_credit", *words, "--json").document
    assert (ran["payment"], ran["type"]) == (second, "account_credit")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--amount", "211.01", "--reason", "x"), "more than the £211.00"),
        (("--amount", "0", "--reason", "x"), "zero"),
        (("--amount", "1", "--reason", " "), "Say why"),
        (("--amount", "1", "--reason", "x", "--to", "payment_link"), "cannot be given back by"),
        (("--amount", "1", "--reason", "x", "--payment", "nobody"), "no such payment"),
    ],
)
def test_refused_in_one_line(paydesk: Paydesk, invoice: str, words: tuple[str, ...], said: str) -> None:
    """Each with why, and nothing is given back."""
    paydesk("pay", invoice, "--type", "cash", "--amount", "211.00")
    ran = paydesk("refund", invoice, *words)
    assert (ran.code, ran.out, said in ran.err) == (1, "", True), ran.err
    assert len(paydesk("invoices", "show", invoice, "--json").document["payments"]) == 1


def test_by_link(paydesk: Paydesk, invoice: str, sandbox: Sandbox) -> None:
    """Pending until the engine has been there; then done."""
    paydesk("send", invoice)
    paydesk("sync", "--once")
    link = paydesk("qr", invoice, "--json").document
    asyncio.run(pay(link["url"]))
    paydesk("sync", "--once")
    said = paydesk("refund", invoice, "--amount", "50.00", "--reason", "moved").out
    assert "to be given back; the gateway does it as soon as it can be reached" in said
    (waiting,) = paydesk("outbox", "list", "--json").document
    assert waiting["kind"] == "refund"
    assert paydesk("sync", "--once", "--json").document["did"][0]["text"] == "money given back"
    (refund,) = paydesk("invoices", "show", invoice, "--json").document["refunds"]
    assert (refund["state"], refund["amount"]) == ("done", 5_000)


def test_adopting_a_link(paydesk: Paydesk, invoice: str, sandbox: Sandbox, folder: Path) -> None:
    """The answer is lost at Coherent; the link is found there and adopted by its id."""
    paydesk("settings", "set", "gateway.kind", "coherent")
    sandbox.fault("reset_after", scope="coherent")
    paydesk("send", invoice)
    paydesk("sync", "--once")
    sandbox.mend()
    (entry,) = paydesk("outbox", "list", "--json").document
    assert entry["state"] == "attention"
    (link,) = sandbox.book.links()
    assert paydesk("outbox", "retry", "--all", "--json").document == {"tried": 0, "left": 1}
    assert "no id of the gateway" in paydesk("outbox", "adopt", entry["id"], "not an id").err
    assert "plink_none at the gateway" in paydesk("outbox", "adopt", entry["id"], "plink_none").out
    paydesk("sync", "--once")
    assert "has no link plink_none" in paydesk("outbox", "list").out
    assert paydesk("outbox", "adopt", entry["id"], link.id, "--json").document["gateway_id"] == link.id
    paydesk("sync", "--once")
    assert paydesk("qr", invoice, "--json").document["url"] == sandbox.context.url(link)
    assert httpx.get(sandbox.context.url(link), trust_env=False).status_code == 200


def test_retry_all_or_one(paydesk: Paydesk, invoice: str) -> None:
    """All, all of a kind, or one by its id; never both, and never nothing."""
    paydesk("send", invoice)
    (entry,) = paydesk("outbox", "list", "--json").document
    assert paydesk("outbox", "retry", "--all", "--kind", "sms", "--json").document == {"tried": 0, "left": 0}
    assert paydesk("outbox", "retry", "--all").out == "1 entry is tried again now.\n"
    assert "not both" in paydesk("outbox", "retry", entry["id"], "--all").err
    assert "or say --all" in paydesk("outbox", "retry").err
