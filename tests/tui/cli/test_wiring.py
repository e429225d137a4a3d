"""What is put together around the desk: settings that lead to the sandbox, and an engine that starts late."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from store import settings
from store.database import Store
from store.errors import Refused
from sync.lock import EngineLock
from tui.cli.session import opened
from tui.sandbox_process import Addresses
from tui.sandbox_settings import KEY, point_at_sandbox
from tui.wiring import LateEngine

HERE = Addresses("http://127.0.0.1:4001", "http://127.0.0.1:4002", "http://127.0.0.1:4002/phone", "127.0.0.1:4003")
MOVED = Addresses("http://127.0.0.1:5001", "http://127.0.0.1:5002", "http://127.0.0.1:5002/phone", "127.0.0.1:5003")


class BrokenSandbox:
    """A sandbox that cannot be started."""

    address = ""
    running = False

    def start(self) -> None:
        """Refuse."""
        raise Refused("The sandbox could not be started: no luck.")

    def stop(self) -> None:
        """Do nothing."""

    def switch_on(self) -> None:
        """Do nothing."""

    def switch_off(self) -> None:
        """Do nothing."""


@pytest.fixture
def store(folder: Path) -> Iterator[Store]:
    """Return a fresh data file."""
    with opened(folder) as store:
        yield store


def chosen(store: Store, folder: Path) -> settings.Settings:
    """Return the settings in force."""
    return store.read(lambda reader: settings.load(reader, folder))


def lock_is_free(folder: Path) -> bool:
    """Tell whether no engine works on the folder."""
    lock = EngineLock(folder)
    free = lock.try_acquire()
    lock.release()
    return free


def test_fresh_settings_lead_to_the_sandbox(store: Store, folder: Path) -> None:
    """Everything that is needed to send is there."""
    store.write(lambda tx: point_at_sandbox(tx, folder, HERE))
    now = chosen(store, folder)
    assert (now["gateway.url"], now["gateway.key"]) == ("http://127.0.0.1:4001", KEY)
    assert now["email.url"].startswith("mailto://127.0.0.1:4003?")
    assert now["sms.url"] == "json://127.0.0.1:4001/sms?:to={mobile}"
    assert now["notify.payment_link_paid.targets"] == ""


def test_settings_follow_a_sandbox_that_moved(store: Store, folder: Path) -> None:
    """Other ports replace the earlier ones, in the clinic's targets too; others' targets stay."""
    store.write(lambda tx: point_at_sandbox(tx, folder, HERE))
    targets = "mailto://127.0.0.1:4003/clinic@example.com?from=desk@example.com ntfy://ntfy.sh/topic"
    store.write(lambda tx: settings.put(tx, "notify.payment_link_paid.targets", targets))
    store.write(lambda tx: point_at_sandbox(tx, folder, MOVED))
    now = chosen(store, folder)
    assert now["gateway.url"] == "http://127.0.0.1:5001"
    assert ":5003?" in now["email.url"]
    assert ":5001/sms" in now["sms.url"]
    assert now["notify.payment_link_paid.targets"] == targets.replace("4003", "5003")


def test_what_leads_elsewhere_stays(store: Store, folder: Path) -> None:
    """A real gateway, mail server and SMS service are never replaced; nor is the choice of dialect."""
    kept = {
        "gateway.kind": "coherent",
        "gateway.key": "a-real-key-of-a-clinic",
        "email.url": "mailtos://user:pass@smtp.example.com?to={email}",
        "sms.url": "twilio://SID:TOKEN@FROM/{mobile}",
    }
    for key, value in kept.items():
        store.write(lambda tx, key=key, value=value: settings.put(tx, key, value))  # type: ignore[misc]
    store.write(lambda tx: point_at_sandbox(tx, folder, HERE))
    now = chosen(store, folder)
    assert {key: now[key] for key in kept} == kept
    assert now["gateway.url"] == ""


def test_engine_starts_and_stops(store: Store, folder: Path) -> None:
    """It works a moment after start, and leaves the engine lock free when it has stopped."""
    engine = LateEngine(store, folder, None, pytest.fail)
    engine.start()
    engine._starting.join()
    assert engine._host is not None
    engine.stop()
    assert lock_is_free(folder)


def test_engine_works_without_its_sandbox(store: Store, folder: Path) -> None:
    """A sandbox that cannot start is complained of, and the engine starts all the same."""
    complaints: list[str] = []
    engine = LateEngine(store, folder, BrokenSandbox(), complaints.append)
    engine.start()
    engine._starting.join()
    assert complaints == ["The sandbox could not be started: no luck."]
    assert engine._host is not None
    engine.stop()


def test_engine_that_never_started_stops(store: Store, folder: Path) -> None:
    """Leaving before the first frame is no error."""
    LateEngine(store, folder, None, pytest.fail).stop()
    assert lock_is_free(folder)
