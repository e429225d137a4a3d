"""Engines that kill their own process at a named step. Run as a script: one JSON order a line, one fork each.

An order names the data folder, the kind of entry and the step. For each the script prints the fork's process
number, and when that is gone, by which signal it went (0: it ran to the end and never came to the step).
"""

import asyncio
import json
import os
import signal
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from store.database import PERSON, By, Store, Tx
from store.opening import FILE_NAME
from store.settings import Settings
from sync.couriers.apprise_courier import Courier
from sync.engine import Engine
from sync.gateways.base import Gateway
from sync.world import gateway_from

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

    async def awrite(self, work: Callable[[Tx], T], *, actor: str | By = "desk", priority: int = PERSON) -> T:
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

        answer = await super().awrite(watched, actor=actor, priority=priority)
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


@dataclass(frozen=True)
class Order:
    """What one fork is to do."""

    folder: str
    kind: str
    step: str


def live(order: Order) -> None:
    """Be an engine until the step comes."""
    folder = Path(order.folder)
    method = METHODS[order.kind]

    def mortal_gateway(chosen: Settings) -> Gateway:
        gateway: Any = Mortal(gateway_from(chosen), method, order.step)
        return gateway  # type: ignore[no-any-return]

    async def run() -> None:
        store = CrashStore(folder / FILE_NAME, order.kind, order.step)
        courier: Any = Mortal(Courier(), method, order.step)
        engine = Engine(store, folder, owner=f"child {os.getpid()}", make_gateway=mortal_gateway, courier=courier)
        for _ in range(5):
            await engine.run_once(store.clock())

    asyncio.run(run())


def main() -> None:
    """Fork an engine for each order."""
    for line in sys.stdin:
        order = Order(**json.loads(line))
        pid = os.fork()
        if pid == 0:
            live(order)
            os._exit(0)
        print(pid, flush=True)
        _, status = os.waitpid(pid, 0)
        print(os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0, flush=True)


if __name__ == "__main__":
    main()
