"""The words and looks of the emails."""

from dataclasses import replace
from html.parser import HTMLParser

import pytest

from sync.couriers.render import (
    QR_CID,
    PaymentLinkPaidMail,
    PaymentRequestMail,
    RenderedMail,
    payment_link_paid,
    payment_request_email,
)
from sync.qr import png

WORDS = PaymentRequestMail(
    clinic_name="Riverside Clinic",
    client_name="Jane Smith",
    invoice_number="INV-000124",
    amount_text="£211.00",
    url="https://pay.example/l/abc?a=1&b=2",
    code="K7Q-42M",
    support_email="hello@riverside.example",
)
PAID = PaymentLinkPaidMail(
    "Riverside Clinic", "Jane Smith", "INV-000124", "£211.00", "Visa ending 4242", "Tue 3 March, 14:05", "K7Q-42M"
)


class Page(HTMLParser):
    """What a reader of a page gets: its text, links and pictures."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.links: list[str] = []
        self.pictures: list[dict[str, str | None]] = []
        self.words: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note links and pictures."""
        self.tags.append(tag)
        if tag == "a":
            self.links.append(dict(attrs)["href"] or "")
        if tag == "img":
            self.pictures.append(dict(attrs))

    def handle_data(self, data: str) -> None:
        """Note the text."""
        self.words.append(data)

    @property
    def text(self) -> str:
        """The text with single spaces."""
        return " ".join(" ".join(self.words).split())


def test_the_subject_is_exactly_who_asks() -> None:
    """The subject that the clinic's clients know."""
    assert payment_request_email(WORDS).subject == "Payment request from Riverside Clinic"


def test_html_and_text_say_the_same_facts() -> None:
    """Who asks, how much, for which invoice, where to pay, whom to ask, and how to check."""
    mail = payment_request_email(WORDS)
    for text in (Page(mail.html).text, Page(mail.html_without_picture).text, mail.text):
        for fact in ("Riverside Clinic", "Jane Smith", "£211.00", "INV-000124", WORDS.url, "hello@riverside.example"):
            assert fact in text
        assert "Is this email genuine?" in text
        assert "K7Q-42M" in text


def test_the_button_the_address_and_the_code_lead_to_the_link() -> None:
    """Button and address link to the untouched URL; the picture is the QR code of it."""
    mail = payment_request_email(WORDS)
    page = Page(mail.html)
    assert page.links == [WORDS.url, WORDS.url, "mailto:hello@riverside.example"]
    assert "Tap here to pay" in page.text
    assert [(picture["src"], picture["alt"]) for picture in page.pictures] == [
        (f"cid:{QR_CID}", "QR code of the payment link")
    ]
    assert mail.qr_png == png(WORDS.url)
    assert Page(mail.html_without_picture).pictures == []


def test_without_a_support_address_none_is_offered() -> None:
    """An empty setting leaves no empty sentence."""
    mail = payment_request_email(replace(WORDS, support_email=""))
    assert "mailto:" not in mail.html
    assert "Questions? Reply to this email." in mail.text


@pytest.mark.parametrize(
    "name",
    [
        "<script>alert(1)</script>",
        "{{ 7 * 7 }}{% raw %}",
        '"><img src=x>',
        "O'Brien & Sons",
        "עדי",
        "👩🏽‍⚕️ Ana",
        "[/x]",
    ],
)
def test_a_name_is_shown_as_it_is_and_never_as_markup(name: str) -> None:
    """Markup, templates, emoji and right-to-left text in names stay text."""
    usual, odd = (
        Page(payment_request_email(WORDS).html),
        payment_request_email(replace(WORDS, clinic_name=name, client_name=name)),
    )
    page = Page(odd.html)
    assert page.tags == usual.tags
    assert page.text.count(name) == usual.text.count("Riverside Clinic") + usual.text.count("Jane Smith")
    assert f"Hello {name}," in odd.text
    assert odd.subject == f"Payment request from {name}"


def test_line_breaks_and_control_characters_are_gone() -> None:
    """A name takes one line, in the subject and everywhere."""
    mail = payment_request_email(
        replace(WORDS, clinic_name="A\r\nBcc: x@y.example\x00\u2028B", client_name="J\n\n\x1b")
    )
    assert mail.subject == "Payment request from A Bcc: x@y.example B"
    assert mail.text.startswith("Hello J,\n\nA Bcc: x@y.example B asks for £211.00")


def paid_facts(mail: RenderedMail) -> list[str]:
    """Return both forms of a notification as text."""
    return [Page(mail.html).text, mail.text]


def test_the_clinic_is_told_who_paid_what_and_how() -> None:
    """Client, invoice, value and way of paying."""
    mail = payment_link_paid(PAID)
    assert mail.subject == "Payment link paid: £211.00, INV-000124"
    assert mail.qr_png == b""
    for text in paid_facts(mail):
        for fact in ("Jane Smith", "INV-000124", "£211.00", "Visa ending 4242", "Tue 3 March, 14:05", "K7Q-42M"):
            assert fact in text


def test_an_unknown_way_of_paying_is_left_out() -> None:
    """A gateway that does not say how leaves no empty line."""
    for text in paid_facts(payment_link_paid(replace(PAID, method=""))):
        assert "How" not in text
