"""What the seam answers when something was sent."""

from dataclasses import dataclass

from store.charges import Charge
from store.models import PaymentRequest

STAND_IN_CODE = "ABC-DEF"
"""Stands for a payment request's code in a preview."""


@dataclass(frozen=True, slots=True)
class Sent:
    """A payment request, safely queued, and what its messages cost."""

    request: PaymentRequest
    charges: tuple[Charge, ...]
