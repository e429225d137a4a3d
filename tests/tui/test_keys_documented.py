"""Every key of every screen stands in docs/desk, and nothing stands there that is no key any more."""

from pathlib import Path

import pytest

from tui.all_keys import all_keys
from tui.key_tables import TABLE, with_tables

PAGES = sorted(Path(__file__).parents[2].joinpath("docs", "desk").glob("*.md"))
RENEW = "Run `make keys` and look at what it changed."


def shown_on(page: str) -> set[str]:
    """Return the classes whose keys a page shows."""
    return {owner for found in TABLE.finditer(page) for owner in found["owners"].split()}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_the_tables_are_those_of_the_code(page: Path) -> None:
    """Key, what it does, and its name."""
    text = page.read_text()
    assert with_tables(text) == text, RENEW


def test_every_class_with_keys_has_its_table_on_a_page() -> None:
    """Whoever adds a key finds out here that it has to be documented."""
    shown = {owner for page in PAGES for owner in shown_on(page.read_text())}
    assert set(all_keys()) - shown == set(), "Name these in a page of docs/desk, then run `make keys`."


def test_every_picture_is_there() -> None:
    """A page shows its screen; `make screenshots` draws it."""
    for page in PAGES:
        pictures = [part.split(")")[0] for part in page.read_text().split("](../screens/")[1:]]
        assert pictures, f"{page.name} has no picture"
        for name in pictures:
            assert (page.parents[1] / "screens" / name).is_file(), f"{page.name}: {name} is not there"
