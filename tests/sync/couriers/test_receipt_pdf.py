"""Receipts as PDF: every script, many lines, nothing lost, no warning."""

import re
import zlib
from dataclasses import replace

import pytest

from store.models import Line
from store.receipts import Receipt, ReceiptPayment, VatRow
from sync.couriers.page import ANY, Page, Style
from sync.couriers.receipt_pdf import receipt_pdf

LINE = Line("Consultation", 1000, 21_100, 2000, 21_100)
RECEIPT = Receipt(
    title="Receipt",
    clinic="Riverside Clinic",
    address=("12 High Street", "London"),
    vat_number="GB 123",
    support="hello@riverside.example",
    number="INV-000124",
    date="22 November 2026",
    client="Jane Smith",
    code="K7Q-42M",
    currency="GBP",
    lines=(LINE,),
    subtotal=22_100,
    discount=1000,
    discount_rate=0,
    total=21_100,
    vat_rows=(VatRow(2000, 21_100, 3517),),
    payments=(ReceiptPayment("22 November 2026", "Cash", "", 21_100),),
    paid=21_100,
    credited=0,
    due=0,
    overpaid=0,
    void=False,
)


ESCAPED = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}


def words(pdf: bytes) -> str:
    """Return the text of a PDF, by its own tables from glyphs to letters."""
    found = re.findall(rb"stream\n(.*?)\nendstream", pdf, re.DOTALL)
    streams = [zlib.decompress(stream) if stream[:1] == b"x" else stream for stream in found]
    tables: list[dict[str, str]] = []
    for stream in streams:
        if b"begincmap" in stream:
            pairs = re.findall(rb"<([0-9A-Fa-f]{4})> <([0-9A-Fa-f]{4,8})>\n", stream)
            tables.append({glyph.decode().lower(): _letters(letter) for glyph, letter in pairs})
    shown, font = [], 0
    for stream in streams:
        for chosen, text in re.findall(rb"/F(\d) [\d.]+ Tf|\((.*?)(?<!\\)\) Tj", stream, re.DOTALL):
            if chosen:
                font = int(chosen) - 1
                continue
            plain = re.sub(rb"\\(.)", lambda sign: ESCAPED.get(sign[1], sign[1]), text, flags=re.DOTALL).hex()
            shown.append("".join(tables[font].get(plain[at : at + 4], "") for at in range(0, len(plain), 4)))
    return "\n".join(shown)


def _letters(code: bytes) -> str:
    return bytes.fromhex(code.decode()).decode("utf-16-be")


def test_a_pdf_is_made() -> None:
    """One page, with its title, in a few tens of kilobytes."""
    pdf = receipt_pdf(RECEIPT)
    assert pdf.startswith(b"%PDF-")
    assert pdf.count(b"/Type /Page\n") == 1
    assert len(pdf) < 100_000


def test_everything_is_on_it() -> None:
    """Head, client, code, lines, sums, payments, VAT, whom to ask."""
    text = words(receipt_pdf(RECEIPT))
    for fact in (
        "Riverside Clinic",
        "12 High Street",
        "VAT number GB 123",
        "Receipt",
        "INV-000124",
        "22 November 2026",
        "Jane Smith",
        "K7Q-42M",
        "Consultation",
        "Subtotal",
        "-£10.00",
        "£211.00",
        "Still to pay",
        "£35.17",
        "Questions? Write to hello@riverside.example.",
    ):
        assert fact in text


@pytest.mark.parametrize(
    "name",
    [
        "עדי כהן (30)",
        "عيادة النهر",
        "河畔诊所",
        "👩🏽‍⚕️ Ana",
        "Żółć Ünïcødé",
        "",
        "W" * 300,
        "[/x] <b> {client} %s \\",
    ],
)
def test_no_name_breaks_it(name: str) -> None:
    """Other scripts, pictures, markup, and words longer than a line; void and overpaid too."""
    odd = replace(
        RECEIPT,
        clinic=name,
        client=name,
        address=(name, name),
        lines=(replace(LINE, description=name, discount=5, discount_rate=10),),
        payments=(ReceiptPayment("22 November 2026", name, name, -5),),
        credited=5,
        overpaid=5,
        void=True,
        code="",
    )
    assert receipt_pdf(odd).startswith(b"%PDF-")


def test_many_lines_take_many_pages() -> None:
    """Each with its number; no line is lost."""
    lines = tuple(replace(LINE, description=f"Treatment {number:03d}") for number in range(120))
    pdf = receipt_pdf(replace(RECEIPT, lines=lines))
    text = words(pdf)
    pages = pdf.count(b"/Type /Page\n")
    assert pages >= 3
    assert all(f"Treatment {number:03d}" in text for number in range(120))
    assert f"{pages} of {pages}" in text
    assert text.count("Description") >= pages - 1


def test_text_is_broken_to_its_width_and_turned_round() -> None:
    """Words that fit no line are cut, unknown characters are marked, right-to-left text stands as it is read."""
    page = Page("Title", "Author")
    lines = page.wrapped("Wonderful " * 10 + "W" * 80, Style(), 60)
    assert all(page.pdf.get_string_width(line) <= 60 for line in lines)
    assert "".join(lines).replace(" ", "") == "Wonderful" * 10 + "W" * 80
    assert page.wrapped("按 a", Style(), 60) == [f"{ANY} a"]
    page.text("אב (1)", Style())
    assert "(1) בא" in words(page.finish([]))
