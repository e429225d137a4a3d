"""A page of a PDF: text in a font that knows most letters, placed by millimetres, in its reading order."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

FONTS = Path(__file__).with_name("fonts")
FAMILY = "DejaVu"
MARGIN = 20.0
MILLIMETRES = 25.4 / 72
"""In a point."""

FOOT = 22.0
"""Millimetres kept free at the bottom of a page."""

Colour = tuple[int, int, int]
INK: Colour = (23, 33, 43)
DIM: Colour = (93, 107, 114)
ACCENT: Colour = (15, 111, 97)
RULE: Colour = (221, 228, 230)
SOFT: Colour = (243, 246, 247)
ANY = "\u25a1"
"""Stands for a character that the font does not have."""

_MIRRORED = dict(zip("()[]{}<>«»", ")(][}{><»«", strict=True))
"""Brackets that look the other way in right-to-left text (https://www.unicode.org/reports/tr9/, rule L4)."""


@dataclass(frozen=True, slots=True)
class Style:
    """How text looks: points, weight and colour."""

    size: float = 9.5
    bold: bool = False
    colour: Colour = INK


class Page:
    """Writes from the top of a page to its bottom and on to the next; `y` is where it stands, in millimetres."""

    def __init__(self, title: str, author: str) -> None:
        from fpdf import FPDF

        self.pdf = FPDF(format="A4")
        self.pdf.set_auto_page_break(auto=False)
        self.pdf.set_title(title)
        self.pdf.set_author(author)
        self.pdf.set_lang("en-GB")
        self.pdf.add_font(FAMILY, "", FONTS / "DejaVuSans.ttf")
        self.pdf.add_font(FAMILY, "B", FONTS / "DejaVuSans-Bold.ttf")
        font: Any = self.pdf.fonts[FAMILY.lower()]
        self._known = frozenset(font.cmap)
        self.y = 0.0
        self.new()

    @property
    def width(self) -> float:
        """Millimetres between the margins."""
        return 210.0 - 2 * MARGIN

    def new(self) -> None:
        """Begin a page."""
        self.pdf.add_page()
        self.pdf.set_fill_color(*ACCENT)
        self.pdf.rect(0, 0, 210, 3, style="F")
        self.y = MARGIN

    def room_for(self, height: float) -> bool:
        """Tell whether so many millimetres are left on this page."""
        return self.y + height <= 297.0 - FOOT

    def text(
        self,
        text: str,
        style: Style,
        *,
        left: float = 0.0,
        width: float | None = None,
        align: Literal["L", "R"] = "L",
    ) -> float:
        """Write `text` from `left` of the margin in lines of `width`, and return how high they are; `y` stays."""
        wide = self.width - left if width is None else width
        lines = self.wrapped(text, style, wide)
        height = self.line_height(style)
        for at, line in enumerate(lines):
            self._write(line, style, MARGIN + left, self.y + at * height, wide, align)
        return height * len(lines)

    def wrapped(self, text: str, style: Style, width: float) -> list[str]:
        """Return the lines that `text` takes: broken between words, and within one that fits no line."""
        self._set(style)
        shown = "".join(character if ord(character) in self._known else ANY for character in text)
        lines = [""]
        for word in shown.split():
            for part in self._pieces(word, width):
                longer = f"{lines[-1]} {part}" if lines[-1] else part
                if self.pdf.get_string_width(longer) <= width or not lines[-1]:
                    lines[-1] = longer
                else:
                    lines.append(part)
        return lines

    def rule(self, *, left: float = 0.0, above: float = 0.0) -> None:
        """Draw a thin line across, `above` millimetres over `y`."""
        self.pdf.set_draw_color(*RULE)
        self.pdf.set_line_width(0.25)
        self.pdf.line(MARGIN + left, self.y - above, MARGIN + self.width, self.y - above)

    def box(self, left: float, width: float, height: float) -> None:
        """Fill a soft rectangle that begins at `y`."""
        self.pdf.set_fill_color(*SOFT)
        self.pdf.rect(MARGIN + left, self.y, width, height, style="F", round_corners=True, corner_radius=2)

    def finish(self, foot: Sequence[str]) -> bytes:
        """Write the foot on every page, with its number where there are several, and return the PDF."""
        count = len(self.pdf.pages)
        for number in range(1, count + 1):
            self.pdf.page = number
            self.y = 297.0 - FOOT + 8
            for line in foot:
                self.y += self.text(line, Style(8, colour=DIM), width=self.width - 25)
            if count > 1:
                self.y = 297.0 - FOOT + 8
                self.text(f"{number} of {count}", Style(8, colour=DIM), align="R")
        return bytes(self.pdf.output())

    def line_height(self, style: Style) -> float:
        """Return the millimetres from one line to the next."""
        return style.size * MILLIMETRES * 1.45

    def _pieces(self, word: str, width: float) -> Iterator[str]:
        """Yield a word, or what of it fits into a line, again and again."""
        piece = ""
        for character in word:
            if piece and self.pdf.get_string_width(piece + character) > width:
                yield piece
                piece = ""
            piece += character
        yield piece

    def _write(self, line: str, style: Style, x: float, y: float, width: float, align: Literal["L", "R"]) -> None:
        self._set(style)
        shown = _as_seen(line)
        start = x + width - self.pdf.get_string_width(shown) if align == "R" else x
        self.pdf.text(start, y + self.line_height(style) / 2 + 0.3 * style.size * MILLIMETRES, shown)

    def _set(self, style: Style) -> None:
        self.pdf.set_font(FAMILY, "B" if style.bold else "", style.size)
        self.pdf.set_text_color(*style.colour)


def _as_seen(line: str) -> str:
    """Return a line in the order in which its letters stand: those of right-to-left scripts turned round."""
    from fpdf.bidi import BidiParagraph

    if line.isascii():
        return line
    return "".join(
        _MIRRORED.get(each.character, each.character) if each.embedding_level % 2 else each.character
        for each in BidiParagraph(line).get_reordered_characters()
    )
