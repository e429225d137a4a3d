"""Email addresses and mobile numbers: kept in one form, refused with a reason."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.contact import mobile_key, normal_email, normal_mobile, shown_mobile
from store.errors import BadInput


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("jane@example.com", "jane@example.com"),
        ("  Jane.Smith+clinic@EXAMPLE.com ", "Jane.Smith+clinic@example.com"),
        ("o'brien@example.co.uk", "o'brien@example.co.uk"),
        ("jane@exa\u200bmple.com", "jane@example.com"),
        ("jane@bücher.example", "jane@bücher.example"),
    ],
)
def test_good_addresses_are_kept_in_one_form(typed: str, kept: str) -> None:
    """The domain in lower case, nothing around it."""
    assert normal_email(typed) == kept


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ("", "Type an email address, such as jane@example.com"),
        (" \u200b ", "Type an email address"),
        ("jane", "“jane” is not an email address: an email address must have an @-sign"),
        ("jane@", "is not an email address: there must be something after the @-sign"),
        ("@example.com", "there must be something before the @-sign"),
        ("jane@example", "is not an email address"),
        ("jane smith@example.com", "is not an email address"),
        ("jane@@example.com", "is not an email address"),
        ("jane@example..com", "is not an email address"),
        ("Jane <jane@example.com>", "is not an email address"),
        ("jane@example.com, omar@example.com", "is not an email address"),
        ("jane@example.com\r\nBcc: all@example.com", "is not an email address"),
        ("x" * 300 + "@example.com", "is not an email address"),
    ],
)
def test_bad_addresses_are_refused_with_the_reason(typed: str, why: str) -> None:
    """What was typed is shown, and what is wrong with it."""
    with pytest.raises(BadInput) as caught:
        normal_email(typed)
    assert why in str(caught.value)
    assert caught.value.field == "email"


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("07700 900123", "+447700900123"),
        ("07700-900-123", "+447700900123"),
        ("+44 7700 900123", "+447700900123"),
        ("+44 (0)7700 900123", "+447700900123"),
        ("0044 7700 900123", "+447700900123"),
        ("\u202a07911 123456\u202c", "+447911123456"),
        ("+353 85 012 3456", "+353850123456"),
        ("+1 202 555 0123", "+12025550123"),
    ],
)
def test_good_mobiles_are_kept_as_e164(typed: str, kept: str) -> None:
    """British without a country, others with it."""
    assert normal_mobile(typed) == kept


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ("", "Type a mobile number, such as 07700 900123"),
        ("call me", "“call me” has letters in it"),
        ("07700 9OO123", "has letters in it"),
        ("07700 90012", "is not a whole mobile number. British mobiles have 11 digits"),
        ("07700 9001234", "is not a whole mobile number"),
        ("12345", "is not a whole mobile number"),
        ("!!", "“!!” is not a mobile number. Type one such as 07700 900123"),
        ("+999 123456789", "is not a mobile number"),
        ("020 7183 8750", "is not a mobile number, so an SMS would not arrive"),
        ("0" * 500, "is not a"),
    ],
)
def test_bad_mobiles_are_refused_with_the_reason(typed: str, why: str) -> None:
    """What was typed is shown, never at length."""
    with pytest.raises(BadInput) as caught:
        normal_mobile(typed)
    assert why in str(caught.value)
    assert caught.value.field == "mobile"
    assert len(str(caught.value)) < 250


@given(st.text())
def test_whatever_is_typed_is_kept_whole_or_refused_without_harm(typed: str) -> None:
    """No other error, and nothing unprintable in what is shown."""
    for normal in (normal_email, normal_mobile):
        try:
            kept = normal(typed)
        except BadInput as error:
            kept, said = "", str(error)
        else:
            said = ""
        assert not kept or normal(kept) == kept
        assert said.replace("\u200c", "").replace("\u200d", "").isprintable()


@pytest.mark.parametrize(
    ("e164", "shown"),
    [("+447700900123", "07700 900123"), ("+353850123456", "+353850123456"), ("", "")],
)
def test_mobiles_are_shown_as_people_read_them(e164: str, shown: str) -> None:
    """British numbers in two groups, others whole."""
    assert shown_mobile(e164) == shown


def test_a_mobile_is_found_by_its_parts() -> None:
    """With and without the country, and by its last six digits."""
    assert mobile_key("+447700900123").split() == ["447700900123", "07700900123", "07700", "900123"]
    assert mobile_key("") == ""
