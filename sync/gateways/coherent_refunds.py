"""The refunds in Coherent's transactions: amounts and statuses, without ids.

So each gets one made of what is known: the transaction, the amount, and which of that amount it is. Those that moved
or will move money are counted apart from those that failed, so that no order of the list changes who is who.
"""

from collections import Counter
from collections.abc import Iterable

from sync.gateways.base import GatewayRefund, RefundState
from sync.gateways.reading import Fields, ShapeError

_FAILED = frozenset({"failed", "rejected", "declined", "cancelled", "canceled", "void", "error"})
_PENDING = frozenset({"pending", "processing", "requested", "created", "queued"})
_ORDER: dict[RefundState, int] = {"done": 0, "pending": 1, "failed": 2}


def paid_id(uuid: str) -> str:
    """Return the identity of the one payment of a transaction."""
    return f"{uuid}:paid"


def read_refunds(transaction: Fields, uuid: str, paid: int) -> tuple[tuple[GatewayRefund, ...], bool]:
    """Return the refunds of a transaction, those that are done first, and whether they can be all that there are.

    They cannot where the transaction is refunded and they do not make up what was `paid`, or where one is unreadable:
    the payment is true all the same.
    """
    try:
        told = transaction.each_or_none("refunds", _read)
    except ShapeError:
        return (), False
    count: Counter[tuple[bool, int]] = Counter()
    found = []
    for amount, state, reason in sorted(told, key=lambda each: (_ORDER[each[1]], each[0])):
        failed = state == "failed"
        count[failed, amount] += 1
        name = f"{uuid}:{'failed' if failed else 'refund'}:{amount}:{count[failed, amount]}"
        found.append(GatewayRefund(name, paid_id(uuid), amount, state, reason, nameless=True))
    whole = transaction.text("status") != "refunded" or sum(each.amount for each in live_refunds(found)) >= paid
    return tuple(found), whole


def live_refunds(refunds: Iterable[GatewayRefund]) -> list[GatewayRefund]:
    """Return the refunds that moved or will move money."""
    return [each for each in refunds if each.state != "failed"]


def _read(value: object) -> tuple[int, RefundState, str]:
    fields = Fields(value)
    status = fields.words("status").lower()
    state: RefundState = "failed" if status in _FAILED else "pending" if status in _PENDING else "done"
    return fields.amount("amount"), state, fields.words("reason", 200)
