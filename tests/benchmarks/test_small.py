"""Every measure runs, on very little."""

from pathlib import Path

from tests.benchmarks.__main__ import figures
from tests.benchmarks.figures import TINY, table


def test_every_measure_gives_a_figure(tmp_path: Path) -> None:
    """Above nothing, and the table has a line for each."""
    measured = list(figures(TINY, tmp_path))
    assert {figure.number for figure in measured} == {"1", "2", "3", "4", "5", "5b", "7", "8", "11", "12", "14"}
    assert [figure.name for figure in measured if figure.ours <= 0 or figure.peer <= 0] == []
    assert len(table(measured).splitlines()) == len(measured) + 1
