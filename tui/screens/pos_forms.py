"""The POS's forms: a new client, a line."""

from store.discounts import Discount, parse_discount
from store.errors import BadInput
from store.lines import NewLine
from store.money import format_plain, format_quantity, format_rate, parse_amount, parse_quantity, parse_vat_rate
from tui.discount_text import write_discount
from tui.sale import ONE
from tui.widgets.form import Asked, Form

USUAL_RATE = 2000


def client_form(typed: str) -> Form:
    """Return the form for a new client; what was typed in the search goes where it belongs."""
    email = typed if "@" in typed else ""
    mobile = typed if not email and sum(char.isdigit() for char in typed) >= 4 else ""
    return Form(
        "New client",
        (
            Asked("name", "Name", "" if email or mobile else typed, "as the client writes it"),
            Asked("email", "Email", email, "jane@example.com, or leave empty"),
            Asked("mobile", "Mobile", mobile, "07700 900123, or leave empty"),
        ),
        id="client-form",
    )


def line_form(title: str, line: NewLine | None = None, *, description: str = "", quantity: int = ONE) -> Form:
    """Return the form for a line: a free one, or `line` to be changed."""
    return Form(
        title,
        (
            Asked("description", "What for", line.description if line else description),
            Asked("quantity", "Quantity", format_quantity(line.quantity if line else quantity)),
            Asked(
                "price", "Price each", format_plain(line.unit_price) if line else "", "with VAT inside, such as 12.50"
            ),
            Asked("discount", "Discount", _discount_of(line), "such as 10% or 5.00", optional=True),
            Asked("vat", "VAT rate", format_rate(line.vat_rate if line else USUAL_RATE), "such as 20%"),
        ),
        id="line-form",
    )


def read_line(values: dict[str, str]) -> NewLine:
    """Return the line that a form describes. Raises BadInput naming the field."""
    if not values["description"].strip():
        raise BadInput("description", "Type what the line is for.")
    quantity = parse_quantity(values["quantity"])
    price = parse_amount(values["price"], field="price", zero=True)
    discount = parse_discount(values["discount"])
    description, rate = values["description"].strip(), parse_vat_rate(values["vat"])
    line = NewLine(description, quantity, price, rate, discount.rate, discount.amount)
    discount.check(line.full, "the line")
    return line


def _discount_of(line: NewLine | None) -> str:
    return write_discount(Discount(line.discount_rate, line.discount)) if line else ""
