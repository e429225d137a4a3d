"""`paydesk sandbox`, alone and beside the desk."""

import json
import os
import select
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from store.errors import Refused
from tests.tui.cli.conftest import Paydesk
from tui.loopback import get
from tui.sandbox_process import SandboxProcess

PAYDESK = [sys.executable, "-P", "-m", "tui.main"]


@pytest.fixture
def beside(tmp_path: Path) -> Iterator[SandboxProcess]:
    """Return a sandbox process that runs."""
    process = SandboxProcess(tmp_path)
    process.start()
    yield process
    process.stop()


def test_ready_line_has_the_addresses_and_sigterm_ends_it(tmp_path: Path) -> None:
    """One line with all addresses when it answers; then it works until it is told to stop."""
    words = ["sandbox", "--port", "0", "--smtp-port", "0", "--data", str(tmp_path / "s")]
    sandbox = subprocess.Popen([*PAYDESK, *words], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert sandbox.stdout is not None
    ready = sandbox.stdout.readline()
    assert ready.startswith("Sandbox ready: gateway http://127.0.0.1:")
    assert "Paydesk" in get(ready.partition("pages ")[2].partition(",")[0])
    sandbox.send_signal(signal.SIGTERM)
    assert sandbox.communicate(timeout=30) == ("", "")
    assert sandbox.returncode == 0
    assert (tmp_path / "s").stat().st_mode & 0o777 == 0o700


def test_taken_ports_are_refused(paydesk: Paydesk) -> None:
    """A port on which somebody listens is named, in one line, for the gateway and for the mail."""
    with socket.create_server(("127.0.0.1", 0)) as other:
        taken = str(other.getsockname()[1])
        for words in (("--port", taken, "--smtp-port", "0"), ("--port", "0", "--smtp-port", taken)):
            ran = paydesk("sandbox", *words)
            assert (ran.code, ran.out) == (1, "")
            assert ran.err.count("\n") == 1
            assert "port" in ran.err


def test_process_answers_when_started_and_not_when_stopped(tmp_path: Path) -> None:
    """start returns when the gateway answers; stop ends the process."""
    process = SandboxProcess(tmp_path)
    assert (process.running, process.address) == (False, "")
    process.start()
    assert process.running
    assert "Paydesk" in get(process.address)
    process.stop()
    assert not process.running
    with pytest.raises(OSError, match="refused"):
        get(process.address)


def test_ports_stay_the_same_after_a_restart(tmp_path: Path) -> None:
    """Links that were sent keep working, because everything listens where it did."""
    process = SandboxProcess(tmp_path)
    process.start()
    before = process.addresses
    process.stop()
    again = SandboxProcess(tmp_path)
    again.start()
    assert again.addresses == before
    again.stop()


def test_taken_port_moves_the_sandbox(tmp_path: Path) -> None:
    """When another program has taken the remembered port, free ones do."""
    process = SandboxProcess(tmp_path)
    process.start()
    before = process.addresses
    assert before is not None
    process.stop()
    with socket.create_server(("127.0.0.1", int(before.gateway.rpartition(":")[2]))):
        process.start()
        assert process.addresses != before
        assert process.running
        process.stop()


def test_line_is_cut_and_mended(beside: SandboxProcess) -> None:
    """Switched off, the gateway refuses connections while clients' pages stay up."""
    beside.switch_off()
    assert not beside.running
    assert "Paydesk" in get(beside.address)
    beside.switch_on()
    assert beside.running


def test_line_is_whole_after_a_restart(tmp_path: Path) -> None:
    """A sandbox that was left switched off does not stay so unnoticed."""
    process = SandboxProcess(tmp_path)
    process.start()
    process.switch_off()
    process.stop()
    process.start()
    assert process.running
    process.stop()


def test_second_desk_shares_the_sandbox(tmp_path: Path, beside: SandboxProcess) -> None:
    """Another desk on the same folder joins what runs, and its end does not end it."""
    second = SandboxProcess(tmp_path)
    second.start()
    assert second.address == beside.address
    assert second.running
    second.stop()
    assert beside.running


def test_dead_sandbox_is_not_switched(beside: SandboxProcess) -> None:
    """Switching what has died is refused in words."""
    process = beside._process
    assert process is not None
    process.kill()
    process.wait()
    with pytest.raises(Refused, match="does not answer"):
        beside.switch_off()
    beside.start()
    assert beside.running


def test_folder_that_cannot_be_made_is_said() -> None:
    """No folder, no sandbox, and a sentence."""
    with pytest.raises(Refused, match="cannot be used"):
        SandboxProcess(Path(os.devnull)).start()


def test_killed_desk_leaves_no_sandbox(tmp_path: Path) -> None:
    """When the desk dies without a word, its sandbox ends by itself."""
    program = (
        "import os, signal, sys, json; from pathlib import Path; from tui.sandbox_process import SandboxProcess;"
        "process = SandboxProcess(Path(sys.argv[1])); process.start(); print(process.addresses.gateway, flush=True);"
        "os.kill(os.getpid(), signal.SIGKILL)"
    )
    desk = subprocess.run(
        [sys.executable, "-c", program, str(tmp_path)], stdout=subprocess.PIPE, text=True, check=False
    )
    assert desk.returncode == -signal.SIGKILL
    port = int(desk.stdout.strip().rpartition(":")[2])
    assert _closes(port)


def test_remembered_nonsense_is_ignored(tmp_path: Path) -> None:
    """A ports file that is not one leads to free ports."""
    (tmp_path / "sandbox").mkdir()
    (tmp_path / "sandbox" / "ports.json").write_text(json.dumps(["what"]))
    process = SandboxProcess(tmp_path)
    process.start()
    assert process.running
    process.stop()


def _closes(port: int) -> bool:
    """Wait until whoever listens on the port is gone: a connection to it ends or is refused."""
    try:
        with socket.create_connection(("127.0.0.1", port), 5) as line:
            return bool(select.select([line], [], [], 20)[0])
    except OSError:
        return True
