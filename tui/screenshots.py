"""Draws the main screens as SVG, from a demo clinic made for the purpose: `python -m tui.screenshots FOLDER`."""

import asyncio
import re
import sys
import tempfile
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from textual.pilot import Pilot

from store import settings
from tui.app import PaydeskApp
from tui.cli.session import opened
from tui.demo_clinic import CLINIC, RECEPTIONIST, prepare
from tui.desk import Desk
from tui.sandbox_process import SandboxProcess
from tui.sandbox_settings import point_at_sandbox
from tui.wiring import EmbeddedSandbox, LateEngine

SMALL, WIDE = (80, 24), (160, 45)
PATIENCE = 20.0
_WEB_FONT = re.compile(r"@font-face \{.*?\}\s*", re.DOTALL)


def main() -> int:
    """Draw every screen into the folder that was named."""
    if len(sys.argv) != 2:
        sys.stderr.write("usage: python -m tui.screenshots FOLDER\n")
        return 2
    target = Path(sys.argv[1])
    target.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        process = SandboxProcess(Path(folder), clinic=CLINIC)
        try:
            prepare(Path(folder), process)
            for size in (SMALL, WIDE):
                asyncio.run(_draw_all(Path(folder), process, size, target))
        finally:
            process.stop()
    return 0


async def _draw_all(folder: Path, process: SandboxProcess, size: tuple[int, int], target: Path) -> None:
    def draw(app: PaydeskApp, name: str) -> None:
        picture = _WEB_FONT.sub("", app.export_screenshot(title="Paydesk"))
        path = target / f"{name}-{size[0]}x{size[1]}.svg"
        path.write_text(picture)
        sys.stdout.write(f"{path}\n")

    async with _desk(folder, process, size) as (app, pilot):
        await _pos(app, pilot, draw)
        await _invoices(app, pilot, draw)
        await _offline(app, pilot, process, draw)


async def _pos(app: PaydeskApp, pilot: Pilot[Any], draw: Callable[[PaydeskApp, str], None]) -> None:
    """A sale, its payment link, and the client paying."""
    await pilot.press(*"jane", "enter")
    await _until(pilot, lambda: app.screen.query("#client"))
    await pilot.press(*"consul", "enter", *"flu", "enter")
    await _settled(pilot)
    draw(app, "pos")
    await pilot.press("f8", "p")
    await _until(pilot, lambda: type(app.screen).__name__ == "PaymentLinkDialog")
    await _settled(pilot)
    draw(app, "payment-link")
    await pilot.press("enter")
    await _until(pilot, lambda: _link(app) is not None and _link(app).shows_qr)
    await _until(pilot, lambda: all(m.state == "sent" for m in _link(app).request.messages))
    await _settled(pilot)
    draw(app, "link")
    await pilot.press("f1")
    await _settled(pilot)
    draw(app, "help")
    await pilot.press("escape")
    await _leave_link(app, pilot)


async def _invoices(app: PaydeskApp, pilot: Pilot[Any], draw: Callable[[PaydeskApp, str], None]) -> None:
    """The list, one invoice, and what can be done with it."""
    await pilot.press("f3")
    await _settled(pilot)
    draw(app, "invoices")
    await pilot.press("enter")
    await _settled(pilot)
    draw(app, "invoice")
    await pilot.press("o")
    await _settled(pilot)
    draw(app, "invoice-options")
    await pilot.press("escape", "escape")
    await _settled(pilot)


async def _offline(
    app: PaydeskApp, pilot: Pilot[Any], process: SandboxProcess, draw: Callable[[PaydeskApp, str], None]
) -> None:
    """The line is cut, and what is sent waits."""
    await asyncio.to_thread(process.switch_off)
    await pilot.press("f2", "f7", *"priya", "enter", *"nurse", "enter", "f8", "p")
    await _until(pilot, lambda: type(app.screen).__name__ == "PaymentLinkDialog")
    await pilot.press("enter")
    await _until(pilot, lambda: app.status.gateway is not None and app.status.gateway.state == "offline")
    await _settled(pilot)
    draw(app, "link-offline")
    await _leave_link(app, pilot)
    await pilot.press("f5")
    await _settled(pilot)
    draw(app, "outbox")
    await asyncio.to_thread(process.switch_on)
    await _until(pilot, lambda: app.status.queued == 0)


async def _leave_link(app: PaydeskApp, pilot: Pilot[Any]) -> None:
    """Go back to the sale, where the link has a screen to itself."""
    await _settled(pilot)
    if app.size.width < WIDE[0]:
        await pilot.press("escape")
        await _settled(pilot)


def _link(app: PaydeskApp) -> Any:
    return next(iter(app.screen.query("LinkPanel")), None)


@asynccontextmanager
async def _desk(
    folder: Path, process: SandboxProcess, size: tuple[int, int]
) -> AsyncIterator[tuple[PaydeskApp, Pilot[Any]]]:
    """Open the desk on the demo clinic, engine and sandbox at work."""
    with opened(folder) as store:
        sandbox = EmbeddedSandbox(store, folder, process)
        if process.addresses is not None:
            addresses = process.addresses
            store.write(lambda tx: point_at_sandbox(tx, folder, addresses))
        store.write(lambda tx: settings.put(tx, "desk.theme", "paydesk-dark"))
        engine = LateEngine(store, folder, None, sys.exit)
        app = PaydeskApp(Desk(store, actor=RECEPTIONIST), engine=engine, sandbox=sandbox)
        async with app.run_test(size=size) as pilot:
            await _until(pilot, lambda: app.status.gateway is not None)
            yield app, pilot
        await asyncio.to_thread(engine.stop)


async def _until(pilot: Pilot[Any], condition: Callable[[], object]) -> None:
    """Let the desk work until `condition` holds. Raises TimeoutError."""
    async with asyncio.timeout(PATIENCE):
        while not condition():
            await pilot.pause(0.02)


async def _settled(pilot: Pilot[Any]) -> None:
    """Let what was asked for be drawn."""
    for _ in range(5):
        await pilot.pause(0.05)


if __name__ == "__main__":
    sys.exit(main())
