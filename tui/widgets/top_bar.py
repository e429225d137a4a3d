"""The first two lines: who we are, where we are, and how things really stand."""

from typing import TYPE_CHECKING

from rich.cells import cell_len
from textual.app import RenderResult
from textual.content import Content
from textual.events import Click
from textual.timer import Timer
from textual.widget import Widget

from store.models import Status
from store.services import BACKUP
from tui.format import clock, clock_seconds
from tui.places import PLACES
from tui.widgets.list_table import fitted
from tui.widgets.state import gateway_state

if TYPE_CHECKING:
    from tui.app import PaydeskApp

NOT_SAVING = {"damaged": "✕ File damaged, nothing is saved", "moved": "✕ File gone, nothing is saved"}

ROOMY = 100
"""Columns from which on it also says when the gateway was last heard."""


class TopBar(Widget):
    """Product, clinic, what waits, gateway, clock; tabs and who is at the desk.

    Drawn from `app.status`, which the app keeps true.
    """

    heading = "Paydesk"

    def on_mount(self) -> None:
        """Follow the status, and turn the clock at each full minute."""
        self._timer: Timer | None = None
        self.desk_app.status_changed.subscribe(self, lambda _: self.refresh())
        self._tick()

    def on_click(self, event: Click) -> None:
        """Go where the tab that was clicked leads."""
        left = 1
        for mode, key, title, _ in PLACES:
            right = left + len(f"{key.upper()} {title}") + 3
            if event.y == 1 and left <= event.x < right:
                self.desk_app.goto(mode)
            left = right

    @property
    def desk_app(self) -> "PaydeskApp":
        """The application, as ours."""
        app: PaydeskApp = self.app  # type: ignore[assignment]
        return app

    def _tick(self) -> None:
        self.refresh()
        self._timer = self.set_timer(60 - self.desk_app.now().second, self._tick)

    def render(self) -> RenderResult:
        """Lay both lines out."""
        return Content("\n").join([self.status_line(), self._second(self.desk_app, self.size.width)])

    def status_line(self) -> Content:
        """Return what we are, how the gateway answers, and the time."""
        app, width = self.desk_app, self.size.width
        zone, now = app.clinic.zone, app.now()
        state = gateway_state(app.status, zone, now).content
        heard = app.status.gateway.heard_at if app.status.gateway else None
        if app.trouble.found is not None:
            state = Content.styled(NOT_SAVING[app.trouble.found.kind], "$text-error bold")
        parts = [waiting(app.status), state]
        if heard and width >= ROOMY:
            parts.append(Content.styled(f"heard {clock_seconds(heard, zone)}", "$quiet"))
        end = Content("  ").join([*parts, Content(clock(now, zone))])
        room = max(0, width - len(self.heading) - end.cell_length - 6)
        return Content.assemble(
            (f" {self.heading}  ", "$text-accent bold"), fitted(app.clinic.name, room), "  ", end, " "
        )

    def _second(self, app: "PaydeskApp", width: int) -> Content:
        tabs = Content.assemble(
            " ", *(_tab(app.current_mode == mode, key.upper(), title) for mode, key, title, _ in PLACES)
        )
        who = app.desk.actor
        return Content.assemble(
            tabs, " " * max(0, width - 1 - tabs.cell_length - cell_len(who)), (who, "$quiet"), " "
        )


class StatusLine(TopBar):
    """The first line alone, for a screen that needs the room; its heading says what the screen is."""

    def __init__(self, heading: str) -> None:
        super().__init__()
        self.heading = heading

    def render(self) -> RenderResult:
        """Lay the one line out."""
        return self.status_line()


def waiting(status: Status) -> Content:
    """Return what the outbox holds, in words."""
    parts = [Content.styled(f"{status.queued} queued", "$text-accent" if status.queued else "$quiet")]
    if status.held:
        parts.append(Content.styled(f"{status.held} held", "$text-warning"))
    if status.attention:
        need = "needs" if status.attention == 1 else "need"
        parts.append(Content.styled(f"! {status.attention} {need} attention", "$text-error bold"))
    if any(service.name == BACKUP and service.state != "online" for service in status.services):
        parts.append(Content.styled("! no backup", "$text-error bold"))
    return Content("  ").join(parts)


def _tab(here: bool, key: str, title: str) -> Content:
    style = "$text-accent bold" if here else "$foreground"
    return Content.assemble((f"{key} ", "$quiet"), (title, f"{style} underline" if here else style), "   ")
