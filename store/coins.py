"""The notes and coins of a currency, for counting a till."""

from collections.abc import Mapping

PIECES: Mapping[str, tuple[int, ...]] = {
    "GBP": (5000, 2000, 1000, 500, 200, 100, 50, 20, 10, 5, 2, 1),
    "EUR": (20000, 10000, 5000, 2000, 1000, 500, 200, 100, 50, 20, 10, 5, 2, 1),
    "USD": (10000, 5000, 2000, 1000, 500, 200, 100, 50, 25, 10, 5, 1),
}
"""Each in its pence, largest first; the Bank of England's and the Royal Mint's, the ECB's, the US Mint's."""

_SIGNS = {"GBP": ("£", "p"), "EUR": ("€", "c"), "USD": ("$", "¢")}


def piece_name(pence: int, currency: str) -> str:
    """Return what a note or coin is called: `£20`, `50p`."""
    whole, part = _SIGNS[currency]
    return f"{whole}{pence // 100}" if pence >= 100 else f"{pence}{part}"
