"""`paydesk settings set`, where staff are registered."""

import pytest

from store.database import Store
from store.opening import FILE_NAME
from tests.tui.cli.conftest import Paydesk
from tests.tui.people import AMIRAS, BENS, hire


@pytest.fixture
def _staffed(paydesk: Paydesk, folder: object) -> None:
    """Amira, a manager, and Ben."""
    assert paydesk("settings", "get").code == 0
    store = Store(folder / FILE_NAME)  # type: ignore[operator]
    hire(store)
    store.close()


@pytest.mark.usefixtures("_staffed")
@pytest.mark.parametrize("pin", ["", BENS])
def test_nobody_but_a_manager_changes_settings(paydesk: Paydesk, monkeypatch: pytest.MonkeyPatch, pin: str) -> None:
    """Neither without a PIN nor with a receptionist's."""
    if pin:
        monkeypatch.setenv("PAYDESK_PIN", pin)
    ran = paydesk("settings", "set", "clinic.name", "Mine")
    assert ran.code == 1
    assert paydesk("settings", "get", "clinic.name").out == "Your clinic\n"


@pytest.mark.usefixtures("_staffed")
def test_a_managers_pin_changes_them(paydesk: Paydesk, monkeypatch: pytest.MonkeyPatch) -> None:
    """From the environment, for scripts; the theme takes none."""
    assert paydesk("settings", "set", "desk.theme", "paydesk-light").code == 0
    monkeypatch.setenv("PAYDESK_PIN", AMIRAS)
    assert paydesk("settings", "set", "clinic.name", "Riverside").code == 0
    assert paydesk("settings", "get", "clinic.name").out == "Riverside\n"
