"""Admin: what each message costs, by where it is sent from and by which channel."""

from typing import ClassVar, cast

from textual import on
from textual.binding import Binding, BindingType

from store.charges import ChargeRow, Per
from store.errors import BadInput
from store.money import format_money, format_plain, format_rate, parse_amount, parse_vat_rate, vat_on
from tui.approval import approved
from tui.screens.admin_ask import Ask
from tui.screens.admin_form import AskForm
from tui.screens.admin_lists import ListSection
from tui.screens.base import app_of
from tui.widgets.list_table import Column, ListRow, ListTable

ORIGINS = {"pos": "POS", "invoice": "invoice"}
CHANNELS = {"email": "email", "sms": "SMS"}
COLUMNS = (
    Column("Sent from", 9),
    Column("By", share=1),
    Column("Net", 8, right=True),
    Column("VAT", 5, right=True),
    Column("With VAT", 8, right=True),
    Column("For each", 8, quiet=True),
)


class ChargesTable(ListTable):
    """The charges; Enter changes one."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "choose", "change", tooltip="Change this charge", id="admin.charge"),
    ]


class ChargesSection(ListSection):
    """The table of charges; what was charged before stays."""

    TITLE = "Charges"
    ABOUT = "for messages sent from now on"

    def __init__(self) -> None:
        super().__init__()
        self._rows: dict[str, ChargeRow] = {}
        self._editing = ""

    def table_made(self) -> ListTable:
        """Return the table."""
        return ChargesTable(COLUMNS, empty="No charges yet.")

    async def read(self) -> None:
        """Read the table."""
        self._rows = {f"{row.origin} {row.channel}": row for row in await self.desk.charges()}
        currency = app_of(self).clinic.currency
        self.table.show([ListRow(key, _cells(row, currency)) for key, row in self._rows.items()])

    @on(ListTable.Chosen)
    async def _chosen(self, event: ListTable.Chosen) -> None:
        event.stop()
        row = self._rows[event.key]
        self._editing = event.key
        per = {"message": "message", "segment": "segment"} if row.channel == "sms" else {"message": "message"}
        asks = (
            Ask("net", "Net", format_plain(row.net), "0.00 is free", amount=True),
            Ask("vat", "VAT rate", format_rate(row.vat_rate), "20%, or 0%"),
            Ask("per", "For each", row.per, words=per),
        )
        await self.open_form(AskForm(asks, title=f"{CHANNELS[row.channel]} from the {ORIGINS[row.origin]}"))

    def noted(self, form: AskForm) -> None:
        """Say what a message costs so."""
        try:
            net, rate = _typed(form)
        except BadInput:
            form.note("per", "")
            return
        currency = app_of(self).clinic.currency
        vat = vat_on(net, rate)
        told = (
            f"{format_money(net, currency)} + VAT {format_money(vat, currency)} = {format_money(net + vat, currency)}"
        )
        form.note("per", f"{told}, noted with each {form.values['per']}." if net else "Free.")

    async def save(self, form: AskForm) -> str | None:
        """Save one charge."""
        row = self._rows[self._editing]
        net, rate = _typed(form)
        per = cast("Per", form.values["per"])
        saved = await approved(app_of(self), lambda desk: desk.save_charge(row.origin, row.channel, net, rate, per))
        if saved is None:
            return None
        await self.close_form()
        return f"{CHANNELS[row.channel]} from the {ORIGINS[row.origin]}: saved."


def _typed(form: AskForm) -> tuple[int, int]:
    values = form.values
    return parse_amount(values["net"], field="net", zero=True), parse_vat_rate(values["vat"])


def _cells(row: ChargeRow, currency: str) -> tuple[str, ...]:
    net, gross = row.net, row.net + vat_on(row.net, row.vat_rate)
    money = (format_money(net, currency), format_rate(row.vat_rate), format_money(gross, currency))
    return (ORIGINS[row.origin], CHANNELS[row.channel], *(money if net else ("free", "", "")), row.per)
