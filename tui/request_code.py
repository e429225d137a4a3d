"""A client reads out the code of a message: what was typed is looked up here, offline, and its request opened."""

from store.errors import NotFound
from store.ids import CODE_LENGTH
from store.models import PaymentRequest
from store.search import code
from tui.desk import Desk

WHOLE = CODE_LENGTH + 1


def read_code(text: str) -> str:
    """Return the request code that `text` is, as it is kept: `k7q42m` is `K7Q-42M`; nothing where it is none."""
    found = code(text)
    return found if len(found) == WHOLE else ""


def unknown_code(text: str) -> str:
    """Return what to say of a code that no request has; nothing where `text` may as well be a name."""
    found = read_code(text)
    if not any(letter.isdigit() for letter in found):
        return ""
    return f"No payment request has the code {found}. Ask for it again; if it stays so, the message is not ours."


async def request_of(desk: Desk, text: str) -> PaymentRequest | None:
    """Return the payment request whose code `text` is, None where there is none."""
    found = read_code(text)
    if not found:
        return None
    try:
        return await desk.request(found)
    except NotFound:
        return None
