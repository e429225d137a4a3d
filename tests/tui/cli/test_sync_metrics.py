"""`paydesk sync --metrics`: where the figures are, and what is refused."""

import json
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from sync.lock import EngineLock
from tests.tui.cli.conftest import Paydesk


@pytest.fixture(autouse=True)
def _own_signals() -> Iterator[None]:
    """The command's signal handlers end with the test."""
    kept = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    yield
    for number, handler in kept.items():
        signal.signal(number, handler)


def test_figures_while_another_process_is_the_engine(paydesk: Paydesk, folder: Path) -> None:
    """The first document says where they are; they tell what the file says, and whose the engine is."""
    paydesk("clients", "list")
    lock = EngineLock(folder)
    assert lock.try_acquire()
    words = ["sync", "--metrics", "0", "--json", "--data", str(folder)]
    engine = subprocess.Popen(
        [sys.executable, "-P", "-m", "tui.main", *words], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert engine.stdout is not None
    ready = json.loads(engine.stdout.readline())
    assert ready["folder"] == str(folder)
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with opener.open(ready["metrics"], timeout=10) as answer:
        text = answer.read().decode()
        assert answer.headers["Content-Type"].startswith("text/plain; version=0.0.4")
    assert "paydesk_engine_held 1.0\n" in text
    assert "paydesk_engine_here 0.0\n" in text
    assert "paydesk_engine_turns_total 0.0\n" in text
    engine.send_signal(signal.SIGTERM)
    out, err = engine.communicate(timeout=30)
    lock.release()
    assert (engine.returncode, out, err) == (0, "", "")


def test_a_taken_port_is_one_line(paydesk: Paydesk) -> None:
    """Nothing is started then."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        ran = paydesk("sync", "--metrics", str(port))
    assert (ran.code, ran.out, ran.err.count("\n")) == (1, "", 1)
    assert f"Port {port} cannot be used" in ran.err


def test_what_makes_no_sense_is_refused(paydesk: Paydesk) -> None:
    """Figures of a run that ends at once, and a port that is none."""
    assert "no metrics with --once" in paydesk("sync", "--once", "--metrics", "0").err
    assert paydesk("sync", "--metrics", "70000").code == 2
