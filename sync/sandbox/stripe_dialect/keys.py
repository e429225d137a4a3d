"""Idempotency keys: the answer to a key's first request, brought back for every later one.

https://docs.stripe.com/api/idempotent_requests: status and body are kept once the endpoint has begun to act,
a 500 too; other parameters are an error; keys may be forgotten once they are 24 hours old.
"""

from collections.abc import Callable
from dataclasses import dataclass

from sync.sandbox.database import Database
from sync.sandbox.stripe_dialect.errors import StripeError

KEPT_SECONDS = 24 * 3600
LONGEST = 255


@dataclass(frozen=True, slots=True)
class Answer:
    """A status and a JSON body; `request_id` is Stripe's id of the request that was answered."""

    status: int
    body: str
    request_id: str


class Keys:
    """The kept answers, and the keys that are being worked on."""

    def __init__(self, database: Database, clock: Callable[[], float]) -> None:
        self._database = database
        self._clock = clock
        self._in_use: set[str] = set()

    def claim(self, key: str, fingerprint: str) -> Answer | None:
        """Return the kept answer, or None after taking the key, which `release` must give back.

        Raises StripeError when the key belongs to another request, or to one that is not finished.
        """
        if len(key) > LONGEST:
            raise StripeError(f"Idempotency keys can be at most {LONGEST} characters, but this one has {len(key)}.")
        if key in self._in_use:
            raise StripeError(
                f"There is currently another in-progress request using this idempotency key: '{key}'.",
                status=409,
                kind="idempotency_error",
                code="idempotency_key_in_use",
            )
        oldest = int(self._clock()) - KEPT_SECONDS
        self._database.rows("DELETE FROM kept_answer WHERE created <= :oldest", oldest=oldest)
        sql = "SELECT fingerprint, status, body, request_id FROM kept_answer WHERE key = :key"
        row = self._database.row(sql, key=key)
        if row is None:
            self._in_use.add(key)
            return None
        if row[0] != fingerprint:
            raise StripeError(
                "Keys for idempotent requests can only be used with the same parameters they were first used "
                f"with. Try using a key other than '{key}' if you meant to execute a different request.",
                kind="idempotency_error",
            )
        return Answer(*row[1:])

    def keep(self, key: str, fingerprint: str, answer: Answer) -> None:
        """Keep the answer to a key, in the caller's transaction."""
        sql = """
            INSERT INTO kept_answer (key, created, fingerprint, request_id, status, body)
            VALUES (:key, :created, :fingerprint, :request_id, :status, :body)
        """
        self._database.rows(
            sql,
            key=key,
            created=int(self._clock()),
            fingerprint=fingerprint,
            request_id=answer.request_id,
            status=answer.status,
            body=answer.body,
        )

    def release(self, key: str) -> None:
        """Give a key back when its request has been answered."""
        self._in_use.discard(key)
