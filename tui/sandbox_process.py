"""The sandbox beside the desk: a process of its own that ends with the desk, however that ends.

Its input is a pipe that only we hold: when we are gone the pipe closes, and it stops. A lock on its folder
makes sure that several desks on one data folder share one sandbox.
"""

import fcntl
import json
import select
import socket
import subprocess
import sys
import threading
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO
from urllib.parse import urlsplit

from store.errors import Refused
from store.settings import without_secrets
from tui.loopback import post_json

READY_SECONDS = 20.0
STOP_SECONDS = 5.0
CONNECT_SECONDS = 0.5
FREE = 0


@dataclass(frozen=True, slots=True)
class Addresses:
    """Where a running sandbox listens: URLs of gateway, pages and phone, and the mail server's `host:port`."""

    gateway: str
    pages: str
    phone: str
    smtp: str


class SandboxProcess:
    """The sandbox of one data folder. Its ports are remembered, so that links keep working after a restart."""

    def __init__(self, data_folder: Path, *, clinic: str = "Sandbox Clinic") -> None:
        self._clinic = clinic
        self._folder = data_folder / "sandbox"
        self._remembered = self._folder / "ports.json"
        self._starting = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._held: IO[str] | None = None
        self._addresses: Addresses | None = None

    @property
    def addresses(self) -> Addresses | None:
        """Where it listens, None before the first start."""
        return self._addresses or self._known()

    @property
    def address(self) -> str:
        """The web address of its pages, which stay up when the line is cut; empty before the first start."""
        addresses = self.addresses
        return addresses.pages if addresses else ""

    @property
    def running(self) -> bool:
        """Whether the gateway answers now."""
        return self._addresses is not None and _answers(self._addresses.gateway)

    def start(self) -> None:
        """Start it, or join the one that another desk has started; returns when it answers. Raises Refused."""
        with self._starting:
            if self._process is not None:
                if self._process.poll() is None:
                    return
                _end(self._process)
                self._process = None
            _make(self._folder)
            if self._held is None and not self._take_lock():
                self._addresses = self._known()
                return
            known = self._known()
            try:
                self._launch(_port(known.gateway), _port(known.smtp)) if known else self._launch(FREE, FREE)
            except Refused:
                if known is None:
                    raise
                self._launch(FREE, FREE)
        self.switch_on()

    def stop(self) -> None:
        """End it, if it is ours."""
        with self._starting:
            process, self._process = self._process, None
            if process is not None:
                _end(process)
            if self._held is not None:
                self._held.close()
                self._held = None
            self._addresses = None

    def switch_on(self) -> None:
        """Let the gateway answer again."""
        self._switch(offline=False)

    def switch_off(self) -> None:
        """Cut the line: connections to the gateway are refused until it is switched on; clients' pages stay up."""
        self._switch(offline=True)

    def _switch(self, *, offline: bool) -> None:
        if self._addresses is None:
            return
        try:
            post_json(f"{self._addresses.pages}/sandbox/faults", {"name": "offline", "on": offline})
        except OSError as error:
            raise Refused(f"The sandbox at {self._addresses.pages} does not answer. Start Paydesk again.") from error

    def _take_lock(self) -> bool:
        """Become the desk that runs this folder's sandbox; False when another is."""
        held = (self._folder / "process.lock").open("a")
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            held.close()
            return False
        self._held = held
        return True

    def _known(self) -> Addresses | None:
        """Return where the sandbox of this folder listened last."""
        try:
            return Addresses(**json.loads(self._remembered.read_text()))
        except (OSError, ValueError, TypeError):
            return None

    def _launch(self, port: int, smtp_port: int) -> None:
        """Start the process and wait for its ready line. Raises Refused."""
        command = [sys.executable, "-P", "-m", "tui.main", "sandbox", "--json", "--with-parent"]
        command += ["--port", str(port), "--smtp-port", str(smtp_port), "--data", str(self._folder)]
        command += ["--clinic", self._clinic]
        log = self._folder / "sandbox.log"
        with log.open("wb") as errors:
            process = subprocess.Popen(  # noqa: S603 - our own program, with arguments of our own
                command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=errors,
                start_new_session=True,
                env=without_secrets(),
            )
        ready = _first_line(process)
        if not ready:
            _end(process)
            words = log.read_text(errors="replace").strip().splitlines()
            why = words[-1].removeprefix("paydesk: ") if words else "it did not answer."
            raise Refused(f"The sandbox could not be started: {why}")
        self._process = process
        self._addresses = Addresses(**json.loads(ready))
        self._remember(self._addresses)

    def _remember(self, addresses: Addresses) -> None:
        """Keep the ports, all or nothing."""
        whole = self._remembered.with_suffix(".new")
        whole.write_text(json.dumps(asdict(addresses)))
        whole.replace(self._remembered)


def _make(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise Refused(f"The folder {folder} cannot be used: {error.strerror}.") from error


def _first_line(process: "subprocess.Popen[bytes]") -> bytes:
    """Return the first line that a process prints, empty when it ends or is silent for too long."""
    output = process.stdout
    if output is None or not select.select([output], [], [], READY_SECONDS)[0]:
        return b""
    return output.readline()


def _end(process: "subprocess.Popen[bytes]") -> None:
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            pipe.close()
    process.terminate()
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _answers(url: str) -> bool:
    try:
        socket.create_connection(("127.0.0.1", _port(url)), CONNECT_SECONDS).close()
    except OSError:
        return False
    return True


def _port(address: str) -> int:
    """Return the port of a URL or of `host:port`."""
    return int(urlsplit(address if "://" in address else f"//{address}").port or 0)
