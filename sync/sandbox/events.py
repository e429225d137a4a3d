"""Stripe's event log: what happened, oldest first, each with the object as it was at that moment."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sync.sandbox.database import Database
from sync.sandbox.names import mint

KEPT_SECONDS = 30 * 24 * 3600
"""https://docs.stripe.com/api/events: events of the last 30 days can be had."""

API_VERSION = "2026-10-28.endive"
"""The version that the sandbox's own account is on, as a Stripe account has one."""


@dataclass(frozen=True, slots=True)
class Cause:
    """The API request behind an event; both None for what a client did on the pay page."""

    request_id: str | None = None
    idempotency_key: str | None = None


BY_CLIENT = Cause()


class Events:
    """Adds events and forgets those older than Stripe keeps them."""

    def __init__(self, database: Database, clock: Callable[[], float]) -> None:
        self._database = database
        self._clock = clock

    def add(self, kind: str, snapshot: dict[str, Any], cause: Cause, before: dict[str, Any] | None = None) -> None:
        """Add an event about `snapshot`; `before` holds what an update changed, with its old values."""
        event_id, created = mint("evt_"), int(self._clock())
        data = {"object": snapshot, "previous_attributes": before} if before else {"object": snapshot}
        event = {
            "id": event_id,
            "object": "event",
            "api_version": API_VERSION,
            "created": created,
            "data": data,
            "livemode": False,
            "pending_webhooks": 0,
            "request": {"id": cause.request_id, "idempotency_key": cause.idempotency_key},
            "type": kind,
        }
        sql = "INSERT INTO event (id, type, created, doc) VALUES (:id, :type, :created, :doc)"
        self._database.rows(sql, id=event_id, type=kind, created=created, doc=json.dumps(event))

    def forget_old(self) -> None:
        """Drop the events that Stripe would no longer have."""
        sql = "DELETE FROM event WHERE created < :oldest"
        self._database.rows(sql, oldest=int(self._clock()) - KEPT_SECONDS)

    def doc(self, event_id: str) -> str | None:
        """Return an event as JSON, or None when there is none (any more)."""
        self.forget_old()
        row = self._database.row("SELECT doc FROM event WHERE id = :id", id=event_id)
        return str(row[0]) if row else None
