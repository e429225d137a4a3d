"""F9: how the clinic and its desk are set up, section by section; for managers, or with a manager's PIN in place."""

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container, Horizontal, Vertical
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static

from store.errors import PaydeskError
from tui import themes
from tui.lock import LOCKED
from tui.screens.admin_gate import AdminGate, GatePin
from tui.screens.admin_list import ENTRIES, Entry
from tui.screens.admin_section import Section
from tui.screens.base import NEXT, PREVIOUS, DeskScreen
from tui.widgets.list_table import Column, ListRow, ListTable
from tui.widgets.state import Mark

WIDE = 120
UNSAVED = Mark("", "•", "warn")
MODE = "admin"
UNGUARDED = Content.assemble(
    ("Nobody has a PIN yet, so anybody may change all this. ", "$text-warning"),
    ("M", "$text-accent bold"),
    (" makes a manager.", "$text-warning"),
)


class SectionsTable(ListTable):
    """The sections; Enter or → goes into the one under the cursor."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "choose", "go in", tooltip="Go into this section", id="admin.open"),
        Binding("right", "choose", "go in", show=False, id="admin.right"),
    ]


class AdminScreen(DeskScreen):
    """The sections at the left, one of them at the right. What is typed stays there until it is saved."""

    CSS_PATH = [themes.layout("admin.tcss"), themes.layout("sign_in.tcss")]
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (WIDE, "-wide")]
    AUTO_FOCUS = ""
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "m", "make_manager", "make a manager", show=False, tooltip="Give somebody a PIN", id="admin.make_manager"
        ),
        NEXT,
        PREVIOUS,
    ]

    def __init__(self) -> None:
        super().__init__()
        self._made: dict[str, Section] = {}
        self._before: Widget | None = None
        self._wanted = False
        self._guarded = True

    def body(self) -> ComposeResult:
        """Lay out the gate, the sections, and the place for one."""
        yield AdminGate()
        with Horizontal(id="admin-panes"):
            with Vertical(id="admin-left"):
                yield SectionsTable(
                    (Column("", 14), Column("", share=1, quiet=True, from_width=40), Column("", 1)),
                    header=False,
                    id="admin-sections",
                )
            yield Container(id="admin-right")
        yield Static(UNGUARDED, id="admin-open", markup=False)

    def on_mount(self) -> None:
        """Follow who is here."""
        self.add_class("-shut")
        self.app.mode_change_signal.subscribe(self, self._mode_changed)
        self.desk_app.changed.subscribe(self, lambda _: self._look())
        self._show_list()

    async def on_screen_resume(self) -> None:
        """Look who is here now, and read again what may have changed meanwhile."""
        await self._look()
        if self.shown is not None and not self.shut:
            self.shown.load()

    @property
    def table(self) -> SectionsTable:
        """The list of sections."""
        return self.query_one(SectionsTable)

    @property
    def section(self) -> str:
        """The name of the section under the cursor, which is the one that is shown."""
        return self.table.cursor_key or ENTRIES[0].name

    @property
    def shown(self) -> Section | None:
        """The section that is shown."""
        return self._made.get(self.section)

    @property
    def shut(self) -> bool:
        """Whether nothing is to be seen yet, for whoever is here."""
        return self.has_class("-shut")

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer to make a manager while there is none; elsewhere than on the sections M is a letter."""
        if action == "make_manager":
            return not self._guarded and self.focused is self.table
        return super().check_action(action, parameters)

    async def open_section(self, name: str) -> None:
        """Go into a section, once whoever is here may."""
        self.table.select(name)
        self._wanted = self.shut
        if not self.shut:
            await self._show()
            self._go_in()

    async def action_make_manager(self) -> None:
        """Make the first manager."""
        await self.desk_app.make_manager()

    @on(ListTable.Moved, "#admin-sections")
    async def _moved(self, event: ListTable.Moved) -> None:
        event.stop()
        if not self.shut:
            await self._show()

    @on(ListTable.Chosen, "#admin-sections")
    async def _chosen(self, event: ListTable.Chosen) -> None:
        event.stop()
        await self._show()
        self._go_in()

    @on(Section.Left)
    def _section_left(self, event: Section.Left) -> None:
        event.stop()
        self.table.focus()

    @on(Section.Turned)
    def _section_turned(self, event: Section.Turned) -> None:
        event.stop()
        self._show_list()

    @on(AdminGate.Opened)
    async def _opened(self, event: AdminGate.Opened) -> None:
        event.stop()
        self.approval = event.by
        await self._look()

    async def _look(self) -> None:
        """Open for who may be here, with the focus where it was; shut for who may not."""
        if self.app.current_mode != MODE:
            return
        desk = self.desk.acting_as(self.approval) if self.approval else self.desk
        try:
            may, self._guarded = await desk.may_manage(), await desk.has_managers()
        except PaydeskError as error:
            self.desk_app.say(str(error), bad=True)
            return
        self.query_one("#admin-open").display = may and not self._guarded
        if not may and not self.has_class("-gate"):
            self._shut()
            self.add_class("-gate")
            self.query_one(AdminGate).begin()
        elif may and self.shut:
            self.remove_class("-shut", "-gate")
            await self._show()
            if self._wanted:
                self._go_in()
            else:
                self._back_to(self._before)
            self._wanted = False
        self.refresh_bindings()

    async def _show(self) -> None:
        """Show the section under the cursor; each is made when it is first looked at, and kept with what is typed."""
        name = self.section
        if name not in self._made:
            entry = next(entry for entry in ENTRIES if entry.name == name)
            self._made[name] = entry.make()
            self._made[name].display = False
            await self.query_one("#admin-right").mount(self._made[name])
        for other, section in self._made.items():
            section.display = other == self.section
        if self.shown is not None:
            self.shown.load()
        self._show_list()

    def _go_in(self) -> None:
        if self.shown is not None and not self.shut:
            self.shown.begin()

    def _back_to(self, widget: Widget | None) -> None:
        """Put the focus where it was, or on the sections."""
        if widget is None or not widget.is_attached or isinstance(widget, GatePin):
            widget = self.table
        widget.focus()

    def _mode_changed(self, mode: str) -> None:
        """An approval ends where Admin is left; what it showed is then covered."""
        if mode != MODE and (self.approval is not None or mode == LOCKED):
            self.approval = None
            self._shut()

    def _shut(self) -> None:
        if not self.shut:
            self._before = self.focused
            self.add_class("-shut")
        self.remove_class("-gate")

    def _show_list(self) -> None:
        self.table.show([ListRow(entry.name, self._cells(entry)) for entry in ENTRIES])
        self.set_class(self.shown is not None and self.shown.roomy, "-editing")

    def _cells(self, entry: Entry) -> tuple[str | Mark, ...]:
        made = self._made.get(entry.name)
        unsaved = made is not None and made.unsaved
        return (entry.title, entry.about, UNSAVED if unsaved else "")
