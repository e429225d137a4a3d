"""What people do at the desk. Every move takes two numbers that choose what and how, and tells whether it applied."""

from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import TypeVar

from store import decisions, invoices, messages, outbox, payments, refunds, requests, services
from store.database import Reader, Tx
from store.invoices import NewLine
from store.models import Channel, Invoice, OutboxEntry
from store.reading import invoice_by_number
from tests.model.stage import Stage
from tests.model.truth import Asked, Bill, Returned

T = TypeVar("T")
PRICES = (5_000, 21_100, 333, 100_000)
WAYS: tuple[tuple[Channel, ...], ...] = ((), ("email",), ("sms",), ("email", "sms"))


def makes_invoice(stage: Stage, a: int, b: int) -> bool:
    """Make an invoice and ask for it, whole or in part, by some channels."""
    line = NewLine("Consultation", 1000, PRICES[a % 4], 0)
    made = stage.write(
        lambda tx: invoices.save_draft(tx, stage.template.client_id, [line], currency="GBP", prefix="INV-")
    )
    assert made
    stage.truth.bills[made.row.number] = Bill(made.row.number, made.row.total)
    return _asks(stage, made.row.number, b)


def asks(stage: Stage, a: int, b: int) -> bool:
    """Ask for what is still due on an invoice."""
    bill = _bill(stage, a)
    return bill is not None and _asks(stage, bill.number, b)


def sends_again(stage: Stage, a: int, b: int) -> bool:
    """Send the same link once more."""
    asked = _asked(stage, a)
    if asked is None:
        return False
    addresses = dict.fromkeys(WAYS[1 + b % 3], "")
    done = stage.write(
        lambda tx: messages.resend(tx, asked.id, addresses, origin="pos", sms_segments=lambda _i, _r: 1)
    )
    if done:
        asked.messages.update(addresses.keys())
    return True


def takes_cash(stage: Stage, a: int, b: int) -> bool:
    """Take cash or a card for an invoice, whole or in part."""
    bill = _bill(stage, a)
    if bill is None:
        return False
    due = _invoice(stage, bill.number).row.due
    amount = due if b % 2 else due // 2
    if stage.write(lambda tx: payments.take(tx, bill.number, ("cash", "card")[b // 2 % 2], amount)):
        bill.desk += amount
    return True


def cancels(stage: Stage, a: int, b: int) -> bool:
    """Take a request back."""
    asked = _asked(stage, a)
    if asked is None:
        return False
    if stage.write(lambda tx: requests.cancel(tx, asked.id, why="the client changed her mind")):
        asked.off = True
        stage.truth.kept.discard(asked.id)
    return True


def voids(stage: Stage, a: int, b: int) -> bool:
    """Make an invoice void."""
    bill = _bill(stage, a)
    if bill is None:
        return False
    if stage.write(lambda tx: invoices.void(tx, bill.number, reason="made twice")):
        bill.void = True
    return True


def gives_back(stage: Stage, a: int, b: int) -> bool:
    """Give a payment back, whole or in part: by its link, or at the desk."""
    found = [each for bill in stage.truth.bills for each in stage.store.read(_refundable(bill))]
    if not found:
        return False
    number, each = found[a % len(found)]
    amount = each.left if b % 2 else max(1, each.left // 2)
    to = each.ways[0] if b % 3 else each.ways[-1]
    owed = b % 5 == 0
    kept = stage.write(
        lambda tx: refunds.refund(tx, number, each.payment.id, amount, to=to, reason="she is ill", still_owed=owed)
    )
    if kept and kept.type == refunds.LINK:
        stage.truth.returned[kept.id] = Returned(kept.id, each.payment.id, amount)
    elif kept:
        stage.truth.bills[number].desk -= amount
    return True


def gives_back_again(stage: Stage, a: int, b: int) -> bool:
    """Ask once more for a refund that failed."""
    kept = _nth(list(stage.truth.returned.values()), a)
    if kept is None:
        return False
    if stage.write(lambda tx: refunds.retry(tx, kept.id)):
        kept.again += 1
        kept.off = False
    return True


def retries(stage: Stage, a: int, b: int) -> bool:
    """Try an outbox entry again."""
    return _decides(stage, a, lambda tx, entry: decisions.retry(tx, entry.id), _retried)


def retries_all(stage: Stage, a: int, b: int) -> bool:
    """Try everything again."""
    before = stage.store.read(outbox.waiting)
    if stage.write(decisions.retry_all):
        for entry in before:
            if entry.state == "ready" or (entry.state == "attention" and not entry.unsure):
                _retried(stage, entry)
    return bool(before)


def holds(stage: Stage, a: int, b: int) -> bool:
    """Hold an outbox entry."""
    return _decides(stage, a, lambda tx, entry: decisions.hold(tx, entry.id, reason="ask her first"), _held)


def drops(stage: Stage, a: int, b: int) -> bool:
    """Drop an outbox entry."""
    return _decides(stage, a, lambda tx, entry: decisions.drop(tx, entry.id, reason="not needed"), _dropped)


def adopts(stage: Stage, a: int, b: int) -> bool:
    """Adopt a link found at the gateway: mostly the right one."""
    unsure = [each for each in stage.store.read(outbox.waiting) if each.kind == "create_link" and each.unsure]
    entry = _nth(unsure, a)
    if entry is None:
        return False
    right = [link.gateway_id for link in stage.links_of(entry.subject_id)]
    others = [link.gateway_id for link in stage.links()] or ["tx_nobodys"]
    found = right[0] if right and b % 4 else others[b % len(others)]
    stage.write(lambda tx: decisions.adopt(tx, entry.id, found))
    return True


def watches(stage: Stage, a: int, b: int) -> bool:
    """Show the QR of a request for two minutes."""
    asked = _asked(stage, a)
    if asked is None:
        return False
    stage.write(lambda tx: requests.watch(tx, asked.id, stage.clock() + timedelta(minutes=2)))
    return True


def chases(stage: Stage, a: int, b: int) -> bool:
    """Set the rule for reminders, or take it away."""
    stage.put("chase.channels", ("email", "sms", "email,sms")[b % 3])
    stage.put("chase.days", ("", "1,3")[a % 2])
    return True


def tries_now(stage: Stage, a: int, b: int) -> bool:
    """Ask for another try of what is offline."""
    stage.write(services.try_now)
    return True


def switches(stage: Stage, a: int, b: int) -> bool:
    """Set another gateway."""
    stage.kind = "coherent" if stage.kind == "stripe" else "stripe"
    stage.put("gateway.kind", stage.kind)
    return True


MOVES = {
    each.__name__: each
    for each in (
        makes_invoice,
        asks,
        sends_again,
        takes_cash,
        cancels,
        voids,
        gives_back,
        gives_back_again,
        retries,
        retries_all,
        holds,
        drops,
        adopts,
        watches,
        chases,
        tries_now,
        switches,
    )
}


def _asks(stage: Stage, number: str, b: int) -> bool:
    addresses = dict.fromkeys(WAYS[b % 4], "")
    askable = _invoice(stage, number).askable
    amount = max(1, askable // 2) if b // 4 % 3 == 0 else None
    sent = stage.write(lambda tx: requests.send(tx, number, addresses, amount=amount, origin="pos"))
    if sent:
        request = sent[0]
        stage.truth.asked[request.id] = Asked(request.id, number, request.amount)
        stage.truth.asked[request.id].messages.update(addresses.keys())
    return True


def _retried(stage: Stage, entry: OutboxEntry) -> None:
    truth = stage.truth
    if entry.kind == "create_link" and entry.unsure and entry.state in {"attention", "held"}:
        truth.may_be_twice[entry.subject_id] += 1
    elif entry.kind in {"email", "sms"} and (entry.state == "attention" or entry.unsure):
        request_id = stage.store.read(
            lambda reader: reader.value("SELECT request_id FROM messages WHERE id = :id", id=entry.subject_id)
        )
        truth.asked[request_id].messages.update([entry.kind])
    elif entry.kind == "refund" and entry.subject_id in truth.returned:
        truth.returned[entry.subject_id].again += entry.unsure or entry.state == "attention"


def _held(stage: Stage, entry: OutboxEntry) -> None:
    """Nothing is changed by it."""


def _dropped(stage: Stage, entry: OutboxEntry) -> None:
    truth = stage.truth
    if entry.kind == "create_link":
        truth.asked[entry.subject_id].off = True
        truth.may_be_twice[entry.subject_id] += entry.unsure
    elif entry.kind == "cancel_link":
        truth.kept.add(entry.subject_id)
    elif entry.kind == "refund":
        truth.returned[entry.subject_id].off = True


def _decides(
    stage: Stage,
    a: int,
    decide: Callable[[Tx, OutboxEntry], OutboxEntry],
    decided: Callable[[Stage, OutboxEntry], None],
) -> bool:
    entry = _nth(stage.store.read(outbox.waiting), a)
    if entry is None:
        return False
    if stage.write(lambda tx: decide(tx, entry)):
        decided(stage, entry)
    return True


def _refundable(number: str) -> Callable[[Reader], list[tuple[str, refunds.Refundable]]]:
    return lambda reader: [(number, each) for each in refunds.refundable(reader, number)]


def _bill(stage: Stage, a: int) -> Bill | None:
    return _nth(list(stage.truth.bills.values()), a)


def _asked(stage: Stage, a: int) -> Asked | None:
    return _nth(list(stage.truth.asked.values()), a)


def _nth(found: Sequence[T], a: int) -> T | None:
    return found[a % len(found)] if found else None


def _invoice(stage: Stage, number: str) -> Invoice:
    return stage.store.read(lambda reader: invoice_by_number(reader, number))
