"""Messages: what the file says was sent has arrived, no SMS twice, and an email again only under its Message-ID."""

from collections import Counter, defaultdict
from collections.abc import Collection

from store.database import Reader
from store.models import LedgerEntry
from sync.sandbox.mailbox import Message
from sync.sandbox.server import Sandbox
from tests.faults.findings import Findings

_ROWS = (
    "SELECT m.id, m.channel, m.state, m.address, m.result, r.code, r.state AS request FROM messages m"
    " LEFT JOIN requests r ON r.id = m.request_id"
)

_NOTICES = (
    "SELECT id, subject_id, payload, EXISTS (SELECT 1 FROM attempts WHERE entry_id = id AND outcome = 'done') AS told"
    " FROM outbox WHERE kind = 'notify'"
)


def count_messages(
    reader: Reader, facts: Collection[LedgerEntry], sandbox: Sandbox, found: Findings, *, settled: bool
) -> None:
    """Compare what arrived with the file's messages and notifications."""
    rows = [dict(row) for row in reader.all(_ROWS)]
    again = Counter(fact.payload["message"] for fact in facts if fact.kind == "message_queued_again")
    received = sandbox.mailbox.messages()
    _count_texts(rows, [each for each in received if each.channel == "sms"], again, found)
    _count_emails(reader, rows, [each for each in received if each.channel == "email"], found)
    for row in rows:
        if settled and row["state"] == "queued" and row["request"] == "live":
            found.loses(f"the {row['channel']} {row['id']} of {row['code']} was never sent")


def _count_texts(
    rows: Collection[dict[str, str]], received: Collection[Message], again: Counter[str], found: Findings
) -> None:
    """An SMS names its request by the code alone, so they are counted by code and number."""
    asked: Counter[tuple[str, str]] = Counter()
    sent: Counter[tuple[str, str]] = Counter()
    arrived: Counter[tuple[str, str]] = Counter()
    for row in rows:
        if row["channel"] == "sms":
            asked[row["code"], row["address"]] += 1 + again[row["id"]]
            sent[row["code"], row["address"]] += row["state"] == "sent"
    codes = {code for code, _ in asked}
    for message in received:
        named = [code for code in codes if code in message.text]
        if len(named) != 1:
            found.wrong(f"an SMS to {message.to} is of no request: {message.text}")
        for code in named:
            arrived[code, message.to] += 1
    for place, times in (arrived - asked).items():
        found.doubles(f"the SMS of {place[0]} came {arrived[place]} times", times)
    for place, times in (sent - arrived).items():
        found.loses(f"the SMS of {place[0]} is marked as sent and did not come", times)


def _count_emails(
    reader: Reader, rows: Collection[dict[str, str]], received: Collection[Message], found: Findings
) -> None:
    """An email is known by its Message-ID, which is the id of its message or of the clinic's notification."""
    notices = reader.all(_NOTICES)
    emails = {row["id"]: row for row in rows if row["channel"] == "email"}
    known = {*emails, *(notice["id"] for notice in notices)}
    arrived: dict[str, list[Message]] = defaultdict(list)
    for message in received:
        arrived[message.header("Message-ID").strip("<>").partition("@")[0]].append(message)
    for name, copies in arrived.items():
        if name not in known:
            found.wrong(f"an email to {copies[0].to} has a Message-ID of nothing in the data file: {name}")
        if len({copy.to for copy in copies}) > 1:
            found.wrong(f"the email {name} went to several people")
        found.repeated += len(copies) - 1
    for name, row in emails.items():
        if row["state"] == "sent" and name not in arrived:
            found.loses(f"the email {name} of {row['code']} is marked as sent and did not come ({row['result']})")
    _count_notices([dict(notice) for notice in notices], arrived, found)


def _count_notices(notices: Collection[dict[str, str]], arrived: Collection[str], found: Findings) -> None:
    """The clinic is told of each thing once by each target."""
    for notice in notices:
        if notice["told"] and notice["id"] not in arrived and '"target":"mailto' in notice["payload"]:
            found.loses(f"the clinic's notification {notice['id']} is marked as sent and did not come")
    told = Counter((notice["subject_id"], notice["payload"]) for notice in notices)
    for (subject, _), times in told.items():
        if times > 1:
            found.doubles(f"the clinic was to be told {times} times of {subject}", times - 1)
