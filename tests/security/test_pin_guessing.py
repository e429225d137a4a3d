"""Guessing PINs: one count for every door, terminal and restart; what moving the clock gains."""

import re
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from store.database import Store
from store.errors import BadInput, NeedsManager, WrongPin
from store.opening import FILE_NAME
from store.pins import Pin
from store.sign_in import LONGEST_WAIT
from store.times import utc_now
from tests.tui.cli.conftest import Paydesk
from tests.tui.people import AMIRAS, BENS, HASHES, WRONG, Staff, hire
from tui.desk import Desk


class Clock:
    """A clock that begins at the time it is, and moves when it is told to."""

    def __init__(self) -> None:
        self.now = utc_now()

    def __call__(self) -> datetime:
        """Return the time."""
        return self.now

    def forward(self, seconds: float) -> None:
        """Move it; back where `seconds` is below zero."""
        self.now += timedelta(seconds=seconds)


@pytest.fixture
def clock() -> Clock:
    """The clock of the desk."""
    return Clock()


@pytest.fixture
def store(folder: Path, clock: Clock) -> Iterator[Store]:
    """A data file, open at a desk."""
    opened = Store(folder / FILE_NAME, clock=clock)
    yield opened
    opened.close()


@pytest.fixture
def staff(store: Store) -> Staff:
    """Amira, a manager, and Ben."""
    return hire(store)


async def guess(desk: Desk, person: str, *, times: int, clock: Clock) -> int:
    """Type a wrong PIN so often, waiting as told, and return what the last one costs in seconds."""
    wait = 0
    for _ in range(times):
        clock.forward(wait)
        with pytest.raises(WrongPin) as refused:
            await desk.sign_in(person, Pin(WRONG))
        wait = refused.value.wait
    return wait


async def test_every_door_has_the_same_count(
    store: Store, staff: Staff, clock: Clock, folder: Path, paydesk: Paydesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Guessed at the sign-in: the right PIN does not help at the approval, at another desk, nor in a command."""
    desk = Desk(store, actor=staff.as_ben)
    assert await guess(desk, staff.amira.id, times=6, clock=clock) == 40
    for person in (staff.amira.id, ""):
        with pytest.raises(WrongPin, match="Too many wrong PINs"):
            await desk.approve(person, Pin(AMIRAS))
    with closing(Store(folder / FILE_NAME, clock=clock)) as again, pytest.raises(WrongPin, match="Too many"):
        await Desk(again, actor="").sign_in(staff.amira.id, Pin(AMIRAS))
    monkeypatch.setenv("PAYDESK_PIN", AMIRAS)
    for name in ("", "Amira"):
        monkeypatch.setenv("PAYDESK_STAFF", name)
        with pytest.raises(WrongPin, match="Too many"):
            await _approved_by_command(Desk(store, actor="script"))


async def _approved_by_command(desk: Desk) -> None:
    from tui.cli.pin import approval

    await approval(desk, NeedsManager("refund"))


def test_a_command_counts_too(
    paydesk: Paydesk, store: Store, staff: Staff, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Three wrong ones from scripts, each a process's worth, and the fourth is not even looked at."""
    monkeypatch.setenv("PAYDESK_PIN", WRONG)
    said = [paydesk("settings", "set", "clinic.name", "Mine").err for _ in range(3)]
    assert "Wait 5 seconds" in said[-1]
    failures = store.read(lambda reader: reader.value("SELECT failures FROM staff WHERE name = 'Amira'"))
    assert failures == 3
    assert WRONG not in "".join(said)


async def test_a_receptionists_pin_is_no_way_round(store: Store, staff: Staff, clock: Clock) -> None:
    """Ben's own right PIN approves nothing, and does not lift what was guessed at Amira's."""
    desk = Desk(store, actor=staff.as_ben)
    assert await guess(desk, staff.amira.id, times=4, clock=clock) == 10
    with pytest.raises(BadInput, match="Ben is no manager"):
        await desk.approve(staff.ben.id, Pin(BENS))
    with pytest.raises(WrongPin, match="Too many"):
        await desk.approve("", Pin(AMIRAS))


async def test_what_moving_the_clock_gains(store: Store, staff: Staff, clock: Clock) -> None:
    """Forward: what waiting gains. Back: one try, whose cost is the longer wait; the count never falls."""
    desk = Desk(store, actor="")
    assert await guess(desk, staff.amira.id, times=4, clock=clock) == 10
    clock.forward(-LONGEST_WAIT / 2)
    with pytest.raises(WrongPin, match="Too many"):
        await desk.sign_in(staff.amira.id, Pin(AMIRAS))
    clock.forward(-86_400)
    assert await guess(desk, staff.amira.id, times=1, clock=clock) == 20
    with pytest.raises(WrongPin, match="Too many"):
        await desk.sign_in(staff.amira.id, Pin(AMIRAS))
    clock.forward(365 * 86_400)
    assert await guess(desk, staff.amira.id, times=1, clock=clock) == 40


def test_what_is_kept_of_a_pin() -> None:
    """Argon2id, no weaker than OWASP's least: 19 MiB twice over; ours is 32 MiB three times."""
    found = re.fullmatch(r"\$argon2id\$v=19\$m=(\d+),t=(\d+),p=1\$[\w+/]{22,}\$[\w+/]{43,}", HASHES[AMIRAS])
    assert found
    assert int(found[1]) >= 19 * 1024
    assert int(found[2]) >= 2
