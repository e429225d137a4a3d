"""The part of the application that knows who is at the desk: signing in, the lock, and nobody being there."""

import logging
import sys
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from functools import partial
from time import monotonic
from typing import TYPE_CHECKING, Any

from rich.text import Text
from textual.app import App
from textual.events import Event, Key, MouseDown, Paste
from textual.filter import LineFilter
from textual.signal import Signal

from store.models import Status
from tui import crash
from tui.background import begin, was_overtaken
from tui.commands import Command
from tui.desk import Desk
from tui.idle import Idle
from tui.lock import LOCKED, Lock
from tui.widgets.harmless import HARMLESS

if TYPE_CHECKING:
    from store.staff import Person

log = logging.getLogger(__name__)


class StaffedApp(App[None]):
    """One desk and who is at it. `lock` shuts and opens it; `idle` counts the minutes without a key."""

    status: Status
    status_changed: Signal[Status]
    changed: Signal[None]

    def __init__(self, desk: Desk, now: Callable[[], datetime], asks_because: str) -> None:
        """`asks_because` is what a desk that opens locked says about that."""
        super().__init__()
        self.desk = desk
        self.now = now
        self.lock = Lock(self, asks_because)
        self.idle = Idle(now, self.set_timer, self._nobody_there)
        self.lock_after = 0
        """Minutes without a key after which the desk is locked; 0 is never. `count_idle` makes a new number count."""
        self._said: list[tuple[float, str, bool]] = []
        """What is in sight of the messages: when each was said, its words, and whether it is a bad one."""
        self._guarded = False
        self._been_open = self.DEFAULT_MODE != LOCKED

    def _handle_exception(self, error: Exception) -> None:
        """End after an unforeseen error, but not when somebody closed what was still being read."""
        if was_overtaken(error):
            log.info("something was closed while it was being read")
        else:
            super()._handle_exception(error)

    def _fatal_error(self) -> None:
        """End after an unforeseen error without Textual's own report, which shows the values of all variables."""
        error = sys.exc_info()[1] or self._exception
        log.critical("the desk ended by an unforeseen error", exc_info=error)
        self.bell()
        self.panic(Text(crash.words_of(error)))

    def get_line_filters(self) -> Sequence[LineFilter]:
        """Let nothing out to the terminal that could drive it."""
        return [HARMLESS, *super().get_line_filters()]

    async def read_staff(self) -> None:
        """Read whether PINs count."""
        self._guarded = await self.desk.has_managers()

    async def on_event(self, event: Event) -> None:
        """Note every key; one that comes when the desk should long have been locked only locks it."""
        if isinstance(event, Key | Paste | MouseDown) and not event.is_forwarded and self.idle.too_late():
            shut_already = self.lock.on
            await self._lock_idle()
            if self.lock.on and not shut_already:
                return
        await super().on_event(event)

    def push_screen(
        self, screen: Any, callback: Any = None, wait_for_dismiss: bool = False, *, mode: str | None = None
    ) -> Any:
        """Show a screen on top; behind the lock, where that is shut."""
        wait: Any = wait_for_dismiss
        behind = self.lock.behind if self.lock.on else None
        return super().push_screen(screen, callback, wait, mode=mode or behind)

    def goto(self, mode: str) -> None:
        """Show a mode: one of `MODES`; behind the lock, where that is shut."""
        if self.lock.on:
            self.lock.behind = mode
        elif mode != self.current_mode:
            self.switch_mode(mode)

    def say(self, message: str, *, bad: bool = False) -> None:
        """Show a message for a moment; while the desk is locked it waits, since it may name a client."""
        if self.lock.on:
            self.lock.later(partial(self.say, message, bad=bad))
        else:
            self._said = [*self._in_sight(), (monotonic(), message, bad)]
            self.notify(message, severity="error" if bad else "information", markup=False)

    async def sign_in(self, person_id: str, pin: str) -> None:
        """Let a person be at the desk, with the work as it stands. Raises WrongPin or Refused."""
        before = self.desk.actor
        person = await self.desk.sign_in(person_id, pin)
        self.lock.open()
        self.count_idle()
        self.status_changed.publish(self.status)
        self.changed.publish(None)
        if self._been_open and before != person.name:
            self.say(f"{person.name} is at the desk now. The work in hand is theirs.")
        self._been_open = True

    async def action_lock(self, title: str = "Locked", why: str = "") -> None:
        """Lock the desk at once, where somebody has a PIN to open it with."""
        if await self.desk.has_managers():
            self._cover(title, why)
        else:
            self.say("Nobody has a PIN yet, so nobody could unlock it. Press ^P and choose “Make a manager” first.")

    async def make_manager(self) -> None:
        """Make the first manager; from then on the desk asks for PINs."""
        from tui.screens.first_manager import FirstManagerDialog

        if await self.desk.has_managers():
            self.say("There is a manager already. Admin > Staff adds people.")
        else:
            self.push_screen(FirstManagerDialog(), self._has_manager)

    def count_idle(self) -> None:
        """Count the minutes without a key from now."""
        self.idle.begin(self.lock_after)

    def staff_commands(self) -> Iterator[Command]:
        """Yield the palette's commands about who is at the desk."""
        yield Command("Lock the desk  (^K)", "Ask for a PIN; the work stays as it is", self.action_lock)
        yield Command("Switch user", "Somebody else takes over, with the work in hand", self._switch_user)
        if not self._guarded:
            why = "Give somebody a PIN; from then on the desk asks for it"
            yield Command("Make a manager", why, self.make_manager)

    async def _switch_user(self) -> None:
        await self.action_lock("Switch user", "Choose who takes over. The work in hand stays, and is then theirs.")

    def _has_manager(self, person: "Person | None") -> None:
        if person is not None:
            self._guarded = True
            self.status_changed.publish(self.status)
            self.say(f"{person.name} is a manager and at the desk. The next start asks for the PIN.")

    def _cover(self, title: str, why: str) -> None:
        """Lock the desk; what was said a moment ago may name a client, so it is said again when the desk is open."""
        self.clear_notifications()
        self.lock.shut(title, why)
        again, self._said = self._in_sight(), []
        for _, message, bad in again:
            self.say(message, bad=bad)

    def _in_sight(self) -> list[tuple[float, str, bool]]:
        """Return the messages that have not had their time yet."""
        since = monotonic() - self.NOTIFICATION_TIMEOUT
        return [said for said in self._said if said[0] > since]

    def _nobody_there(self) -> None:
        begin(self, self._lock_idle)

    async def _lock_idle(self) -> None:
        """Lock the desk because nobody is there; without a manager count again."""
        if not self.lock.on and await self.desk.has_managers():
            minutes = "a minute" if self.lock_after == 1 else f"{self.lock_after} minutes"
            self._cover("Locked", f"Nobody touched a key for {minutes}. Everything is as it was left.")
        elif not self.lock.on:
            self.count_idle()
