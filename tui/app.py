"""The desk as an application: its screens, its true status, its theme, and the signal that something changed."""

import asyncio
import gc
from collections.abc import Awaitable, Callable, Iterator, Mapping
from datetime import datetime
from functools import partial
from importlib import import_module
from typing import TYPE_CHECKING, Any, ClassVar

from textual.binding import Binding, BindingType
from textual.events import Event, Key
from textual.screen import Screen
from textual.signal import Signal

from store.errors import PaydeskError
from store.models import Status
from store.opening import FILE_NAME
from store.times import utc_now
from sync.watch import FileWatch
from tui import themes
from tui.background import begin
from tui.clinic import UNKNOWN, Clinic
from tui.commands import Command, DeskCommands
from tui.desk import Desk
from tui.following import Following
from tui.handles import EngineHandle, SandboxHandle
from tui.in_trouble import InTrouble
from tui.lock import LOCKED, lock_screen
from tui.places import ways
from tui.screens.admin_list import ENTRIES
from tui.screens.base import HELP
from tui.screens.pos import PosScreen
from tui.staffed import StaffedApp
from tui.typed_ahead import TypedAhead

if TYPE_CHECKING:
    from tui.screens.setup import SetupChoice

QUIET_SPELL = 0.05
"""Seconds between two announcements of a change, however often the engine commits."""


def _late(module: str, name: str) -> Callable[[], Screen[Any]]:
    """Return what makes a screen, loading it only then: the first frame waits for none but its own."""

    def make() -> Screen[Any]:
        made: Screen[Any] = getattr(import_module(f"tui.screens.{module}"), name)()
        return made

    return make


class PaydeskApp(StaffedApp):
    """One desk. Screens read `desk`, `clinic`, `status` and `now()`, and follow `changed`."""

    TITLE = "Paydesk"
    CSS_PATH = [themes.layout("base.tcss"), themes.layout("pos.tcss")]
    """The first screen's layout too: read later, all would be read again."""
    COMMANDS = {DeskCommands}
    MODES: ClassVar[dict[str, str | Callable[[], Screen[Any]]]] = {
        "pos": PosScreen,
        "invoices": _late("invoices", "InvoicesScreen"),
        "clients": _late("clients", "ClientsScreen"),
        "outbox": _late("outbox", "OutboxScreen"),
        "today": _late("today", "TodayScreen"),
        "admin": _late("admin", "AdminScreen"),
        LOCKED: lock_screen,
    }
    DEFAULT_MODE = "pos"
    COMMAND_PALETTE_BINDING = "ctrl+p"
    BINDINGS: ClassVar[list[BindingType]] = [
        HELP,
        *ways("goto"),
        Binding("ctrl+p", "command_palette", "commands", key_display="^P", tooltip="", id="app.palette"),
        Binding(
            "ctrl+k",
            "lock",
            "lock",
            show=False,
            priority=True,
            tooltip="Lock the desk; the work stays as it is",
            id="app.lock",
        ),
        Binding("ctrl+q", "quit", "Quit", show=False, priority=True, tooltip="Leave Paydesk", id="app.quit"),
    ]

    def __init__(
        self,
        desk: Desk,
        *,
        engine: EngineHandle | None = None,
        sandbox: SandboxHandle | None = None,
        now: Callable[[], datetime] = utc_now,
        first_start: bool = False,
        on_setup: Callable[["SetupChoice"], Awaitable[SandboxHandle | None]] | None = None,
        asks_because: str = "",
    ) -> None:
        """`on_setup` is told of the first start's choice, saved already, and gives the sandbox if one was started."""
        super().__init__(desk, now, asks_because)
        self.engine = engine
        self.sandbox = sandbox
        self._first_start = first_start
        self._on_setup = on_setup
        self.clinic: Clinic = UNKNOWN
        self.status = Status(None, 0, 0, 0)
        self.changed: Signal[None] = Signal(self, "changed")
        """Published after any commit, of this process or another's; what is on screen may be read again."""
        self.status_changed: Signal[Status] = Signal(self, "status_changed")
        self.trouble = InTrouble(self)
        self._following = Following(self)
        self._typed_ahead = TypedAhead(self, super().on_event)
        self._titles: dict[str, str] = {}
        self._to_say: list[str] = []
        self._watch: FileWatch | None = None
        self._announced = False
        self._more = False
        self._loop: asyncio.AbstractEventLoop | None = None

    async def on_event(self, event: Event) -> None:
        """Take keys in the order in which they were typed."""
        if isinstance(event, Key) and not event.is_forwarded:
            await self._typed_ahead.take(event)
        else:
            await super().on_event(event)

    async def on_load(self) -> None:
        """Read what the first frame needs: the clinic, the theme, the status."""
        self._loop = asyncio.get_running_loop()
        self._register_themes()
        await self._read_settings()
        await self.read_staff()
        self.status = await self.desk.status()

    def on_mount(self) -> None:
        """Begin to follow changes once the first frame is there."""
        self.changed.subscribe(self, lambda _: self._read_status())
        self.desk.on_commit(self.note_change)
        self.call_after_refresh(self._after_first_frame)

    def on_unmount(self) -> None:
        """Follow nothing any more."""
        self._loop = None
        if self._watch is not None:
            self._watch.stop()

    def note_change(self) -> None:
        """Announce, soon and once for many, that something was committed; callable from any thread."""
        loop = self._loop
        if loop is None or loop.is_closed():
            return
        if self._announced:
            self._more = True
            return
        self._announced = True
        loop.call_soon_threadsafe(self.call_later, self._announce)

    def action_goto(self, mode: str) -> None:
        """Show a mode."""
        self.goto(mode)

    def open_in_pos(self, number: str) -> None:
        """Show a draft invoice in the point of sale, to be edited."""
        self.goto("pos")
        screen = self.screen_stack[0]
        if isinstance(screen, PosScreen):
            self.call_later(screen.open_draft, number)

    def sell_to(self, client_id: str) -> None:
        """Begin a sale for a client in the point of sale; the one that is there is kept."""
        self.goto("pos")
        screen = self.screen_stack[0]
        if isinstance(screen, PosScreen):
            self.call_later(screen.begin_for, client_id)

    def open_admin(self, section: str) -> None:
        """Show a section of Admin."""
        from tui.screens.admin import AdminScreen

        self.goto("admin")
        screen = self.screen_stack[0]
        if isinstance(screen, AdminScreen):
            screen.call_later(screen.open_section, section)

    @property
    def theme_titles(self) -> Mapping[str, str]:
        """The themes there are: each name with its title."""
        return self._titles

    def action_help(self) -> None:
        """Show the keys that work here."""
        from tui.screens.help import HelpScreen

        self.push_screen(HelpScreen(list(self.screen.active_bindings.values())))

    def get_theme_variable_defaults(self) -> dict[str, str]:
        """Give the variables of our own that a person's theme may leave out."""
        return {"line": "#808080", "quiet": "#909090", "field": "#80808030"}

    async def use_theme(self, name: str) -> None:
        """Change the colours and keep the choice."""
        self.theme = name
        try:
            await self.desk.set("desk.theme", name)
        except PaydeskError as error:
            self.say(str(error), bad=True)

    def commands(self) -> Iterator[Command]:
        """Yield the palette's commands that belong to no screen."""
        yield from self.staff_commands()
        for entry in ENTRIES:
            yield Command(f"Admin: {entry.title}", entry.about, partial(self.open_admin, entry.name))
        for name, title in self._titles.items():
            if name != self.theme:
                yield Command(f"Theme: {title}", "Change the colours", partial(self.use_theme, name))
        if self.sandbox is not None:
            yield from self._sandbox_commands(self.sandbox)

    def _sandbox_commands(self, sandbox: SandboxHandle) -> Iterator[Command]:
        if sandbox.running:
            yield Command(
                "Sandbox: switch off", "Cut the line to the gateway, to see what happens", self._sandbox_off
            )
        else:
            yield Command("Sandbox: switch on", "The gateway answers again", self._sandbox_on)
        yield Command("Sandbox: show address", sandbox.address, self._sandbox_address)

    async def _sandbox_off(self) -> None:
        if self.sandbox is not None:
            await self._switch(
                self.sandbox.switch_off,
                "The sandbox is off: nothing reaches the gateway until it is switched on again.",
            )

    async def _sandbox_on(self) -> None:
        if self.sandbox is not None:
            await self._switch(self.sandbox.switch_on, "The sandbox is on again: what waits goes out by itself.")

    async def _switch(self, switch: Callable[[], None], done: str) -> None:
        try:
            await asyncio.to_thread(switch)
        except PaydeskError as error:
            self.say(str(error), bad=True)
        else:
            self.say(done)

    def _sandbox_address(self) -> None:
        if self.sandbox is not None:
            self.copy_to_clipboard(self.sandbox.address)
            self.say(f"{self.sandbox.address} (copied)")

    def _register_themes(self) -> None:
        own, wrong = themes.in_folder(self.desk.folder)
        self._to_say += wrong
        for named in (*themes.shipped(), *own):
            self.register_theme(named.theme)
            self._titles[named.theme.name] = named.title

    async def _read_settings(self) -> None:
        chosen = themes.DEFAULT
        try:
            settings = await self.desk.settings()
        except PaydeskError as error:
            self._to_say.append(str(error))
        else:
            self._following.take(settings)
            chosen = settings["desk.theme"]
        if chosen not in self._titles:
            self._to_say.append(f"There is no theme “{chosen}” any more, so the usual one is shown.")
            chosen = themes.DEFAULT
        self.theme = chosen

    def _after_first_frame(self) -> None:
        gc.enable()
        self._watch = FileWatch(self.desk.folder / FILE_NAME, self.note_change)
        self._watch.start()
        self.count_idle()
        begin(self, self._following.use_keys)
        begin(self, self.trouble.look)
        for message in self._to_say:
            self.say(message, bad=True)
        if self._first_start:
            from tui.screens.setup import SetupScreen

            self.push_screen(SetupScreen(), self._set_up)
        elif self.engine is not None:
            self.engine.start()

    async def _set_up(self, choice: "SetupChoice | None") -> None:
        """The first start's questions are answered: begin; or they were left, and so is the desk."""
        if choice is None:
            self.exit()
            return
        await self._read_settings()
        if self._on_setup is not None:
            try:
                self.sandbox = await self._on_setup(choice)
            except PaydeskError as error:
                self.say(str(error), bad=True)
        if self.engine is not None:
            self.engine.start()
        self.status_changed.publish(self.status)
        self.changed.publish(None)

    def _announce(self) -> None:
        self._more = False
        self.changed.publish(None)
        self.set_timer(QUIET_SPELL, self._listen_again)

    def _listen_again(self) -> None:
        self._announced = False
        if self._more:
            self.note_change()

    async def _read_status(self) -> None:
        await self.trouble.look()
        await self._following.follow()
        try:
            status = await self.desk.status()
        except PaydeskError as error:
            if self.trouble.found is None:
                self.say(str(error), bad=True)
            return
        if status != self.status:
            self.status = status
            self.status_changed.publish(status)


class LockedDesk(PaydeskApp):
    """The desk of a clinic with staff: it opens with the question who is there, before anything else is drawn."""

    DEFAULT_MODE = LOCKED
