"""QR codes of payment links: as modules, as half blocks for a terminal, and as a PNG for email.

Level L with one fixed mask: any mask is as readable as another (ISO/IEC 18004 lets a scanner undo all eight),
and choosing the prettiest takes most of the time of a code. Each code is made once and kept.
"""

import threading
from functools import lru_cache
from io import BytesIO

Matrix = tuple[tuple[bool, ...], ...]

MASK = 2
KEPT = 64
_LOADING = threading.Lock()
"""The screen and the engine may draw their first code at the same moment: qrcode's modules import each other."""


@lru_cache(maxsize=KEPT)
def matrix(text: str) -> Matrix:
    """Return the modules of the code for `text`, row by row, True for dark, without a border.

    Raises ValueError when `text` is longer than any code can hold (2,953 bytes at level L).
    """
    with _LOADING:
        from qrcode.constants import ERROR_CORRECT_L
        from qrcode.exceptions import DataOverflowError
        from qrcode.main import QRCode

    code = QRCode(error_correction=ERROR_CORRECT_L, mask_pattern=MASK, border=0)
    try:
        code.add_data(text.encode(), optimize=0)
        code.make()
    except (DataOverflowError, ValueError) as error:
        raise ValueError("The link is too long for a QR code.") from error
    return tuple(tuple(bool(module) for module in row) for row in code.modules)


@lru_cache(maxsize=KEPT)
def half_blocks(text: str, border: int = 2) -> tuple[str, ...]:
    """Return the code for `text` as lines of "▀", "▄", "█" and spaces, two modules high each.

    Ink is a dark module and blank a light one, `border` light modules around. A phone reads it only as dark on
    light: whoever shows it sets the foreground to black and the background to white, whatever the theme.
    """
    modules = matrix(text)
    width = len(modules) + 2 * border
    side = (False,) * border
    blank = (False,) * width
    rows = [blank] * border + [side + row + side for row in modules] + [blank] * border
    if len(rows) % 2:
        rows.append(blank)
    ink = {(False, False): " ", (True, False): "▀", (False, True): "▄", (True, True): "█"}
    return tuple(
        "".join(ink[pair] for pair in zip(upper, lower, strict=True))
        for upper, lower in zip(rows[::2], rows[1::2], strict=True)
    )


@lru_cache(maxsize=KEPT)
def png(text: str, scale: int = 6, border: int = 4) -> bytes:
    """Return the code as a black and white PNG: `scale` pixels a module, `border` light modules around."""
    with _LOADING:
        from qrcode.image.pure import PyPNGImage

    modules = matrix(text)
    stream = BytesIO()
    PyPNGImage(border, len(modules), scale, qrcode_modules=modules).save(stream)
    return stream.getvalue()
