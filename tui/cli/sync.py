"""`paydesk sync`: the engine without a screen."""

import argparse
import asyncio
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from store import services
from store.errors import Refused
from tui.cli.arguments import on_command, port
from tui.cli.output import Answer, local_time, table, tell, tell_json, tell_lines
from tui.cli.session import data_folder, opened

if TYPE_CHECKING:
    from sync.happenings import Observe


def fill(parser: argparse.ArgumentParser) -> None:
    """Describe the command's arguments."""
    parser.description = (
        "Make payment links, send messages, and hear from the gateway. Runs until Ctrl-C or SIGTERM; with --once "
        "only until nothing is due now."
    )
    parser.add_argument(
        "--once", action="store_true", help="work until nothing is due now, say what was done, and end"
    )
    parser.add_argument(
        "--metrics",
        metavar="PORT",
        type=port,
        help="serve figures for Prometheus on this port of this machine; 0 takes a free one",
    )
    on_command(parser, _sync)


def _sync(args: argparse.Namespace) -> int:
    if not args.once:
        return _serve(args)
    if args.metrics is not None:
        raise Refused("There are no metrics with --once: nobody could ask for them. Leave one of them out.")
    return _once(args)


def _once(args: argparse.Namespace) -> int:
    from store.settings import load
    from sync.host import work_until_quiet

    folder = data_folder(args)
    with opened(folder, "sync") as store:
        did = asyncio.run(work_until_quiet(store, folder))
        status = store.read(services.status)
        zone = store.read(lambda reader: load(reader, folder))["clinic.zone"]
    gateway = status.gateway
    document = {
        "did": [
            {
                "at": deed.at,
                "kind": deed.kind,
                "subject_id": deed.subject_id,
                "outcome": deed.outcome,
                "text": deed.text,
            }
            for deed in did
        ],
        "online": None if gateway is None else gateway.state == "online",
        "queued": status.queued,
        "attention": status.attention,
    }
    lines = table([(local_time(deed.at, zone), deed.kind, deed.outcome, deed.text) for deed in did])
    if gateway is not None and gateway.state != "online":
        lines.append(f"The gateway is {gateway.state} since {local_time(gateway.since, zone)}: {gateway.reason}")
    lines.append(f"{status.queued} queued, {status.attention} need attention.")
    return tell(Answer(document, lines), as_json=args.json)


def _serve(args: argparse.Namespace) -> int:
    from sync.happenings import Happening, write_down
    from sync.host import serve

    folder = data_folder(args)
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    with opened(folder, "sync") as store, _metrics(folder, args.metrics) as (address, count):

        def observe(happening: Happening) -> None:
            write_down(happening)
            count(happening)

        if args.json:
            tell_json({"folder": str(folder)} | ({"metrics": address} if address else {}))
        else:
            told = f" Metrics: {address}" if address else ""
            tell_lines([f"The engine works on {folder}. Ctrl-C ends it.{told}"])
        serve(store, folder, stop, observe=observe)
    return 0


@contextmanager
def _metrics(folder: Path, at: int | None) -> "Iterator[tuple[str, Observe]]":
    if at is None:
        yield "", lambda _: None
        return
    from sync.metrics.server import metrics

    with metrics(folder, at) as served:
        yield served
