"""The stage of a history: one data file, the engine on it, both gateways, the mailbox, and two clocks.

`time` is how late it really is, which the gateways go by; the desk's clock may be wrong by `skew`. An engine's run is
under way until it is finished: whatever else happens meanwhile happens in the middle of it.
"""

import asyncio
import itertools
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TypeVar

from store import settings
from store.database import Tx
from store.errors import PaydeskError
from store.settings import Settings
from sync.engine import Engine, Turn
from sync.gateways.base import Gateway
from tests.model.direct import DirectStore, Template
from tests.model.gateways import PayLink, Provider
from tests.model.lines import Line, Mailbox, Post, Reach, Weather
from tests.model.truth import Truth
from tests.sync.engine_fakes import COHERENT, STRIPE

T = TypeVar("T")
START = datetime(2026, 11, 22, 14, 0, tzinfo=UTC)
KINDS = ("stripe", "coherent")
MOST_TURNS = 20_000
_owners = itertools.count()


class NeverQuiet(AssertionError):
    """The engine does not come to an end."""


class Running:
    """An engine, the line it uses, and its run if one is under way."""

    def __init__(self, stage: "Stage") -> None:
        self.line = Line(stage.weather)
        self._stage = stage
        self._task: asyncio.Task[Turn] | None = None
        self.engine = Engine(
            stage.store,
            stage.folder,
            owner=f"engine {next(_owners)}",
            jitter=lambda: 1.0,
            make_gateway=self._gateway,
            courier=Post(line=self.line, mailbox=stage.mailbox),
            together=0,
            apart=0,
        )

    async def steps(self, turns: int) -> None:
        """Begin a run unless one is under way, and let it come on."""
        if self._task is None:
            self._task = asyncio.create_task(self.engine.run_once(self._stage.clock()))
        for _ in range(turns):
            await asyncio.sleep(0)

    async def finishes(self) -> Turn:
        """Let a run come to its end and return what it did. Raises NeverQuiet."""
        await self.steps(1)
        task, turns = self._task, 0
        assert task
        while not task.done():
            await asyncio.sleep(0)
            turns += 1
            if turns > MOST_TURNS:
                raise NeverQuiet("one run of the engine does not end")
        self._task = None
        return task.result()

    async def dies(self) -> None:
        """Throw it away with whatever is in flight."""
        task, self._task = self._task, None
        if task is not None:
            task.cancel()
            await asyncio.wait([task])
            if not task.cancelled():
                task.result()
            await asyncio.sleep(0)

    def _gateway(self, chosen: Settings) -> Gateway:
        return Reach(self._stage.providers[chosen["gateway.kind"]], self.line)


class Stage:
    """Everything there is in one history."""

    def __init__(self, template: Template, folder: Path) -> None:
        self.folder = folder
        self.time = START
        self.skew = timedelta()
        self.clock_was_wrong = False
        self.store = DirectStore(template.copied_to(folder), clock=self.clock)
        self.template = template
        self.weather = Weather()
        self.mailbox = Mailbox()
        self.providers = {each.kind: Provider(each, lambda: self.time) for each in (STRIPE, COHERENT)}
        self.truth = Truth()
        self.kind = "stripe"
        self.current = Running(self)
        self.stale: list[Running] = []

    def clock(self) -> datetime:
        """Return what the desk's clock shows."""
        return self.time + self.skew

    def write(self, work: Callable[[Tx], T]) -> T | None:
        """Let a person do something; None when it was refused."""
        try:
            return self.store.write(work, actor="Maya")
        except PaydeskError:
            return None
        finally:
            self.current.engine.notice()

    def put(self, key: str, value: str) -> None:
        """Change a setting."""
        self.write(lambda tx: settings.put(tx, key, value))

    def links(self) -> list[PayLink]:
        """Return every link at either gateway."""
        return [link for provider in self.providers.values() for link in provider.links.values()]

    def links_of(self, request_id: str) -> list[PayLink]:
        """Return every link that was made for a request, at either gateway."""
        return [link for provider in self.providers.values() for link in provider.of(request_id)]

    def provider_of(self, link: PayLink) -> Provider:
        """Return whose link it is."""
        return next(each for each in self.providers.values() if link.gateway_id in each.links)

    async def restart(self) -> None:
        """Start another engine instead of the one there is."""
        await self.current.dies()
        self.current = Running(self)

    def take_over(self) -> None:
        """Stop the engine where it is, and start another beside it."""
        self.current.line.freeze()
        self.stale.append(self.current)
        self.current = Running(self)

    async def wake_stale(self) -> None:
        """Let a stopped engine go on to the end of its run."""
        late = self.stale.pop(0)
        late.line.thaw()
        await late.finishes()

    async def closes(self) -> None:
        """End every engine and close the file."""
        for each in [self.current, *self.stale]:
            await each.dies()
        self.store.close()
