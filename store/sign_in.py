"""Trying PINs: who may try now, and what a wrong try costs.

A try is counted before the PIN is looked at and given back when it was right, so that many at once, or a restart in
between, gain nothing. It is counted for each person whose PIN it could be: one without a name, at a manager's
approval, is a try at every manager's. After three wrong ones the wait is five seconds, then twice as long each time,
up to five minutes; the counts are in the file and so hold for every terminal.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from store.database import By, Reader, Row, Tx
from store.errors import Refused, WrongPin
from store.staff import Person, everyone, get
from store.times import from_text, to_text

FREE_TRIES = 3
FIRST_WAIT, LONGEST_WAIT = 5, 300
"""Seconds."""


@dataclass(frozen=True, slots=True)
class Try:
    """One person whose PIN may be tried now: the hash to hold it against, and the counts before this try."""

    person_id: str
    pin_hash: str
    failures: int
    locked_until: str | None

    @property
    def wait(self) -> int:
        """Seconds to wait after this try, if it is wrong."""
        return wait_after(self.failures + 1)


def wait_after(failures: int) -> int:
    """Return the seconds to wait after so many wrong tries in a row."""
    if failures < FREE_TRIES:
        return 0
    return min(LONGEST_WAIT, FIRST_WAIT << min(failures - FREE_TRIES, 16))


def begin(tx: Tx, person_id: str) -> list[Try]:
    """Count a try at one person's PIN and return it. Raises WrongPin with the wait, or Refused."""
    row = tx.one(f"{_COUNTS} WHERE id = :id", id=person_id)
    if row is None or not row["active"]:
        raise Refused("Nobody of that name may sign in here. Ask a manager.")
    return _begin(tx, [row])


def begin_any_manager(tx: Tx) -> list[Try]:
    """Count a try at every manager's PIN and return them. Raises WrongPin with the wait, or Refused."""
    rows = tx.all(f"{_COUNTS} WHERE role = 'manager' AND active = 1")
    if not rows:
        raise Refused("There is no manager yet. Make one in Admin > Staff.")
    return _begin(tx, rows)


def finish(tx: Tx, tries: Sequence[Try], right: Sequence[Try]) -> list[Person]:
    """Return who it was, still active and with that PIN; a right try is no try at the others' PINs."""
    for one in tries:
        tx.run(
            "UPDATE staff SET failures = :before, locked_until = :until WHERE id = :id AND failures = :before + 1",
            id=one.person_id,
            before=one.failures,
            until=one.locked_until,
        )
    found = []
    for one in right:
        there = tx.run(
            "UPDATE staff SET failures = 0, locked_until = NULL WHERE id = :id AND pin_hash = :hash AND active = 1",
            id=one.person_id,
            hash=one.pin_hash,
        )
        if there:
            found.append(get(tx, one.person_id))
    return found


def wrong(tries: Sequence[Try], what: str) -> WrongPin:
    """Return what to say of a wrong PIN; `what` is whose it was not, such as “That is not Ben's PIN”."""
    wait = min(one.wait for one in tries)
    return WrongPin(f"{what}. Wait {seconds(wait)}, then try again." if wait else f"{what}. Try again.", wait)


def opens_as(reader: Reader, name: str) -> tuple[By | None, str]:
    """Return who is at a desk that opens, or None when it asks for a PIN; and what to say about that, if anything.

    `name` is the setting desk.opens_as: reception may be let in without a PIN, a manager never.
    """
    staff = [person for person in everyone(reader) if person.active]
    chosen = next((person for person in staff if name and person.name.casefold() == name.casefold()), None)
    if not name or not staff:
        return None, ""
    if chosen is None:
        return None, f"The desk is to open as {name}, but nobody of that name works here. Sign in with a PIN."
    if chosen.manager:
        return None, f"The desk is to open as {chosen.name}, but a manager always signs in with a PIN."
    return By(chosen.name), ""


def seconds(count: int) -> str:
    """Write a wait in words: `5 seconds`, `2 minutes 40 seconds`."""
    minutes, rest = divmod(count, 60)
    parts = [_counted(minutes, "minute")] if minutes else []
    return " ".join([*parts, _counted(rest, "second")] if rest or not parts else parts)


_COUNTS = "SELECT id, pin_hash, failures, locked_until, active FROM staff"


def _begin(tx: Tx, rows: Sequence[Row]) -> list[Try]:
    waits = {row["id"]: _left(row["locked_until"], tx.now) for row in rows}
    free = [row for row in rows if not waits[row["id"]]]
    if not free:
        left = min(waits.values())
        raise WrongPin(f"Too many wrong PINs. Wait {seconds(left)}, then try again.", left)
    tries = [Try(row["id"], row["pin_hash"], row["failures"], row["locked_until"]) for row in free]
    for one in tries:
        until = to_text(from_text(tx.now) + timedelta(seconds=one.wait)) if one.wait else None
        tx.run(
            "UPDATE staff SET failures = failures + 1, locked_until = :until WHERE id = :id",
            id=one.person_id,
            until=until,
        )
    return tries


def _left(until: str | None, now: str) -> int:
    """Return the whole seconds left to wait; none when the clock was set back by more than the longest wait."""
    if until is None:
        return 0
    left = -((from_text(now) - from_text(until)) // timedelta(seconds=1))
    return left if 0 < left <= LONGEST_WAIT else 0


def _counted(count: int, word: str) -> str:
    return f"{count} {word}" if count == 1 else f"{count} {word}s"
