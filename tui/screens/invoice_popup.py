"""One invoice over the list: its head, its sections, and the options for what can be done with it."""

from collections.abc import Sequence
from typing import ClassVar, cast

from textual import work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container
from textual.content import Content
from textual.widgets import Tab, Tabs

from store.errors import PaydeskError
from store.invoice_filters import days_late
from store.models import Invoice, LogLine
from store.money import format_money
from store.text import cleaned
from tui import themes
from tui.places import ways
from tui.screens.base import DeskDialog
from tui.screens.invoice_deeds import InvoiceDeeds
from tui.screens.invoice_links import requests_section
from tui.screens.invoice_log import log_lines
from tui.screens.invoice_options import OPTIONS, Verb, failed_refunds
from tui.screens.invoice_rows import whole_state
from tui.screens.invoice_sections import Here, address_of, lines_section, payments_section
from tui.screens.menu import Menu, MenuItem
from tui.screens.reload import Reload
from tui.widgets.said_line import SaidLine
from tui.widgets.sheet import Lines, Pane, Sheet, ends
from tui.widgets.state import link_state

SECTIONS = (("lines", "Lines"), ("payments", "Payments"), ("links", "Payment links"), ("log", "Log"))
"""The sections, in the order of their keys 1 to 4."""

NARROW, WIDE = "-narrow", "-wide"


class InvoicePopup(DeskDialog[None]):
    """Shows the invoice whole and follows the store: one section at a time, or all four where there is room.

    With a `request_id` it opens at the payment links, that one before the others.
    """

    CSS_PATH = themes.layout("invoice_popup.tcss")
    HORIZONTAL_BREAKPOINTS = [(0, NARROW), (120, WIDE)]
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("o", "options", "options", key_display="O", tooltip="What can be done with it", id="invoice.options"),
        *(
            Binding(
                str(place),
                f"section('{name}')",
                "section",
                show=place == 1,
                key_display="1–4" if place == 1 else None,
                id=f"invoice.{name}",
            )
            for place, (name, _) in enumerate(SECTIONS, 1)
        ),
        *ways("leave_for"),
        Binding("left", "step(-1)", "section before", show=False, id="invoice.section_before"),
        Binding("right", "step(1)", "next section", show=False, id="invoice.section_after"),
        *(
            Binding(o.key, f"option('{o.verb}')", o.label, show=False, tooltip=o.help, id=f"invoice.{o.verb}")
            for o in OPTIONS
        ),
    ]

    def __init__(self, number: str, request_id: str = "") -> None:
        super().__init__()
        self.number = number
        self.request_id = request_id
        self.invoice: Invoice | None = None
        self.section = "links" if request_id else SECTIONS[0][0]
        self.load = Reload(self, self._read)

    def body(self) -> ComposeResult:
        """Lay out the head, the sections' names, the sections, and what was done."""
        yield Sheet(id="invoice-head")
        yield Tabs(*(Tab(title, id=f"tab-{name}") for name, title in SECTIONS))
        with Container(id="invoice-sections"):
            for name, _ in SECTIONS:
                yield Pane(id=f"section-{name}", classes="section")
        yield SaidLine()

    def on_mount(self) -> None:
        """Read the invoice, now and after each change."""
        self.box.border_title = "Invoice"
        self.query_one(Tabs).can_focus = False
        self.desk_app.changed.subscribe(self, lambda _: self.load())
        self.action_section(self.section)
        self.load()

    def on_tabs_tab_activated(self, event: Tabs.TabActivated) -> None:
        """A name was clicked."""
        event.stop()
        self._choose(event.tabs.active.removeprefix("tab-"))

    def action_section(self, name: str) -> None:
        """Show a section and let the arrow keys scroll it."""
        self._choose(name)
        self.query_one(Tabs).active = f"tab-{name}"

    def action_step(self, by: int) -> None:
        """Show the next section."""
        names = [name for name, _ in SECTIONS]
        self.action_section(names[(names.index(self.section) + by) % len(names)])

    def action_leave_for(self, mode: str) -> None:
        """Close the invoice and go elsewhere."""
        self.dismiss(None)
        self.desk_app.goto(mode)

    def action_option(self, verb: str) -> None:
        """Do what an option says."""
        self.do(cast("Verb", verb))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer the options that apply."""
        if action == "options":
            return self.invoice is not None
        if action == "option":
            option = next(option for option in OPTIONS if option.verb == parameters[0])
            return self.invoice is not None and not option.why_not(self.invoice)
        return True

    @work(group="deed")
    async def action_options(self) -> None:
        """Show the menu of options and do what is chosen."""
        if self.invoice is None:
            return
        invoice = self.invoice
        items = [MenuItem(o.key, o.verb, o.label, o.help, o.why_not(invoice)) for o in OPTIONS]
        verb = await self.app.push_screen_wait(Menu(f"Options · {self.number}", items))
        if verb is not None:
            self.do(cast("Verb", verb))

    @work(exclusive=True, group="do")
    async def do(self, verb: Verb) -> None:
        """Do one deed and say what came of it."""
        if self.invoice is None:
            return
        self.say("")
        try:
            self.say(await InvoiceDeeds(self.desk_app).do(verb, self.invoice))
        except PaydeskError as wrong:
            self.say(str(wrong), bad=True)

    def say(self, message: str, *, bad: bool = False) -> None:
        """Say in place what was done, or what went wrong."""
        if self.is_attached:
            self.query_one(SaidLine).say(message, bad=bad)

    async def _read(self) -> None:
        """Read the invoice and show what is new, each section where it was scrolled to."""
        try:
            invoice = await self.desk.invoice(self.number)
            log = await self.desk.invoice_log(self.number)
            types = {one.code: one.name for one in await self.desk.payment_types(all=True)}
        except PaydeskError as wrong:
            self.say(str(wrong), bad=True)
            return
        self.invoice = invoice
        clinic = self.desk_app.clinic
        late = days_late(invoice.row, self.desk_app.now(), clinic.zone, clinic.payment_days)
        self._show(invoice, log, Here(clinic.zone, self.desk_app.now(), types), late)
        self.refresh_bindings()

    def _show(self, invoice: Invoice, log: Sequence[LogLine], here: Here, late: int) -> None:
        self.query_one("#invoice-head", Sheet).show(lambda width: head_lines(invoice, here, late, width))
        self.pane("lines").show(lambda width: lines_section(invoice, here, width))
        self.pane("payments").show(lambda width: payments_section(invoice, here, width))
        self.pane("links").show(lambda width: requests_section(invoice, here, width, self.request_id))
        self.pane("log").show(lambda width: log_lines(log, invoice.row.currency, here, width))
        waiting = sum(refund.state != "done" for refund in invoice.refunds)
        counts = {"payments": len(invoice.payments) + waiting, "links": len(invoice.requests)}
        for place, (name, title) in enumerate(SECTIONS, 1):
            titled = f"{title} {counts[name]}" if counts.get(name) else title
            self.query_one(f"#tab-{name}", Tab).label = Content.assemble((f"{place} ", "$quiet"), titled)
            self.pane(name).border_title = f"{place} {titled}"

    def pane(self, name: str) -> Pane:
        """The pane of a section."""
        return self.query_one(f"#section-{name}", Pane)

    def _choose(self, name: str) -> None:
        self.section = name
        for other, _ in SECTIONS:
            self.pane(other).set_class(other == name, "-chosen")
        self.pane(name).focus(scroll_visible=False)


def head_lines(invoice: Invoice, here: Here, late: int, width: int) -> Lines:
    """Return the invoice's head: number and state, client and payment link, addresses and what is due.

    `late` are the days for which it has been overdue.
    """
    row, client = invoice.row, invoice.client
    addresses = [part for part in (address_of("sms", client.mobile), client.email) if part]
    owed = ("Overpaid", row.overpaid) if row.overpaid else ("Due", row.due)
    amounts = Content.assemble(
        (f"Total {format_money(row.total, row.currency)}   ", "$quiet"),
        (f"{owed[0]} {format_money(owed[1], row.currency)}", "bold"),
    )
    failed = [Content.styled("a refund failed", "$text-error")] if failed_refunds(invoice) else []
    return [
        ends(
            width, Content.styled(row.number, "bold"), Content(", ").join([whole_state(row, late).content, *failed])
        ),
        ends(width, Content(cleaned(client.name or "No client yet")), link_state(row, here.zone, here.now).content),
        ends(width, Content.styled(cleaned(" · ".join(addresses) or "no email, no mobile"), "$quiet"), amounts),
    ]
