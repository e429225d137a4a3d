"""The last gate before the terminal, line by line: whatever the segments, it is the whole line that counts."""

from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual.color import Color

from store.text import LEFT_TO_RIGHT
from tests.security.fuzzing import few
from tests.security.nasty import NASTY, driving
from tui.widgets.harmless import HARMLESS

STYLES = (Style(), Style(bold=True), Style(reverse=True))
HERE = Color(0, 0, 0)


def passed(texts: list[str]) -> list[str]:
    """Return what comes out of a line of these segments."""
    segments = [Segment(text, STYLES[place % 3]) for place, text in enumerate(texts)]
    done = HARMLESS.apply(segments, HERE)
    assert [segment.style for segment in done] == [segment.style for segment in segments]
    return [segment.text for segment in done]


def test_a_heap_of_marks_in_several_segments_is_one_heap() -> None:
    """A cursor in the middle of it makes two."""
    assert passed(["Jane\u0301\u0316", "\u0489", "\u0301\u0316\u0489", " Smith"]) == [
        "Jane\u0301\u0316",
        "\u0489",
        "\u0301",
        " Smith",
    ]


def test_a_name_in_two_styles_ends_once() -> None:
    """What was searched for is drawn bold within it; the word stays whole."""
    assert passed(["דנ", "ה", " כהן", "  £120.00"]) == ["דנ", "ה", " כהן" + LEFT_TO_RIGHT, "  £120.00"]
    assert passed(["  דנה", "  ", "£1"]) == ["  דנה" + LEFT_TO_RIGHT, "  ", "£1"]


def test_what_is_ours_passes() -> None:
    """Moves of the cursor are no text, and a harmless line is the same line."""
    move = Segment("\x1b[2J", None, [(1,)])  # type: ignore[list-item]
    line = [Segment("£120.00 ─│ ✓"), move]
    assert HARMLESS.apply(line, HERE) is line
    assert HARMLESS.apply([move, Segment("a\x1b")], HERE) == [move, Segment("a")]


@few
@given(
    st.lists(st.sampled_from([*NASTY.values(), "\u0301", "דנה", " ", "x", "\x1b"]) | st.text(max_size=6), max_size=6)
)
def test_any_line_comes_out_harmless_and_as_wide(texts: list[str]) -> None:
    """In segments of any kind."""
    done = "".join(passed(texts))
    assert driving(done.replace("\n", "")) == []
    assert "\n" not in done
    assert cell_len(done.replace("\u200e", "")) <= cell_len("".join(texts)) + len(texts) * 2
