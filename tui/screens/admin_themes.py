"""Admin: the desk's colours, tried on while one chooses."""

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widgets import Static

from tui import themes
from tui.screens.admin_section import Section
from tui.screens.base import app_of
from tui.widgets.list_table import Column, ListRow, ListTable
from tui.widgets.state import TONE_STYLE, Mark

KEY = "desk.theme"
STATES = (
    Mark("●", "Paid", "good"),
    Mark("◷", "Queued", "wait"),
    Mark("◔", "Unpaid", "warn"),
    Mark("!", "Needs attention", "bad"),
)


class ThemesTable(ListTable):
    """The themes; Enter keeps the one that is tried on."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "choose", "keep it", tooltip="Keep these colours", id="themes.keep"),
    ]


class ThemesSection(Section):
    """↑↓ try a theme on; Enter keeps it, and whoever leaves without that has the old one back."""

    TITLE = "Theme"
    ABOUT = "the desk's colours"

    def __init__(self) -> None:
        super().__init__()
        self._kept = ""
        self._fixed = False

    def body(self) -> ComposeResult:
        """Put the themes above a sample of what colours are used for."""
        yield ThemesTable((Column("Theme", share=1), Column("", 12)))
        yield Static(_sample(), id="themes-sample", markup=False)
        yield Static(
            Content.styled("Themes of your own are TOML files in the data folder's themes/.", "$quiet"),
            markup=False,
        )

    async def read(self) -> None:
        """Read which theme is kept."""
        app = app_of(self)
        settings = await self.desk.settings()
        self._fixed = settings.where(KEY) == "environment"
        self._kept = settings[KEY] if settings[KEY] in app.theme_titles else themes.DEFAULT
        table = self.query_one(ThemesTable)
        first = not table.rows
        table.show([ListRow(name, (title, self._mark(name))) for name, title in app.theme_titles.items()])
        if first:
            table.select(self._kept)

    def begin(self) -> None:
        """Begin on the theme that is kept."""
        table = self.query_one(ThemesTable)
        table.select(self._kept)
        table.focus()

    def on_mount(self) -> None:
        """Another screen has the old theme back too."""
        self.app.mode_change_signal.subscribe(self, lambda _: self._give_back())

    def on_descendant_blur(self) -> None:
        """Whoever leaves without keeping one has the old one back."""
        self._give_back()

    @on(ListTable.Moved)
    def _try_on(self, event: ListTable.Moved) -> None:
        event.stop()
        if event.key and event.table.has_focus:
            self.say("")
            app_of(self).theme = event.key

    @on(ListTable.Chosen)
    async def _keep(self, event: ListTable.Chosen) -> None:
        event.stop()
        if self._fixed:
            self.say("The theme is set by the environment and cannot be changed here.", bad=True)
            return
        self._kept = event.key
        app = app_of(self)
        await app.use_theme(event.key)
        await self.read()
        self.say(f"{app.theme_titles[event.key]} it is.")

    def _give_back(self) -> None:
        app = app_of(self)
        if self._kept and app.theme != self._kept:
            app.theme = self._kept

    def _mark(self, name: str) -> Mark:
        return Mark("✓", "kept", "good") if name == self._kept else Mark("", "", "quiet")


def _sample() -> Content:
    return Content("   ").join(mark.content.stylize(TONE_STYLE[mark.tone]) for mark in STATES)
