"""Money: each payment and refund at the gateway is in the ledger exactly once, and nothing else is."""

from collections import Counter
from collections.abc import Collection

from store.database import Reader
from store.models import LedgerEntry
from sync.gateways.coherent_refunds import paid_id
from sync.sandbox.records import Payment
from sync.sandbox.server import Sandbox
from tests.faults.findings import Findings


def count_money(reader: Reader, facts: Collection[LedgerEntry], sandbox: Sandbox, found: Findings) -> None:
    """Compare what was paid and given back on links with the ledger."""
    recorded = [fact.payload for fact in facts if fact.kind == "payment_recorded"]
    ours = [fact for fact in recorded if fact.get("gateway_payment") and not fact.get("refund_of")]
    here = Counter((fact["gateway_payment"], fact["amount"]) for fact in ours)
    names = {fact["payment"]: fact["gateway_payment"] for fact in ours}
    there = {identity(payment, sandbox): payment for payment in sandbox.book.payments() if _moved(payment)}
    _compare(here, Counter({(name, payment.amount): 1 for name, payment in there.items()}), "payment", found)
    back_here = Counter(
        (names.get(fact["refund_of"], fact["refund_of"]), -fact["amount"])
        for fact in recorded
        if fact.get("refund_of") and fact.get("gateway_payment")
    )
    back_there = Counter(
        (name, refund.amount) for name, payment in there.items() for refund in sandbox.book.refunds(payment.id)
    )
    _compare(back_here, back_there, "refund", found)
    twice = "SELECT count(*) - count(DISTINCT gateway_payment_id) FROM payments WHERE gateway_payment_id IS NOT NULL"
    if reader.value(twice):
        found.doubles("a gateway's payment is in the payments twice")


def count_taken(facts: Collection[LedgerEntry], payments: Collection[str], found: Findings) -> None:
    """Check that what was taken at the desk and acknowledged is in the ledger once."""
    recorded = Counter(fact.payload["payment"] for fact in facts if fact.kind == "payment_recorded")
    for payment in payments:
        if recorded[payment] == 0:
            found.loses(f"the payment {payment} was acknowledged and is not in the ledger")
        elif recorded[payment] > 1:
            found.doubles(f"the payment {payment} is in the ledger {recorded[payment]} times")


def identity(payment: Payment, sandbox: Sandbox) -> str:
    """Return what the ledger calls a payment at the gateway."""
    stripe = sandbox.book.link(payment.link_id, "stripe") is not None
    return payment.id if stripe else paid_id(payment.link_id)


def _moved(payment: Payment) -> bool:
    return payment.status == "succeeded"


def _compare(here: Counter[tuple[str, int]], there: Counter[tuple[str, int]], what: str, found: Findings) -> None:
    known = {name for name, _ in there}
    for (name, amount), times in (there - here).items():
        found.loses(f"the {what} of {amount} pence on {name} is at the gateway and not in the ledger", times)
    for (name, amount), times in (here - there).items():
        if name in known:
            found.doubles(f"the {what} of {amount} pence on {name} is in the ledger too often", times)
        else:
            found.wrong(f"the {what} of {amount} pence on {name} is in the ledger and not at the gateway")
