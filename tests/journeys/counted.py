"""What is counted after a journey: the ledger's entries, what was made at the gateway, and whether all is whole."""

from store import ledger, rebuild
from store.models import LedgerEntry, PaymentRequest
from sync.sandbox.journal import Entry
from tests.journeys.clinic import Clinic


def whole(clinic: Clinic) -> None:
    """Check that the tables are what the ledger says, and that nothing is broken."""
    assert clinic.store.read(rebuild.differences) == []
    assert clinic.problems() == ()


def entries(clinic: Clinic, kind: str) -> list[LedgerEntry]:
    """Return the ledger's entries of a kind."""
    return clinic.store.read(lambda reader: [entry for entry in ledger.entries(reader) if entry.kind == kind])


def links_made(clinic: Clinic, request: PaymentRequest) -> int:
    """Return how often a link for a request was made at Stripe's sandbox, as its journal has it."""
    return len(_done(clinic, "/v1/payment_links", {link.id for link in clinic.links(request)}))


def refunds_made(clinic: Clinic, request: PaymentRequest) -> list[int]:
    """Return the pence that Stripe's sandbox gave back of a request, once for each request that made it do so."""
    book = clinic.sandbox.book
    given = [refund for payment in book.payments(request.gateway_id) for refund in book.refunds(payment.id)]
    made = _done(clinic, "/v1/refunds", {refund.id for refund in given})
    assert len(made) == len(given), "nothing was given back that nobody asked for"
    return [refund.amount for refund in given]


def _done(clinic: Clinic, path: str, effects: set[str]) -> list[Entry]:
    return [
        entry
        for entry in clinic.sandbox.journal()
        if (entry.method, entry.path) == ("POST", path) and entry.effect in effects and not entry.replayed
    ]
