"""What every test of the couriers stands on."""

import pytest

from sync.couriers.render import RenderedMail
from tests.sync.couriers.letters import request_email


@pytest.fixture(autouse=True)
def _no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    """Loopback is asked directly, whatever proxy the machine has."""
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)


@pytest.fixture
def request_mail() -> RenderedMail:
    """Return the email of an everyday payment request."""
    return request_email()
