"""Those who use the sandbox in tests: a desk with Stripe's library, clients with browsers, and a clock."""

from typing import Any

import httpx
import stripe

from sync.sandbox.server import Sandbox

START = 1_764_000_000
KEY = "sk_test_paydesk"


class Clock:
    """A clock that only moves when it is told to; seconds since 1970, UTC."""

    def __init__(self) -> None:
        self.now = float(START)

    def __call__(self) -> float:
        """Return the time."""
        return self.now

    def forward(self, *, hours: float) -> None:
        """Move on."""
        self.now += hours * 3600


class Stripe:
    """The official library and plain HTTP, both at the sandbox's Stripe dialect."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._session = stripe.RequestsClient(timeout=10)
        self.sdk = stripe.StripeClient(
            KEY, base_addresses={"api": sandbox.address}, max_network_retries=0, http_client=self._session
        )
        self.http = httpx.Client(base_url=sandbox.address, headers={"Authorization": f"Bearer {KEY}"}, timeout=10)

    def order(self, amount: int = 12000, **more: Any) -> dict[str, Any]:
        """Return what a payment link for one invoice asks for."""
        price = {"currency": "gbp", "unit_amount": amount, "product_data": {"name": "Invoice INV-000124"}}
        return {
            "line_items": [{"price_data": price, "quantity": 1}],
            "restrictions": {"completed_sessions": {"limit": 1}},
            "metadata": {"paydesk_request": "01JREQUEST"},
            **more,
        }

    def link(self, amount: int = 12000, **more: Any) -> stripe.PaymentLink:
        """Make a payment link."""
        return self.sdk.v1.payment_links.create(self.order(amount, **more))  # type: ignore[arg-type]

    def form(self, amount: int = 12000, name: str = "Invoice INV-000124") -> dict[str, str]:
        """Return the smallest link that can be asked for, as a form."""
        price = "line_items[0][price_data]"
        return {
            f"{price}[currency]": "gbp",
            f"{price}[unit_amount]": str(amount),
            f"{price}[product_data][name]": name,
            "line_items[0][quantity]": "1",
        }

    def close(self) -> None:
        """Close the connections."""
        self._session.close()  # type: ignore[no-untyped-call]
        self.http.close()


class Client:
    """Someone with a browser, who opens a link and presses a button."""

    def __init__(self) -> None:
        self.browser = httpx.Client(follow_redirects=True, timeout=10)

    def open(self, url: str) -> httpx.Response:
        """Open a link."""
        return self.browser.get(url)

    def visit(self, url: str) -> str:
        """Open a link and return the id of the visit that the page names."""
        page = self.open(url).text
        return page.partition('name="session" value="')[2].partition('"')[0]

    def press(self, url: str, session: str, outcome: str = "succeed", method: str = "card") -> httpx.Response:
        """Press a button on an opened page."""
        return self.browser.post(url, data={"session": session, "method": method, "outcome": outcome})

    def pay(self, url: str, method: str = "card") -> httpx.Response:
        """Open a link and pay."""
        return self.press(url, self.visit(url), method=method)
