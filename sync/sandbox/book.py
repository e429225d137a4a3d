"""The sandbox's book: links, visits, payments and refunds, found by what a request can name."""

import json
from collections.abc import Callable
from dataclasses import asdict
from typing import TypeVar

from sync.sandbox.database import Database
from sync.sandbox.records import Dialect, Link, Payment, Refund, Session

Record = TypeVar("Record")


class Book:
    """Keeps and finds records; `save_…` writes a new record or replaces the one with its id."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.transaction = database.transaction

    def save_link(self, link: Link) -> None:
        """Keep a link."""
        sql = """
            INSERT INTO link (id, token, dialect, active, doc) VALUES (:id, :token, :dialect, :active, :doc)
            ON CONFLICT (id) DO UPDATE SET active = :active, doc = :doc
        """
        self._database.rows(
            sql, id=link.id, token=link.token, dialect=link.dialect, active=int(link.active), doc=_doc(link)
        )

    def link(self, link_id: str, dialect: Dialect) -> Link | None:
        """Return a link of one dialect by its id."""
        sql = "SELECT doc FROM link WHERE id = :id AND dialect = :dialect"
        return self._one(_link, sql, id=link_id, dialect=dialect)

    def link_of(self, session: Session) -> Link:
        """Return the link that a visit belongs to."""
        return _sure(self._one(_link, "SELECT doc FROM link WHERE id = :id", id=session.link_id))

    def link_by_token(self, token: str) -> Link | None:
        """Return a link by the token in its URL."""
        return self._one(_link, "SELECT doc FROM link WHERE token = :token", token=token)

    def links(self) -> list[Link]:
        """Return every link, oldest first."""
        return [_link(row[0]) for row in self._database.rows("SELECT doc FROM link ORDER BY seq")]

    def latest_links(self, limit: int) -> list[Link]:
        """Return the newest links, newest first."""
        sql = "SELECT doc FROM link ORDER BY seq DESC LIMIT :limit"
        return [_link(row[0]) for row in self._database.rows(sql, limit=limit)]

    def save_session(self, session: Session) -> None:
        """Keep a visit."""
        sql = """
            INSERT INTO session (id, link_id, payment_id, dialect, status, created, expires, doc)
            VALUES (:id, :link_id, :payment_id, :dialect, :status, :created, :expires, :doc)
            ON CONFLICT (id) DO UPDATE SET payment_id = :payment_id, status = :status, doc = :doc
        """
        self._database.rows(
            sql,
            id=session.id,
            link_id=session.link_id,
            payment_id=session.payment_id,
            dialect=session.dialect,
            status=session.status,
            created=session.created,
            expires=session.expires,
            doc=_doc(session),
        )

    def session(self, session_id: str) -> Session | None:
        """Return a visit by its id."""
        return self._one(_session, "SELECT doc FROM session WHERE id = :id", id=session_id)

    def session_of(self, payment: Payment) -> Session:
        """Return the visit in which a payment was made."""
        return _sure(self.session(payment.session_id))

    def overdue_sessions(self, now: int) -> list[Session]:
        """Return the open visits whose time is over."""
        sql = "SELECT doc FROM session WHERE status = 'open' AND expires <= :now ORDER BY seq"
        return [_session(row[0]) for row in self._database.rows(sql, now=now)]

    def save_payment(self, payment: Payment) -> None:
        """Keep a payment."""
        sql = """
            INSERT INTO payment (id, charge_id, link_id, doc) VALUES (:id, :charge_id, :link_id, :doc)
            ON CONFLICT (id) DO UPDATE SET charge_id = :charge_id, doc = :doc
        """
        self._database.rows(
            sql, id=payment.id, charge_id=payment.charge_id, link_id=payment.link_id, doc=_doc(payment)
        )

    def payment(self, payment_id: str) -> Payment | None:
        """Return a payment by its id, or by the id of its charge."""
        sql = "SELECT doc FROM payment WHERE id = :id UNION SELECT doc FROM payment WHERE charge_id = :id"
        return self._one(_payment, sql, id=payment_id)

    def payments(self, link_id: str | None = None) -> list[Payment]:
        """Return the payments on one link, or all, oldest first."""
        sql = "SELECT doc FROM payment WHERE :link_id IS NULL OR link_id = :link_id ORDER BY seq"
        return [_payment(row[0]) for row in self._database.rows(sql, link_id=link_id)]

    def save_refund(self, refund: Refund) -> None:
        """Keep a refund."""
        sql = """
            INSERT INTO refund (id, payment_id, created, doc) VALUES (:id, :payment_id, :created, :doc)
            ON CONFLICT (id) DO UPDATE SET doc = :doc
        """
        self._database.rows(sql, id=refund.id, payment_id=refund.payment_id, created=refund.created, doc=_doc(refund))

    def refund(self, refund_id: str) -> Refund | None:
        """Return a refund by its id."""
        return self._one(_refund, "SELECT doc FROM refund WHERE id = :id", id=refund_id)

    def refunds(self, payment_id: str) -> list[Refund]:
        """Return the refunds of a payment, oldest first."""
        sql = "SELECT doc FROM refund WHERE payment_id = :payment_id ORDER BY seq"
        return [_refund(row[0]) for row in self._database.rows(sql, payment_id=payment_id)]

    def _one(self, make: Callable[[str], Record], sql: str, **values: object) -> Record | None:
        row = self._database.row(sql, **values)
        return make(row[0]) if row else None


def _doc(record: Link | Session | Payment | Refund) -> str:
    return json.dumps(asdict(record))


def _link(doc: str) -> Link:
    return Link(**json.loads(doc))


def _session(doc: str) -> Session:
    return Session(**json.loads(doc))


def _payment(doc: str) -> Payment:
    return Payment(**json.loads(doc))


def _refund(doc: str) -> Refund:
    return Refund(**json.loads(doc))


def _sure(record: Record | None) -> Record:
    """Return a record that another record points to; the book never deletes one."""
    if record is None:
        raise LookupError("The sandbox's book points to a record that is not in it")
    return record
