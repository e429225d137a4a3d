"""What is recorded once however often it is asked for: the id that its caller made names it."""

from store.errors import BadInput
from store.ids import new_id
from store.text import cleaned

LONGEST = 64


def own_id(given: str) -> str:
    """Return the caller's id, or a new one where none is given. Raises BadInput (id) for what is no id."""
    if not given:
        return new_id()
    if len(given) > LONGEST or cleaned(given) != given or " " in given:
        raise BadInput("id", f"An id has up to {LONGEST} letters and digits, and no spaces.")
    return given
