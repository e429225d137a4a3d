"""Any sequence of payments and refunds, here and at the gateway: no penny is lost, and the ledger tells the same."""

import contextlib
import tempfile
from itertools import count
from pathlib import Path

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from store import rebuild, refunds
from store.database import Store
from store.errors import BadInput, Refused
from store.models import Invoice, Payment, Refund
from store.opening import FILE_NAME
from tests.store.builders import Clinic, Clock, furnished
from tests.store.refunding import give, hears, report

PENCE = st.integers(1, 12_000)
PICK = st.integers(0, 20)


class Till(RuleBasedStateMachine):
    """One invoice, a desk and a gateway; what came in and went out is counted beside it."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.serial = count(1)
        self.moved = 0

    @initialize(total=st.integers(1, 10_000))
    def open(self, total: int) -> None:
        """Issue the invoice, with a link for all of it."""
        clock = Clock()
        self.clinic: Clinic = furnished(Store(Path(self.folder.name) / FILE_NAME, clock=clock), clock)
        self.number = self.clinic.issued(total)
        self.request = self.clinic.live(self.number)
        self.total = total

    def teardown(self) -> None:
        """The ledger alone makes the same tables."""
        differences = self.clinic.store.read(rebuild.differences)
        self.clinic.store.close()
        self.folder.cleanup()
        assert differences == []

    @property
    def invoice(self) -> Invoice:
        """The invoice as it is."""
        return self.clinic.invoice(self.number)

    def payment(self, pick: int, *, by_link: bool = False) -> Payment | None:
        """Return one of the payments, or None where there is none."""
        found = [p for p in self.invoice.payments if not p.refund_of and (p.request_id or not by_link)]
        return found[pick % len(found)] if found else None

    def refund(self, pick: int, *states: str) -> Refund | None:
        """Return one of the refunds by link in these states, or None."""
        found = [r for r in self.invoice.refunds if r.type == "payment_link" and r.state in states]
        return found[pick % len(found)] if found else None

    @rule(amount=PENCE, kind=st.sampled_from(["cash", "card"]))
    def pays_at_the_desk(self, amount: int, kind: str) -> None:
        """What is due at most is taken."""
        if due := self.invoice.row.due:
            self.clinic.pay(self.number, min(amount, due), kind)
            self.moved += min(amount, due)

    @rule(amount=PENCE)
    def pays_by_link(self, amount: int) -> None:
        """A gateway may report any amount, also too much."""
        assert self.clinic.receive(self.clinic.seen(self.request, amount)) is not None
        self.moved += amount

    @rule(pick=PICK, amount=PENCE, still_owed=st.booleans(), to=st.sampled_from(["", "cash", "account_credit"]))
    def gives_back(self, pick: int, amount: int, still_owed: bool, to: str) -> None:
        """What is given back is no longer owed beyond the surplus, unless it is to stay due."""
        before = self.invoice
        payment = self.payment(pick)
        if payment is None:
            return
        left = refunds.left_of(before, payment.id)
        try:
            kept = give(self.clinic, self.number, payment, amount, to=to, still_owed=still_owed)
        except (BadInput, Refused):
            assert amount > left or (payment.request_id and to == "cash")
            return
        after = self.invoice
        assert refunds.left_of(after, payment.id) == left - amount
        if kept.state == "done":
            self.moved -= amount
            self.went_back(before, kept)

    def went_back(self, before: Invoice, kept: Refund) -> None:
        """Check what a refund that moved did to what is owed and due."""
        row = self.invoice.row
        if kept.still_owed:
            assert row.credited == before.row.credited
        elif before.row.paid >= kept.amount:
            assert row.due == before.row.due

    @rule(pick=PICK, outcome=st.sampled_from(["done", "failed"]))
    def the_gateway_answers(self, pick: int, outcome: str) -> None:
        """A refund that waits there is done or failed, and says so twice."""
        kept = self.refund(pick, "pending")
        if kept is None:
            return
        payment = next(p for p in self.invoice.payments if p.id == kept.payment_id)
        told = report(
            self.clinic, payment, kept.amount, refund_id=f"re_{next(self.serial)}", state=outcome, kept=kept
        )
        before = self.invoice
        hears(self.clinic, told)
        assert hears(self.clinic, told) is None
        if outcome == "done":
            self.moved -= kept.amount
            self.went_back(before, kept)

    @rule(pick=PICK, amount=PENCE)
    def given_back_there(self, pick: int, amount: int) -> None:
        """Somebody gives money back in the gateway's own pages, which know nothing of what went back here."""
        if payment := self.payment(pick, by_link=True):
            amount = min(amount, payment.amount)
            before = self.invoice
            hears(self.clinic, report(self.clinic, payment, amount, refund_id=f"re_{next(self.serial)}"))
            self.moved -= amount
            self.went_back(before, self.invoice.refunds[-1])

    @precondition(lambda self: self.refund(0, "done") is not None)
    @rule(pick=PICK)
    def bounces(self, pick: int) -> None:
        """A refund that was done fails after all."""
        kept = self.refund(pick, "done")
        assert kept is not None
        payment = next(p for p in self.invoice.payments if p.id == kept.payment_id)
        told = report(self.clinic, payment, kept.amount, refund_id=kept.gateway_refund_id or "", state="failed")
        hears(self.clinic, told)
        assert hears(self.clinic, told) is None
        self.moved += kept.amount

    @rule(pick=PICK)
    def tries_again(self, pick: int) -> None:
        """A manager asks for what failed once more, as far as there is something left."""
        if kept := self.refund(pick, "failed"):
            with contextlib.suppress(BadInput):  # less is left
                self.clinic.store.write(lambda tx: refunds.retry(tx, kept.id))

    @invariant()
    def no_penny_is_lost(self) -> None:
        """What came in less what went out is what is paid; with what is credited and due it makes the total."""
        invoice = self.invoice
        row = invoice.row
        assert row.paid == sum(payment.amount for payment in invoice.payments) == self.moved
        assert row.credited == sum(payment.credited for payment in invoice.payments)
        assert 0 <= row.credited <= row.total == self.total
        assert row.due - row.overpaid == row.total - row.credited - row.paid
        assert (row.state == "paid") == (row.due == 0)
        for payment in invoice.payments:
            if not payment.refund_of:
                assert 0 <= refunds.left_of(invoice, payment.id) <= payment.amount


Till.TestCase.settings = settings(max_examples=40, stateful_step_count=20, deadline=None)
TestTill = Till.TestCase
