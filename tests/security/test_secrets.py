"""Canaries: a mark in every secret, the main flows good and bad, and then a search for it wherever it must not be."""

import html
import io
import subprocess
import sys
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path

import pytest
from textual.app import App

from store.database import Store
from store.opening import FILE_NAME
from store.setting_list import SETTINGS
from store.settings import PIN_VARIABLES, without_secrets
from sync.sandbox.server import Sandbox
from tests.tui.adminning import at, go_to
from tests.tui.cli.conftest import Paydesk, Ran
from tests.tui.conditions import until
from tests.tui.people import AMIRAS, WRONG, hire
from tui.app import PaydeskApp
from tui.desk import Desk
from tui.sandbox_process import SandboxProcess

MARK = "cAnArY"
WIDE = (160, 45)
SECRETS = tuple(key for key, setting in SETTINGS.items() if setting.secret)
Set = Callable[[str, str], Ran]


@pytest.fixture
def set_secret(paydesk: Paydesk, monkeypatch: pytest.MonkeyPatch) -> Set:
    """Return how a secret is set: typed, never in a command."""

    def typed(key: str, value: str) -> Ran:
        monkeypatch.setattr("sys.stdin", io.StringIO(f"{value}\n"))
        return paydesk("settings", "set", key, "-")

    return typed


@pytest.fixture
def marked(tmp_path: Path, set_secret: Set) -> Iterator[Sandbox]:
    """A running sandbox, and settings that lead to it with a mark in every secret."""
    with Sandbox(tmp_path / "sandbox") as running:
        set_secret("gateway.url", running.address)
        for key in SECRETS:
            ran = set_secret(key, secret(key, running.port, running.smtp_port))
            assert ran.code == 0, ran.err
        yield running


def secret(key: str, port: int, smtp_port: int) -> str:
    """Return a value with marks wherever it is secret; notices go to a port where nobody listens."""
    if key == "gateway.key":
        return f"sk_test_{MARK}0123456789abcdef"
    if key == "email.url":
        return (
            f"mailto://{MARK}user:{MARK}pass@127.0.0.1:{smtp_port}?from=desk@example.com&to={{email}}&mode=insecure"
        )
    if key == "sms.url":
        return f"json://{MARK}user:{MARK}pass@127.0.0.1:{port}/sms?:to={{mobile}}&+X-Token={MARK}token"
    return f"json://{MARK}user:{MARK}pass@127.0.0.1:1/{MARK}path?+X-Token={MARK}token"


def searched(folder: Path) -> dict[Path, bytes]:
    """Return what every file of a data folder holds, but those that are made to hold the secrets."""
    files = [file for file in folder.rglob("*") if file.is_file() and not file.name.startswith(FILE_NAME)]
    return {file: file.read_bytes() for file in files}


def test_no_flow_shows_a_secret(
    paydesk: Paydesk, folder: Path, marked: Sandbox, invoice: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Sent and paid, refused, cut off, a wrong PIN: outputs, logs and every other file are free of the marks."""
    for switch in ("payment_link_paid", "payment_link_failed"):
        assert paydesk("settings", "set", f"notify.{switch}.enabled", "on").code == 0
    paydesk("settings", "set", "quiet.hours", "")
    ran = [paydesk("settings", "get"), paydesk("settings", "get", "--json")]
    ran += [paydesk("settings", "get", key) for key in SECRETS]
    ran += [paydesk("send", invoice, "--amount", "10", "--email", "--sms"), paydesk("sync", "--once")]
    assert marked.mailbox.messages()
    again = ("send", invoice, "--amount", "10", "--email", "--sms")
    for fault in ("error_500", "html", "offline"):
        marked.fault(fault)
        ran += [paydesk(*again), paydesk("sync", "--once", "--json")]
        marked.mend()
    monkeypatch.setenv("PAYDESK_GATEWAY_KEY", f"{MARK}_that_nobody_knows")
    ran += [paydesk(*again), paydesk("sync", "--once", "--json")]
    monkeypatch.delenv("PAYDESK_GATEWAY_KEY")
    ran += [paydesk("outbox", "list"), paydesk("outbox", "list", "--json"), paydesk("invoices", "log", invoice)]
    ran += [paydesk("settings", "set", key, f"sk_live_{MARK}") for key in SECRETS]
    ran += [paydesk("verify", "--json"), paydesk("invoices", "show", invoice, "--json")]
    assert all(MARK not in one.out + one.err for one in ran), [one for one in ran if MARK in one.out + one.err]
    files = searched(folder)
    assert any(file.name == "paydesk.log" for file in files)
    assert [file for file, content in files.items() if MARK.encode() in content] == []


@pytest.mark.parametrize("key", SECRETS)
def test_a_secret_in_a_command_is_refused(paydesk: Paydesk, key: str) -> None:
    """`ps` and the shell's history would have it; nothing is kept, and the way is said."""
    value = "sk_live_0123456789" if key == "gateway.key" else "mailtos://u:p@mail.example.com?to={email}{mobile}"
    ran = paydesk("settings", "set", key, value)
    assert (ran.code, ran.out) == (1, "")
    assert f"settings set {key} -`" in ran.err
    assert paydesk("settings", "get", key).out == "\n"


@pytest.mark.parametrize("value", ["sk_test_abc", ""])
def test_what_is_worth_nothing_to_others_is_taken(paydesk: Paydesk, value: str) -> None:
    """A test key, or none."""
    assert paydesk("settings", "set", "gateway.key", value).code == 0


@pytest.mark.parametrize(
    "value", ["json://127.0.0.1@evil.example/{mobile}", "json://127.0.0.1.evil.example/{mobile}", "json://[/{mobile}"]
)
def test_what_only_looks_like_this_machine_is_refused(paydesk: Paydesk, value: str) -> None:
    """Tokens of real services do not pass for the sandbox's."""
    assert paydesk("settings", "set", "sms.url", value).code == 1


def test_wrong_and_right_pins_are_nowhere(paydesk: Paydesk, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither in an output nor in any file, the data file with its logs included."""
    paydesk("settings", "get")
    store = Store(folder / FILE_NAME)
    hire(store)
    store.close()
    ran = []
    for pin in (WRONG, "86420975", AMIRAS):
        monkeypatch.setenv("PAYDESK_PIN", pin)
        ran.append(paydesk("settings", "set", "clinic.name", "Riverside"))
    assert [one.code for one in ran] == [1, 1, 0]
    files = {file: file.read_bytes() for file in folder.rglob("*") if file.is_file()}
    assert "86420975" not in "".join(one.out + one.err for one in ran)
    assert [file for file, content in files.items() if b"86420975" in content] == []


def test_other_programs_run_without_our_secrets() -> None:
    """The print command and the sandbox get the environment without keys and PINs, and all else."""
    ours = {f"PAYDESK_{key.upper().replace('.', '_')}" for key in SECRETS} | PIN_VARIABLES
    environment = dict.fromkeys(ours, MARK) | {"PATH": "/bin", "PAYDESK_DATA": "/data", "PAYDESK_CLINIC_NAME": "R"}
    assert set(without_secrets(environment)) == {"PATH", "PAYDESK_DATA", "PAYDESK_CLINIC_NAME"}


@pytest.mark.skipif(not Path("/proc/self/cmdline").exists(), reason="what `ps` reads is in /proc on Linux")
def test_ps_shows_no_secret(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither in the arguments nor in the environment of a process that we start."""
    monkeypatch.setenv("PAYDESK_GATEWAY_KEY", f"sk_live_{MARK}")
    monkeypatch.setenv("PAYDESK_PIN", f"{MARK}1357")
    sandbox = SandboxProcess(tmp_path)
    sandbox.start()
    try:
        started = [
            place
            for place in Path("/proc").glob("[0-9]*")
            if str(tmp_path).encode() in said(place / "cmdline") and b"sandbox" in said(place / "cmdline")
        ]
        assert started
        assert all(MARK.encode() not in said(place / "cmdline") + said(place / "environ") for place in started)
    finally:
        sandbox.stop()


def said(file: Path) -> bytes:
    """Return what /proc says, nothing of a process that is gone."""
    try:
        return file.read_bytes()
    except OSError:
        return b""


def keep(store: Store) -> None:
    """Put a marked value behind every secret setting."""

    def work(tx: object) -> None:
        for key in SECRETS:
            tx.run(  # type: ignore[attr-defined]
                "INSERT INTO settings (key, value) VALUES (:key, :value)", key=key, value=secret(key, 1, 1)
            )

    store.write(work)


async def test_no_admin_screen_shows_a_secret(app: PaydeskApp, store: Store) -> None:
    """Masks on every section that has secrets, and so in every screenshot of them."""
    keep(store)
    seen = []
    async with at(app, "clinic", WIDE) as (pilot, _):
        for name in ("gateway", "senders", "notices"):
            await go_to(app, pilot, name)
            seen.append(app.export_screenshot())
    assert len(seen) == 3
    assert not any(MARK in picture for picture in seen)
    assert any("sk_…cdef" in html.unescape(picture) for picture in seen)


async def until_it_has_fallen(app: PaydeskApp, fall: Callable[[], Awaitable[None]]) -> None:
    """Run the desk until that has ended it."""
    async with app.run_test() as pilot:
        app.call_later(fall)
        await until(pilot, lambda: app._exception is not None)


async def test_a_crash_of_the_desk_shows_nothing_of_anybody(
    desk: Desk, store: Store, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    """Neither the values of variables nor the error's text: its class and where it was, on the screen it leaves."""
    keep(store)

    async def fall() -> None:
        key = (await desk.settings())["gateway.key"]
        clients = await desk.find_clients("jane")
        raise KeyError(f"{key} {clients}")

    app = PaydeskApp(desk)
    with pytest.raises(KeyError):
        await until_it_has_fallen(app, fall)
    told = capsys.readouterr().err + "".join(str(shown) for shown in app._exit_renderables)
    assert "ended by a fault of its own" in told
    assert "KeyError" in told
    assert "test_secrets.py" in told
    assert not any(word in told for word in (MARK, "Jane", "jane@", "07700", "key ="))
    assert "ended by an unforeseen error" in caplog.text


def test_the_way_a_crash_is_told_is_still_textuals() -> None:
    """What we put in the place of Textual's own report has not been renamed there."""
    assert callable(App._fatal_error)


@pytest.mark.parametrize(
    "end", ["fall()", "import threading; t = threading.Thread(target=fall); t.start(); t.join()"]
)
def test_a_crash_of_a_command_shows_nothing_of_anybody(end: str) -> None:
    """On the main thread and on any other, causes included."""
    program = (
        "from tui import crash\ncrash.install()\ndef fall():\n  pin = '86420975'\n  try:\n    int(pin + 'x')\n"
        f"  except ValueError as error:\n    raise KeyError(pin) from error\n{end}\n"
    )
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert "86420975" not in ran.stderr + ran.stdout
    assert "Traceback" not in ran.stderr
    assert ran.stderr.index("KeyError") < ran.stderr.index("ValueError")
    assert "<string>:6 fall" in ran.stderr
