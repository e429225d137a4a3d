"""Starting, stopping, being killed and starting again: nothing that was answered for is lost."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from sync.sandbox.line import HOST, PortTaken, bind
from sync.sandbox.server import Sandbox
from tests.sandbox.people import Client, Stripe

RUN = """
import sys
from pathlib import Path
from sync.sandbox.server import serve
serve(Path(sys.argv[1]), 0, 0, lambda sandbox: print(sandbox.port, flush=True))
"""


@contextmanager
def another_process(data_dir: Path) -> Iterator[tuple[subprocess.Popen[str], int]]:
    """Run a sandbox as the command line does; yields the process and its port."""
    command = [sys.executable, "-c", RUN, str(data_dir)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=Path.cwd()) as process:
        assert process.stdout is not None
        try:
            yield process, int(process.stdout.readline())
        finally:
            process.kill()


def test_a_killed_sandbox_has_everything_it_answered_for(tmp_path: Path, client: Client) -> None:
    """Links, payments, events, keys, visits and switches are there after kill -9, at the same addresses."""
    with another_process(tmp_path) as (process, port):
        address = f"http://{HOST}:{port}"
        headers = {"Authorization": "Bearer sk_test_x", "Idempotency-Key": "key-1"}
        form = {
            "line_items[0][price_data][currency]": "gbp",
            "line_items[0][price_data][unit_amount]": "12000",
            "line_items[0][price_data][product_data][name]": "Invoice INV-000124",
            "line_items[0][quantity]": "1",
            "restrictions[completed_sessions][limit]": "1",
        }
        made = httpx.post(f"{address}/v1/payment_links", data=form, headers=headers)
        client.pay(made.json()["url"])
        httpx.post(f"{address}/sandbox/faults", json={"name": "latency", "value": 1})
        events = httpx.get(f"{address}/v1/events", headers=headers).json()
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
    with Sandbox(tmp_path, port=port) as sandbox:
        assert httpx.get(f"{address}/v1/events", headers=headers).json() == events
        replayed = httpx.post(f"{address}/v1/payment_links", data=form, headers=headers)
        assert replayed.content == made.content
        assert replayed.headers["Idempotent-Replayed"] == "true"
        assert "<h1>Paid</h1>" in client.open(made.json()["url"]).text
        assert [payment.status for payment in sandbox.book.payments()] == ["succeeded"]
        assert list(sandbox.context.faults.on()) == ["latency"]
        assert len(sandbox.journal()) == 4


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_the_command_line_stops_when_told(tmp_path: Path, number: signal.Signals) -> None:
    """Ctrl-C and SIGTERM end it with exit code 0."""
    with another_process(tmp_path) as (process, port):
        assert httpx.get(f"http://{HOST}:{port}/").status_code == 200
        process.send_signal(number)
        assert process.wait(timeout=10) == 0


def test_restarted_it_goes_on(tmp_path: Path, client: Client) -> None:
    """On the same folder and port, a URL that was sent before still opens, also on a line that is cut."""
    with Sandbox(tmp_path) as first:
        api = Stripe(first)
        link = api.link()
        session = client.visit(link.url)
        api.close()
        first.fault("offline")
    with Sandbox(tmp_path, port=first.port) as second:
        assert (second.address, second.pages_address) == (first.address, first.pages_address)
        with pytest.raises(httpx.ConnectError):
            httpx.get(second.address)
        assert "<h1>Paid</h1>" in client.press(link.url, session).text
        second.mend()
        assert httpx.get(second.address).status_code == 200


def test_starting_and_stopping_wait_for_nobody(tmp_path: Path) -> None:
    """Neither takes a moment: no connection is waited for, nor an answer that is held back for a minute."""
    began = time.perf_counter()
    sandbox = Sandbox(tmp_path).start()
    started = time.perf_counter()
    api = Stripe(sandbox)
    api.link()
    sandbox.fault("hang", 60)
    with pytest.raises(httpx.ReadTimeout):
        api.http.get("/v1/events", timeout=0.1)
    stopping = time.perf_counter()
    sandbox.stop()
    stopped = time.perf_counter()
    api.close()
    assert started - began < 2
    assert stopped - stopping < 2
    sandbox.stop()


def test_a_taken_port_is_said(tmp_path: Path) -> None:
    """In words that tell what to do; nothing is left running or bound."""
    with Sandbox(tmp_path / "first") as first:
        with pytest.raises(PortTaken, match=rf"Port {first.port} cannot be used.*--port"):
            Sandbox(tmp_path / "second", port=first.port).start()
        with pytest.raises(OSError, match=str(first.smtp_port)):
            Sandbox(tmp_path / "third", smtp_port=first.smtp_port).start()
        assert httpx.get(first.address).status_code == 200


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux gives every 127.x.y.z to this machine")
def test_it_listens_on_this_machine_alone(sandbox: Sandbox) -> None:
    """Both web listeners and the mail server are on the loopback address."""
    for port in (sandbox.port, int(sandbox.pages_address.rpartition(":")[2]), sandbox.smtp_port):
        with socket.socket() as elsewhere:
            elsewhere.bind(("127.0.0.2", port))  # free, so the sandbox is not on every address
        with pytest.raises(PortTaken):
            bind(port)


def test_the_client_can_always_reach_the_pages(tmp_path: Path) -> None:
    """A pages port that another program has taken since is replaced by a free one."""
    with Sandbox(tmp_path) as first:
        pages = int(first.pages_address.rpartition(":")[2])
    with bind(pages) as taken:
        taken.listen()
        with Sandbox(tmp_path) as second:
            assert second.pages_address != first.pages_address
            assert httpx.get(f"{second.pages_address}/phone").status_code == 200


def test_cutting_twice_is_cutting_once(sandbox: Sandbox) -> None:
    """And mending what is whole changes nothing."""
    sandbox.mend()
    sandbox.fault("offline")
    sandbox.fault("offline")
    with pytest.raises(httpx.ConnectError):
        httpx.get(sandbox.address)
    sandbox.mend()
    assert httpx.get(sandbox.address).status_code == 200
