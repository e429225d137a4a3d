"""Cards that are likely of the same person: the same mobile, the same email, or a name that is very like."""

import unicodedata
from difflib import SequenceMatcher

from store import clients
from store.database import Reader
from store.models import Client

ALIKE = 0.88
"""How alike two names must be, 1 being the same: one letter of ten may differ, or two be swapped."""
MOST = 20
_BEGINNING = 2
_LOOKED_AT = 500


def of_client(reader: Reader, client_id: str) -> list[Client]:
    """Return likely duplicates of a client, those with the same mobile or email first. Raises NotFound."""
    client = clients.get(reader, client_id)
    found: dict[str, Client] = {}
    for column, words in (("mobile_key", _quoted(client.mobile[1:])), ("email", _quoted(client.email))):
        for other in _matching(reader, f"{column}: {words}" if words else ""):
            if (client.mobile and other.mobile == client.mobile) or _same_email(client, other):
                found[other.id] = other
    name = _folded(client.name)
    for other in _matching(reader, _beginnings(name)):
        if _alike(name, _folded(other.name)):
            found.setdefault(other.id, other)
    found.pop(client.id, None)
    return list(found.values())[:MOST]


def _matching(reader: Reader, match: str) -> list[Client]:
    if not match:
        return []
    rows = reader.all(
        f"SELECT {clients.COLUMNS} FROM clients_fts f CROSS JOIN clients c ON c.seq = f.rowid"
        f" WHERE clients_fts MATCH :match AND {clients.THERE} ORDER BY f.rowid DESC LIMIT :most",
        match=match,
        most=_LOOKED_AT,
    )
    return [clients.from_row(row) for row in rows]


def _same_email(client: Client, other: Client) -> bool:
    return bool(client.email) and client.email.casefold() == other.email.casefold()


def _quoted(text: str) -> str:
    """Return a phrase of FTS5 that finds `text`, or nothing where no word is in it."""
    return f'"{text.replace(chr(34), " ")}"' if any(map(str.isalnum, text)) else ""


def _beginnings(name: list[str]) -> str:
    """Return the expression for names whose words begin like those of `name`, in any order."""
    starts = " AND ".join(f'"{word[:_BEGINNING]}"*' for word in name)
    return f"name: ({starts})" if starts else ""


def _folded(name: str) -> list[str]:
    """Return a name's words without accents, apostrophes and capitals, in the order of the alphabet."""
    plain = "".join(
        letter if letter.isalnum() else "" if letter in "'’" else " "
        for letter in unicodedata.normalize("NFD", name).casefold()
        if not unicodedata.combining(letter)
    )
    return sorted(plain.split())


def _alike(name: list[str], other: list[str]) -> bool:
    return SequenceMatcher(None, " ".join(name), " ".join(other)).ratio() >= ALIKE
