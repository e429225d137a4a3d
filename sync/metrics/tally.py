"""What this process's engine has done since it started, counted.

Names and units follow https://prometheus.io/docs/practices/naming/.
"""

from prometheus_client import CollectorRegistry, Counter, Histogram

from sync.happenings import EntrySettled, Happening, MoneyHeard, ServiceChanged, TurnTaken

CALL = (0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60)
DELIVERY = (0.5, 1, 2.5, 5, 10, 30, 60, 300, 1800, 3600, 6 * 3600, 86400, 3 * 86400)


class Tally:
    """Counts what happens, into `registry`; kinds, outcomes and services are all its labels."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._settled = Counter(
            "paydesk_entries_settled",
            "Outbox entries that this engine looked at, by kind and by what came of it.",
            ("kind", "outcome"),
            registry=registry,
        )
        self._calls = Histogram(
            "paydesk_attempt_duration_seconds",
            "Time that a call to a gateway or messenger took.",
            ("kind",),
            buckets=CALL,
            registry=registry,
        )
        self._delivery = Histogram(
            "paydesk_delivery_seconds",
            "Time from writing an outbox entry to its being done.",
            ("kind",),
            buckets=DELIVERY,
            registry=registry,
        )
        self._payments = Counter(
            "paydesk_payments_heard",
            "Payments and refunds that this engine heard of and recorded.",
            registry=registry,
        )
        self._changes = Counter(
            "paydesk_service_changes",
            "How often a service went online, offline or refused us, as this engine saw it.",
            ("service", "state"),
            registry=registry,
        )
        self._turns = Counter("paydesk_engine_turns", "Turns that this engine has taken.", registry=registry)
        self._busy = Counter(
            "paydesk_engine_busy_seconds", "Time that this engine has spent in its turns.", registry=registry
        )

    def count(self, happening: Happening) -> None:
        """Count what happened."""
        match happening:
            case EntrySettled(kind=kind, outcome=outcome, seconds=seconds, waited=waited):
                self._settled.labels(kind, outcome).inc()
                if seconds is not None:
                    self._calls.labels(kind).observe(seconds)
                if outcome == "done":
                    self._delivery.labels(kind).observe(max(0.0, waited))
            case MoneyHeard():
                self._payments.inc()
            case ServiceChanged(service, state):
                self._changes.labels(service, state).inc()
            case TurnTaken(seconds):
                self._turns.inc()
                self._busy.inc(seconds)
