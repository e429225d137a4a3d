"""What a server says of a message goes into the ledger, which keeps no address."""

import pytest

from store.models import Message
from sync.handlers.messages import _impersonal


def message(address: str) -> Message:
    """Return a message to an address."""
    return Message("m", "i", None, "email", address, "queued", 0, 0, 1, "", "", None)


@pytest.mark.parametrize(
    ("address", "answer", "kept"),
    [
        ("jane@example.com", "550 <Jane@Example.com> unknown", "550 <the address> unknown"),
        ("+447700900123", "Invalid 'To': +447700900123", "Invalid 'To': the address"),
        ("+447700900123", "sent to 07700 900123", "sent to the address"),
        ("+447700900123", "sent to 447700900123", "sent to the address"),
        ("jane@example.com", "250 queued", "250 queued"),
        ("", "250 queued", "250 queued"),
    ],
)
def test_the_address_is_left_out(address: str, answer: str, kept: str) -> None:
    """In every form in which a server may write it; the rest of the answer stays."""
    assert _impersonal(answer, message(address)) == kept
