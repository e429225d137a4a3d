"""What the phone-and-mailbox page shows, gathered from the archive."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sync.sandbox.mailbox import sms
from sync.sandbox.mailbox.archive import Owner, same_address
from sync.sandbox.mailbox.message import Message

SNIPPET = 110


@dataclass(frozen=True, slots=True)
class Bubble:
    """One SMS in a conversation."""

    id: int
    text: str
    time: str
    size: sms.Size


@dataclass(frozen=True, slots=True)
class Phone:
    """One mobile number and its conversation, oldest first."""

    number: str
    label: str
    sender: str
    bubbles: tuple[Bubble, ...]


@dataclass(frozen=True, slots=True)
class Letter:
    """One line of a mailbox."""

    id: int
    sender: str
    subject: str
    snippet: str
    time: str
    repeat: bool


@dataclass(frozen=True, slots=True)
class Box:
    """One email address and its letters, newest first."""

    address: str
    letters: tuple[Letter, ...]


def label(owner: Owner) -> str:
    """Return an address as people read it."""
    return sms.readable(owner.address) if owner.channel == "sms" else owner.address


def clock_time(at: datetime, now: datetime) -> str:
    """Return the time of day in this computer's zone, with the date when it was not today."""
    local, today = at.astimezone(), now.astimezone().date()
    return f"{local:%H:%M}" if local.date() == today else f"{local.day} {local:%b %H:%M}"


def phones(messages: Iterable[Message], now: datetime) -> list[Phone]:
    """Return a phone for each mobile number, the one that last buzzed first."""
    return [
        Phone(
            number=texts[0].to,
            label=sms.readable(texts[0].to),
            sender=texts[-1].sender,
            bubbles=tuple(
                Bubble(one.id, one.text, clock_time(one.received_at, now), sms.size(one.text)) for one in texts
            ),
        )
        for texts in _by_owner(one for one in messages if one.channel == "sms")
    ]


def boxes(messages: Iterable[Message], now: datetime) -> list[Box]:
    """Return a mailbox for each email address, the one with the newest letter first."""
    return [
        Box(address=mails[-1].to, letters=tuple(_letter(mail, now) for mail in reversed(mails)))
        for mails in _by_owner(one for one in messages if one.channel == "email")
    ]


def _by_owner(messages: Iterable[Message]) -> list[Sequence[Message]]:
    owners: dict[str, list[Message]] = {}
    for message in messages:
        owners.setdefault(same_address(message.to), []).append(message)
    return sorted(owners.values(), key=lambda own: -own[-1].id)


def _letter(mail: Message, now: datetime) -> Letter:
    name = mail.sender.split("<")[0].strip().strip('"')
    return Letter(
        id=mail.id,
        sender=name or mail.sender,
        subject=mail.subject or "(no subject)",
        snippet=" ".join(mail.text.split())[:SNIPPET],
        time=clock_time(mail.received_at, now),
        repeat=mail.repeat_of is not None,
    )
