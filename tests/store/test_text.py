"""Text from people and from the world: whatever it was, it can be kept and drawn."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.text import cleaned

BIDI = "\u200e\u200f\u061c\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
CONTROLS = "".join(map(chr, (*range(32), *range(127, 160)))) + "\u2028\u2029\ufeff\u200b\u00ad"
HOSTILE = st.text(st.one_of(st.characters(), st.sampled_from(BIDI + CONTROLS + "\u200c\u200d ")))


@given(HOSTILE)
def test_no_control_and_no_bidi_character_ever_survives(text: str) -> None:
    """Nothing drives the terminal, nothing turns the reading direction, all is one line."""
    kept = cleaned(text)
    assert not set(kept) & set(BIDI + CONTROLS)
    assert all(unicodedata.category(c)[0] != "C" for c in kept.replace("\u200c", "").replace("\u200d", ""))
    kept.encode()


@given(HOSTILE)
def test_a_second_cleaning_changes_nothing(text: str) -> None:
    """What is kept is settled."""
    assert cleaned(cleaned(text)) == cleaned(text)


@given(HOSTILE)
def test_nothing_is_invented(text: str) -> None:
    """Characters are left out or become a space; the others stay in their order."""
    rest = iter(text)
    assert all(character in rest for character in cleaned(text).replace(" ", ""))


@pytest.mark.parametrize(
    "text",
    [
        "Jane Smith",
        "O’Brien-Łukasiewicz",
        "[/x] [bold]Bobby[/bold]",
        "דנה ליאור",
        "دانا می\u200cخواهم",
        "क्\u200dष",
        "👩\u200d⚕️ 😀",
        "${7*7} {{x}} %s",
    ],
)
def test_letters_of_every_script_stay(text: str) -> None:
    """Right-to-left text, accents, emoji with their joiners and anything that looks like markup."""
    assert cleaned(text) == text


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("  Jane \t\r\n Smith ", "Jane Smith"),
        ("Jane\u00a0Smith", "Jane Smith"),
        ("\x1b[2J\x1b]0;title\x07Jane", "[2J]0;titleJane"),
        ("Jane\x00Smith", "JaneSmith"),
        ("evil\u202egnp.exe", "evilgnp.exe"),
        ("\ud800lone", "lone"),
        ("\u200d", ""),
        (" \u200c \u200d ", ""),
        ("\u200b\ufeff\u2060", ""),
        ("", ""),
    ],
)
def test_what_must_not_stay_goes(text: str, kept: str) -> None:
    """White space is folded; what would be invisible alone is nothing."""
    assert cleaned(text) == kept
