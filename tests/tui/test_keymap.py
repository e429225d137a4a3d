"""Keys that a clinic changes: read softly, checked strictly."""

import pytest

from store.errors import BadInput
from tui import keymap


def test_what_is_written_is_what_is_read() -> None:
    """In the setting, names in order."""
    assert keymap.parse("pos.payment=F11  outbox.hold=k") == {"pos.payment": "f11", "outbox.hold": "k"}
    assert keymap.as_text({"pos.payment": "f11", "outbox.hold": "k"}) == "outbox.hold=k pos.payment=f11"
    assert keymap.parse("") == {}


def test_a_key_is_changed_and_brought_back() -> None:
    """An empty key is the usual one."""
    chosen = keymap.changed({}, "pos.payment", "f11")
    assert chosen == {"pos.payment": "f11"}
    assert keymap.changed(chosen, "pos.payment", "") == {}


@pytest.mark.parametrize(
    ("name", "key", "said"),
    [
        ("pos.nothing", "f11", "no key named"),
        ("pos.payment", "enter", "cannot be used"),
        ("pos.payment", "ctrl+m", "every terminal"),
        ("pos.payment", "k", "works while one types"),
        ("pos.payment", "f5", "taken by app.outbox"),
        ("outbox.hold", "r", "taken by outbox.retry"),
    ],
)
def test_what_cannot_be_is_said(name: str, key: str, said: str) -> None:
    """With what to do instead."""
    with pytest.raises(BadInput, match=said):
        keymap.changed({}, name, key)


def test_a_key_that_was_given_up_is_free() -> None:
    """Two keys can be exchanged through a third."""
    chosen = keymap.changed({}, "app.outbox", "f12")
    assert keymap.changed(chosen, "pos.payment", "f5") == {"app.outbox": "f12", "pos.payment": "f5"}


def test_what_is_wrong_in_the_setting_is_said_and_the_rest_holds() -> None:
    """A mistake must not take the desk's keys away."""
    chosen, wrong = keymap.in_force("pos.payment=f11 nonsense pos.gone=f12 outbox.hold=k")
    assert chosen == {"pos.payment": "f11", "outbox.hold": "k"}
    assert len(wrong) == 2
