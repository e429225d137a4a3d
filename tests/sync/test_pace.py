"""The rate limit: calls are spaced, after a short burst."""

import asyncio

from hypothesis import given
from hypothesis import strategies as st

from sync.pace import Pace


class Track:
    """A clock that sleeping moves."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.starts: list[float] = []

    def time(self) -> float:
        """Return the time."""
        return self.now

    async def sleep(self, seconds: float) -> None:
        """Move on."""
        self.now += seconds


def starts(rate: float, gaps: list[float]) -> list[float]:
    """Return when calls start that are wanted after these gaps."""
    track = Track()
    pace = Pace(rate, monotonic=track.time, sleep=track.sleep)

    async def call_all() -> None:
        for gap in gaps:
            track.now += gap
            await pace.turn()
            track.starts.append(track.now)

    asyncio.run(call_all())
    return track.starts


def test_the_first_goes_at_once() -> None:
    """Nobody waits for a line that was quiet."""
    assert starts(5, [0.0]) == [1000.0]


def test_a_queue_drains_at_the_rate() -> None:
    """A thousand calls at 25 a second take 40 seconds, less the burst."""
    times = starts(25, [0.0] * 1000)
    assert 39.5 <= times[-1] - times[0] <= 40.0


@given(st.sampled_from([1.0, 5.0, 25.0, 100.0]), st.lists(st.floats(0, 2), max_size=60))
def test_no_second_has_more_than_the_rate_and_the_burst(rate: float, gaps: list[float]) -> None:
    """Whenever the calls come, no second sees more than the limit and a burst of a tenth of a second."""
    times = starts(rate, gaps)
    most = rate + max(1.0, rate / 10) + 1
    for first in times:
        assert sum(first <= time < first + 1 - 1e-6 for time in times) <= most
