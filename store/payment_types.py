"""The ways in which a clinic takes money: a manager adds, names, orders and switches them; none is ever deleted."""

import re
from typing import Literal

from store.authority import require_manager
from store.database import Reader, Row, Tx
from store.errors import BadInput, NotFound, Refused
from store.models import PaymentType
from store.text import cleaned

Kind = Literal["cash", "recorded", "credit", "link"]
KINDS: tuple[Kind, ...] = ("cash", "recorded")
"""What a new type may be: account credit and the payment link are there once each."""

TAKEN_KEYS = {"q": "shows the payment link's QR at the till"}
"""Letters that no type can have, with what they do where one pays."""

DEED = "change payment types"
LONGEST_NAME = 30
_COLUMNS = "code, name, kind, key, position, active"


def listed(reader: Reader, *, every: bool = False) -> list[PaymentType]:
    """Return the types that are on, or `every` one, in their order."""
    rows = reader.all(
        f"SELECT {_COLUMNS} FROM payment_types WHERE active = 1 OR :every ORDER BY position, code", every=every
    )
    return [_type(row) for row in rows]


def get(reader: Reader, code: str) -> PaymentType:
    """Return one type, on or off. Raises NotFound."""
    row = reader.one(f"SELECT {_COLUMNS} FROM payment_types WHERE code = :code", code=code)
    if row is None:
        raise NotFound(f"There is no payment type “{cleaned(code)[:40]}”. Find its code with `paydesk types list`.")
    return _type(row)


def name_of(reader: Reader, code: str) -> str:
    """Return what a type is called; for one that this clinic does not have, its code in words."""
    name = reader.value("SELECT name FROM payment_types WHERE code = :code", code=code)
    return str(name) if name is not None else cleaned(code.replace("_", " "))


def at_the_desk(reader: Reader, code: str, kinds: tuple[Kind, ...]) -> PaymentType:
    """Return a type that is on and of one of `kinds`. Raises BadInput (type) with those there are."""
    possible = [kept for kept in listed(reader) if kept.kind in kinds]
    for kept in possible:
        if kept.code == code:
            return kept
    codes = ", ".join(kept.code for kept in possible) or "none is switched on"
    known = reader.value("SELECT name FROM payment_types WHERE code = :code AND active = 0", code=code)
    if known is not None:
        raise BadInput("type", f"{known} is switched off. Use one of: {codes}.")
    raise BadInput("type", f"“{cleaned(code)[:40]}” is not a payment type here. Use one of: {codes}.")


def add(tx: Tx, *, name: str, kind: Kind = "recorded", key: str = "") -> PaymentType:
    """Add a type after the others; its code is made from its name. Raises BadInput and NeedsManager."""
    require_manager(tx, DEED)
    _check_kind(kind)
    name = _checked_name(tx, name, "")
    code = _new_code(tx, name)
    tx.run(
        "INSERT INTO payment_types (code, name, kind, key, position)"
        " SELECT :code, :name, :kind, :key, coalesce(max(position), 0) + 1 FROM payment_types",
        code=code,
        name=name,
        kind=kind,
        key=_checked_key(tx, key, ""),
    )
    return get(tx, code)


def change(tx: Tx, code: str, *, name: str, kind: Kind | None = None, key: str | None = None) -> PaymentType:
    """Change what a type is called, its key, and, while it is unused, its kind; None leaves that as it is.

    Raises BadInput, NotFound, NeedsManager, and Refused for another kind of a type in use.
    """
    require_manager(tx, DEED)
    kept = get(tx, code)
    if kind is not None and kind != kept.kind:
        if kept.kind not in KINDS or _used(tx, code):
            raise Refused(f"{kept.name} stays what it is: money has been taken by it, or Paydesk itself needs it.")
        _check_kind(kind)
    tx.run(
        "UPDATE payment_types SET name = :name, kind = :kind, key = :key WHERE code = :code",
        code=code,
        name=_checked_name(tx, name, code),
        kind=kind or kept.kind,
        key=kept.key if key is None else _checked_key(tx, key, code),
    )
    return get(tx, code)


def move(tx: Tx, code: str, by: int) -> list[PaymentType]:
    """Move a type `by` places down (up where below zero), to the end at most, and return all in their new order.

    Raises NotFound and NeedsManager.
    """
    require_manager(tx, DEED)
    get(tx, code)
    codes = [kept.code for kept in listed(tx, every=True)]
    place = codes.index(code)
    codes.insert(max(0, place + by), codes.pop(place))
    tx.run_many(
        "UPDATE payment_types SET position = :position WHERE code = :code",
        [{"position": position, "code": each} for position, each in enumerate(codes, 1)],
    )
    return listed(tx, every=True)


def switch(tx: Tx, code: str, *, on: bool) -> PaymentType:
    """Switch a type on or off; what was taken by it stays. Raises NotFound, NeedsManager and Refused for the last."""
    require_manager(tx, DEED)
    kept = get(tx, code)
    if not on and [each.code for each in listed(tx)] == [code]:
        raise Refused(f"{kept.name} is the only payment type that is on. Switch another one on first.")
    tx.run("UPDATE payment_types SET active = :on WHERE code = :code", on=on, code=code)
    return get(tx, code)


def _check_kind(kind: str) -> None:
    if kind not in KINDS:
        raise BadInput("kind", f"“{cleaned(kind)[:40]}” is not possible here. Use one of: {', '.join(KINDS)}.")


def _checked_name(tx: Tx, name: str, own: str) -> str:
    name = cleaned(name)
    if not name:
        raise BadInput("name", "Type the payment type's name, such as Cheque.")
    if len(name) > LONGEST_NAME:
        raise BadInput("name", f"The name is {len(name)} letters long; {LONGEST_NAME} are the most. Shorten it.")
    for other in listed(tx, every=True):
        if other.code != own and other.name.casefold() == name.casefold():
            raise BadInput("name", f"There is a payment type {other.name} already. Choose another name.")
    return name


def _checked_key(tx: Tx, key: str, own: str) -> str:
    key = cleaned(key).lower()
    if key and not re.fullmatch(r"[a-z0-9]", key):
        raise BadInput("key", f"“{key[:40]}” will not do as a key. Type one letter or digit, or leave it empty.")
    if key in TAKEN_KEYS:
        raise BadInput("key", f"“{key}” {TAKEN_KEYS[key]}. Choose another one.")
    for other in listed(tx, every=True):
        if key and other.code != own and other.key == key:
            off = "" if other.active else ", which is switched off"
            raise BadInput("key", f"“{key}” is the key of {other.name}{off}. Choose another one.")
    return key


def _new_code(tx: Tx, name: str) -> str:
    stem = re.sub(r"[^a-z0-9]+", "_", name.lower()).strip("_") or "type"
    codes = {kept.code for kept in listed(tx, every=True)}
    code, serial = stem, 1
    while code in codes:
        serial += 1
        code = f"{stem}_{serial}"
    return code


def _used(reader: Reader, code: str) -> bool:
    return bool(
        reader.value(
            "SELECT EXISTS (SELECT 1 FROM payments WHERE type = :code)"
            " OR EXISTS (SELECT 1 FROM credits WHERE type = :code)",
            code=code,
        )
    )


def _type(row: Row) -> PaymentType:
    return PaymentType(row["code"], row["name"], row["kind"], row["key"], row["position"], bool(row["active"]))
