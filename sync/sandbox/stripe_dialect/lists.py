"""Stripe's lists: newest first, by cursor. https://docs.stripe.com/api/pagination."""

from dataclasses import dataclass, field

from sync.sandbox.database import Database
from sync.sandbox.stripe_dialect.errors import StripeError, missing
from sync.sandbox.stripe_dialect.params import Params

_OLDER = " AND seq < :cursor ORDER BY seq DESC LIMIT :most"
_NEWER = " AND seq > :cursor ORDER BY seq LIMIT :most"
_END = 2**62


@dataclass(frozen=True, slots=True)
class Listed:
    """One kind of thing that can be listed.

    `select` ends in a WHERE to which a cursor can be added; `find` returns the place of an id. A plus before
    `created` keeps SQLite on the order of `seq`, where it stops at the end of the page.
    """

    noun: str
    select: str
    find: str


LINKS = Listed(
    "payment_link",
    "SELECT doc FROM link WHERE dialect = 'stripe' AND (:active IS NULL OR active = :active)",
    "SELECT seq FROM link WHERE id = :id AND dialect = 'stripe'",
)
SESSIONS = Listed(
    "checkout.session",
    """
    SELECT doc FROM session
    WHERE dialect = 'stripe' AND (:payment_link IS NULL OR link_id = :payment_link)
        AND (:payment_intent IS NULL OR payment_id = :payment_intent)
        AND (:status IS NULL OR status = :status) AND created BETWEEN :since AND :until
    """,
    "SELECT seq FROM session WHERE id = :id AND dialect = 'stripe'",
)
REFUNDS = Listed(
    "refund",
    """
    SELECT doc FROM refund
    WHERE id LIKE 're#_%' ESCAPE '#' AND (:payment_intent IS NULL OR payment_id = :payment_intent)
        AND created BETWEEN :since AND :until
    """,
    "SELECT seq FROM refund WHERE id = :id",
)
EVENTS = Listed(
    "event",
    """
    SELECT doc FROM event
    WHERE (:types IS NULL OR EXISTS (SELECT 1 FROM json_each(:types) AS wanted WHERE event.type GLOB wanted.value))
        AND +created BETWEEN :since AND :until
    """,
    "SELECT seq FROM event WHERE id = :id",
)


@dataclass(frozen=True, slots=True)
class Span:
    """Which part of a list is asked for."""

    limit: int = 10
    starting_after: str | None = None
    ending_before: str | None = None
    since: int = 0
    until: int = _END


@dataclass(frozen=True, slots=True)
class Page:
    """Some of a list as JSON texts, newest first; `has_more` looks on in the direction of paging."""

    docs: list[str] = field(default_factory=list)
    has_more: bool = False


def read_span(params: Params, *, by_time: bool = False) -> Span:
    """Read `limit`, the cursors and, where the list has it, `created`."""
    limit = params.integer("limit", least=1, most=100)
    after, before = params.text("starting_after"), params.text("ending_before")
    if after is not None and before is not None:
        raise StripeError(
            "Received both starting_after and ending_before parameters. Please pass in only one.",
            param="ending_before",
        )
    since, until = _read_created(params) if by_time else (0, _END)
    return Span(limit or 10, after, before, since, until)


def _read_created(params: Params) -> tuple[int, int]:
    if params.has("created"):
        try:
            exactly = params.integer("created", most=_END)
        except StripeError:
            exactly = None
        if exactly is not None:
            return exactly, exactly
    bounds = params.child("created")
    if bounds is None:
        return 0, _END
    since = [bounds.integer("gte", most=_END), _next(bounds.integer("gt", most=_END), 1)]
    until = [bounds.integer("lte", most=_END), _next(bounds.integer("lt", most=_END), -1)]
    return max((number for number in since if number is not None), default=0), min(
        (number for number in until if number is not None), default=_END
    )


def _next(number: int | None, step: int) -> int | None:
    return None if number is None else number + step


def fetch(database: Database, listed: Listed, span: Span, **filters: object) -> Page:
    """Return a page.

    With `ending_before` it is the one adjacent to the cursor: the oldest of what is newer. Raises StripeError
    for a cursor that is not (or no longer) there.
    """
    values = {**filters, "most": span.limit + 1, "since": span.since, "until": span.until}
    if span.ending_before is not None:
        cursor = _place(database, listed, span.ending_before, "ending_before")
        rows = database.rows(listed.select + _NEWER, cursor=cursor, **values)
        docs = [str(row[0]) for row in rows[: span.limit]][::-1]
        return Page(docs, len(rows) > span.limit)
    cursor = _END
    if span.starting_after is not None:
        cursor = _place(database, listed, span.starting_after, "starting_after")
    rows = database.rows(listed.select + _OLDER, cursor=cursor, **values)
    return Page([str(row[0]) for row in rows[: span.limit]], len(rows) > span.limit)


def _place(database: Database, listed: Listed, record_id: str, param: str) -> int:
    row = database.row(listed.find, id=record_id)
    if row is None:
        raise missing(listed.noun, record_id, param, in_path=False)
    return int(row[0])
