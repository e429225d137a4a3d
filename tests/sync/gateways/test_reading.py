"""Reading fields: what is taken, and what is not."""

from datetime import UTC, datetime

import pytest

from sync.gateways.reading import Fields, ShapeError, is_identity, plain


@pytest.mark.parametrize("value", [None, True, 1.0, "100", -1, 10**12 + 1, [], {}])
def test_what_is_not_an_amount(value: object) -> None:
    """Money is a whole number of minor units that a table can hold, and nothing like it."""
    with pytest.raises(ShapeError):
        Fields({"amount": value}).amount("amount")


@pytest.mark.parametrize("value", [None, False, 1.0, "0", -1, 10**18])
def test_what_is_not_a_moment(value: object) -> None:
    """A time is a count of seconds within the calendar."""
    with pytest.raises(ShapeError):
        Fields({"created": value}).moment("created")


def test_good_fields() -> None:
    """The edges of what is taken."""
    fields = Fields({"amount": 10**12, "none": 0, "created": 0, "currency": "gbp", "active": False})
    assert (fields.amount("amount"), fields.amount("none")) == (10**12, 0)
    assert fields.moment("created") == datetime(1970, 1, 1, tzinfo=UTC)
    assert fields.currency("currency") == "GBP"
    assert fields.flag("active") is False


@pytest.mark.parametrize("value", ["", "a/b", "..", "a b", "é", "x" * 256, None, 7])
def test_what_is_not_an_identity(value: object) -> None:
    """An id is safe in a path, a header and a table."""
    assert not is_identity(value)


def test_an_expanded_object_is_its_id() -> None:
    """Stripe gives an id, or the object behind it when that was asked for."""
    fields = Fields({"short": "pi_1", "whole": {"id": "pi_1"}, "odd": {"id": 1}, "none": None})
    read = [fields.identity_or_none(name) for name in ("short", "whole", "odd", "none", "missing")]
    assert read == ["pi_1", "pi_1", None, None, None]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Riverside Clinic", "Riverside Clinic"),
        ("  two\r\n lines\t", "two lines"),
        ("\x1b[2J\u202eevil\ud800", "[2J evil"),
        ("[/x] & <b>", "[/x] & <b>"),
        ("exactly twenty chars", "exactly twenty chars"),
        ("exactly twenty chars and more", "exactly twenty char…"),
        ("", ""),
    ],
)
def test_plain_text(text: str, shown: str) -> None:
    """One line, nothing that steers a terminal, never longer than asked; markup stays as it was written."""
    assert plain(text, 20) == shown
