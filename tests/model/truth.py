"""What is true, in the plainest words: what people were told is safe, and what they decided.

What was made, paid and given back by link is in the providers; what arrived is in the mailbox. Everything here was
acknowledged: the call that did it had returned.
"""

from collections import Counter
from dataclasses import dataclass, field

from store.models import Channel


@dataclass
class Bill:
    """An invoice: what it came to, and what was taken at the desk and given back there, in pence."""

    number: str
    total: int
    desk: int = 0
    void: bool = False


@dataclass
class Asked:
    """A payment request. `off`: a person took it back."""

    id: str
    number: str
    amount: int
    messages: Counter[Channel] = field(default_factory=Counter)
    off: bool = False


@dataclass
class Returned:
    """A refund by link that was asked for at the desk. `again`: how often a person had it tried once more."""

    id: str
    payment_id: str
    amount: int
    again: int = 0
    off: bool = False


@dataclass
class Truth:
    """Everything that was acknowledged."""

    bills: dict[str, Bill] = field(default_factory=dict)
    asked: dict[str, Asked] = field(default_factory=dict)
    returned: dict[str, Returned] = field(default_factory=dict)
    may_be_twice: Counter[str] = field(default_factory=Counter)
    """How often a person had a link made again, or given up, of which nobody knew whether it exists."""

    kept: set[str] = field(default_factory=set)
    """Requests whose link a person left live, here or by opening it again in the gateway's own pages."""

    def requests_of(self, number: str) -> list[Asked]:
        """Return every request of an invoice."""
        return [asked for asked in self.asked.values() if asked.number == number]
