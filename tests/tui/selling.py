"""Selling at the point of sale in tests: its screen, keys, and what the terminal shows."""

from typing import Any

from textual.app import App
from textual.events import Key
from textual.pilot import Pilot

from store.models import Invoice
from tests.tui.conditions import until
from tests.tui.terminal import lines
from tests.tui.typing import type_text
from tui.app import PaydeskApp
from tui.screens.pos import PosScreen
from tui.screens.pos_invoice import InvoicePane
from tui.widgets.error_line import ErrorLine

SMALL, WIDE = (80, 24), (160, 45)
NEXT_NUMBER = "INV-000003"


def pos(app: PaydeskApp) -> PosScreen:
    """Return the point of sale, whatever is over it."""
    screen = app.screen_stack[0]
    assert isinstance(screen, PosScreen)
    return screen


async def keys(pilot: Pilot[Any], *parts: str) -> None:
    """Type each part: a key's name in angle brackets, or text."""
    for part in parts:
        if part.startswith("<"):
            await pilot.press(part[1:-1])
        else:
            await type_text(pilot, part)


def at_once(app: App[Any], *parts: str) -> None:
    """Let keys arrive together, faster than any screen: a key's name in angle brackets, or text."""
    for part in parts:
        for key in [part[1:-1]] if part.startswith("<") else part:
            app.post_message(Key(key, key if len(key) == 1 else None))


async def saved(app: PaydeskApp, pilot: Pilot[Any]) -> Invoice:
    """Wait until the sale on the screen is in the store, and return it as it is there."""
    await until(pilot, lambda: pos(app).sale.number and not pos(app).sale.unsaved)
    return await app.desk.invoice(pos(app).sale.number or "")


async def make_sale(app: PaydeskApp, pilot: Pilot[Any]) -> Invoice:
    """Jane, a consultation and two vaccines: £302.00."""
    await keys(pilot, "jane", "<enter>", "consul", "<enter>", "2*vacc", "<enter>")
    return await saved(app, pilot)


async def on_top(app: PaydeskApp, pilot: Pilot[Any], kind: type[Any], field: str = "") -> None:
    """Wait until a screen of this kind is on top, with the focus on `field` where one is named."""
    await until(pilot, lambda: isinstance(app.screen, kind) and app.focused)
    await until(pilot, lambda: not field or (app.focused is not None and app.focused.id == field))


async def back_at_pos(app: PaydeskApp, pilot: Pilot[Any]) -> None:
    """Wait until every dialog is gone and what was done is in the store."""
    await until(pilot, lambda: len(app.screen_stack) == 1 and not pos(app).sale.saveable)


def said(app: PaydeskApp) -> str:
    """Return every error in sight on the top screen."""
    return " ".join(line.said for line in app.screen.query(ErrorLine) if line.said)


def notice(app: PaydeskApp) -> str:
    """Return what is said of the sale in its pane."""
    return pos(app).query_one(InvoicePane)._said.plain


def drawn(app: PaydeskApp) -> str:
    """Return what the terminal shows."""
    return "\n".join(lines(app))


def menu(app: PaydeskApp) -> list[tuple[str, ...]]:
    """Return the ways to pay that are listed, as they are drawn."""
    return [tuple(map(str, row.cells)) for row in pos(app).query_one("#payment").rows]  # type: ignore[attr-defined]
