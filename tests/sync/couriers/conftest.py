"""What every test of the couriers stands on."""

import pytest

from sync.couriers.render import PaymentRequestMail, RenderedMail, payment_request_email

URL = "https://pay.example/l/abc"


@pytest.fixture(autouse=True)
def _no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    """Loopback is asked directly, whatever proxy the machine has."""
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)


@pytest.fixture
def request_mail() -> RenderedMail:
    """Return the email of an everyday payment request."""
    return payment_request_email(
        PaymentRequestMail(
            clinic_name="Riverside Clinic",
            client_name="Jane Smith",
            invoice_number="INV-000124",
            amount_text="£211.00",
            url=URL,
            code="K7Q-42M",
            support_email="hello@riverside.example",
        )
    )
