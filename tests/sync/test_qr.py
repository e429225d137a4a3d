"""QR codes, read back from what is drawn: there is no scanner among the dependencies, so the structure is checked."""

import subprocess
import sys
from io import BytesIO

import pytest
from qrcode.compat.png import PngWriter
from qrcode.main import QRCode

from sync import qr

URL = "https://buy.stripe.com/test_14A3cv4Jm9Tn0Ew8wwkkz"
FINDER = ["#######", "#.....#", "#.###.#", "#.###.#", "#.###.#", "#.....#", "#######"]


def drawn(modules: qr.Matrix, top: int, left: int, size: int = 7) -> list[str]:
    """Return a square of the code as text."""
    return ["".join("#" if dark else "." for dark in row[left : left + size]) for row in modules[top : top + size]]


def read_back(lines: tuple[str, ...], border: int, size: int) -> qr.Matrix:
    """Return the modules that half blocks show."""
    rows: list[tuple[bool, ...]] = []
    for line in lines:
        rows.append(tuple(char in "▀█" for char in line))
        rows.append(tuple(char in "▄█" for char in line))
    return tuple(row[border : border + size] for row in rows[border : border + size])


@pytest.mark.parametrize(("length", "size"), [(17, 21), (18, 25), (32, 25), (33, 29), (53, 29), (94, 37), (271, 57)])
def test_a_code_is_as_small_as_level_l_allows(length: int, size: int) -> None:
    """The sizes for bytes at level L are those of ISO/IEC 18004, table 7."""
    modules = qr.matrix("h" * length)
    assert len(modules) == size
    assert {len(row) for row in modules} == {size}


def test_a_code_has_its_finders_and_timing() -> None:
    """Three finder patterns, the alternating lines between them, and the one module that is always dark."""
    modules = qr.matrix(URL)
    last = len(modules) - 7
    assert drawn(modules, 0, 0) == drawn(modules, 0, last) == drawn(modules, last, 0) == FINDER
    assert [modules[6][i] for i in range(8, last)] == [i % 2 == 0 for i in range(8, last)]
    assert [modules[i][6] for i in range(8, last)] == [i % 2 == 0 for i in range(8, last)]
    assert modules[len(modules) - 8][8]


def test_the_format_says_level_l_and_our_mask() -> None:
    """A scanner undoes the mask that these fifteen bits name (ISO/IEC 18004, 7.9 and table C.1)."""
    modules = qr.matrix(URL)
    row = modules[8]
    bits = [row[i] for i in (0, 1, 2, 3, 4, 5, 7, 8)] + [modules[i][8] for i in (7, 5, 4, 3, 2, 1, 0)]
    assert "".join("1" if bit else "0" for bit in bits) == "111110110101010"


def test_the_code_holds_the_text() -> None:
    """The data modules are those of the same text made by the plain use of the library."""
    plain = QRCode(error_correction=1, mask_pattern=qr.MASK, border=0)
    plain.add_data(URL)
    assert qr.matrix(URL) == tuple(tuple(row) for row in plain.get_matrix())
    assert qr.matrix(URL) != qr.matrix(URL[:-1] + "y")


@pytest.mark.parametrize("border", [0, 1, 2, 4])
@pytest.mark.parametrize("text", ["short", URL, "é" * 60])
def test_half_blocks_read_back_as_the_code(text: str, border: int) -> None:
    """Two modules stand in each character, and the border is blank."""
    modules, lines = qr.matrix(text), qr.half_blocks(text, border)
    width = len(modules) + 2 * border
    assert {len(line) for line in lines} == {width}
    assert len(lines) == (width + 1) // 2
    assert read_back(lines, border, len(modules)) == modules
    assert all(not line.strip() for line in lines[: border // 2])
    assert all(line[:border].strip() == line[width - border :].strip() == "" for line in lines)


def test_a_link_of_94_bytes_fits_a_small_terminal() -> None:
    """80×24 shows the whole code of a long link with its border."""
    lines = qr.half_blocks("https://pay.example/".ljust(94, "x"))
    assert len(lines) <= 22
    assert len(lines[0]) <= 44


def test_the_picture_is_the_code_enlarged() -> None:
    """Each module is a square of pixels, black on white, within a white border."""
    scale, border, modules = 3, 4, qr.matrix(URL)
    rows = [
        [not dark for dark in row for _ in range(scale)]
        for row in ((False,) * border + row + (False,) * border for row in modules)
        for _ in range(scale)
    ]
    white = [[True] * len(rows[0])] * (scale * border)
    stream = BytesIO()
    PngWriter(len(rows[0]), len(rows[0]), greyscale=True, bitdepth=1).write(stream, white + rows + white)
    picture = qr.png(URL, scale, border)
    assert picture.startswith(b"\x89PNG\r\n\x1a\n")
    assert picture == stream.getvalue()


def test_a_code_is_made_once() -> None:
    """The same link is never computed twice."""
    assert qr.matrix(URL + "?once") is qr.matrix(URL + "?once")
    assert qr.half_blocks(URL + "?once") is qr.half_blocks(URL + "?once")
    assert qr.png(URL + "?once") is qr.png(URL + "?once")


def test_a_text_that_no_code_can_hold_is_refused() -> None:
    """2,953 bytes are the most at level L."""
    assert len(qr.matrix("h" * 2953)) == 177
    with pytest.raises(ValueError, match="too long for a QR code"):
        qr.matrix("h" * 2954)


def test_nothing_heavy_is_loaded_before_it_is_used() -> None:
    """The couriers and the QR code cost nothing at start-up."""
    code = (
        "import sys, sync.qr, sync.couriers.apprise_courier; "
        "print(sorted({'apprise', 'requests', 'qrcode', 'textual'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
