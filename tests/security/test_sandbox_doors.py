"""The sandbox is for this machine: where it listens, and whom it answers."""

import socket
from pathlib import Path

import httpx
import pytest

from sync.metrics.server import metrics
from sync.sandbox.server import Sandbox

LISTENING = "0A"
"""TCP_LISTEN in /proc/net/tcp (https://docs.kernel.org/networking/proc_net_tcp.html)."""
TABLES = [Path("/proc/net/tcp"), Path("/proc/net/tcp6")]


def listeners(port: int) -> set[str]:
    """Return the addresses on which somebody listens at a port, as the kernel writes them."""
    rows = [line.split() for table in TABLES if table.exists() for line in table.read_text().splitlines()[1:]]
    ends = [row[1].rsplit(":", 1) for row in rows if row[3] == LISTENING]
    return {address for address, where in ends if int(where, 16) == port}


def ports(sandbox: Sandbox) -> list[int]:
    """Return the gateway's, the pages' and the mail server's port."""
    return [sandbox.port, int(sandbox.pages_address.rpartition(":")[2]), sandbox.smtp_port]


@pytest.mark.skipif(not TABLES[0].exists(), reason="the kernel's table of sockets is Linux's")
def test_every_listener_is_on_loopback(tmp_path: Path) -> None:
    """127.0.0.1 and nothing else; asked of the kernel, not of our own objects."""
    with Sandbox(tmp_path) as sandbox:
        for port in ports(sandbox):
            assert listeners(port) == {"0100007F"}


@pytest.mark.skipif(not TABLES[0].exists(), reason="the kernel's table of sockets is Linux's")
def test_the_figures_are_on_loopback_too(tmp_path: Path) -> None:
    """And are not told under another name."""
    with metrics(tmp_path, 0) as (address, _), httpx.Client(trust_env=False) as client:
        assert listeners(httpx.URL(address).port or 0) == {"0100007F"}
        assert client.get(address).status_code == 200
        assert client.get(address, headers={"host": "rebind.evil.example"}).status_code in {403, 404, 421}


def test_no_other_address_of_this_machine_answers(tmp_path: Path) -> None:
    """Not even another one of loopback."""
    with Sandbox(tmp_path) as sandbox:
        for port in ports(sandbox):
            with pytest.raises(OSError, match="refused"):
                socket.create_connection(("127.0.0.2", port), 2)


@pytest.mark.parametrize(
    ("host", "origin", "answer"),
    [
        ("127.0.0.1", None, 200),
        ("localhost:8788", None, 200),
        ("[::1]:1", None, 200),
        ("127.0.0.1:1", "http://127.0.0.1:8788", 200),
        ("rebind.evil.example", None, 403),
        ("rebind.evil.example:8787", None, 403),
        ("127.0.0.1.evil.example", None, 403),
        ("127.0.0.1@evil.example", None, 403),
        ("0.0.0.0", None, 403),
        ("", None, 403),
        ("127.0.0.1", "https://evil.example", 403),
        ("127.0.0.1", "null", 403),
    ],
)
def test_a_page_from_elsewhere_is_not_answered(tmp_path: Path, host: str, origin: str | None, answer: int) -> None:
    """A name that was made to lead here (DNS rebinding), or a form on another site: neither pages nor switches."""
    headers = {"host": host} | ({} if origin is None else {"origin": origin})
    with Sandbox(tmp_path) as sandbox, httpx.Client(trust_env=False, headers=headers) as client:
        for base in (sandbox.address, sandbox.pages_address):
            assert client.get(f"{base}/").status_code == answer
        switched = client.post(f"{sandbox.pages_address}/faults", data={"name": "offline", "on": "on"})
        assert (switched.status_code == 403) == (answer == 403)
        assert bool(sandbox.context.faults.on()) == (answer == 200)
