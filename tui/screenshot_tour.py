"""The tour of the desk that `make screenshots` takes: which keys lead to each picture, and which lead away."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Shot:
    """One picture: `keys` lead to it (text, or a key's name in angle brackets), `away` leave it again.

    `after` is what the terminal must show before it is drawn, such as the word that tells that a link is there.
    """

    name: str
    keys: tuple[str, ...]
    away: tuple[str, ...] = ()
    after: str = ""


SALE = (
    Shot("pos", ("<f2>", "jane", "<enter>", "consul", "<enter>", "flu", "<enter>")),
    Shot("discount", ("<ctrl+d>", "10%"), ("<escape>",)),
    Shot("cash", ("<f8>", "c", "150"), ("<escape>",)),
    Shot("deposit", ("<ctrl+e>", "50"), ("<escape>",)),
    Shot("payment-link", ("<f8>", "p"), after="Check with us"),
    Shot("link", ("<enter>",), after="▄"),
    Shot("help", ("<f1>",), ("<escape>", "<escape>")),
    Shot("parked", ("<f7>", "<ctrl+o>"), ("<escape>",)),
)
"""From a client's name to the link's QR."""

RECORDS = (
    Shot("invoices", ("<f3>",)),
    Shot("invoice", ("<tab>", "<enter>")),
    Shot("invoice-options", ("o",), ("<escape>", "<escape>")),
    Shot("refund", ("<f3>", "<tab>", "5", "<enter>", "f", "<tab>", "<tab>", "charged twice")),
    Shot("approval", ("<enter>",), ("<escape>", "<escape>", "<escape>", "1"), after="PIN"),
    Shot("clients", ("<f4>", "jane")),
    Shot("client", ("<enter>",), ("<escape>", "<escape>")),
    Shot("today", ("<f6>",)),
    Shot("cash-up", ("c", "110"), ("<escape>",)),
    Shot("reports", ("r",), ("<escape>",)),
    Shot("admin", ("<f9>", "2468", "<enter>"), after="Payment days"),
)
"""What is kept, what was taken, and what a manager sets up; reception is asked for a manager's PIN on the way."""

CUT_OFF = (
    Shot(
        "link-offline",
        ("<f2>", "<f7>", "priya", "<enter>", "nurse", "<enter>", "<f8>", "p", "<enter>"),
        ("<escape>",),
        after="by itself",
    ),
    Shot("outbox", ("<f5>",), after="Make payment link"),
)
"""While the sandbox is switched off."""

FIRST_START = (Shot("first-start", ()),)
SIGN_IN = (Shot("sign-in", ()),)
