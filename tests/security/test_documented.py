"""docs/security.md names tests; they are there."""

import re
from pathlib import Path

HERE = Path(__file__).parent
PAGE = HERE.parents[1] / "docs" / "security.md"


def test_every_test_that_the_page_names_is_there() -> None:
    """A threat whose test was renamed or removed is found here."""
    named = re.findall(r"`(test_\w+\.py)::(test_\w+)`", PAGE.read_text())
    assert len(named) > 30
    texts = {file: (HERE / file).read_text() for file, _ in named}
    assert [f"{file}::{test}" for file, test in named if not re.search(rf"def {test}\(", texts[file])] == []


def test_every_file_that_the_page_names_is_there() -> None:
    """Those elsewhere too."""
    named = re.findall(r"`(tests/[\w/]+\.py)`", PAGE.read_text())
    assert named
    assert [file for file in named if not (HERE.parents[1] / file).is_file()] == []
