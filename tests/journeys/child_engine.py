"""An engine that kills its own process at a named step of one kind of entry: what a fork of `children.py` is."""

import asyncio
import os
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from store.database import PERSON, By, Store, Tx
from store.opening import FILE_NAME
from store.settings import Settings
from sync.couriers.apprise_courier import Courier
from sync.engine import Engine
from sync.gateways.base import Gateway
from sync.world import MakeGateway, gateway_from

T = TypeVar("T")
STEPS = ("before_claim", "after_claim", "before_call", "taken", "answered", "before_settle", "after_settle")
"""`taken` is the parent's part: the other side holds its answer back, and the parent kills the process."""

METHODS = {
    "create_link": "create_link",
    "cancel_link": "cancel_link",
    "refund": "refund",
    "email": "send_email",
    "sms": "send_sms",
    "notify": "notify",
}


def die() -> None:
    """Go at once, as by kill -9."""
    os.kill(os.getpid(), signal.SIGKILL)


class CrashStore(Store):
    """A store that dies before or after the commit that claims or settles an entry of one kind."""

    def __init__(self, path: Path, kind: str, step: str) -> None:
        super().__init__(path)
        self._kind = kind
        self._step = step

    async def awrite(
        self, work: Callable[[Tx], T], *, actor: str | By = "desk", priority: int = PERSON, anyway: bool = False
    ) -> T:
        """Write, unless the step comes first."""
        reached = False

        def watched(tx: Tx) -> T:
            nonlocal reached
            done = self._count(tx, "done")
            answer = work(tx)
            claims = self._count(tx, "claimed") > 0
            settles = self._count(tx, "done") > done
            if (self._step == "before_claim" and claims) or (self._step == "before_settle" and settles):
                die()
            reached = (self._step == "after_claim" and claims) or (self._step == "after_settle" and settles)
            return answer

        answer = await super().awrite(watched, actor=actor, priority=priority, anyway=anyway)
        if reached:
            die()
        return answer

    def _count(self, tx: Tx, state: str) -> int:
        sql = "SELECT count(*) FROM outbox WHERE kind = :kind AND state = :state"
        return int(tx.value(sql, kind=self._kind, state=state))


class Mortal:
    """A gateway or courier that dies before the call of one method, or once its answer is there."""

    def __init__(self, inner: Any, method: str, step: str) -> None:
        self._inner = inner
        self._method = method
        self._step = step

    def __getattr__(self, name: str) -> Any:
        """Return what the inner one has, with the step in it where it is."""
        found = getattr(self._inner, name)
        if name != self._method or self._step not in {"before_call", "answered"}:
            return found

        async def call(*args: Any, **kwargs: Any) -> Any:
            if self._step == "before_call":
                die()
            answer = await found(*args, **kwargs)
            die()
            return answer

        return call


def live(folder: str, kind: str, step: str) -> None:
    """Be an engine until the step comes; return when it never does."""
    method = METHODS[kind]

    def mortal_gateway(chosen: Settings) -> Gateway:
        gateway: Any = Mortal(gateway_from(chosen), method, step)
        return gateway  # type: ignore[no-any-return]

    courier: Any = Mortal(Courier(), method, step)
    work(CrashStore(Path(folder) / FILE_NAME, kind, step), Path(folder), mortal_gateway, courier)


def work(store: Store, folder: Path, make_gateway: MakeGateway, courier: Courier) -> None:
    """Let an engine do what is due, and what that leads to."""

    async def run() -> None:
        engine = Engine(store, folder, owner=f"child {os.getpid()}", make_gateway=make_gateway, courier=courier)
        for _ in range(5):
            await engine.run_once(store.clock())

    asyncio.run(run())
