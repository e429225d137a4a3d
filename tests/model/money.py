"""The money: what was paid and given back at the gateways and at the desk, against the ledger and the invoices."""

from collections import Counter
from collections.abc import Iterator

from store.database import Reader
from store.models import Invoice
from tests.model.gateways import PayLink
from tests.model.stage import Stage
from tests.model.truth import Bill
from tests.model.waiting import DECIDED, Entries, is_undecided


def money(stage: Stage, reader: Reader, bill: Bill, invoice: Invoice, entries: Entries) -> Iterator[str]:
    """Every payment at the gateways is in the ledger once, and the balance is what was paid and given back."""
    known = {request.gateway_id for request in invoice.requests}
    unsure = {request.id for request in invoice.requests if is_undecided(entries, "create_link", request.id)}
    paid = [
        link for asked in stage.truth.requests_of(bill.number) for link in stage.links_of(asked.id) if link.payment
    ]
    rows = reader.all(
        "SELECT gateway_payment_id AS id, amount FROM payments WHERE invoice_id = :id AND request_id IS NOT NULL"
        " AND amount > 0",
        id=invoice.row.id,
    )
    here = Counter((row["id"], row["amount"]) for row in rows)
    ours = []
    for link in paid:
        request_id, money = link.order.request_id, (link.payment and link.payment.payment_id, link.order.amount)
        loose = request_id in unsure or stage.truth.may_be_twice[request_id] > 0
        unheard = request_id in stage.truth.kept and stage.provider_of(link).has_forgotten(link.payment)
        if money in here or not (unheard or (loose and link.gateway_id not in known)):
            ours.append(link)
    there = Counter((link.payment.payment_id, link.payment.amount) for link in ours if link.payment)
    if here != there:
        yield f"{bill.number}: paid at the gateway {dict(there)}, in the ledger {dict(here)}"
    balance = bill.desk + sum(link.order.amount - link.returned for link in ours)
    if invoice.row.paid != balance:
        yield f"{bill.number}: {balance} was paid and kept, the invoice says {invoice.row.paid}"
    if not invoice.refunds and invoice.row.due != (0 if bill.void else max(0, bill.total - balance)):
        yield f"{bill.number}: {invoice.row.due} is due of {bill.total}, {balance} was paid"
    if not 0 <= invoice.row.credited <= bill.total:
        yield f"{bill.number}: {invoice.row.credited} of {bill.total} is no longer owed"


def asks_no_more_than_due(stage: Stage, invoice: Invoice, entries: Entries) -> Iterator[str]:
    """The links that are live ask for no more than is due, but for those that a person left live or must decide."""

    def excused(link: PayLink) -> bool:
        request_id = link.order.request_id
        undecided = any(is_undecided(entries, kind, request_id) for kind in ("create_link", "cancel_link"))
        return undecided or request_id in stage.truth.kept or bool(stage.truth.may_be_twice[request_id])

    live = [link for request in invoice.requests for link in stage.links_of(request.id) if link.state == "live"]
    total = sum(link.order.amount for link in live if not excused(link))
    if total > invoice.row.due:
        yield f"{invoice.row.number}: live links ask for {total}, {invoice.row.due} is due"


def refunds_heard(stage: Stage, reader: Reader) -> Iterator[str]:
    """Every refund at the gateways of a payment that is known is in the ledger once."""
    recorded: dict[str, list[int]] = {}
    for row in reader.all(
        "SELECT p.gateway_payment_id AS id, -r.amount AS amount FROM payments r JOIN payments p ON p.id = r.refund_of"
        " WHERE r.type = 'payment_link' AND r.gateway_payment_id IS NOT NULL"
    ):
        recorded.setdefault(row["id"], []).append(row["amount"])
    heard = {row["gateway_payment_id"] for row in reader.all("SELECT gateway_payment_id FROM payments")}
    for link in stage.links():
        if link.payment is None or link.payment.payment_id not in heard:
            continue
        done = sorted(each.amount for each in link.refunds if each.state == "done")
        here = sorted(recorded.get(link.payment.payment_id, []))
        if here != done:
            yield f"given back of {link.gateway_id}: {done}, in the ledger {here}"


def refunds_asked(stage: Stage, reader: Reader, entries: Entries) -> Iterator[str]:
    """Each refund that was asked for at the desk was made at most once, and has come to an end or says why not."""
    made = Counter(each.order_id for link in stage.links() for each in link.refunds if each.state == "done")
    subjects = {row["id"]: row["subject_id"] for row in reader.all("SELECT id, subject_id FROM outbox")}
    times = Counter[str]()
    for order_id, count in made.items():
        if order_id is not None:
            times[subjects[order_id]] += count
    states = {row["id"]: row["state"] for row in reader.all("SELECT id, state FROM refunds")}
    for asked in stage.truth.returned.values():
        entry = entries.get(f"refund {asked.id}")
        if times[asked.id] > 1 + asked.again:
            yield f"a refund of {asked.amount} was made {times[asked.id]} times"
        if asked.id not in states:
            yield f"an acknowledged refund of {asked.amount} is lost"
        elif states[asked.id] == "pending" and not (entry and entry["state"] in DECIDED and entry["last_error"]):
            yield f"a pending refund of {asked.amount} waits for nothing ({entry and entry['state']})"
