"""What a file that was brought back from a backup keeps in mind: the world may have seen more than the file knows."""

from store.database import Reader, Tx

RESTORED_AT = "restored_at"
"""The key in `meta` of when the file was brought back from a backup last."""


def restored_at(reader: Reader) -> str | None:
    """Return when the file was brought back from a backup last, as the store writes times, or None."""
    at: str | None = reader.value("SELECT value FROM meta WHERE key = :key", key=RESTORED_AT)
    return at


def doubt_everything_open(tx: Tx) -> int:
    """Mark each effect that is not done as perhaps done after the backup, and return how many there are.

    A link's key still brings back the link that it made; past the gateway's window, counted from the entry's
    creation, the link is looked up first. What cannot be repeated or looked up is left to a person.
    """
    return tx.run(
        "UPDATE outbox SET unsure = 1, state = CASE WHEN state = 'claimed' THEN 'ready' ELSE state END,"
        " lease_owner = NULL, lease_until = NULL, first_attempt_at = coalesce(first_attempt_at, created_at),"
        " next_attempt_at = min(next_attempt_at, :now), payload = json_set(payload, '$.restored', 1)"
        " WHERE state IN ('ready', 'claimed', 'attention', 'held')",
        now=tx.now,
    )


def ask_again(tx: Tx) -> None:
    """Have every link that can bring news asked for at once."""
    tx.run(
        "UPDATE requests SET next_poll_at = :now WHERE state IN ('live', 'cancelling')"
        " OR (state = 'paid' AND next_poll_at IS NOT NULL)",
        now=tx.now,
    )


def may_be_sent(reader: Reader, request_id: str) -> bool:
    """Tell whether a link's messages may have gone out already: it was waiting when the file was restored."""
    return bool(
        reader.value(
            "SELECT 1 FROM outbox WHERE subject_id = :request AND kind = 'create_link'"
            " AND json_extract(payload, '$.restored')",
            request=request_id,
        )
    )
