"""The engine lock: one engine for a data folder, and the next one when it dies."""

import os
import subprocess
import sys
from pathlib import Path

from sync.lock import EngineLock

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
        assert lock.acquire()
        assert lock.holder() == str(os.getpid())
        lock.release()
