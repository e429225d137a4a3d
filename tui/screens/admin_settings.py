"""A section of Admin that is a form of settings: each with where it comes from, all saved together."""

from typing import ClassVar

from textual.app import ComposeResult
from textual.containers import VerticalScroll

from store.setting_list import SETTINGS
from store.settings import Settings, shown
from tui.approval import approved
from tui.screens.admin_ask import Ask
from tui.screens.admin_form import AskForm
from tui.screens.admin_section import Section
from tui.screens.base import app_of

PLACES = {"environment": "set by the environment", "file": "from settings.toml"}


class SettingsSection(Section):
    """`ASKS` are named by their settings' keys. What the environment sets is shown and cannot be changed."""

    ASKS: ClassVar[tuple[Ask, ...]] = ()

    def __init__(self) -> None:
        super().__init__()
        self.settings: Settings | None = None

    def body(self) -> ComposeResult:
        """Put the form above what a subclass adds."""
        with VerticalScroll(classes="fields", can_focus=False):
            yield AskForm(self.ASKS)
            yield from self.below()

    def below(self) -> ComposeResult:
        """Give what stands under the fields."""
        yield from ()

    @property
    def form(self) -> AskForm:
        """The form."""
        return self.query_one(AskForm)

    @property
    def draft(self) -> dict[str, str]:
        """What is typed, or where nothing is, what is in force."""
        return {ask.name: self.form.values[ask.name] for ask in self.ASKS if not ask.secret}

    def begin(self) -> None:
        """Begin at the first field that can be changed."""
        self.form.begin()

    async def read(self) -> None:
        """Read the settings in force, and where each comes from."""
        self.settings = await self.desk.settings()
        self.form.fill({ask.name: _kept(self.settings, ask) for ask in self.ASKS})
        for ask in self.ASKS:
            self._say_where(ask)
        self.noted(self.form)
        self.post_message(self.Turned())

    async def save(self, form: AskForm) -> str | None:
        """Save what differs, all or nothing."""
        values = form.changed
        if not values:
            return "Nothing was changed, so there is nothing to save."
        kept = await approved(app_of(self), lambda desk: desk.set_many(values))
        if kept is None:
            return None
        form.settle(kept)
        return "Saved."

    async def left(self, form: AskForm) -> None:
        """Show again what is in force, and go back to the sections."""
        form.revert()
        self.post_message(self.Left())

    def _say_where(self, ask: Ask) -> None:
        if self.settings is not None:
            place = self.settings.where(ask.name)
            self.form.beside(ask.name, PLACES.get(place, ""), locked=place == "environment")


def _kept(settings: Settings, ask: Ask) -> str:
    return shown(ask.name, settings[ask.name]) if SETTINGS[ask.name].secret else settings[ask.name]
