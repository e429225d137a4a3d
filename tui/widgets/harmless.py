"""The last gate before the terminal: every line that the desk draws goes through it, whoever wrote the widget."""

from rich.cells import cell_len
from rich.segment import Segment
from textual.color import Color
from textual.filter import LineFilter

from store.text import LEFT_TO_RIGHT, harmless, rtl_ends, suspect, too_many_marks

ANY = "\ufffd"
"""Stands for a character that took room and may not be drawn."""


class HarmlessLine(LineFilter):
    """Leaves out what could drive a terminal, and keeps right-to-left words from moving what stands beside them."""

    def apply(self, segments: list[Segment], _background: Color) -> list[Segment]:
        """Return the line as wide as it was; what it says may lie in several segments, a cursor's say."""
        if not suspect(_text(segments)):
            return segments
        plain = [_harmless(segment) for segment in segments]
        whole = _text(plain)
        return _levelled(_cut(plain, too_many_marks(whole))) if suspect(whole) else plain


def _text(segments: list[Segment]) -> str:
    return "".join(segment.text for segment in segments if not segment.control)


def _harmless(segment: Segment) -> Segment:
    if segment.control:
        return segment
    return Segment(harmless(segment.text, lambda character: ANY * cell_len(character)), segment.style)


def _cut(segments: list[Segment], spans: list[tuple[int, int]]) -> list[Segment]:
    """Leave out what lies within the spans of the line's text; it takes no room."""
    return _edited(segments, [(start, end, "") for start, end in spans]) if spans else segments


def _levelled(segments: list[Segment]) -> list[Segment]:
    """Put a mark after each stretch of right-to-left words."""
    return _edited(segments, [(end, end, LEFT_TO_RIGHT) for end in rtl_ends(_text(segments))])


def _edited(segments: list[Segment], edits: list[tuple[int, int, str]]) -> list[Segment]:
    """Replace places of the line's text, from the last to the first; what is put in belongs to what is before it."""
    done = []
    start = 0
    for segment in segments:
        if segment.control:
            done.append(segment)
            continue
        text, stop = segment.text, start + len(segment.text)
        for begin, end, new in reversed(edits):
            if start < end and (end <= stop or begin < stop):
                text = text[: max(0, begin - start)] + (new if end <= stop else "") + text[max(0, end - start) :]
        done.append(Segment(text, segment.style))
        start = stop
    return done


HARMLESS = HarmlessLine()
