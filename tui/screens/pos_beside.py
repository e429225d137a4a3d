"""The POS's right side on a wide terminal: the client's card, their invoices, and the last payment link."""

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Static

from store.contact import shown_mobile
from store.models import Client, InvoiceRow
from store.money import format_money
from tui.clinic import Clinic
from tui.desk import Desk
from tui.screens.link_panel import LinkPanel
from tui.widgets.list_table import Column, ListRow, ListTable
from tui.widgets.state import invoice_state

RECENT = 8
COLUMNS = (
    Column("Recent", width=11),
    Column("State", share=1),
    Column("Amount", width=11, right=True),
)


class Beside(Vertical):
    """Client card, recent invoices, link panel: each there when there is something to show."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(id="beside")
        self._desk = desk

    def compose(self) -> ComposeResult:
        """Put them under one another."""
        yield Static(id="client-card", markup=False)
        yield ListTable(COLUMNS, empty="No other invoices", id="recent")

    async def show_client(
        self, client: Client | None, clinic: Clinic, *, credit: int = 0, but: str | None = None
    ) -> None:
        """Show a client's card, credit in pence and newest invoices, or nothing; `but` is that on the screen."""
        card, recent = self.query_one("#client-card", Static), self.query_one("#recent", ListTable)
        card.display = recent.display = client is not None
        if client is None:
            return
        card.update(_card(client, format_money(credit, clinic.currency)))
        found = await self._desk.invoices(client_id=client.id, limit=RECENT + 1)
        mine = [row for row in found if row.number != but][:RECENT]
        recent.show([_row(row, clinic) for row in mine])

    async def show_link(self, request_id: str) -> None:
        """Keep this request's QR and state in sight."""
        for panel in self.query(LinkPanel):
            await panel.remove()
        await self.mount(LinkPanel(request_id))


def _card(client: Client, credit: str) -> Content:
    usual = {"email": "email", "sms": "SMS", "email,sms": "email and SMS"}.get(client.channels, "none yet")
    rows = (("Mobile", shown_mobile(client.mobile)), ("Email", client.email), ("Links by", usual), ("Credit", credit))
    lines = [Content.styled(client.name, "bold")]
    lines += [Content.assemble((f"{label:<10}", "$quiet"), value or "—") for label, value in rows]
    return Content("\n").join(lines)


def _row(row: InvoiceRow, clinic: Clinic) -> ListRow:
    return ListRow(row.number, (row.number, invoice_state(row), format_money(row.total, clinic.currency)))
