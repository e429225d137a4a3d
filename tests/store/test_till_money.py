"""Whatever a till takes and gives in whatever order: no penny is lost, and the ledger says what the tables say."""

import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, invariant, rule

from store import clients, credit, invoices, payment_types, payments, rebuild, sales
from store.database import Store
from store.discounts import Discount, vat_breakdown
from store.errors import Refused
from store.invoices import NewLine
from store.models import Invoice
from store.opening import FILE_NAME
from store.verify import verify
from tests.store.builders import Clock, furnished
from tests.store.till import does, save

AMOUNTS = st.integers(1, 20_000)
TAKES = st.sampled_from(["cash", "card", "transfer", "account_credit"])
DESK = st.sampled_from(["cash", "card", "transfer"])
IDS = st.sampled_from(["", "tap-1", "tap-2", "tap-3"])
DISCOUNTS = st.builds(Discount, rate=st.integers(0, 10_000)) | st.builds(Discount, amount=st.integers(0, 20_000))
LINES = st.lists(
    st.builds(
        NewLine,
        st.just("Item"),
        st.integers(1, 3000),
        st.integers(0, 10_000),
        st.sampled_from([0, 500, 2000]),
        st.integers(0, 10_000),
    )
    | st.builds(
        NewLine,
        st.just("Item"),
        st.integers(1, 3000),
        st.integers(0, 10_000),
        st.sampled_from([0, 500, 2000]),
        st.just(0),
        st.integers(0, 5000),
    ),
    max_size=4,
)


class Till(RuleBasedStateMachine):
    """Two clients, drafts with discounts, split payments, credit that comes, pays and goes back, double taps."""

    numbers: "Bundle[str]" = Bundle("numbers")

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.store = Store(Path(self.folder.name) / FILE_NAME, clock=Clock())
        self.clinic = furnished(self.store, Clock())
        omar = self.store.write(lambda tx: clients.add(tx, name="Omar"))
        self.clients = ("", self.clinic.jane.id, omar.id)
        self.drawer = 0
        self.made: list[str] = []

    def teardown(self) -> None:
        """Everything is whole in the end, and no number was given twice."""
        verdict = self.store.read(lambda reader: verify(reader, self.store.path))
        self.store.close()
        self.folder.cleanup()
        assert verdict.problems == ()
        assert len(set(self.made)) == len(self.made)

    @initialize(target=numbers)
    def begin(self) -> str:
        """There is an invoice to start with."""
        return self.clinic.issued()

    @rule(target=numbers, lines=LINES, discount=DISCOUNTS, who=st.integers(0, 2))
    def draft(self, lines: list[NewLine], discount: Discount, who: int) -> str:
        """Somebody begins a sale; what takes off more than there is does not come about."""
        try:
            self.made.append(save(self.clinic, lines, discount, client=self.clients[who]).row.number)
        except Refused:
            return "none"
        return self.made[-1]

    @rule(number=numbers, lines=LINES, discount=DISCOUNTS, who=st.integers(0, 2))
    def edit(self, number: str, lines: list[NewLine], discount: Discount, who: int) -> None:
        """Somebody changes a draft; what was issued stays as it is."""
        self.allowed(
            lambda: save(self.clinic, lines, discount, client=self.clients[who], draft=self.clinic.invoice(number))
        )

    @rule(number=numbers)
    def put_aside(self, number: str) -> None:
        """Somebody parks a sale."""
        self.allowed(lambda: does(self.clinic, lambda tx: sales.park(tx, number)))

    @rule(number=numbers)
    def give_up(self, number: str) -> None:
        """Somebody discards a draft."""
        self.allowed(lambda: does(self.clinic, lambda tx: sales.discard(tx, number)))

    @rule(number=numbers)
    def issue(self, number: str) -> None:
        """A draft is issued."""
        self.allowed(lambda: does(self.clinic, lambda tx: invoices.issue(tx, number)))

    @rule(number=numbers, kind=TAKES, amount=AMOUNTS | st.none(), id_=IDS)
    def pay(self, number: str, kind: str, amount: int | None, id_: str) -> None:
        """A part or all that is due is taken; the same tap again takes nothing more."""

        def work() -> None:
            before = self.paid()
            pence = self.clinic.invoice(number).row.due if amount is None else amount

            def take() -> object:
                return does(self.clinic, lambda tx: payments.take(tx, number, kind, pence, payment_id=id_))

            taken = take()
            moved = self.paid() - before
            assert moved in {0, pence}
            if kind != "account_credit":
                self.drawer += moved
            if id_:
                assert take() == taken
                assert self.paid() - before == moved

        self.allowed(work)

    @rule(who=st.integers(0, 2), kind=DESK, amount=AMOUNTS, id_=IDS)
    def deposit(self, who: int, kind: str, amount: int, id_: str) -> None:
        """A client leaves money for later."""
        self.move(credit.deposit, who, kind, amount, f"in-{id_}" if id_ else "")

    @rule(who=st.integers(0, 2), kind=DESK, amount=AMOUNTS, id_=IDS)
    def pay_back(self, who: int, kind: str, amount: int, id_: str) -> None:
        """A client gets credit back."""
        self.move(credit.pay_back, who, kind, amount, f"out-{id_}" if id_ else "")

    @rule(code=TAKES, on=st.booleans())
    def switch(self, code: str, on: bool) -> None:
        """A payment type is switched."""
        self.allowed(lambda: does(self.clinic, lambda tx: payment_types.switch(tx, code, on=on)))

    @invariant()
    def the_tables_are_what_the_ledger_says(self) -> None:
        """Rebuilt from nothing, they are the same."""
        assert self.store.read(rebuild.differences) == []

    @invariant()
    def no_penny_is_lost(self) -> None:
        """What came over the desk is on invoices or is somebody's credit, and nobody has less than nothing."""
        balances = [self.store.read(partial(credit.balance, client_id=id_)) for id_ in self.clients]
        assert min(balances) >= 0
        assert sum(balances) + self.paid() == self.drawer

    @invariant()
    def invoices_add_up(self) -> None:
        """Lines to the total, VAT by rate to the VAT, payments to what is paid, and no more than is owed."""
        for invoice in self.invoices():
            row = invoice.row
            rows = vat_breakdown(invoice.lines, row.discount).values()
            assert sum(line.total for line in invoice.lines) - row.discount == row.total >= 0
            assert (sum(gross for gross, _ in rows), sum(vat for _, vat in rows)) == (row.total, row.vat)
            assert sum(payment.amount for payment in invoice.payments) == row.paid <= row.total
            assert row.state == "draft" or row.client_id

    def move(self, work: Callable[..., object], who: int, kind: str, amount: int, id_: str) -> None:
        """Move credit; the drawer has what the balance has more or less."""

        def balance() -> int:
            return self.store.read(lambda reader: credit.balance(reader, self.clients[who]))

        before = balance()
        self.allowed(
            lambda: does(
                self.clinic, lambda tx: work(tx, self.clients[who], kind, amount, currency="GBP", credit_id=id_)
            )
        )
        assert abs(balance() - before) in {0, amount}
        self.drawer += balance() - before

    def paid(self) -> int:
        """Return the pence on all invoices."""
        return sum(invoice.row.paid for invoice in self.invoices())

    def invoices(self) -> list[Invoice]:
        """Return every invoice whole."""
        numbers = self.store.read(lambda reader: reader.all("SELECT number FROM invoices"))
        return [self.clinic.invoice(row["number"]) for row in numbers]

    @staticmethod
    def allowed(work: Callable[[], object]) -> None:
        """Do what a person asks for; a refusal is an answer too, and so is that a draft is gone."""
        try:
            work()
        except Refused:
            return


TestTill = Till.TestCase
TestTill.settings = settings(
    max_examples=25, stateful_step_count=30, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
