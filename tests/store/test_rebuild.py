"""Whatever a desk and a gateway do in whatever order: the tables are what the ledger says, and the money adds up."""

import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, MultipleResults, RuleBasedStateMachine, initialize, invariant, multiple, rule

from store import decisions, ledger, outbox, rebuild, requests
from store.database import Store, Tx
from store.errors import Refused
from store.models import Channel, EntryKind, Invoice, OutboxEntry, PaymentRequest
from store.opening import FILE_NAME
from store.reading import request_by_id
from store.verify import verify
from tests.store.builders import Clinic, Clock, furnished, line

AMOUNTS = st.integers(1, 30_000)
CHANNELS = st.sampled_from([(), ("email",), ("sms",), ("email", "sms")])
KINDS: st.SearchStrategy[EntryKind] = st.sampled_from(["create_link", "cancel_link", "email", "sms", "notify"])
DECISIONS: dict[str, Callable[..., object]] = {
    "retry": decisions.retry,
    "hold": decisions.hold,
    "drop": partial(decisions.drop, reason="no"),
}
OPEN = ("queued", "live", "attention")


class DeskAndGateway(RuleBasedStateMachine):
    """Two invoices, a desk that sends, takes and cancels, a gateway that answers, pays and closes as it likes."""

    numbers: "Bundle[str]" = Bundle("numbers")
    asked: "Bundle[str]" = Bundle("asked")

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.store = Store(Path(self.folder.name) / FILE_NAME, clock=Clock())
        self.clinic = furnished(self.store, Clock())
        self.money = 0

    def teardown(self) -> None:
        """Everything is whole in the end."""
        verdict = self.store.read(lambda reader: verify(reader, self.store.path))
        self.store.close()
        self.folder.cleanup()
        assert verdict.problems == ()

    @initialize(target=numbers)
    def begin(self) -> str:
        """There is an invoice to start with."""
        return self.clinic.issued()

    @rule(target=numbers, pence=AMOUNTS)
    def draft(self, pence: int) -> str:
        """Somebody begins an invoice."""
        return self.clinic.draft(line(pence)).row.number

    @rule(target=asked, number=numbers, amount=st.none() | AMOUNTS, by=CHANNELS)
    def send(self, number: str, amount: int | None, by: tuple[Channel, ...]) -> "str | MultipleResults[str]":
        """The desk asks for a payment."""
        try:
            return self.clinic.send(number, amount, by=by).id
        except Refused:
            return multiple()

    @rule(number=numbers, amount=AMOUNTS)
    def pay(self, number: str, amount: int) -> None:
        """The desk takes cash."""
        try:
            self.clinic.pay(number, amount)
        except Refused:
            return
        self.money += amount

    @rule(request_id=asked)
    def cancel(self, request_id: str) -> None:
        """The desk takes a request back."""
        self.allowed(lambda: self.clinic.cancel(self.clinic.request(request_id)))

    @rule(kind=KINDS, decision=st.sampled_from(sorted(DECISIONS)))
    def decide(self, kind: EntryKind, decision: str) -> None:
        """Somebody decides about the oldest entry of a kind that waits."""
        waiting = [entry for entry in self.store.read(outbox.waiting) if entry.kind == kind]
        if not waiting:
            return
        id_ = waiting[0].id
        self.allowed(lambda: self.store.write(partial(DECISIONS[decision], entry_id=id_)))

    @rule(kind=KINDS)
    def claim(self, kind: EntryKind) -> None:
        """The engine takes an entry, and nothing is heard of it for now."""
        self.clinic.claim(kind, limit=1)

    @rule()
    def take_over(self) -> None:
        """Another engine begins where one has died."""
        self.store.write(outbox.take_over)

    @rule(request_id=asked)
    def make_link(self, request_id: str) -> None:
        """The gateway answers that a link is there, in time or late."""
        self.clinic.make_link(self.clinic.request(request_id))

    @rule(request_id=asked)
    def give_up(self, request_id: str) -> None:
        """The engine leaves the making of a link to a person."""
        if self.clinic.request(request_id).state == "queued":
            self.store.write(lambda tx: requests.need_attention(tx, request_by_id(tx, request_id), why="unknown"))

    @rule(request_id=asked, amount=st.none() | AMOUNTS)
    def client_pays(self, request_id: str, amount: int | None) -> None:
        """Money arrives on a link, whatever state it is in; hearing of it twice changes nothing."""
        request = self.clinic.request(request_id)
        seen = self.clinic.seen(request, amount)
        self.clinic.receive(seen, "ntfy://clinic")
        assert self.clinic.receive(seen, "ntfy://clinic") is None
        self.money += seen.amount

    @rule(request_id=asked, expired=st.booleans())
    def link_closes(self, request_id: str, expired: bool) -> None:
        """The gateway takes no more money on a link."""
        self.store.write(lambda tx: requests.link_closed(tx, request_id, expired=expired))

    @rule(kind=st.sampled_from(["email", "sms"]))
    def message_goes_out(self, kind: EntryKind) -> None:
        """The engine sends a message."""
        for entry in self.clinic.claim(kind, limit=1):
            self.store.write(partial(sent, entry=entry))

    @invariant()
    def the_tables_are_what_the_ledger_says(self) -> None:
        """Rebuilt from nothing, they are the same."""
        assert self.store.read(rebuild.differences) == []

    @invariant()
    def no_money_is_lost_or_counted_twice(self) -> None:
        """All that was paid is there, on its invoice, and the invoice's state follows from it."""
        invoices = self.invoices()
        assert sum(invoice.row.paid for invoice in invoices) == self.money
        for invoice in invoices:
            row = invoice.row
            assert sum(payment.amount for payment in invoice.payments) == row.paid
            assert row.due == max(0, row.total - row.paid)
            if row.state != "draft":
                assert row.state == ("paid" if not row.due else "part_paid" if row.paid else "unpaid")

    @invariant()
    def no_more_is_asked_for_than_is_due(self) -> None:
        """But by what cannot be taken back now, a link under way, and by what a person chose to leave live."""
        for invoice in self.invoices():
            excess = invoice.asked - invoice.row.due
            assert excess <= sum(request.amount for request in invoice.requests if self.cannot_go(request))

    @invariant()
    def a_request_that_is_over_sends_nothing(self) -> None:
        """What is closed says when, and its messages are stopped but for one that may have left already."""
        for request in (request for invoice in self.invoices() for request in invoice.requests):
            over = request.state not in {*OPEN, "cancelling"}
            assert (request.closed_at is not None) is over
            for message in request.messages:
                if message.state == "queued" and over:
                    assert requests.in_flight(self.clinic.entry(message.id, message.channel))

    def cannot_go(self, request: PaymentRequest) -> bool:
        """Tell whether the request's link may be in the making, or was kept by a person, which its reason says."""
        entry = self.store.read(lambda reader: outbox.of_subject(reader, request.id, "create_link"))
        under_way = request.state in {"queued", "attention"} and entry is not None and requests.in_flight(entry)
        return under_way or (request.state == "live" and request.reason.startswith("dropped by"))

    def invoices(self) -> list[Invoice]:
        """Return every invoice whole."""
        numbers = self.store.read(lambda reader: reader.all("SELECT number FROM invoices"))
        return [self.clinic.invoice(row["number"]) for row in numbers]

    @staticmethod
    def allowed(work: Callable[[], object]) -> None:
        """Do what a person asks for; a refusal is an answer too."""
        try:
            work()
        except Refused:
            return


def sent(tx: Tx, entry: OutboxEntry) -> None:
    """Write down that a message went out."""
    ledger.append(tx, "message_sent", entry.invoice_id, {"message": entry.subject_id, "result": "ok"})
    outbox.finish(tx, entry, answer="ok")


TestDeskAndGateway = DeskAndGateway.TestCase
TestDeskAndGateway.settings = settings(
    max_examples=25, stateful_step_count=30, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)


@pytest.mark.parametrize(
    ("statement", "table"),
    [
        ("UPDATE invoices SET paid = 0", "invoices"),
        ("UPDATE invoices SET state = 'void'", "invoices"),
        ("UPDATE lines SET unit_price = 1", "lines"),
        ("UPDATE payments SET amount = 1", "payments"),
        ("DELETE FROM payments", "payments"),
        ("UPDATE requests SET url = 'https://evil.example'", "requests"),
        ("DELETE FROM requests", "requests"),
        ("UPDATE messages SET net = 0, vat = 0", "messages"),
        (
            "INSERT INTO payments (id, invoice_id, type, amount, at, actor) VALUES ('x', 'y', 'cash', 1, '', '')",
            "payments",
        ),
    ],
)
def test_a_table_that_was_changed_by_hand_is_found(clinic: Clinic, statement: str, table: str) -> None:
    """With what the file has and what the ledger says."""
    number = clinic.issued()
    clinic.receive(clinic.seen(clinic.live(number, by=("sms",))))
    clinic.store.write(lambda tx: tx.run(statement))
    found = clinic.store.read(rebuild.differences)
    assert {difference.table for difference in found} == {table}
    verdict = clinic.store.read(lambda reader: verify(reader, clinic.store.path))
    assert (verdict.ok, verdict.chain, verdict.rebuilt) == (False, "ok", "different")
    assert verdict.problems[0].startswith(f"Table {table} differs from the ledger: the file has ")


def test_what_is_no_money_fact_may_differ(clinic: Clinic) -> None:
    """Drafts, search words, addresses and edit versions."""
    clinic.draft()
    clinic.send(clinic.issued())
    clinic.store.write(lambda tx: tx.run("UPDATE messages SET address = ''"))
    clinic.store.write(lambda tx: tx.run("UPDATE invoices SET search = '', version = version + 1"))
    assert clinic.store.read(rebuild.differences) == []


def test_a_damaged_table_is_not_listed_without_end(clinic: Clinic) -> None:
    """Twenty differences say enough."""
    for _ in range(15):
        clinic.issued()
    clinic.store.write(lambda tx: tx.run("UPDATE invoices SET total = total + 1"))
    assert len(clinic.store.read(rebuild.differences)) == 20
