"""How the desk's process is set up."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tui.wiring import TURN, wired


@pytest.fixture
def usual_turns() -> Iterator[None]:
    """Have Python's own setting, and put back what there was."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(0.005)
    yield
    sys.setswitchinterval(before)


@pytest.mark.usefixtures("usual_turns")
def test_drawing_does_not_hold_a_transaction_up(tmp_path: Path) -> None:
    """The writer's thread waits for half a millisecond after a statement at most, and so do the other desks."""
    with wired(tmp_path):
        assert sys.getswitchinterval() == pytest.approx(TURN)
