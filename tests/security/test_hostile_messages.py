"""What leaves in messages and on paper: no header, markup, formula or command comes from a name."""

import csv
import io
from dataclasses import replace
from email import message_from_bytes
from email.policy import SMTP

import pytest

from store import settings
from store.contact import normal_email
from store.csv_text import csv_text, plain_text
from store.database import Store
from store.errors import BadInput
from store.importing.clients import import_clients
from store.receipt_text import cells, receipt_text
from store.receipts import Receipt, receipt_of
from store.templates import EmailWords, sms_of, values_of
from store.text import cleaned
from sync.couriers.letter import Envelope, is_address, letter
from sync.couriers.receipt_pdf import receipt_pdf
from sync.couriers.render import Notice, notice_mail, receipt_email
from sync.couriers.smtp_outcome import words
from sync.qr import half_blocks
from tests.security.nasty import NASTY, SURROGATE, driving
from tests.security.poisoned import poison
from tests.sync.couriers.letters import chosen, request_email
from tests.sync.couriers.test_render import Page
from tests.tui.popups import UNPAID

TEXTS = pytest.mark.parametrize("name", NASTY)


@pytest.fixture
def receipt(store: Store) -> Receipt:
    """A receipt out of a file with hostile texts everywhere."""
    poison(store)
    return store.read(lambda reader: receipt_of(reader, settings.load(reader, store.path.parent, {}), UNPAID))


def posted(name: str, text: str) -> bytes:
    """Return a letter, as it goes over the line, from and about somebody of a hostile name."""
    mail = request_email(chosen(clinic__name=text), client=text, invoice=text)
    return letter(Envelope(text, "desk@example.com", ["jane@example.com"], f"id-{len(name)}"), mail).as_bytes(
        policy=SMTP
    )


@TEXTS
def test_no_header_comes_from_a_name(name: str) -> None:
    """The letter has our headers, each once, and its recipients are ours."""
    message = message_from_bytes(posted(name, NASTY[name]), policy=SMTP)
    assert sorted(message.keys()) == sorted(
        ["Subject", "From", "To", "Message-ID", "Date", "MIME-Version", "Content-Type"]
    )
    assert message["To"] == "jane@example.com"
    assert message["From"].addresses[0].addr_spec == "desk@example.com"
    assert driving(message["Subject"]) == []
    assert driving(message["From"].addresses[0].display_name) == []


@TEXTS
def test_no_markup_comes_from_a_name(name: str) -> None:
    """The tags of the page are those of a harmless name; the text is the name, by itself in its own direction."""
    text = NASTY[name]
    hostile, usual = Page(request_email(client=text).html), Page(request_email().html)
    assert hostile.tags == usual.tags
    assert hostile.links == usual.links
    assert driving("".join(hostile.words)) == []
    assert cleaned(text)[:8] in "".join(hostile.words)


@TEXTS
def test_no_word_in_braces_of_a_name_is_filled_in(name: str) -> None:
    """Neither in the letter nor in the text message; a template's own are."""
    text = NASTY[name]
    values = values_of(chosen(), client=text, amount="£1.00", invoice="I-1", url="https://u.example", code="K")
    sms = sms_of(chosen(message__sms__payment_request="{client}: {amount} {url} {code}"), "payment_request", values)
    assert driving(sms) == []
    assert "\n" not in sms
    assert sms.endswith(": £1.00 https://u.example K")
    assert ("{amount}" in sms) == (name == "placeholder")
    assert ("{amount}" in request_email(client=text).text) == (name == "placeholder")


@TEXTS
def test_a_notice_is_lines_of_ours(name: str) -> None:
    """What a gateway says of a payment makes no line of its own."""
    text = NASTY[name]
    mail = notice_mail(Notice(text, "Paid", "£1.00", text, [("How", text), ("Code", "K")], text))
    assert "\n" not in mail.subject
    assert driving(mail.subject + mail.text + mail.html) == []
    usual = notice_mail(Notice("x", "Paid", "£1.00", "x", [("How", "x"), ("Code", "K")], "x"))
    assert Page(mail.html).tags == Page(usual.html).tags
    assert len(mail.text.splitlines()) == len(usual.text.splitlines())


def test_a_receipt_out_of_an_old_file_is_text(receipt: Receipt) -> None:
    """On a screen, in a letter and as a PDF; no line is wider than the page."""
    text = receipt_text(receipt)
    assert driving(text) == []
    assert max(cells(line) for line in text.splitlines()) <= 80
    pdf = receipt_pdf(receipt)
    assert pdf.startswith(b"%PDF-")
    assert b"/JavaScript" not in pdf
    assert b"/URI" not in pdf
    words = EmailWords("{document} {invoice}", "Dear {client},\n\n{clinic}")
    values = values_of(
        chosen(), client=receipt.client, amount="", invoice=receipt.number, url="", code="", document="Receipt"
    )
    mail = receipt_email(words, values, receipt, pdf)
    assert driving(mail.text + "".join(Page(mail.html).words)) == []


def test_a_pdf_takes_any_text(receipt: Receipt) -> None:
    """What its letters do not have is shown as something."""
    text = "\n".join(NASTY.values())
    hostile = replace(receipt, clinic=text, client=text, support=text, address=(text,), lines=())
    assert receipt_pdf(hostile).startswith(b"%PDF-")


def test_a_table_for_a_spreadsheet_comes_back(store: Store) -> None:
    """No cell runs, and what was written is what an import reads again: clients' names go out and come in."""
    names = {f"nasty{at}@example.com": cleaned(text)[:100] for at, text in enumerate(NASTY.values())}
    written = csv_text([["name", "email"], *([name, email] for email, name in names.items())])
    cells = [cell for cell, _ in csv.reader(io.StringIO(written, newline=""))][1:]
    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\t", "\r"))]
    assert [plain_text(cell) for cell in cells] == list(names.values())
    assert store.write(lambda tx: import_clients(tx, written.encode())).added == len(names)
    rows = store.read(lambda reader: reader.all("SELECT email, name FROM clients WHERE email LIKE 'nasty%'"))
    assert {row["email"]: row["name"] for row in rows} == names


@pytest.mark.parametrize("text", [*NASTY.values(), SURROGATE])
def test_an_answer_of_a_mail_server_is_words(text: str) -> None:
    """It is kept, shown and told; a bilingual or hostile server makes no lines of its own."""
    for reply in (text, text.encode("utf-8", "surrogatepass"), text.encode("utf-16", "surrogatepass")):
        said = words(550, reply)
        assert driving(said) == []
        assert "\n" not in said
        assert len(said) < 400


@pytest.mark.parametrize("text", [*NASTY.values(), SURROGATE])
def test_no_hostile_text_is_an_address(text: str) -> None:
    """Neither for an envelope nor in the file, whatever stands around it."""
    assert not is_address(text)
    assert not is_address(f"{text}@example.com") or f"{text}@example.com".isprintable()
    for typed in (text, f"jane@example.com{text}", f"jane@example.com\n{text}", f"{text}<jane@example.com>"):
        assert all(is_address(kept) and driving(kept) == [] for kept in kept_of(typed))


def kept_of(typed: str) -> list[str]:
    """Return the address that is kept of what was typed, if any is."""
    try:
        return [normal_email(typed)]
    except BadInput:
        return []


def test_a_qr_code_is_drawn_with_blocks_alone() -> None:
    """Nothing of the address itself is among them."""
    drawn = "".join(half_blocks("https://pay.example/\x1b[2J"))
    assert set(drawn) <= set(" █▀▄")
