"""Amounts as a client reads them."""

MINIMUM = {
    "aed": 200, "aud": 50, "bgn": 100, "brl": 50, "cad": 50, "chf": 50, "czk": 1500, "dkk": 250,
    "eur": 50, "gbp": 30, "hkd": 400, "huf": 17500, "inr": 50, "jpy": 50, "mxn": 1000, "myr": 200,
    "nok": 300, "nzd": 50, "pln": 200, "ron": 200, "sek": 300, "sgd": 50, "thb": 1000, "usd": 50,
}  # fmt: skip
"""The currencies of the sandbox and the least that Stripe charges in each, in minor units.

https://docs.stripe.com/currencies#minimum-and-maximum-charge-amounts
"""

MAXIMUM = 99_999_999
"""https://docs.stripe.com/currencies: eight digits."""

_WITHOUT_PENCE = frozenset({"jpy"})
_SIGNS = {"gbp": "£", "eur": "€", "usd": "$", "jpy": "¥"}


def shown(amount: int, currency: str) -> str:
    """Return an amount as a client reads it, such as `£1,234.50` or `15.00 CZK`."""
    number = f"{amount:,}" if currency in _WITHOUT_PENCE else f"{amount // 100:,}.{amount % 100:02d}"
    sign = _SIGNS.get(currency)
    return f"{sign}{number}" if sign else f"{number} {currency.upper()}"
