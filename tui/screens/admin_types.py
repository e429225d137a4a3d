"""Admin: the ways in which money is taken, their order, names and letters."""

from typing import ClassVar, cast

from textual import on
from textual.binding import Binding, BindingType

from store.models import PaymentType
from store.payment_types import Kind
from tui.approval import approved
from tui.screens.admin_ask import Ask
from tui.screens.admin_form import AskForm
from tui.screens.admin_lists import ListSection
from tui.screens.base import app_of
from tui.widgets.list_table import Column, ListRow, ListTable
from tui.widgets.state import Mark

COLUMNS = (
    Column("Name", share=1),
    Column("Letter", 6),
    Column("", 13),
    Column("What it does", share=2, quiet=True, from_width=76),
)
KINDS = {
    "cash": "gives change; the till is counted",
    "recorded": "is written down, such as a card terminal's",
    "credit": "takes from what the client has left as credit",
    "link": "asks the client by a payment link",
}


class TypesTable(ListTable):
    """The payment types in their order; Enter changes one."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "choose", "change", tooltip="Change its name and letter", id="types.change"),
    ]


class TypesSection(ListSection):
    """The list; none is ever deleted, since money was taken by it."""

    TITLE = "Payment types"
    ABOUT = "in the order of the till"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("n", "new", "new", tooltip="Add a payment type", id="types.new"),
        Binding("space", "switch", "on or off", tooltip="Offer it at the till, or not any more", id="types.switch"),
        Binding("u", "move(-1)", "move", key_display="U D", tooltip="Move it up; D moves it down", id="types.up"),
        Binding("d", "move(1)", "move down", show=False, tooltip="Move it down", id="types.down"),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._types: dict[str, PaymentType] = {}
        self._editing: PaymentType | None = None

    def table_made(self) -> ListTable:
        """Return the list."""
        return TypesTable(COLUMNS, empty="No payment types. N adds one.")

    async def read(self) -> None:
        """Read all of them."""
        self._types = {kept.code: kept for kept in await self.desk.payment_types(all=True)}
        self.table.show([ListRow(kept.code, _cells(kept)) for kept in self._types.values()])

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Letters are letters while a form is open."""
        if action in {"new", "switch", "move"} and self.is_mounted:
            return self.open is None
        return super().check_action(action, parameters)

    async def action_new(self) -> None:
        """Add one."""
        self._editing = None
        asks = (
            Ask("name", "Name", placeholder="such as Cheque"),
            Ask("key", "Letter", placeholder="that chooses it at the till; may stay empty"),
            Ask("kind", "It is", "recorded", words={"recorded": "written down", "cash": "cash, with change"}),
        )
        await self.open_form(AskForm(asks, title="New payment type"))

    @on(ListTable.Chosen)
    async def _chosen(self, event: ListTable.Chosen) -> None:
        event.stop()
        kept = self._types[event.key]
        self._editing = kept
        asks = (Ask("name", "Name", kept.name), Ask("key", "Letter", kept.key, "none"))
        await self.open_form(AskForm(asks, title=f"{kept.name} {KINDS[kept.kind]}"))

    def action_switch(self) -> None:
        """Offer the one under the cursor, or not any more."""
        kept = self._types.get(self.table.cursor_key or "")
        if kept is not None:
            self.do(lambda desk: desk.switch_payment_type(kept.code, not kept.active), _switched)

    def action_move(self, by: int) -> None:
        """Move the one under the cursor; the cursor stays on it."""
        code = self.table.cursor_key
        if code is not None:
            self.do(lambda desk: desk.move_payment_type(code, by), lambda _: "")

    async def save(self, form: AskForm) -> str | None:
        """Save one, new or known."""
        values, code = form.values, self._editing.code if self._editing else None
        kind = cast("Kind", values["kind"]) if code is None else None
        saved = await approved(
            app_of(self),
            lambda desk: desk.save_payment_type(code, name=values["name"], key=values["key"], kind=kind),
        )
        if saved is None:
            return None
        await self.close_form()
        await self.read()
        self.table.select(saved.code)
        return f"{saved.name} is saved."


def _switched(kept: PaymentType) -> str:
    return f"{kept.name} is offered at the till." if kept.active else f"{kept.name} is not offered any more."


def _cells(kept: PaymentType) -> tuple[str | Mark, ...]:
    if not kept.active:
        off = Mark("✕", "switched off", "quiet")
        return (Mark("", kept.name, "quiet"), Mark("", kept.key.upper(), "quiet"), off, KINDS[kept.kind])
    return (kept.name, kept.key.upper(), Mark("✓", "on", "good"), KINDS[kept.kind])
