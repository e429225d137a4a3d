"""What an endpoint is given and what it gives back: first it checks, then it acts.

A refusal while checking is not kept for the idempotency key; whatever comes of acting is.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeAlias

from sync.sandbox.context import Context
from sync.sandbox.events import Cause
from sync.sandbox.journal import Entry
from sync.sandbox.stripe_dialect.params import Params

Action: TypeAlias = Callable[[], dict[str, Any] | str]
"""Does what was asked and returns the answer, as a value or already as JSON."""


@dataclass(frozen=True, slots=True)
class Call:
    """One request that may come in: its key was accepted and its parameters could be read."""

    context: Context
    params: Params
    path_id: str
    """The id in the path, or an empty text."""
    cause: Cause
    entry: Entry

    def changed(self, record_id: str) -> None:
        """Note in the journal what the request made or changed."""
        self.entry.effect = record_id

    def carries(self, metadata: dict[str, str]) -> None:
        """Note in the journal which payment request of the maker's own the metadata names."""
        ours = (value for name, value in metadata.items() if name.endswith(("request", "request_id")))
        self.entry.request_id = next(ours, None)


Endpoint: TypeAlias = Callable[[Call], Action]
