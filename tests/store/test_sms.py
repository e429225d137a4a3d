"""Text messages: how long they are, and how a payment request is made to fit one segment."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.sms import BASIC, EXTENDED, fitted, likely_url, measure, to_gsm
from store.templates import WORDINGS
from store.text import cleaned

STRIPE = "https://buy.stripe.com/test_14A3cv4Jm9Tn0Ew8wwkkz"
CHECK = " Check with us: K7Q-42M"
LONG = "https://service.example.com/pay/01234567-89ab-cdef-0123-456789abcdef"


def request(clinic: str = "Riverside Clinic", url: str = STRIPE, amount: str = "£211.00") -> str:
    """Return the text of an everyday request."""
    words = {"clinic": cleaned(clinic), "amount": amount, "invoice": "INV-000124", "url": url, "code": "K7Q-42M"}
    return fitted(WORDINGS["payment_request"], words)


def test_the_alphabet_has_its_127_characters() -> None:
    """3GPP TS 23.038: 128 codes less the escape, and the extension table's ten."""
    assert len(BASIC) == 127
    assert len(EXTENDED) == 10
    assert not BASIC & EXTENDED


@pytest.mark.parametrize(
    ("text", "encoding", "units", "segments", "room"),
    [
        ("", "GSM-7", 0, 1, 160),
        ("a" * 160, "GSM-7", 160, 1, 160),
        ("a" * 161, "GSM-7", 161, 2, 306),
        ("a" * 306, "GSM-7", 306, 2, 306),
        ("a" * 307, "GSM-7", 307, 3, 459),
        ("€" * 80, "GSM-7", 160, 1, 160),
        ("€" * 81, "GSM-7", 162, 2, 306),
        ("€" * 153, "GSM-7", 306, 3, 459),
        ("a" * 152 + "€" + "a" * 152, "GSM-7", 306, 3, 459),
        ("£@_ÄöñüàÇΔ\n", "GSM-7", 11, 1, 160),
        ("ê" * 70, "UCS-2", 70, 1, 70),
        ("ê" * 71, "UCS-2", 71, 2, 134),
        ("ê" * 135, "UCS-2", 135, 3, 201),
        ("🦷" * 35, "UCS-2", 70, 1, 70),
        ("🦷" * 36, "UCS-2", 72, 2, 134),
        ("🦷" * 67, "UCS-2", 134, 3, 201),
    ],
)
def test_units_and_segments_follow_the_standard(
    text: str, encoding: str, units: int, segments: int, room: int
) -> None:
    """160 and 153, 70 and 67; a character of two units is not split between segments."""
    result = measure(text)
    assert (result.encoding, result.units, result.segments, result.room) == (encoding, units, segments, room)


def test_the_characters_that_make_it_dear_are_named_once() -> None:
    """The desk can say which characters to change."""
    assert measure("ça va? “ok” 🦷🦷 ’").offending == ("ç", "“", "”", "🦷", "’")
    assert measure("£20 [ok]").offending == ()


@given(st.text())
def test_a_message_never_costs_fewer_segments_than_its_units_need(text: str) -> None:
    """Whatever the text, units fit the room of the segments."""
    result = measure(text)
    assert result.units <= result.room
    assert result.segments >= 1


def test_an_everyday_request_is_one_segment_with_everything_in_it() -> None:
    """Clinic, amount, invoice, link and code."""
    text = request()
    assert text == (f"Riverside Clinic asks for £211.00 (INV-000124). Pay safely at {STRIPE} Check with us: K7Q-42M")
    assert (measure(text).encoding, measure(text).segments) == ("GSM-7", 1)


@pytest.mark.parametrize(
    ("clinic", "url", "text"),
    [
        (
            "Riverside Clinic",
            LONG + "/" + "0" * 16,
            "Riverside Clinic: £211.00 for INV-000124. Pay: {url} Check with us: K7Q-42M",
        ),
        (
            "St Mary’s Physio, Massage and Wellbeing Centre of Manchester",
            STRIPE,
            "St Mary's Physio, Massage and Wellbeing Centre of.: £211.00 for INV-000124. Pay: {url}" + CHECK,
        ),
        (
            "Riverside Clinic",
            LONG + "/" + "0" * 24,
            "Riverside.: £211.00 for INV-000124. Pay: {url} Check with us: K7Q-42M",
        ),
        ("Riverside Clinic", LONG + "/" + "0" * 35, "Riverside Clinic: £211.00 for INV-000124. Pay: {url}"),
        ("Riverside Clinic", LONG + "/" + "0" * 55, "Riverside Clinic: £211.00. Pay: {url}"),
    ],
)
def test_a_longer_request_gives_up_the_least_important_first(clinic: str, url: str, text: str) -> None:
    """Fewer words, then a shorter name, then no code; the link stays whole."""
    sent = request(clinic, url)
    assert measure(sent).segments == 1
    assert sent == text.replace("{url}", url)


@pytest.mark.parametrize(
    ("clinic", "name"),
    [
        ("Café Zahnärzte", "Café Zahnärzte"),
        ("Żółć & Crème Clinic 🦷", "Zolc & Crème Clinic"),
        ("“St Mary’s” – Leeds…", '"St Mary\'s" - Leeds...'),
        ("Full-width Ｃｌｉｎｉｃ", "Full-width Clinic"),
        ("Two\r\nLines\x1b[0m", "Two Lines[0m"),
    ],
)
def test_a_name_is_written_in_the_phone_alphabet(clinic: str, name: str) -> None:
    """Accents that GSM-7 lacks, typographic marks and pictures do not make a message dearer."""
    text = request(clinic)
    assert text.startswith(f"{name} asks for ")
    assert measure(text).encoding == "GSM-7"


@pytest.mark.parametrize("clinic", ["عيادة النهر", "河畔诊所及康复治疗中心", "Κλινική"])
def test_a_name_without_likeness_stays_as_it_is(clinic: str) -> None:
    """A clinic is always named, if need be in UCS-2 with as few segments as can be."""
    text = request(clinic)
    assert clinic in text
    assert STRIPE in text
    assert measure(text).encoding == "UCS-2"
    assert measure(text).segments == 2


def test_a_link_that_fills_the_message_costs_a_second_segment_and_loses_nothing() -> None:
    """Nothing is given up where that saves no segment."""
    url = "https://pay.example/" + "y" * 130
    text = request(url=url)
    assert text == f"Riverside Clinic asks for £211.00 (INV-000124). Pay safely at {url} Check with us: K7Q-42M"
    assert measure(text).segments == 2


@given(clinic=st.text(min_size=1, max_size=80), path=st.text("abcXYZ019-_", max_size=120))
def test_whatever_the_clinic_is_called_the_link_is_whole_and_on_one_line(clinic: str, path: str) -> None:
    """No name can damage the link or add a line."""
    text = request(clinic, f"https://pay.example/{path}")
    assert f" https://pay.example/{path}" in text
    assert "£211.00" in text
    assert "\n" not in text


@pytest.mark.parametrize("kind", ["stripe", "coherent", "sandbox"])
def test_a_preview_before_the_link_exists_is_one_segment(kind: str) -> None:
    """The stand-in is as long as a real link."""
    assert measure(request(url=likely_url(kind))).segments == 1
    assert likely_url(kind).startswith("https://")
    assert len(likely_url("stripe")) == 47


@given(st.text())
def test_what_is_put_into_the_phone_alphabet_is_in_it(text: str) -> None:
    """A result of `to_gsm` never makes a message UCS-2."""
    plain = to_gsm(text)
    assert plain is None or measure(plain).encoding == "GSM-7"
