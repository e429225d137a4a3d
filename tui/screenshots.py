"""Draws the screens as SVG, from a demo clinic made for the purpose: `python -m tui.screenshots FOLDER`."""

import asyncio
import html
import re
import sys
import tempfile
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from textual.pilot import Pilot

from store import settings
from tui.app import LockedDesk, PaydeskApp
from tui.cli.session import opened
from tui.demo_clinic import CLINIC, prepare
from tui.desk import Desk
from tui.sandbox_process import SandboxProcess
from tui.sandbox_settings import point_at_sandbox
from tui.screenshot_tour import CUT_OFF, FIRST_START, RECORDS, SALE, SIGN_IN, Shot
from tui.wiring import EmbeddedSandbox, LateEngine

SMALL, WIDE = (80, 24), (160, 45)
PATIENCE = 20.0
_TAG = re.compile(r"<[^>]*>")
_WEB_FONT = re.compile(r"@font-face \{.*?\}\s*", re.DOTALL)
Draw = Callable[[PaydeskApp, str], None]


def main() -> int:
    """Draw every screen into the folder that was named."""
    if len(sys.argv) != 2:
        sys.stderr.write("usage: python -m tui.screenshots FOLDER\n")
        return 2
    target = Path(sys.argv[1])
    target.mkdir(parents=True, exist_ok=True)
    for size in (SMALL, WIDE):
        with tempfile.TemporaryDirectory() as folder:
            process = SandboxProcess(Path(folder), clinic=CLINIC)
            try:
                prepare(Path(folder), process)
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
        await _take(app, pilot, draw, SALE)
        await _take(app, pilot, draw, RECORDS)
        await asyncio.to_thread(process.switch_off)
        await _take(app, pilot, draw, CUT_OFF)
        await asyncio.to_thread(process.switch_on)
        await _until(pilot, lambda: app.status.queued == 0)
    with opened(folder) as store:
        async with LockedDesk(Desk(store, actor="")).run_test(size=size) as pilot:
            await _take(pilot.app, pilot, draw, SIGN_IN)  # type: ignore[arg-type]
    with tempfile.TemporaryDirectory() as empty, opened(Path(empty)) as store:
        async with PaydeskApp(Desk(store, actor=""), first_start=True).run_test(size=size) as pilot:
            await _take(pilot.app, pilot, draw, FIRST_START)  # type: ignore[arg-type]


async def _take(app: PaydeskApp, pilot: Pilot[Any], draw: Draw, shots: Iterable[Shot]) -> None:
    for shot in shots:
        await _press(pilot, shot.keys)
        try:
            await _until(pilot, lambda shot=shot: shot.after in _shown(app))  # type: ignore[misc]
        except TimeoutError as error:
            raise SystemExit(f"{shot.name}: “{shot.after}” is not shown on\n{_shown(app)[-3000:]}") from error
        await _settled(pilot)
        draw(app, shot.name)
        await _press(pilot, shot.away)


async def _press(pilot: Pilot[Any], parts: Iterable[str]) -> None:
    for part in parts:
        keys = [part[1:-1]] if part.startswith("<") else ["percent_sign" if key == "%" else key for key in part]
        await pilot.press(*keys)
        await _settled(pilot)


def _shown(app: PaydeskApp) -> str:
    """Return what the terminal shows, without its colours."""
    return html.unescape(_TAG.sub("", app.export_screenshot())).replace("\xa0", " ")


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
        app = PaydeskApp(Desk(store, actor="Ben"), engine=engine, sandbox=sandbox)
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
