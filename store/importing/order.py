"""An invoice as another system hands it over, before it is one of ours: its own reference, client, and lines."""

from dataclasses import dataclass
from typing import Any

from store.discounts import parse_discount
from store.errors import BadInput
from store.importing.run import in_row
from store.invoices import NewLine
from store.money import parse_amount, parse_quantity, parse_vat_rate
from store.text import cleaned


def chosen_rate(text: str) -> int:
    """Read the VAT rate that somebody chose, and return basis points. Raises BadInput where nobody did."""
    if not text:
        raise BadInput("vat", "The VAT rate is missing. Somebody has to choose it; it is never guessed.")
    return parse_vat_rate(text)


@dataclass(frozen=True, slots=True)
class OrderLine:
    """One line as text; `place` in its invoice, or `row` of the file, is for whoever has to mend it."""

    place: int
    description: str
    quantity: str
    price: str
    vat: str
    discount: str = ""
    row: int = 0

    def read(self) -> NewLine:
        """Return the line in our units. Raises an error that names the row, or the line's place in its invoice."""
        try:
            off = parse_discount(self.discount)
            return NewLine(
                description=self.description,
                quantity=parse_quantity(self.quantity or "1"),
                unit_price=parse_amount(self.price, field="price", zero=True),
                vat_rate=chosen_rate(self.vat),
                discount_rate=off.rate,
                discount=off.amount,
            )
        except BadInput as error:
            if self.row:
                raise in_row(self.row, error) from error
            raise BadInput(f"line {self.place}, {error.field}", str(error)) from error


@dataclass(frozen=True, slots=True)
class Order:
    """One invoice: `ref` is the other system's own number for it and makes it unique."""

    ref: str
    name: str
    email: str
    mobile: str
    lines: tuple[OrderLine, ...]
    notes: str = ""
    draft: bool = False


def from_json(tree: Any) -> list[Order]:
    """Read one invoice or a list of them from what `json.loads` returned. Raises BadInput (file) with its place."""
    listed = tree if isinstance(tree, list) else [tree]
    if not listed:
        raise BadInput("file", "The file holds an empty list.")
    return [_order(place, one) for place, one in enumerate(listed, 1)]


def _order(place: int, tree: Any) -> Order:
    where = f"invoice {place}"
    _known(tree, {"ref", "client", "lines", "notes", "draft"}, where)
    client, lines = tree.get("client"), tree.get("lines")
    _known(client, {"name", "email", "mobile"}, f"the client of {where}")
    if not isinstance(lines, list) or not lines:
        raise BadInput("file", f"“lines” of {where} must be a list with at least one line.")
    draft = tree.get("draft", False)
    if not isinstance(draft, bool):
        raise BadInput("file", f"“draft” of {where} must be true or false.")
    return Order(
        ref=_text(tree, "ref", where),
        name=_text(client, "name", where),
        email=_text(client, "email", where),
        mobile=_text(client, "mobile", where),
        lines=tuple(_line(number, line, where) for number, line in enumerate(lines, 1)),
        notes=_text(tree, "notes", where),
        draft=draft,
    )


def _line(number: int, tree: Any, where: str) -> OrderLine:
    where = f"line {number} of {where}"
    _known(tree, {"description", "quantity", "price", "vat", "discount"}, where)
    return OrderLine(
        number,
        description=_text(tree, "description", where),
        quantity=_text(tree, "quantity", where),
        price=_text(tree, "price", where),
        vat=_text(tree, "vat", where),
        discount=_text(tree, "discount", where),
    )


def _known(tree: Any, keys: set[str], where: str) -> None:
    if not isinstance(tree, dict):
        raise BadInput("file", f"{where[:1].upper()}{where[1:]} must be an object with {', '.join(sorted(keys))}.")
    strange = sorted(set(tree) - keys)
    if strange:
        word = cleaned(str(strange[0]))[:40]
        raise BadInput("file", f"“{word}” is not known in {where}. It has {', '.join(sorted(keys))}.")


def _text(tree: dict[str, Any], key: str, where: str) -> str:
    """Return a value as text; `json.loads(…, parse_float=str)` leaves numbers as they were written."""
    value = tree.get(key, "")
    if value is None:
        return ""
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise BadInput("file", f"“{key}” of {where} must be text or a number.")
    return str(value)
