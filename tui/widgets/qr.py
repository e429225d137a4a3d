"""A QR code in half blocks, black on white whatever the theme, for a phone to read."""

from textual.content import Content
from textual.widgets import Static

BORDER = 2
INK = "#000000 on #ffffff"


class QrCode(Static):
    """The code of one link; its lines are made once a link and kept by `sync.qr`."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__("", id=id, markup=False)
        self._url = ""

    def show(self, url: str, *, columns: int, rows: int) -> bool:
        """Draw the code of `url`; return False, and draw nothing, where it does not fit."""
        from sync.qr import half_blocks

        try:
            lines = half_blocks(url, BORDER)
        except ValueError:
            lines = ()
        fits = bool(lines) and len(lines) <= rows and len(lines[0]) <= columns
        wanted = url if fits else ""
        if wanted != self._url:
            self._url = wanted
            self.update(Content.styled("\n".join(lines), INK) if fits else "")
        return fits
