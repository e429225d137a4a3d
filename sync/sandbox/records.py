"""What the sandbox keeps of a link and of the money that moved on it, the same for both dialects.

Amounts are minor units (pence) of `currency` (ISO 4217, lower case); times are whole seconds since 1970, UTC.
"""

from dataclasses import dataclass, field
from typing import Any, Literal

Dialect = Literal["stripe", "coherent"]
LinkState = Literal["open", "paid", "inactive"]


@dataclass(frozen=True, slots=True)
class Link:
    """One payment link; `details` holds what only its own dialect knows."""

    id: str
    dialect: Dialect
    token: str
    created: int
    amount: int
    currency: str
    title: str
    active: bool = True
    inactive_message: str | None = None
    max_payments: int | None = None
    """None: the link can be paid any number of times."""
    payments_made: int = 0
    methods: list[str] | None = None
    """As the maker of the link restricted them; None: whatever the gateway offers."""
    details: dict[str, Any] = field(default_factory=dict)

    @property
    def used_up(self) -> bool:
        """Whether the link has been paid as often as it may be."""
        return self.max_payments is not None and self.payments_made >= self.max_payments

    @property
    def state(self) -> LinkState:
        """What someone who opens the link is told."""
        if self.used_up:
            return "paid"
        return "open" if self.active else "inactive"


@dataclass(frozen=True, slots=True)
class Session:
    """One visit to a pay page: Stripe calls it a checkout session."""

    id: str
    link_id: str
    dialect: Dialect
    created: int
    expires: int
    status: Literal["open", "complete", "expired"] = "open"
    payment_status: Literal["unpaid", "paid"] = "unpaid"
    payment_id: str | None = None


@dataclass(frozen=True, slots=True)
class Payment:
    """Money that moved, is on its way, or did not move; `method` is what the client pressed."""

    id: str
    link_id: str
    session_id: str
    created: int
    amount: int
    currency: str
    method: str
    status: Literal["failed", "processing", "succeeded"]
    charge_id: str
    paid_at: int | None = None
    refunded: int = 0
    error: dict[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Refund:
    """Money given back, whole or in part."""

    id: str
    payment_id: str
    created: int
    amount: int
    currency: str
    reason: str | None
    metadata: dict[str, str] = field(default_factory=dict)
