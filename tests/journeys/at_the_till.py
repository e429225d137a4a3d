"""At the point of sale in journeys: its dialogs by their keys, what it offers and says, what was paid."""

from functools import partial

from store import catalogue, credit
from tests.journeys.clinic import Clinic
from tests.journeys.front_desk import FrontDesk, stock
from tui.screens.deposit import DepositDialog
from tui.screens.pos_invoice import InvoicePane
from tui.screens.pos_ways import PaymentMenu
from tui.screens.take_payment import TakePaymentDialog

BANDAGE = "5012345678900"


def well_stocked(clinic: Clinic) -> Clinic:
    """Give the clinic clients, and things to sell at three rates of VAT, one of them with a barcode."""
    stock(clinic)
    for name, price, rate, code in (("Bandage", 450, 2000, BANDAGE), ("Heat pad", 3_150, 500, "")):
        clinic.store.write(partial(catalogue.add, name=name, price=price, vat_rate=rate, code=code))
    return clinic


def ways(desk: FrontDesk) -> list[tuple[str, ...]]:
    """Return the ways to pay that are offered, as they are drawn."""
    return [tuple(map(str, row.cells)) for row in desk.pos.query_one(PaymentMenu).rows]


def paid_by(clinic: Clinic, number: str) -> list[tuple[str, int]]:
    """Return an invoice's payments, in their order; links last: the gateway tells whole seconds."""
    taken = sorted(clinic.invoice(number).payments, key=lambda payment: payment.type == "payment_link")
    return [(payment.type, payment.amount) for payment in taken]


def credit_left(clinic: Clinic, number: str) -> int:
    """Return the account credit, in pence, of an invoice's client."""
    client = clinic.invoice(number).client.id
    return clinic.store.read(lambda reader: credit.balance(reader, client))


async def focused(desk: FrontDesk, name: str) -> None:
    """Wait until a field has the focus."""
    await desk.until(lambda: desk.app.focused is not None and desk.app.focused.id == name)


async def pays(desk: FrontDesk, letter: str, field: str = "amount") -> TakePaymentDialog:
    """Press a payment type's letter at the ways to pay; return its dialog once it can be typed in."""
    await desk.press("<f8>", letter)
    dialog = await desk.comes_to(TakePaymentDialog)
    await focused(desk, field)
    return dialog


async def is_said(desk: FrontDesk, text: str) -> None:
    """Wait until this is said of the sale, in its pane, however the lines break there."""
    await desk.until(lambda: text in desk.pos.query_one(InvoicePane)._said.plain)


async def back(desk: FrontDesk) -> None:
    """Wait until every dialog is closed."""
    await desk.until(lambda: desk.app.screen is desk.pos)


async def leaves_a_deposit(desk: FrontDesk, *keys: str) -> None:
    """Press ^E, and type into the deposit's dialog."""
    await desk.press("<ctrl+e>")
    await desk.comes_to(DepositDialog)
    await focused(desk, "amount")
    await desk.press(*keys)
