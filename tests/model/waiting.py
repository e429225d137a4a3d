"""What waits for a person, by the newest outbox entry of each kind for each subject."""

from store.database import Reader, Row

Entries = dict[str, Row]
DECIDED = ("attention", "held")


def newest(reader: Reader) -> Entries:
    """Return the newest entry of each kind and subject, under both."""
    return {f"{row['kind']} {row['subject_id']}": row for row in reader.all("SELECT * FROM outbox ORDER BY seq")}


def is_undecided(entries: Entries, kind: str, subject_id: str) -> bool:
    """Tell whether a person has still to say what becomes of something, or holds it back."""
    entry = entries.get(f"{kind} {subject_id}")
    return entry is not None and entry["state"] in DECIDED
