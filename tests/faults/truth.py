"""Counts what became of everything that was acknowledged, at the gateway and at the client, for both dialects.

The sandbox's book, journal and mailbox say what happened in the world; the data file is only asked what it claims,
and where the two differ it is the file that is wrong. What a person chose to send again (the ledger names them) may
be there once more for each such choice. One sandbox belongs to one data folder, whose clinic sends its own messages.
"""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from store import ledger, outbox
from store.database import Reader, Store
from store.models import LedgerEntry, OutboxEntry
from store.opening import FILE_NAME
from store.verify import verify
from sync.gateways.stripe_objects import OURS
from sync.sandbox.records import Link
from sync.sandbox.server import Sandbox
from tests.faults.findings import Findings
from tests.faults.truth_messages import count_messages
from tests.faults.truth_money import count_money, count_taken

CLOSED = {"cancelled", "expired", "stopped"}


@dataclass(frozen=True, slots=True)
class Count:
    """What was counted; everything that is lost or doubled has its sentence among the problems too."""

    requests: int
    """Payment requests in the data file, acknowledged or not."""
    payments: int
    """Payments at the gateway."""
    lost: int
    doubled: int
    asked: int
    """Outbox entries that wait for a person, each with a reason."""
    repeated: int
    """Emails that arrived once more under the same Message-ID."""
    problems: tuple[str, ...]

    @property
    def good(self) -> bool:
        """Nothing is lost, doubled or broken."""
        return not (self.lost or self.doubled or self.problems)


@dataclass(frozen=True, slots=True)
class _Kept:
    """What the data file says of one request."""

    id: str
    code: str
    state: str
    reason: str
    gateway: str
    gateway_id: str


def count(
    folder: Path,
    sandbox: Sandbox,
    requests: Collection[str],
    *,
    payments: Collection[str] = (),
    unanswered: int = 0,
    settled: bool = True,
) -> Count:
    """Count, once an engine has worked until quiet and the line is up.

    `requests` and `payments` are the ids that a person or a program was told are safe. `unanswered` is how many
    emails at most were handed over without their answer being kept (crashes × what can be in flight, lost answers):
    so many may have come twice, under one Message-ID. Where not `settled`, what still waits is not counted as lost.
    """
    store = Store(folder / FILE_NAME)
    try:
        return store.read(
            lambda reader: _count(reader, store.path, sandbox, requests, payments, unanswered, settled=settled)
        )
    finally:
        store.close()


def _count(
    reader: Reader,
    path: Path,
    sandbox: Sandbox,
    requests: Collection[str],
    payments: Collection[str],
    unanswered: int,
    *,
    settled: bool,
) -> Count:
    found = Findings(problems=list(verify(reader, path).problems))
    facts = list(ledger.entries(reader))
    kept = {row["id"]: _Kept(**{**row, "gateway_id": row["gateway_id"] or ""}) for row in reader.all(_REQUESTS)}
    links = links_by_request(sandbox, {request.code: request.id for request in kept.values()}, found)
    chosen = _sent_again(facts)
    for lost in set(requests) - set(kept):
        found.loses(f"the request {lost} was acknowledged and is not in the data file")
    for request in kept.values():
        _check_request(request, links.get(request.id, []), chosen[request.id], found, settled=settled)
    count_money(reader, facts, sandbox, found)
    count_taken(facts, payments, found)
    count_messages(reader, facts, sandbox, found, settled=settled)
    if found.repeated > unanswered:
        found.doubles(f"{found.repeated} emails came again, and only {unanswered} answers were lost", found.repeated)
    waiting = outbox.waiting(reader, limit=-1)
    _check_waiting(waiting, {request.id: request.gateway for request in kept.values()}, found, settled=settled)
    return Count(
        requests=len(kept),
        payments=sum(payment.status == "succeeded" for payment in sandbox.book.payments()),
        lost=found.lost,
        doubled=found.doubled,
        asked=sum(entry.state == "attention" for entry in waiting),
        repeated=found.repeated,
        problems=tuple(found.problems),
    )


_REQUESTS = "SELECT id, code, state, reason, gateway, gateway_id FROM requests"


def links_by_request(sandbox: Sandbox, codes: dict[str, str], found: Findings) -> dict[str, list[Link]]:
    """Return the links at the gateway by the request that each carries: Stripe the id, Coherent the code."""
    made: dict[str, list[Link]] = {}
    for link in sandbox.book.links():
        if link.dialect == "stripe":
            request = str(link.details["metadata"].get(OURS, ""))
        else:
            request = codes.get(str(link.details["note"] or "").partition(" ")[0], "")
        if request not in codes.values():
            found.wrong(f"the link {link.id} at the gateway is of no request in the data file ({request or 'none'})")
        made.setdefault(request, []).append(link)
    return made


def _check_request(request: _Kept, links: list[Link], chosen: int, found: Findings, *, settled: bool) -> None:
    """One link for each time that somebody asked for it, and the file tells of it what is true."""
    name = f"the request {request.code} ({request.state})"
    if len(links) > 1 + chosen:
        found.doubles(f"{name} has {len(links)} links at the gateway", len(links) - 1 - chosen)
    states = {link.id: link.state for link in links}
    here = states.get(request.gateway_id)
    if request.gateway_id and here is None:
        found.wrong(f"{name} shows the link {request.gateway_id}, which the gateway does not have")
    if request.state in {"queued", "cancelling"} and settled:
        found.loses(f"{name} was never brought to an end")
    elif request.state == "live" and here not in {"open", "paid"}:
        found.loses(f"{name} has no link that takes money ({here})")
    elif request.state == "paid" and here != "paid":
        found.wrong(f"{name} is not paid at the gateway ({here})")
    elif request.state in CLOSED and "open" in states.values():
        found.wrong(f"{name} has a link that still takes money")
    if request.state in {"attention", "stopped", "cancelled"} and not request.reason:
        found.wrong(f"{name} has no reason")


def _check_waiting(
    waiting: Collection[OutboxEntry], gateways: dict[str, str], found: Findings, *, settled: bool
) -> None:
    """What waits for a person says why, and only where nobody can know; nothing else waits."""
    for entry in waiting:
        name = f"the entry {entry.kind} {entry.id}"
        if entry.state == "claimed" and settled:
            found.wrong(f"{name} is claimed and nobody is at it")
        elif entry.state == "ready" and settled and entry.kind in {"notify", "refund"}:
            found.loses(f"{name} was never done ({entry.last_error})")
        elif entry.state == "attention":
            if not entry.last_error:
                found.wrong(f"{name} waits for a person and does not say why")
            if entry.kind == "create_link" and entry.unsure and entry.payload.get("gateway") == "stripe":
                found.wrong(f"{name} waits for a person, and Stripe could have been asked: {entry.last_error}")


def _sent_again(facts: Collection[LedgerEntry]) -> Counter[str]:
    """Return how often people had each request sent again."""
    return Counter(fact.payload["request"] for fact in facts if fact.kind == "request_queued_again")
