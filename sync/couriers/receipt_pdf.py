"""A receipt as a PDF, one A4 page or as many as its lines take."""

from store.models import Line
from store.money import format_quantity, format_rate
from store.receipt_text import balance, off, shows_vat
from store.receipts import Receipt
from sync.couriers.page import ACCENT, DIM, INK, Page, Style

BODY, STRONG, SMALL, QUIET = Style(), Style(bold=True), Style(8, colour=DIM), Style(colour=DIM)
QUANTITY, EACH, RATE, TOTAL = 82.0, 100.0, 128.0, 143.0
"""Where the columns of numbers begin, in millimetres from the margin; each ends where the next begins."""

SUMS = 100.0
"""Where the sums begin."""


def receipt_pdf(receipt: Receipt) -> bytes:
    """Return the receipt as a PDF. Takes a moment: call it beside the event loop."""
    page = Page(f"{receipt.title} {receipt.number}", receipt.clinic)
    _head(page, receipt)
    _for_whom(page, receipt)
    _lines(page, receipt)
    _sums(page, receipt)
    _payments(page, receipt)
    _vat(page, receipt)
    return page.finish(_foot(receipt))


def _head(page: Page, receipt: Receipt) -> None:
    """The clinic on the left, what this is on the right."""
    top = page.y
    page.y += page.text(receipt.clinic, Style(15, bold=True), width=105) + 1
    for line in receipt.address:
        page.y += page.text(line, QUIET, width=105)
    if receipt.vat_number:
        page.y += page.text(f"VAT number {receipt.vat_number}", QUIET, width=105)
    left_end, page.y = page.y, top
    title = f"{receipt.title} (void)" if receipt.void else receipt.title
    page.y += page.text(title, Style(15, bold=True, colour=ACCENT), left=110, align="R") + 1
    page.y += page.text(receipt.number, STRONG, left=110, align="R")
    page.y += page.text(receipt.date, QUIET, left=110, align="R")
    page.y = max(left_end, page.y) + 10


def _for_whom(page: Page, receipt: Receipt) -> None:
    top = page.y
    page.y += page.text("For", SMALL, width=100)
    page.y += page.text(receipt.client, Style(11), width=100)
    end = page.y
    if receipt.code:
        page.y = top - 2
        page.box(page.width - 44, 44, 13)
        page.y += 2
        page.y += page.text("Your code", SMALL, left=page.width - 40, width=36)
        page.text(receipt.code, Style(11, bold=True), left=page.width - 40, width=36)
        end = max(end, top + 11)
    page.y = end + 8


def _lines(page: Page, receipt: Receipt) -> None:
    _columns(page)
    for line in receipt.lines:
        height = page.line_height(BODY) * len(page.wrapped(line.description, BODY, QUANTITY - 4)) + 4
        if line.discount:
            height += page.line_height(SMALL)
        if not page.room_for(height):
            page.new()
            _columns(page)
        _line(page, receipt, line)
    page.rule()


def _columns(page: Page) -> None:
    page.text("Description", SMALL)
    for word, left, right in (
        ("Quantity", QUANTITY, EACH),
        ("Each", EACH, RATE),
        ("VAT", RATE, TOTAL),
        ("Total", TOTAL, page.width),
    ):
        page.text(word, SMALL, left=left, width=right - left, align="R")
    page.y += page.line_height(SMALL) + 2


def _line(page: Page, receipt: Receipt, line: Line) -> None:
    page.rule()
    page.y += 2
    for text, left, right in (
        (format_quantity(line.quantity), QUANTITY, EACH),
        (receipt.money(line.unit_price), EACH, RATE),
        (format_rate(line.vat_rate), RATE, TOTAL),
        (receipt.money(line.total), TOTAL, page.width),
    ):
        page.text(text, BODY, left=left, width=right - left, align="R")
    page.y += page.text(line.description, BODY, width=QUANTITY - 4)
    if line.discount:
        page.y += page.text(f"less {off(receipt, line.discount, line.discount_rate)}", SMALL, width=QUANTITY - 4)
    page.y += 2


def _sums(page: Page, receipt: Receipt) -> None:
    _make_room(page, 24)
    page.y += 3
    if receipt.discount:
        _sum(page, "Subtotal", receipt.money(receipt.subtotal), QUIET)
        rate = f" ({format_rate(receipt.discount_rate)})" if receipt.discount_rate else ""
        _sum(page, f"Discount{rate}", receipt.money(-receipt.discount), QUIET)
    _sum(page, "Total", receipt.money(receipt.total), Style(11, bold=True))


def _payments(page: Page, receipt: Receipt) -> None:
    if receipt.payments:
        page.y += 6
        _make_room(page, 20)
        page.y += page.text("Payments", SMALL) + 2
    for payment in receipt.payments:
        _make_room(page, 12)
        page.rule()
        page.y += 2
        page.text(payment.date, QUIET, width=42)
        page.text(receipt.money(payment.amount), BODY, left=TOTAL, align="R")
        page.y += page.text(payment.text, BODY, left=42, width=TOTAL - 42) + 2
    if receipt.payments:
        page.rule()
        page.y += 3
    _make_room(page, 20)
    if receipt.payments:
        _sum(page, "Paid", receipt.money(receipt.paid), QUIET)
    if receipt.credited:
        _sum(page, "No longer owed", receipt.money(receipt.credited), QUIET)
    words, pence = balance(receipt)
    _sum(page, words, receipt.money(pence), Style(11, bold=True, colour=INK if pence else ACCENT))


def _vat(page: Page, receipt: Receipt) -> None:
    if not shows_vat(receipt):
        return
    page.y += 6
    _make_room(page, 10 + 6 * len(receipt.vat_rows))
    columns = (("VAT rate", 0.0, 30.0), ("Net", 30.0, 60.0), ("VAT", 60.0, 90.0), ("Gross", 90.0, 120.0))
    for word, left, right in columns:
        page.text(word, SMALL, left=left, width=right - left, align="R" if left else "L")
    page.y += page.line_height(SMALL) + 1
    for row in receipt.vat_rows:
        cells = (format_rate(row.rate), *map(receipt.money, (row.net, row.vat, row.gross)))
        for text, (_, left, right) in zip(cells, columns, strict=True):
            page.text(text, QUIET, left=left, width=right - left, align="R" if left else "L")
        page.y += page.line_height(QUIET)


def _sum(page: Page, label: str, amount: str, style: Style) -> None:
    page.text(label, style, left=SUMS, width=40)
    page.y += page.text(amount, style, left=SUMS + 35, align="R") + 0.5


def _make_room(page: Page, height: float) -> None:
    if not page.room_for(height):
        page.new()


def _foot(receipt: Receipt) -> list[str]:
    return [f"Questions? Write to {receipt.support}."] if receipt.support else []
