"""The engine lock: one engine for a data folder, and the next one when it dies."""

import os
import subprocess
import sys
import threading
from pathlib import Path

from store.private import lock_file
from sync.lock import EngineLock, Turn

SOON = 0.12
"""Seconds without a sign of life after which a holder counts as standing still, in these tests."""

HOLD = """
import sys
from pathlib import Path
from sync.lock import EngineLock
lock = EngineLock(Path(sys.argv[1]))
print(lock.try_acquire(), flush=True)
sys.stdin.read()
"""


def test_one_holder_at_a_time(tmp_path: Path) -> None:
    """Who comes second does not get it, and does after the first has given it up."""
    first, second = EngineLock(tmp_path), EngineLock(tmp_path)
    assert first.try_acquire()
    assert not second.try_acquire()
    assert second.holder() == str(os.getpid())
    first.release()
    assert second.try_acquire()
    second.release()


def test_nobody_yet(tmp_path: Path) -> None:
    """A folder in which no engine ever ran names nobody, and releasing what is not held does nothing."""
    lock = EngineLock(tmp_path)
    assert lock.holder() == ""
    lock.release()
    assert lock.try_acquire()
    lock.release()


def test_the_system_gives_it_up_for_the_dead(tmp_path: Path) -> None:
    """A killed holder leaves no lock behind: whoever waits has it at once."""
    command = [sys.executable, "-c", HOLD, str(tmp_path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == "True\n"
        lock = EngineLock(tmp_path)
        assert (lock.try_acquire(), lock.holder()) == (False, str(child.pid))
        child.kill()
        lock.acquire()
        assert lock.holds()
        assert lock.holder() == str(os.getpid())
        lock.release()


def test_a_holder_that_stands_still_is_replaced(tmp_path: Path) -> None:
    """Without a sign of life it loses the lock to whoever waits, notices, and waits in its turn."""
    first, second = EngineLock(tmp_path, stale=SOON), EngineLock(tmp_path, stale=SOON)
    assert first.try_acquire()
    second.acquire()
    assert (first.holds(), second.holds()) == (False, True)
    first.release()
    assert not first.try_acquire()
    second.release()
    assert first.try_acquire()
    first.release()


def test_only_one_of_those_who_wait_replaces_it(tmp_path: Path) -> None:
    """Three wait for a holder that stands still: one gets the lock, and the next when that one goes."""
    still = EngineLock(tmp_path, stale=SOON)
    assert still.try_acquire()
    locks = [EngineLock(tmp_path, stale=SOON) for _ in range(3)]
    had: list[int] = []
    one_at_a_time = threading.Lock()

    def wait_and_beat(number: int) -> None:
        locks[number].acquire()
        assert one_at_a_time.acquire(blocking=False)
        had.append(sum(lock.holds() for lock in locks))
        locks[number].beat()
        one_at_a_time.release()
        locks[number].release()

    waiters = [threading.Thread(target=wait_and_beat, args=(number,)) for number in range(3)]
    for waiter in waiters:
        waiter.start()
    for waiter in waiters:
        waiter.join(20)
    assert had == [1, 1, 1]
    assert not still.holds()
    still.release()


def test_whoever_waited_has_it_when_his_turn_comes(tmp_path: Path) -> None:
    """It is not free for a moment in between, so many who wait do not hand it round; one who has left gives it up."""
    first, second = EngineLock(tmp_path), EngineLock(tmp_path)
    assert first.try_acquire()
    turn = Turn(lock_file(tmp_path / "engine.lock"))
    first.release()
    assert turn.came(20)
    assert not second.try_acquire()
    turn.leave()
    assert second.try_acquire()
    second.release()


def test_signs_of_life_keep_it(tmp_path: Path) -> None:
    """As long as the holder gives signs of life, waiting is of no use."""
    first, second = EngineLock(tmp_path), EngineLock(tmp_path, stale=3 * SOON)
    assert first.try_acquire()
    waiter = threading.Thread(target=second.acquire)
    waiter.start()
    for _ in range(6):
        first.beat()
        waiter.join(SOON)
    assert (waiter.is_alive(), first.holds()) == (True, True)
    first.release()
    waiter.join(20)
    assert second.holds()
    second.release()


def test_a_deleted_lock_file_is_no_lock(tmp_path: Path) -> None:
    """Somebody tidied up: the holder notices that it holds nothing, before two engines can be at work for long."""
    first, second = EngineLock(tmp_path), EngineLock(tmp_path)
    assert first.try_acquire()
    (tmp_path / "engine.lock").unlink()
    assert not first.holds()
    assert second.try_acquire()
    second.release()
    first.release()
