"""The file that keeps what clients have received, so that it is still there after a restart."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sync.sandbox.database import Database
from sync.sandbox.mailbox.message import Channel, Message
from sync.sandbox.mailbox.mime import parse

_SCHEMA = """
CREATE TABLE IF NOT EXISTS message (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    channel TEXT NOT NULL CHECK (channel IN ('email', 'sms')),
    recipient TEXT NOT NULL,
    address TEXT NOT NULL,
    sender TEXT NOT NULL,
    subject TEXT NOT NULL,
    text TEXT NOT NULL,
    message_id TEXT NOT NULL,
    repeat_of INTEGER REFERENCES message (id),
    received_at TEXT NOT NULL,
    raw BLOB NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS message_address ON message (address, id);
CREATE INDEX IF NOT EXISTS message_repeat ON message (message_id, address) WHERE message_id <> '';
"""

_COLUMNS = "id, channel, recipient, sender, subject, text, received_at, repeat_of"


@dataclass(frozen=True, slots=True)
class Owner:
    """A mobile number or an email address that has received something."""

    channel: Channel
    address: str
    last_id: int


def same_address(address: str) -> str:
    """Return what two spellings of one address or mobile number have in common."""
    return "".join(address.split()).casefold()


class Archive:
    """Messages in one SQLite file; any thread may call."""

    def __init__(self, path: Path, clock: Callable[[], datetime]) -> None:
        self._database = Database(path, _SCHEMA)
        self._clock = clock

    def add_sms(self, to: str, text: str, sender: str) -> int:
        """Keep an SMS and return its id."""
        return self._add("sms", to=to, sender=sender, subject="", text=text, message_id="", raw=b"")

    def add_email(self, to: str, raw: bytes, envelope_sender: str) -> int:
        """Keep an email to one address and return its id."""
        email = parse(raw)
        headers = {name.lower(): value for name, value in email.headers.items()}
        return self._add(
            "email",
            to=to,
            sender=headers.get("from", envelope_sender),
            subject=headers.get("subject", ""),
            text=email.text,
            message_id=email.message_id,
            raw=raw,
        )

    def _add(self, channel: Channel, *, to: str, message_id: str, raw: bytes, **shown: str) -> int:
        sql = """
            INSERT INTO message (channel, recipient, address, sender, subject, text, message_id, repeat_of,
                                 received_at, raw)
            VALUES (:channel, :to, :address, :sender, :subject, :text, :message_id,
                    (SELECT min(id) FROM message
                     WHERE message_id = :message_id AND address = :address AND message_id <> ''),
                    :received_at, :raw)
            RETURNING id
        """
        row: dict[str, object] = {
            **{name: _storable(value) for name, value in shown.items()},
            "channel": channel,
            "to": _storable(to),
            "address": _storable(same_address(to)),
            "message_id": _storable(message_id),
            "received_at": self._clock().isoformat(),
            "raw": raw,
        }
        return int(self._database.rows(sql, **row)[0][0])

    def messages(self, address: str | None = None) -> list[Message]:
        """Return every message, oldest first, emails parsed whole; `address` narrows to one owner."""
        sql = f"""
            SELECT {_COLUMNS}, raw FROM message WHERE :address IS NULL OR address = :address ORDER BY id
        """  # noqa: S608  # only a constant list of columns is put in
        wanted = None if address is None else same_address(address)
        return [_whole(row) for row in self._database.rows(sql, address=wanted)]

    def message(self, number: int) -> Message | None:
        """Return one message by its id, parsed whole."""
        rows = self._database.rows(f"SELECT {_COLUMNS}, raw FROM message WHERE id = :id", id=number)  # noqa: S608
        return _whole(rows[0]) if rows else None

    def latest(self, limit: int, address: str | None = None, after: int = 0) -> list[Message]:
        """Return the newest messages after an id, oldest first; of an email only its text."""
        sql = f"""
            SELECT * FROM (
                SELECT {_COLUMNS} FROM message
                WHERE id > :after AND (:address IS NULL OR address = :address)
                ORDER BY id DESC LIMIT :limit
            ) ORDER BY id
        """  # noqa: S608  # only a constant list of columns is put in
        wanted = None if address is None else same_address(address)
        return [_brief(row) for row in self._database.rows(sql, address=wanted, after=after, limit=limit)]

    def owners(self) -> list[Owner]:
        """Return everyone who has received something, the latest first."""
        sql = """
            SELECT channel, max(recipient), max(id) FROM message
            GROUP BY channel, address ORDER BY max(id) DESC
        """
        return [Owner(*row) for row in self._database.rows(sql)]

    def close(self) -> None:
        """Close the file; it holds everything that was accepted."""
        self._database.close()


def _storable(text: str) -> str:
    """Return text that SQLite takes: undecodable bytes of a message become the replacement character."""
    return text.encode("utf-8", "replace").decode("utf-8").replace("\0", "\ufffd")


def _brief(row: tuple[Any, ...]) -> Message:
    number, channel, to, sender, subject, text, received_at, repeat_of = row[:8]
    return Message(
        id=number,
        channel=channel,
        to=to,
        sender=sender,
        subject=subject,
        text=text,
        received_at=datetime.fromisoformat(received_at),
        repeat_of=repeat_of,
    )


def _whole(row: tuple[Any, ...]) -> Message:
    brief, raw = _brief(row), row[8]
    if brief.channel == "sms":
        return brief
    email = parse(raw)
    return Message(
        id=brief.id,
        channel="email",
        to=brief.to,
        sender=brief.sender,
        subject=brief.subject,
        text=email.text,
        received_at=brief.received_at,
        repeat_of=brief.repeat_of,
        html=email.html,
        headers=email.headers,
        parts=email.parts,
        raw=raw,
    )
