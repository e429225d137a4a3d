"""What the fork server has loaded, and what a fork is: a `paydesk` without its start-up, or an engine alone."""

import os
import signal
import sys
from importlib import import_module
from pathlib import Path

from apprise import Apprise

from store.database import Store
from store.opening import FILE_NAME
from sync.host import EngineHost
from tui.main import main

LOADED = (
    "anyio._backends._asyncio",
    "email_validator",
    "httpcore",
    "httpx",
    "qrcode.image.pure",
    "store.verify",
    "sync.couriers.apprise_courier",
    "sync.couriers.letter",
    "sync.couriers.smtp",
    "sync.gateways.coherent",
    "sync.gateways.factory",
    "sync.gateways.stripe",
    "tui.cli.documents",
    "tui.cli.pay",
    "tui.cli.send",
    "tui.cli.sync",
    "tui.desk",
)

for module in LOADED:
    import_module(module)
for url in ("json://127.0.0.1", "mailto://127.0.0.1?from=a@example.com"):
    Apprise.instantiate(url)


def command(*words: str) -> int:
    """Be `paydesk` with `words`."""
    sys.stdout = os.fdopen(os.dup(1), "w")
    return main(words)


def engine(folder: str, stale: float) -> None:
    """Host the engine until killed; one that stands still for `stale` seconds is to be replaced."""
    EngineHost(Store(Path(folder) / FILE_NAME), Path(folder), stale=stale).start()
    signal.pause()
