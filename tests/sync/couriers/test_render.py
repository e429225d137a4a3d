"""The words and looks of the emails."""

from html.parser import HTMLParser

import pytest

from store.templates import MessageKind
from sync.couriers.render import QR_CID, RenderedMail, notice_mail
from sync.qr import png
from tests.sync.couriers.letters import URL, chosen, paid_notice, request_email


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
    assert request_email().subject == "Payment request from Riverside Clinic"


@pytest.mark.parametrize("kind", ["payment_request", "reminder"])
def test_html_and_text_say_the_same_facts(kind: MessageKind) -> None:
    """Who asks, how much, for which invoice, where to pay, whom to ask, and how to check."""
    mail = request_email(kind=kind)
    for text in (Page(mail.html).text, Page(mail.html_without_picture).text, mail.text):
        for fact in ("Riverside Clinic", "Jane Smith", "£211.00", "INV-000124", URL, "hello@riverside.example"):
            assert fact in text
        assert "Is this email genuine?" in text
        assert "K7Q-42M" in text


def test_the_button_the_address_and_the_code_lead_to_the_link() -> None:
    """Button and address link to the untouched URL; the picture is the QR code of it."""
    mail = request_email()
    page = Page(mail.html)
    assert page.links == [URL, URL, "mailto:hello@riverside.example"]
    assert "Tap here to pay" in page.text
    assert [(picture["src"], picture["alt"]) for picture in page.pictures] == [
        (f"cid:{QR_CID}", "QR code of the payment link")
    ]
    assert mail.qr_png == png(URL)
    assert Page(mail.html_without_picture).pictures == []


def test_without_a_support_address_none_is_offered() -> None:
    """An empty setting leaves no empty sentence."""
    mail = request_email(chosen(clinic__support_email=""))
    assert "mailto:" not in mail.html
    assert mail.text.endswith("Questions? Reply to this email.\n\nRiverside Clinic\n")


@pytest.mark.parametrize(
    "name",
    [
        "<script>alert(1)</script>",
        "{{ 7 * 7 }}{% raw %}",
        "{client} {url}",
        '"><img src=x>',
        "O'Brien & Sons",
        "עדי",
        "👩🏽‍⚕️ Ana",
        "[/x]",
    ],
)
def test_a_name_is_shown_as_it_is_and_never_as_markup(name: str) -> None:
    """Markup, templates, placeholders, emoji and right-to-left text in names stay text."""
    usual = Page(request_email().html)
    odd = request_email(chosen(clinic__name=name), client=name)
    page = Page(odd.html)
    assert page.tags == usual.tags
    assert page.text.count(name) == usual.text.count("Riverside Clinic") + usual.text.count("Jane Smith")
    assert f"Hello {name}," in odd.text
    assert odd.subject == f"Payment request from {name}"


def test_line_breaks_and_control_characters_are_gone() -> None:
    """A name takes one line, in the subject and everywhere."""
    mail = request_email(chosen(clinic__name="A\r\nBcc: x@y.example\x00\u2028B"), client="J\n\n\x1b")
    assert mail.subject == "Payment request from A Bcc: x@y.example B"
    assert mail.text.startswith("Hello J,\n\nA Bcc: x@y.example B asks for £211.00")


def test_a_clinics_own_words_are_drawn_round_the_button_and_the_box() -> None:
    """Its paragraphs stay in their order, its line breaks stay, its markup is text."""
    body = "Dear <b>{client}</b>,\nwelcome.\n\nSay {code} on the phone.\n\nHere: {url}\n\nBye"
    mail = request_email(chosen(message__email__payment_request__body=body))
    page = Page(mail.html)
    usual = Page(request_email().html)
    assert (
        mail.text == body.replace("{client}", "Jane Smith").replace("{code}", "K7Q-42M").replace("{url}", URL) + "\n"
    )
    assert page.tags.count("b") == 0
    for words in ("Dear <b> Jane Smith </b>, welcome.", "Say K7Q-42M on the phone.", "Tap here to pay", "Bye"):
        assert words in page.text
    assert page.text.index("Say K7Q-42M") < page.text.index("Tap here") < page.text.index("Bye")
    assert page.pictures == usual.pictures
    assert "welcome.<br>" not in mail.html
    assert "</bdi>&lt;/b&gt;,<br>\nwelcome." in mail.html


def test_where_link_and_code_share_a_paragraph_the_box_says_how_to_check() -> None:
    """Button, picture and how to check stay, whatever the words."""
    mail = request_email(chosen(message__email__payment_request__body="Pay {amount}: {url} ({code})"))
    text = Page(mail.html).text
    assert "Tap here to pay" in text
    assert "Is this email genuine? Call or visit Riverside Clinic" in text
    assert text.count("K7Q-42M") == 3


def notice_facts(mail: RenderedMail) -> list[str]:
    """Return both forms of a notification as text."""
    return [Page(mail.html).text, mail.text]


def test_the_clinic_is_told_who_paid_what_and_how() -> None:
    """Client, invoice, value and way of paying."""
    mail = notice_mail(paid_notice())
    assert mail.subject == "Payment link paid: £211.00, INV-000124"
    assert mail.qr_png == b""
    for text in notice_facts(mail):
        for fact in ("Jane Smith", "INV-000124", "£211.00", "Visa ending 4242", "K7Q-42M"):
            assert fact in text
    assert "Client:   Jane Smith\nInvoice:  INV-000124\n" in mail.text


def test_an_unknown_way_of_paying_is_left_out() -> None:
    """A gateway that does not say how leaves no empty line."""
    for text in notice_facts(notice_mail(paid_notice(""))):
        assert "How" not in text
