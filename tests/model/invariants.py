"""What must hold: after each step, and once everything has calmed down. What does not is said in a sentence."""

import re
from collections import Counter
from collections.abc import Iterator

from store.database import Reader
from store.models import Channel, Invoice, PaymentRequest
from store.reading import invoice_by_number
from tests.model.money import asks_no_more_than_due, money, refunds_asked, refunds_heard
from tests.model.stage import Stage
from tests.model.truth import Asked
from tests.model.waiting import DECIDED, Entries, is_undecided, newest
from tests.model.whole import whole

URL = re.compile(r"https://pay\.example/(\w+)")
OPEN = ("ready", "claimed", "attention", "held")


def always(stage: Stage) -> Iterator[str]:
    """Yield what is wrong in the middle of things: a link or an SMS too many, a key with two bodies."""
    truth = stage.truth
    for provider in stage.providers.values():
        yield from provider.complaints
    live = Counter(link.order.request_id for link in stage.links() if link.state == "live")
    for request_id, count in live.items():
        if count > 1 + truth.may_be_twice[request_id]:
            yield f"{count} live links for one request"
    texts = Counter(_request_of(stage, letter.text) for letter in stage.mailbox.texts)
    for request_id, count in texts.items():
        if count > truth.asked[request_id].messages["sms"] + _reminders(stage, request_id, "sms"):
            yield f"{count} SMS for one request, {truth.asked[request_id].messages['sms']} were asked for"


def at_rest(stage: Stage) -> Iterator[str]:
    """Yield what is wrong once nothing goes wrong any more and nothing is due."""
    yield from always(stage)
    yield from stage.store.read(lambda reader: list(_told(stage, reader)))


def undecided(stage: Stage) -> int:
    """Return how much waits for a person."""
    return stage.store.read(lambda reader: int(reader.value("SELECT count(*) FROM outbox WHERE state = 'attention'")))


def _told(stage: Stage, reader: Reader) -> Iterator[str]:
    invoices = {number: invoice_by_number(reader, number) for number in stage.truth.bills}
    entries = newest(reader)
    for bill in stage.truth.bills.values():
        invoice = invoices[bill.number]
        requests = {request.id: request for request in invoice.requests}
        for asked in stage.truth.requests_of(bill.number):
            if asked.id not in requests:
                yield f"an acknowledged request on {bill.number} is lost"
                continue
            yield from _request(stage, asked, requests[asked.id], invoice, entries)
        yield from money(stage, reader, bill, invoice, entries)
        yield from asks_no_more_than_due(stage, invoice, entries)
    yield from refunds_heard(stage, reader)
    yield from refunds_asked(stage, reader, entries)
    yield from _outbox(reader)
    yield from _messages(stage, reader, entries)
    yield from whole(stage, reader)


def _request(
    stage: Stage, asked: Asked, request: PaymentRequest, invoice: Invoice, entries: Entries
) -> Iterator[str]:
    """One acknowledged request has its link, or says why not."""
    links = stage.links_of(asked.id)
    own = next((link for link in links if link.gateway_id == request.gateway_id), None)
    loose = stage.truth.may_be_twice[asked.id] > 0
    name = f"{request.state} request on {asked.number}"
    create, cancel = entries.get(f"create_link {asked.id}"), entries.get(f"cancel_link {asked.id}")
    if request.state in {"live", "paid"} and own is None:
        yield f"{name}: the gateway has no such link"
    elif request.state in {"live", "paid"} and own and own.state != request.state and not loose:
        yield f"{name}: the gateway's link is {own.state}"
    elif request.state in {"cancelled", "expired", "stopped"}:
        still = [link for link in links if link.state == "live"]
        if still and not loose and asked.id not in stage.truth.kept:
            yield f"{name}: a link is live all the same"
        if request.state == "stopped" and not asked.off and not invoice.payments:
            yield f"{name}: nobody took it back and nothing was paid"
    elif request.state == "queued" and not (
        create and (create["state"] == "held" or _waits_behind(invoice, entries))
    ):
        yield f"{name}: nothing waits to make its link ({create and create['state']})"
    elif request.state == "attention" and not (create and create["state"] in DECIDED and create["last_error"]):
        yield f"{name}: no entry says why"
    elif request.state == "cancelling" and not (cancel and cancel["state"] in DECIDED and cancel["last_error"]):
        yield f"{name}: nothing waits to cancel its link ({cancel and cancel['state']})"

    if create and create["state"] == "attention" and request.state not in {"queued", "attention"}:
        yield f"{name}: somebody is still asked what becomes of its link"


def _waits_behind(invoice: Invoice, entries: Entries) -> bool:
    """Tell whether an older link of the invoice waits for a person before it is cancelled."""
    return any(
        request.state == "cancelling" and is_undecided(entries, "cancel_link", request.id)
        for request in invoice.requests
    )


def _outbox(reader: Reader) -> Iterator[str]:
    for row in reader.all("SELECT * FROM outbox WHERE state IN ('claimed', 'ready', 'attention')"):
        if row["state"] == "claimed" or (row["state"] == "attention" and not row["last_error"]):
            yield f"a {row['kind']} entry is {row['state']} for ever: “{row['last_error']}”"
        elif row["state"] == "ready" and "older link" not in row["last_error"]:
            yield f"a {row['kind']} entry is still ready, for {row['next_attempt_at']}: “{row['last_error']}”"


def _messages(stage: Stage, reader: Reader, entries: Entries) -> Iterator[str]:
    """What is said to be sent has arrived; what waits is in the outbox; emails come again only as the same one."""
    emails = {letter.message_id for letter in stage.mailbox.emails}
    arrived = Counter(_request_of(stage, letter.text) for letter in stage.mailbox.texts)
    sent = Counter[str]()
    for row in reader.all("SELECT m.*, r.state AS request FROM messages m JOIN requests r ON r.id = m.request_id"):
        entry = entries.get(f"{row['channel']} {row['id']}")
        if row["state"] == "sent" and row["channel"] == "email" and row["id"] not in emails:
            yield "an email is said to be sent and has not arrived"
        if row["state"] == "sent" and row["channel"] == "sms":
            sent[row["request_id"]] += 1
        gone = entry is None or entry["state"] not in OPEN
        if row["state"] == "queued" and row["request"] not in {"queued", "attention"} and gone:
            yield f"{row['channel']} of a request that is {row['request']} is queued, and nothing waits to send it"
    for request_id, count in sent.items():
        if arrived[request_id] < count:
            yield f"{count} SMS are said to be sent, {arrived[request_id]} have arrived"


def _request_of(stage: Stage, text: str) -> str:
    found = URL.search(text)
    assert found, f"a message without a link: {text}"
    return next(link.order.request_id for link in stage.links() if link.gateway_id == found[1])


def _reminders(stage: Stage, request_id: str, channel: Channel) -> int:
    """Return how many reminders the rule has queued for a request."""
    return stage.store.read(
        lambda reader: int(
            reader.value(
                "SELECT count(*) FROM messages WHERE request_id = :id AND channel = :channel AND kind = 'reminder'",
                id=request_id,
                channel=channel,
            )
        )
    )
